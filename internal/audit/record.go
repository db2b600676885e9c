package audit

import "time"

// Record kinds, as they stand in the trail. Every kind has exactly one writer.
const (
	KindOrganization = "organization"
	KindScope        = "scope"
	KindSwitch       = "switch"
	KindCollection   = "collection"
	KindPopulation   = "population"
	KindResult       = "result"
	KindExceptions   = "exceptions"
	KindAssignment   = "assignment"
	KindDisposition  = "disposition"
	KindConclusion   = "conclusion"
	KindReport       = "report"
)

// The kinds of an examination: those of the auditor's file, those of
// management's word, and those between the two.
const (
	KindFirm        = "firm"
	KindMember      = "member"
	KindDeclaration = "declaration"
	KindStep        = "step"
	KindHold        = "hold"
	KindAddition    = "addition"
	KindRequest     = "request"
	KindDelegation  = "delegation"
	KindResponse    = "response"
	KindComment     = "comment"
	KindIntake      = "intake"
	KindSample      = "sample"
	KindRelease     = "release"
	KindWorkpaper   = "workpaper"
	KindSignOff     = "sign-off"
	KindNote        = "note"
	KindDeviation   = "deviation"
	KindConcluded   = "auditor-conclusion"
	KindOpinion     = "opinion"
	KindStatement   = "statement"
	KindSignature   = "signature"
	KindAttestation = "attestation"
)

// AuditorFile are the kinds that management's bundle may be without: the
// auditor's own file, and samples before their release.
var AuditorFile = []string{
	KindDeclaration, KindHold, KindAddition, KindIntake, KindSample, KindWorkpaper, KindSignOff, KindNote, KindConcluded, KindOpinion,
}

// Side is the side of the wall on which a person works.
type Side string

// The two sides, and the machine, which records facts and what follows from
// them, but never describes, judges or signs.
const (
	Management Side = "management"
	Auditor    Side = "auditor"
	Automation Side = "automation"
	Users      Side = "users" // user entities and their auditors
)

// Person is who acts.
type Person struct {
	Name string `json:"name" yaml:"name"`
	Side Side   `json:"side" yaml:"side"`
	Role Role   `json:"role,omitempty" yaml:"role,omitempty"`
}

// Tenant is an organization as a store keeps it.
type Tenant struct {
	ID        ID           `json:"id"`
	Body      Organization `json:"body"`
	CreatedAt time.Time    `json:"created_at"`
}

// ScopeKind is the kind of a scope item.
type ScopeKind string

// The scope items, in the order in which they are applied and exported.
const (
	ScopeOrganization ScopeKind = "organization"
	ScopeSystem       ScopeKind = "system"
	ScopeCommitment   ScopeKind = "commitment"
	ScopeObjective    ScopeKind = "objective"
	ScopeControl      ScopeKind = "control"
	ScopeCUEC         ScopeKind = "cuec"
	ScopeSubservice   ScopeKind = "subservice"
	ScopeEngagement   ScopeKind = "engagement"
	ScopeProcedure    ScopeKind = "procedure" // the organization's own procedures
	ScopeDataset      ScopeKind = "dataset"
	ScopeSource       ScopeKind = "source"     // the organization's own sources
	ScopeConnection   ScopeKind = "connection" // an account at a source
)

// ScopeItem is one version of one described thing: a control, an engagement, a
// dataset. Versions are kept for good; the newest that is not retired counts.
type ScopeItem struct {
	Kind    ScopeKind `json:"kind"`
	Code    string    `json:"code"`
	Version int       `json:"version"`
	Retired bool      `json:"retired,omitempty"`
	Body    []byte    `json:"body"` // canonical JSON of the noun
	Digest  Digest    `json:"digest"`
	At      time.Time `json:"at"`
}

// Population is a collected population: a Parquet file in the vault and what
// proves that it is all there. Money totals are exact decimals as text.
type Population struct {
	ID        ID                `json:"id"`
	Name      string            `json:"name"`    // canonical schema
	Dataset   string            `json:"dataset"` // code of the dataset it came from
	Source    string            `json:"source"`
	Query     string            `json:"query"`
	Window    Period            `json:"window"`
	Coverage  Coverage          `json:"coverage"`
	TakenAt   string            `json:"taken_at"`
	Raw       []File            `json:"raw"`       // the bytes as received
	Schema    Digest            `json:"schema"`    // of the canonical schema it was read with
	Described Digest            `json:"described"` // of the dataset as described: how it was read, what its source says of it
	Received  int64             `json:"received"`
	Rows      int64             `json:"rows"`
	Rejected  int64             `json:"rejected"`
	Totals    map[string]string `json:"totals,omitempty"`
	First     string            `json:"first,omitempty"` // earliest and latest time of a row
	Last      string            `json:"last,omitempty"`
	OutOfTime int64             `json:"outside_window"` // kept rows whose time is outside the window
	GapDays   int64             `json:"longest_gap_days"`
	GapFrom   string            `json:"longest_gap_from,omitempty"`
	Agrees    string            `json:"agrees"`            // "not stated", "yes", or how it differs from the source's totals
	File      Digest            `json:"file"`              // Parquet, rows ordered by key
	Rejects   Digest            `json:"rejects,omitempty"` // NDJSON: file, line, reason, raw text
	At        time.Time         `json:"at"`

	// Of a population that a connection collected.
	Connection   string  `json:"connection,omitempty"`
	Collection   ID      `json:"collection,omitempty"`
	Observed     string  `json:"observed,omitempty"`     // of state: the instant of the snapshot, UTC, which stands in no row of the file
	Records      int64   `json:"records,omitempty"`      // of the recorded pages, from which the mapping made the rows received
	Deduplicated int64   `json:"deduplicated,omitempty"` // rows that repeated another in every column
	Incomplete   string  `json:"incomplete,omitempty"`   // why the collection did not get all there is
	Changes      *Change `json:"changes,omitempty"`      // since the collection before
}

// Change is what became of a population between two collections, by its key.
type Change struct {
	Since   ID    `json:"since"` // the population before
	Added   int64 `json:"added"`
	Removed int64 `json:"removed"`
	Changed int64 `json:"changed"`
}

// Complete says why the population cannot support "N of N", or "".
func (p Population) Complete() string {
	switch {
	case p.Incomplete != "":
		return "its collection is incomplete: " + p.Incomplete
	case p.Coverage != Full:
		return "coverage is " + string(p.Coverage) + ", not full"
	case p.Rejected > 0:
		return "rows of the source were rejected"
	case p.Agrees != "yes" && p.Agrees != NotStated:
		return "totals differ from the source's: " + p.Agrees
	}
	return ""
}

// NotStated is the value of Population.Agrees when the source gave no totals.
const NotStated = "not stated"

// Status is what a procedure's run amounts to. There is no "passed": a result
// without exceptions still evaluated N items and says so.
type Status string

// The statuses of a result.
const (
	NothingTested Status = "nothing tested" // no item was evaluated; never a pass
	NoExceptions  Status = "no exceptions"
	HasExceptions Status = "exceptions"
	Failed        Status = "could not be performed"
)

// Input is a population that a procedure read.
type Input struct {
	Name     string   `json:"name"`
	File     Digest   `json:"file"`
	Rows     int64    `json:"rows"`
	Coverage Coverage `json:"coverage"`
	Window   Period   `json:"window"`
	Observed string   `json:"observed,omitempty"` // of a snapshot: its instant, UTC, to be read into every row
	Only     Period   `json:"only,omitzero"`      // the days of the window that are read from here; all when zero
}

// Result is one performance of one procedure over whole populations.
type Result struct {
	ID         ID                `json:"id"`
	Engagement string            `json:"engagement"`
	Procedure  string            `json:"procedure"`
	Version    int               `json:"version"`
	SQL        Digest            `json:"sql"` // of the procedure file as performed
	Engine     string            `json:"engine"`
	Inputs     []Input           `json:"inputs"`
	Parameters map[string]string `json:"parameters"`
	Status     Status            `json:"status"`
	Tested     int64             `json:"tested"`
	Exceptions int64             `json:"exceptions"`
	Population int64             `json:"population"`       // rows of the tested population
	Entire     bool              `json:"entire"`           // every item of a complete population was tested: "N of N"
	Why        string            `json:"why,omitempty"`    // why not entire, or why it failed
	Detail     Digest            `json:"detail,omitempty"` // Parquet of the exceptions, ordered by item
	At         time.Time         `json:"at"`
}

// ExceptionRow is one flagged item: a row of the file that Result.Detail
// names. Columns holds everything else that the procedure returned, as exact text.
type ExceptionRow struct {
	Item    string            `json:"item"`
	Reason  string            `json:"reason"`
	Columns map[string]string `json:"columns,omitempty"`
}

// Exceptions is the list of a result for reading at once: the first thousand,
// and all of them by reason. The whole list is in the vault.
type Exceptions struct {
	Engagement string         `json:"engagement"`
	Procedure  string         `json:"procedure"`
	Result     ID             `json:"result"`
	Detail     Digest         `json:"detail"` // of the whole list
	Total      int64          `json:"total"`
	Rows       []ExceptionRow `json:"rows"` // the first by item, at most ListedExceptions
	Groups     []ReasonGroup  `json:"groups"`
	At         time.Time      `json:"at"`
}

// ListedExceptions is how many exceptions of a result stand in the records.
const ListedExceptions = 1000

// ReasonGroup is exceptions whose reasons say the same of different items.
type ReasonGroup struct {
	Reason string `json:"reason"` // with the names of columns, or #, for what differs
	Count  int64  `json:"count"`
}

// Assignment says who looks into an exception, or into all of a procedure when
// no item is named. The newest counts.
type Assignment struct {
	Engagement string    `json:"engagement"`
	Procedure  string    `json:"procedure"`
	Item       string    `json:"item,omitempty"`
	To         string    `json:"to"`
	Due        Date      `json:"due,omitempty"`
	Note       string    `json:"note,omitempty"`
	By         string    `json:"by"`
	At         time.Time `json:"at"`
}

// Judgment is what a person made of an exception.
type Judgment string

// The judgments.
const (
	IsDeviation    Judgment = "deviation"
	IsNotDeviation Judgment = "not-a-deviation"
	IsDuplicate    Judgment = "duplicate" // the same failure as another exception, which Of names
	IsTiming       Judgment = "timing"    // right, but recorded in another period or later than it happened
)

// Disposition is a person's judgment of one exception.
type Disposition struct {
	Engagement   string    `json:"engagement" yaml:"engagement"`
	Procedure    string    `json:"procedure" yaml:"procedure"`
	Item         string    `json:"item" yaml:"item"`
	Judgment     Judgment  `json:"judgment" yaml:"judgment"`
	Reason       string    `json:"reason" yaml:"reason"`
	Of           string    `json:"of,omitempty" yaml:"of,omitempty"`                     // of a duplicate: the item that counts
	Compensating string    `json:"compensating,omitempty" yaml:"compensating,omitempty"` // of a deviation: the control that made up for it, itself tested
	By           string    `json:"by" yaml:"by"`                                         // who recorded it; in a folder, whose judgment it is
	Judge        string    `json:"judge,omitempty" yaml:"-"`                             // whose judgment it is by By's word, when it is another's: no signature of his
	On           Date      `json:"on" yaml:"on"`
	At           time.Time `json:"at" yaml:"-"`
}

// Whose says who recorded a judgment, and, when he says that it is another's, so.
func (d Disposition) Whose() string {
	if d.Judge == "" {
		return d.By
	}
	return d.By + ", who says that " + d.Judge + " judged it"
}

// Outcome is what the records say of one control; the auditor's conclusion is
// another thing and is never written by a machine.
type Outcome string

// The outcomes.
const (
	OutcomeUntested   Outcome = "no test recorded"
	OutcomeNothing    Outcome = "nothing tested"
	OutcomePending    Outcome = "exceptions await disposition"
	OutcomeDeviations Outcome = "deviations noted"
	OutcomeClean      Outcome = "no exceptions noted"
	OutcomeCleared    Outcome = "exceptions noted, none a deviation"
	OutcomeFailed     Outcome = "could not be performed"
)

// Conclusion is what the recorded tests of one control amount to.
type Conclusion struct {
	ID          ID        `json:"id"`
	Engagement  string    `json:"engagement"`
	Control     string    `json:"control"`
	Outcome     Outcome   `json:"outcome"`
	Results     []ID      `json:"results"`
	Tested      int64     `json:"tested"`
	Exceptions  int64     `json:"exceptions"`
	Deviations  int64     `json:"deviations"`
	Pending     int64     `json:"pending"`
	Compensated int64     `json:"compensated,omitempty"` // of the deviations, those that another tested control made up for
	At          time.Time `json:"at"`
}

// Report is one assembled report: a draft, or what was issued.
type Report struct {
	ID         ID        `json:"id"`
	Engagement string    `json:"engagement"`
	Kind       Kind      `json:"kind,omitempty"` // when it is another than the engagement's: soc3
	Title      string    `json:"title"`
	Draft      bool      `json:"draft"`
	Source     Digest    `json:"source"` // of the document tree it was rendered from
	PDF        Digest    `json:"pdf"`
	Signed     string    `json:"signed,omitempty"` // of an issued report: whose certificate stands in its PDF, with that one's SHA-256
	Pages      int       `json:"pages"`
	At         time.Time `json:"at"`
}

// Event is one leaf of the trail: who recorded what, and the digest of it.
type Event struct {
	Sequence int64     `json:"sequence"`
	At       time.Time `json:"at"`
	Actor    Person    `json:"actor"`
	Kind     string    `json:"kind"`
	Subject  string    `json:"subject"`
	Verb     string    `json:"verb"`
	Policy   string    `json:"policy,omitempty"` // that allowed it
	Digest   Digest    `json:"digest"`           // of the record's canonical form
}
