package declare

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"text/template"

	"tickmark/internal/audit"
)

//go:embed templates
var templates embed.FS

// Facts is what a draft is written from: what is described and what the tests
// found. The opinion is not among them.
type Facts struct {
	Organization audit.Organization
	System       audit.System
	Engagement   audit.Engagement
	Firm         string          // as it signs
	Controls     []audit.Control // in scope
	Codes        []string        // of the criteria or objectives in scope
	Additional   []string        // titles of the additional criteria of a SOC 2+
	CUECs        []audit.CUEC
	Subservices  []audit.Subservice
	Deviations   []audit.Deviation  // as the auditor recorded them
	Outcomes     []audit.Conclusion // what the tests of the controls amount to
	Dated        audit.Date         // "" to be filled in
}

// sheet is the facts as a template sees them.
type sheet struct {
	Facts
	Of      audit.Deviation // of a response
	Control audit.Control   // of a design questionnaire
}

// Kinds are the kinds of statements, in the order in which they are needed.
var Kinds = []audit.StatementKind{audit.EngagementLetter, audit.DesignAnswers, audit.ManagementAnswer, audit.Assertion, audit.SubsequentEvents, audit.Representation, audit.BridgeLetter}

// titles are what statements are called.
var titles = map[audit.StatementKind]string{
	audit.Assertion: "Assertion of management", audit.Representation: "Representation letter", audit.ManagementAnswer: "Management's response",
	audit.SubsequentEvents: "Events after the period", audit.DesignAnswers: "Design of a control", audit.EngagementLetter: "Engagement letter",
	audit.BridgeLetter: "Bridge letter",
}

// Draft writes a statement to edit: a head with its date and the questions that
// it answers, and the text. Places to fill in stand in double brackets; a
// statement that still has one is not recorded.
func Draft(kind audit.StatementKind, code string, f Facts) (string, error) {
	if err := known(kind); err != nil {
		return "", err
	}
	s := sheet{Facts: f.relevant()}
	if err := s.of(kind, code); err != nil {
		return "", err
	}
	asked, err := Questions(kind, f.Engagement)
	if err != nil {
		return "", err
	}
	t, err := template.New(string(kind)+".md").Funcs(template.FuncMap{"list": list, "count": audit.Count}).ParseFS(templates, "templates/"+string(kind)+".md")
	if err != nil {
		return "", err
	}
	var b strings.Builder
	head(&b, kind, code, f, asked)
	if err := t.Execute(&b, s); err != nil {
		return "", fmt.Errorf("draft of the %s: %w", kind, err)
	}
	return strings.TrimRight(b.String(), "\n") + "\n", nil
}

func known(kind audit.StatementKind) error {
	if slices.Contains(Kinds, kind) {
		return nil
	}
	var names []string
	for _, k := range Kinds {
		names = append(names, string(k))
	}
	return fmt.Errorf("%q is no kind of statement; the kinds are %s", kind, strings.Join(names, ", "))
}

// of finds what the statement is of: a deviation, a control, or nothing.
func (s *sheet) of(kind audit.StatementKind, code string) error {
	switch kind {
	case audit.ManagementAnswer:
		i := slices.IndexFunc(s.Deviations, func(d audit.Deviation) bool { return d.Code == code })
		if i < 0 {
			return fmt.Errorf("a response is to a deviation: name it with --of; the auditor recorded %s in %s, not %q", codes(s.Deviations, func(d audit.Deviation) string { return d.Code }), s.Engagement.Code, code)
		}
		s.Of = s.Deviations[i]
	case audit.DesignAnswers:
		i := slices.IndexFunc(s.Controls, func(c audit.Control) bool { return c.Code == code })
		if i < 0 {
			return fmt.Errorf("a design questionnaire is of a control: name it with --of; %q is not in scope of %s", code, s.Engagement.Code)
		}
		s.Control = s.Controls[i]
	default:
		if code != "" {
			return fmt.Errorf("the %s is of the whole engagement: leave %q out", kind, code)
		}
	}
	return nil
}

func codes[T any](list []T, code func(T) string) string {
	var all []string
	for _, x := range list {
		all = append(all, code(x))
	}
	if len(all) == 0 {
		return "none"
	}
	return strings.Join(all, ", ")
}

func head(b *strings.Builder, kind audit.StatementKind, code string, f Facts, list []Question) {
	fmt.Fprintf(b, "---\nkind: %s\n", kind)
	if code != "" {
		fmt.Fprintf(b, "code: %q\n", code)
	}
	fmt.Fprintf(b, "title: %q\ndated: %q # %s\n", title(kind, code), f.Dated, dating(kind))
	if len(list) > 0 {
		b.WriteString("answers:\n")
	}
	for _, q := range list {
		fmt.Fprintf(b, "  # %s%s\n  %s: \"\"\n", q.Text, choices(q), q.ID)
	}
	b.WriteString("---\n")
}

func title(kind audit.StatementKind, code string) string {
	if code == "" {
		return titles[kind]
	}
	return titles[kind] + ": " + code
}

func choices(q Question) string {
	if len(q.Of) == 0 {
		return ""
	}
	return " (" + strings.Join(q.Of, ", ") + ")"
}

// dating says which day a statement bears.
func dating(kind audit.StatementKind) string {
	switch kind {
	case audit.Assertion:
		return "not after the report date"
	case audit.Representation, audit.SubsequentEvents:
		return "the report date: the auditor tells it"
	}
	return "the day of writing"
}

// relevant leaves out the complementary controls that bear on nothing in scope.
func (f Facts) relevant() Facts {
	f.CUECs = slices.DeleteFunc(slices.Clone(f.CUECs), func(c audit.CUEC) bool { return !f.bears(c.Objectives, c.Criteria) })
	var list []audit.Subservice
	for _, s := range f.Subservices {
		all := len(s.CSOCs)
		s.CSOCs = slices.DeleteFunc(slices.Clone(s.CSOCs), func(c audit.CSOC) bool { return !f.bears(c.Objectives, c.Criteria) })
		if all == 0 || len(s.CSOCs) > 0 {
			list = append(list, s)
		}
	}
	f.Subservices = list
	return f
}

func (f Facts) bears(objectives, criteria []string) bool {
	in := criteria
	if f.Engagement.Kind == audit.SOC1 {
		in = objectives
	}
	return slices.ContainsFunc(in, func(code string) bool { return slices.Contains(f.Codes, code) })
}

// When says of which time the report speaks.
func (f Facts) When() string {
	if f.Engagement.Type == 1 {
		return "as of " + string(f.Engagement.Period.To)
	}
	return fmt.Sprintf("throughout the period from %s to %s", f.Engagement.Period.From, f.Engagement.Period.To)
}

// Named is the system's name in a sentence.
func (f Facts) Named() string {
	if strings.HasPrefix(strings.ToLower(f.System.Name), "the ") {
		return f.System.Name
	}
	return "the " + f.System.Name
}

// After is the day after the period.
func (f Facts) After() audit.Date { return f.Engagement.Period.To.Add(1) }

// Report is the kind of report.
func (f Facts) Report() string {
	return fmt.Sprintf("SOC %s Type %d report", strings.TrimPrefix(string(f.Engagement.Kind), "soc"), f.Engagement.Type)
}

// Measure is what the controls are for.
func (f Facts) Measure() string {
	if f.Engagement.Kind == audit.SOC1 {
		return "the control objectives"
	}
	return "the principal service commitments and system requirements"
}

// Criteria is by what description and controls are measured.
func (f Facts) Criteria() string {
	if f.Engagement.Kind == audit.SOC1 {
		return "the control objectives that the description states (AT-C section 320)"
	}
	var names []string
	for _, c := range f.Engagement.Categories {
		names = append(names, string(c))
	}
	text := "the description criteria (DC section 200) and the trust services criteria for " + and(names) + " (TSP section 100)"
	if len(f.Additional) > 0 {
		text += ", and against the additional criteria of " + and(f.Additional)
	}
	return text
}

// change is an earlier wording of a control, in force within the period.
type change struct {
	Control string
	audit.Worded
}

// Changes are the controls in scope that were worded otherwise in the period.
func (f Facts) Changes() []change {
	var list []change
	for _, c := range f.Controls {
		for _, w := range c.Earlier {
			if w.Effective.From <= f.Engagement.Period.To && f.Engagement.Period.From <= w.Effective.To {
				list = append(list, change{c.Code, w})
			}
		}
	}
	return list
}

// Counted are the controls in scope whose tests count deviations of which the
// auditor recorded none.
func (f Facts) Counted() []audit.Conclusion {
	return slices.DeleteFunc(slices.Clone(f.Outcomes), func(o audit.Conclusion) bool {
		return o.Deviations == 0 ||
			!slices.ContainsFunc(f.Controls, func(c audit.Control) bool { return c.Code == o.Control }) ||
			slices.ContainsFunc(f.Deviations, func(d audit.Deviation) bool { return d.Control == o.Control })
	})
}

// list writes things that may hold commas themselves.
func list(all []string) string { return strings.Join(all, "; ") }

// and writes "a", "a and b", "a, b and c".
func and(names []string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
