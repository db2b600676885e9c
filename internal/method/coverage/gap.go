package coverage

import (
	"cmp"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// Kind is what is missing, or what speaks against a control.
type Kind string

// The kinds of gaps.
const (
	NoControl       Kind = "no control"
	NotDesigned     Kind = "not designed"
	NotImplemented  Kind = "not implemented"
	Failing         Kind = "failing"
	Pending         Kind = "pending"
	EvidenceMissing Kind = "evidence missing"
	TestsOff        Kind = "tests disabled"
	Stale           Kind = "stale"
	NoOccurrence    Kind = "no occurrence"
	NotThroughout   Kind = "not tested throughout"
	OneKind         Kind = "one kind of control"
	NoOwner         Kind = "no owner"
)

// Severity is how much a gap weighs. High is a blocker.
type Severity string

// The severities.
const (
	High   Severity = "high"
	Medium Severity = "medium"
	Low    Severity = "low"
)

// Rule states how a severity comes about.
func (s Severity) Rule() string {
	switch s {
	case High:
		return "nothing answers a criterion or objective; or a key control, or the only one that a criterion or objective has, is not designed, not implemented, fails, waits for judgment or has no evidence"
	case Medium:
		return "the same of another control; or nobody answers for a control"
	}
	return "the control operates or never had to, and the records do not carry it through the whole period; or only one kind of control stands behind a criterion or objective"
}

// Gap is what stands between the records and what is asked, with the records
// that show it. It has no state of its own: it is there as long as the records
// say so.
type Gap struct {
	Code       string   `json:"code"`
	Kind       Kind     `json:"kind"`
	Severity   Severity `json:"severity"`
	Control    string   `json:"control,omitempty"`
	Rows       []string `json:"rows"`
	Cause      string   `json:"cause"`
	Owner      string   `json:"owner,omitempty"`
	Weighs     string   `json:"weighs"` // why it has its severity
	Procedures []string `json:"procedures,omitempty"`
	Records    []string `json:"records,omitempty"`
	Closes     []Remedy `json:"closes"`
}

// raised are the kinds that weigh more when the control is key or stands alone.
var raised = []Kind{NotDesigned, NotImplemented, Failing, Pending, EvidenceMissing, TestsOff, Stale}

func severity(k Kind, key, only bool) (Severity, string) {
	switch {
	case k == NoControl:
		return High, "nothing answers it"
	case slices.Contains(raised, k) && key:
		return High, "it is a key control"
	case slices.Contains(raised, k) && only:
		return High, "it is the only control of a criterion or objective"
	case slices.Contains(raised, k):
		return Medium, "other controls stand beside it"
	case k == NoOwner:
		return Medium, "nobody answers for it"
	}
	return Low, "nothing shows a failure"
}

// gaps are those of a control, at most one for how it stands, and one more for
// an owner that is missing.
func (f Facts) gaps(s ControlState, only bool, closes remedies) []Gap {
	var out []Gap
	add := func(k Kind, cause string, procedures, records []string) {
		weight, why := severity(k, s.Key, only)
		out = append(out, Gap{
			Code: code(k, s.Code), Kind: k, Severity: weight, Control: s.Code, Rows: s.Rows, Cause: cause, Owner: s.Owner, Weighs: why,
			Procedures: procedures, Records: records, Closes: closes.of(k, s),
		})
	}
	results := texts(s.results)
	switch k := f.kind(s); k {
	case "":
	case NotDesigned:
		add(k, "its design lacks "+strings.Join(s.lacks, ", "), nil, s.Behind[0].Records)
	case NotImplemented:
		add(k, "no item of it was tested, and no occurrence stands in a collected population", procedures(s), results)
	case NotThroughout:
		add(k, notEntire(s), by(k, s), results)
	default:
		add(k, cause(s), by(k, s), append(found(s.found), results...))
	}
	if strings.TrimSpace(s.Owner) == "" {
		add(NoOwner, "no owner is recorded", nil, s.Behind[0].Records)
	}
	return out
}

// kind is what a control lacks most, or "". The auditor's Type 1 asks nothing
// of operation, and so its absence is no gap there.
func (f Facts) kind(s ControlState) Kind {
	switch {
	case len(s.lacks) > 0 && s.Trouble != Failing && s.Trouble != Pending:
		return NotDesigned
	case s.Trouble == Failing, s.Trouble == Pending, s.Trouble == TestsOff:
		return s.Trouble
	case f.Engagement.Type == 1 && s.Level < Implemented:
		return NotImplemented
	case f.Engagement.Type == 1:
		return ""
	case s.Level < Implemented && len(s.results) == 0:
		return NotImplemented
	case s.Trouble != "":
		return s.Trouble
	case s.Level < Throughout:
		return NotThroughout
	}
	return ""
}

func code(k Kind, of string) string { return strings.ReplaceAll(string(k), " ", "-") + "/" + of }

func procedures(s ControlState) []string {
	var out []string
	for _, t := range s.Tests {
		out = append(out, t.Procedure)
	}
	return out
}

// cause is what the records say of why a control stands as it does: the reason
// of its status, and what each procedure says of itself.
func cause(s ControlState) string {
	out := []string{s.Reason}
	for _, t := range s.Tests {
		switch {
		case t.Status == audit.Failed, t.Status == audit.NothingTested && t.Why != "":
			out = append(out, t.Procedure+": "+t.Why)
		case t.Exceptions > 0:
			out = append(out, t.Procedure+": "+audit.Plural(t.Exceptions, "exception")+" among "+audit.Count(t.Tested)+" tested")
		case t.Result == "" && !t.Off:
			out = append(out, t.Procedure+" was not performed")
		}
	}
	return strings.Join(out, "; ")
}

func notEntire(s ControlState) string {
	var out []string
	for _, t := range s.Tests {
		switch {
		case t.Off:
			out = append(out, t.Procedure+" is switched off")
		case t.Result == "":
			out = append(out, t.Procedure+" was not performed")
		case !t.Entire:
			out = append(out, t.Procedure+": "+cmp.Or(t.Why, "not every item of a complete population was tested"))
		}
	}
	return strings.Join(out, "; ")
}

func texts(ids []audit.ID) []string {
	var out []string
	for _, id := range ids {
		out = append(out, string(id))
	}
	return out
}

// uncontrolled is the gap of a row that no control serves.
func (f Facts) uncontrolled(r Row, closes []Remedy) Gap {
	weight, why := severity(NoControl, false, false)
	return Gap{Code: code(NoControl, r.Code), Kind: NoControl, Severity: weight, Rows: []string{r.Code}, Cause: "no control in the description names it", Weighs: why, Closes: closes}
}

// oneKind warns of a row whose controls all prevent, or all detect: what one
// kind lets through, nothing else finds.
func oneKind(r Row) (Gap, bool) {
	if len(r.Controls) == 0 {
		return Gap{}, false
	}
	kind, codes := r.Controls[0].Kind, []string{}
	for _, c := range r.Controls {
		if c.Kind != kind {
			return Gap{}, false
		}
		codes = append(codes, c.Code)
	}
	other := map[string]string{"preventive": "detective", "detective": "preventive", "corrective": "preventive or detective"}[kind]
	weight, why := severity(OneKind, false, false)
	return Gap{
		Code: code(OneKind, r.Code), Kind: OneKind, Severity: weight, Rows: []string{r.Code}, Weighs: why,
		Cause:  "only " + kind + " controls: " + strings.Join(codes, ", "),
		Closes: []Remedy{{Do: "name a " + other + " control for it as well, or record why one kind is enough"}},
	}, true
}

// OneKinds are the rows behind which only one kind of control stands.
func OneKinds(rows []Row) []Gap {
	out := []Gap{}
	for _, r := range rows {
		if g, ok := oneKind(r); ok {
			out = append(out, g)
		}
	}
	return out
}

// bySeverity sorts gaps: what weighs most first, then by code.
func bySeverity(a, b Gap) int {
	order := []Severity{High, Medium, Low}
	return cmp.Or(cmp.Compare(slices.Index(order, a.Severity), slices.Index(order, b.Severity)), cmp.Compare(a.Code, b.Code))
}
