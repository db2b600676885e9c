package audit

import "time"

// SignOff is a name under a digest of the auditor's file. It stands as long as
// what was signed is the newest version.
type SignOff struct {
	Engagement string    `json:"engagement"`
	Subject    string    `json:"subject"` // workpaper/WP-1, conclusion/control/CHG-01, opinion
	Digest     Digest    `json:"digest"`  // of the record that was seen
	As         SignAs    `json:"as"`
	Withdrawn  string    `json:"withdrawn,omitempty"` // why, when it was taken back
	By         string    `json:"by"`
	At         time.Time `json:"at"`
}

// SignAs is in what capacity somebody signs.
type SignAs string

// The capacities.
const (
	AsPreparer  SignAs = "preparer"
	AsReviewer  SignAs = "reviewer"
	AsPartner   SignAs = "partner"
	AsQuality   SignAs = "quality-reviewer"
	AsSignatory SignAs = "signatory" // of a statement or letter
)

// Note is a reviewer's question about a paper.
type Note struct {
	Engagement string    `json:"engagement"`
	Code       string    `json:"code"`
	Subject    string    `json:"subject"`
	Text       string    `json:"text"`
	Answer     string    `json:"answer,omitempty"`
	AnsweredBy string    `json:"answered_by,omitempty"`
	Cleared    bool      `json:"cleared,omitempty"`
	ClearedBy  string    `json:"cleared_by,omitempty"`
	By         string    `json:"by"` // who raised it
	At         time.Time `json:"at"`
}

// Deviation is a failure of a control as the auditor recorded it: every one
// stands in the report.
type Deviation struct {
	Engagement   string    `json:"engagement" yaml:"-"`
	Code         string    `json:"code" yaml:"code"`
	Control      string    `json:"control" yaml:"control"`
	Workpaper    string    `json:"workpaper,omitempty" yaml:"workpaper,omitempty"`
	Procedure    string    `json:"procedure,omitempty" yaml:"procedure,omitempty"` // of an exception of a whole population
	Items        []string  `json:"items" yaml:"items"`
	Tested       int64     `json:"tested" yaml:"tested"`
	Nature       string    `json:"nature" yaml:"nature"`
	Cause        string    `json:"cause" yaml:"cause"`
	Extent       string    `json:"extent" yaml:"extent"`
	Effect       string    `json:"effect" yaml:"effect"`
	Intentional  bool      `json:"intentional,omitempty" yaml:"intentional,omitempty"`
	Compensating string    `json:"compensating,omitempty" yaml:"compensating,omitempty"` // code of the control that made up for it
	Precise      string    `json:"precise,omitempty" yaml:"precise,omitempty"`           // why that one would have found what this let through
	By           string    `json:"by" yaml:"-"`
	At           time.Time `json:"at" yaml:"-"`
}

// ConclusionOn is of what an auditor concludes.
type ConclusionOn string

// The levels, from the bottom.
const (
	OnControl     ConclusionOn = "control"
	OnCriterion   ConclusionOn = "criterion"
	OnObjective   ConclusionOn = "objective"
	OnCommitment  ConclusionOn = "commitment"
	OnDescription ConclusionOn = "description" // as a whole; its code is description
)

// Design is the auditor's conclusion on design (and implementation); of the
// description, on its presentation.
type Design string

// The conclusions on design, and on the description.
const (
	Suitable    Design = "suitably designed"
	NotSuitable Design = "not suitably designed"
	Presented   Design = "fairly presented"
	Misstated   Design = "materially misstated"
	NotShown    Design = "not shown" // evidence could not be had: a limitation of scope
)

// Operation is the auditor's conclusion on operating effectiveness.
type Operation string

// The conclusions on operation. "" in a Type 1 report.
const (
	Effective       Operation = "effective"
	EffectiveExcept Operation = "effective with deviations"
	NotEffective    Operation = "not effective"   // also where it failed and was fixed: not throughout
	DidNotOperate   Operation = "did not operate" // nothing called for it; the population is proven empty
	NotTested       Operation = "not tested"      // a limitation of scope: no evidence can be had
)

// AuditorConclusion is what the auditor concludes, on the papers that it names.
// It is never derived, prefilled or written by a machine.
type AuditorConclusion struct {
	Engagement string       `json:"engagement" yaml:"-"`
	On         ConclusionOn `json:"on" yaml:"on"`
	Code       string       `json:"code" yaml:"code"`
	Design     Design       `json:"design" yaml:"design"`
	Operation  Operation    `json:"operation,omitempty" yaml:"operation,omitempty"`
	Pervasive  bool         `json:"pervasive,omitempty" yaml:"pervasive,omitempty"`
	Reason     string       `json:"reason" yaml:"reason"`
	Workpapers []string     `json:"workpapers,omitempty" yaml:"workpapers,omitempty"`
	Deviations []string     `json:"deviations,omitempty" yaml:"deviations,omitempty"`
	Rests      []string     `json:"rests_on,omitempty" yaml:"rests_on,omitempty"` // of a higher level: codes of the controls
	Seen       []Seen       `json:"seen,omitempty" yaml:"-"`                      // what it was concluded on, as it stood
	By         string       `json:"by" yaml:"-"`
	At         time.Time    `json:"at" yaml:"-"`
}

// Seen is a record as it stood when something was concluded on it. A digest
// holds the record's own time: nobody can name it before it is recorded.
type Seen struct {
	Subject string `json:"subject"` // workpaper/WP-1, deviation/D-1, result/payments-duplicate, conclusion/control/CHG-01
	Digest  Digest `json:"digest"`
}

// Form is the form of an opinion on one subject.
type Form string

// The forms.
const (
	Unmodified Form = "unmodified"
	Qualified  Form = "qualified"
	Adverse    Form = "adverse"
	Disclaimer Form = "disclaimer"
)

// Subject is one of the subjects on which the auditor gives an opinion.
type Subject string

// The subjects. A Type 1 report has the first two, a SOC 3 the last alone.
const (
	OfDescription   Subject = "description"
	OfDesign        Subject = "design"
	OfOperation     Subject = "operation"
	OfEffectiveness Subject = "effectiveness"
)

// Opinion is a draft of the service auditor's opinion until a partner of a
// licensed firm signs it.
type Opinion struct {
	Engagement string           `json:"engagement" yaml:"-"`
	Subjects   []SubjectOpinion `json:"subjects" yaml:"subjects"`
	ReportDate Date             `json:"report_date" yaml:"report_date"`
	City       string           `json:"city" yaml:"city"`
	Firm       string           `json:"firm" yaml:"firm"`                               // code
	Departure  string           `json:"departure,omitempty" yaml:"departure,omitempty"` // why it differs from what the records propose
	Seen       []Seen           `json:"seen,omitempty" yaml:"-"`                        // the conclusions on which it was drafted
	By         string           `json:"by" yaml:"-"`
	At         time.Time        `json:"at" yaml:"-"`
}

// SubjectOpinion is the opinion on one subject.
type SubjectOpinion struct {
	Subject  Subject  `json:"subject" yaml:"subject"`
	Form     Form     `json:"form" yaml:"form"`
	Affected []string `json:"affected,omitempty" yaml:"affected,omitempty"` // objectives, criteria, commitments
	Basis    string   `json:"basis,omitempty" yaml:"basis,omitempty"`       // of a modification, for the report
}

// StatementKind is what management says in writing.
type StatementKind string

// The statements and letters.
const (
	Assertion        StatementKind = "assertion"
	Representation   StatementKind = "representation"
	ManagementAnswer StatementKind = "response" // to a deviation
	SubsequentEvents StatementKind = "subsequent-events"
	DesignAnswers    StatementKind = "design-questionnaire"
	EngagementLetter StatementKind = "engagement-letter"
	BridgeLetter     StatementKind = "bridge" // of the time between a report's period and a later day
)

// Statement is one version of what management says in writing. It counts when
// it is signed.
type Statement struct {
	Engagement string            `json:"engagement" yaml:"-"`
	Kind       StatementKind     `json:"kind" yaml:"kind"`
	Code       string            `json:"code,omitempty" yaml:"code,omitempty"` // of what: a deviation, a control
	Title      string            `json:"title" yaml:"title"`
	Text       string            `json:"text" yaml:"text"` // Markdown
	Answers    map[string]string `json:"answers,omitempty" yaml:"answers,omitempty"`
	Dated      Date              `json:"dated" yaml:"dated"`
	By         string            `json:"by" yaml:"-"`
	At         time.Time         `json:"at" yaml:"-"`
}

// Signature is a name under a statement or letter that both sides see.
type Signature struct {
	Engagement string        `json:"engagement"`
	Kind       StatementKind `json:"kind"`
	Code       string        `json:"code,omitempty"`
	Digest     Digest        `json:"digest"` // of the statement's record
	Title      string        `json:"title"`  // of the person: Chief Financial Officer
	Role       Role          `json:"role"`
	By         string        `json:"by"`
	At         time.Time     `json:"at"`
}

// Attestation is a user entity's word that it operates a complementary control.
type Attestation struct {
	Engagement string    `json:"engagement"`
	CUEC       string    `json:"cuec"`
	Entity     string    `json:"entity"`
	Operates   bool      `json:"operates"`
	Note       string    `json:"note,omitempty"`
	By         string    `json:"by"`
	At         time.Time `json:"at"`
}
