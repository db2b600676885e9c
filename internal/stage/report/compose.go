package report

import (
	"fmt"
	"strings"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
	"tickmark/internal/method/elements"
)

// Compose lays the book out as a document. It is a pure function of the book.
func Compose(b Book) (paper.Document, error) {
	d, _, err := compose(b)
	return d, err
}

// compose lays the book out, and says which elements the document has.
func compose(b Book) (paper.Document, map[string]bool, error) {
	b.wrote = map[string]bool{}
	if b.Kind == "" {
		b.Kind = b.Engagement.Kind
	}
	d := paper.Document{
		Title:    b.title(),
		Subtitle: b.when(),
		Author:   b.Organization.LegalName,
		Subject:  b.kind() + b.ifDraft(" draft") + " report",
		Keywords: []string{b.kind(), "report"},
		Date:     b.AsOf.UTC().Format(time.DateOnly),
		Header:   b.Organization.Name + " — " + b.kind(),
		Footer:   b.footer(),
		Contents: true,
		Cover:    b.cover(),
	}
	if !b.Final {
		d.Watermark, d.Keywords[1] = "DRAFT", "draft"
	} else {
		d.Date = string(b.Filed.Opinion.ReportDate)
	}
	var err error
	d.Sections, err = b.sections()
	return d, b.wrote, err
}

// mark notes that the document has an element, when it is so.
func (b Book) mark(so bool, ids ...string) {
	for _, id := range ids {
		if so {
			b.wrote[id] = true
		}
	}
}

func (b Book) sections() ([]paper.Section, error) {
	auditors, err := b.auditorsReport()
	if err != nil {
		return nil, fmt.Errorf("section I: %w", err)
	}
	assertion, err := b.assertion()
	if err != nil {
		return nil, fmt.Errorf("section II: %w", err)
	}
	list := []paper.Section{
		{ID: "tm.section-i", Title: "Section I — Independent service auditor’s report", Blocks: auditors},
		{ID: "tm.section-ii", Title: "Section II — Management’s assertion", Blocks: assertion},
	}
	if b.soc3() {
		return append(list, paper.Section{ID: "tm.section-iii", Title: "Section III — Boundaries of the system and principal commitments", Blocks: b.boundaries()}), nil
	}
	description, err := b.description()
	if err != nil {
		return nil, err
	}
	other, err := b.other()
	if err != nil {
		return nil, fmt.Errorf("section V: %w", err)
	}
	return append(list,
		paper.Section{ID: "tm.section-iii", Title: "Section III — Description of the system", Blocks: description},
		paper.Section{ID: "tm.section-iv", Title: "Section IV — " + b.sectionIV(), Blocks: b.tests()},
		paper.Section{ID: "tm.section-v", Title: "Section V — Other information (unaudited)", Blocks: other},
	), nil
}

func (b Book) footer() string {
	use := "Restricted use."
	if b.soc3() {
		use = "General use."
	}
	if b.Final {
		return "Report of " + day(b.Filed.Opinion.ReportDate) + ". " + use
	}
	return "Draft, assembled from records as of " + b.AsOf.UTC().Format("2 January 2006") + ". " + use
}

func (b Book) cover() *paper.Cover {
	c := &paper.Cover{
		Organization: b.Organization.LegalName,
		Kicker:       "System and Organization Controls (SOC)",
		Title:        b.title(),
		Lines:        []string{b.System.Name},
		Facts: []paper.Fact{
			{Label: "Report", Value: b.kind()},
			{Label: b.whenLabel(), Value: b.period()},
			{Label: "Service auditor", Value: b.auditor()},
		},
		Notice: b.restricted(),
	}
	if b.Final {
		c.Facts = append(c.Facts, paper.Fact{Label: "Report date", Value: day(b.Filed.Opinion.ReportDate)})
		return c
	}
	c.Badge = "DRAFT"
	c.Facts = append(c.Facts, paper.Fact{Label: "Records as of", Value: b.AsOf.UTC().Format("2 January 2006")})
	holds := "It contains no opinion: only the service auditor, a licensed CPA firm, forms and issues one. "
	if b.Filed.Opinion != nil {
		holds = "It is no report: the opinion in it counts when a partner has signed it and the report is issued. "
	}
	c.Notice = "This draft was assembled from records. " + holds + c.Notice
	return c
}

// auditor is the firm as it signs.
func (b Book) auditor() string {
	if b.Filed.Firm.Name != "" {
		return b.Filed.Firm.Name
	}
	return b.Engagement.Auditor
}

func (b Book) soc1() bool  { return b.Kind == audit.SOC1 }
func (b Book) soc3() bool  { return b.Kind == elements.SOC3 }
func (b Book) type2() bool { return b.Engagement.Type == 2 }

func (b Book) kind() string {
	switch {
	case b.soc3():
		return "SOC 3®"
	case b.soc1():
		return fmt.Sprintf("SOC 1® Type %d", b.Engagement.Type)
	}
	if len(b.plus()) > 0 {
		return fmt.Sprintf("SOC 2®+ Type %d", b.Engagement.Type)
	}
	return fmt.Sprintf("SOC 2® Type %d", b.Engagement.Type)
}

func (b Book) title() string {
	if b.soc3() {
		return fmt.Sprintf("Report on the Effectiveness of Controls within %s’s System Relevant to %s", b.Organization.Name, categories(b.Engagement.Categories))
	}
	subject := "the Suitability of the Design of Controls"
	if b.type2() {
		subject = "the Suitability of the Design and Operating Effectiveness of Controls"
	}
	t := fmt.Sprintf("Report on %s’s Description of Its System and on %s", b.Organization.Name, subject)
	if b.soc1() {
		return t
	}
	t += " Relevant to " + categories(b.Engagement.Categories)
	if more := b.plus(); len(more) > 0 {
		var names []string
		for _, a := range more {
			names = append(names, a.Short)
		}
		t += ", and by Additional Criteria (" + enumerate(names) + ")"
	}
	return t
}

func categories(list []audit.Category) string {
	names := map[audit.Category]string{
		audit.Security: "Security", audit.Availability: "Availability", audit.ProcessingIntegrity: "Processing Integrity",
		audit.Confidentiality: "Confidentiality", audit.Privacy: "Privacy",
	}
	var out []string
	for _, c := range list {
		out = append(out, names[c])
	}
	return enumerate(out)
}

// enumerate writes "a, b and c".
func enumerate(list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " and " + list[len(list)-1]
}

func (b Book) whenLabel() string {
	if b.type2() {
		return "Period"
	}
	return "As of"
}

func (b Book) period() string {
	if b.type2() {
		return day(b.Engagement.Period.From) + " to " + day(b.Engagement.Period.To)
	}
	return day(b.Engagement.Period.To)
}

func (b Book) when() string {
	if b.type2() {
		return "For the period " + b.period()
	}
	return "As of " + b.period()
}

// throughout is how a sentence names the time.
func (b Book) throughout() string {
	if b.type2() {
		return "throughout the period " + b.period()
	}
	return "as of " + b.period()
}

// during is how a sentence names the time within which something happens.
func (b Book) during() string { return strings.Replace(b.throughout(), "throughout the", "in the", 1) }

func day(d audit.Date) string {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return string(d)
	}
	return t.Format("2 January 2006")
}

func days(p audit.Period) string { return day(p.From) + " to " + day(p.To) }

func (b Book) restricted() string {
	switch {
	case b.soc3():
		return "It is for general use. The report on the same examination for those who know the system holds the tests and their results."
	case b.soc1():
		return "It is meant for the management of the service organization, for user entities of the system and for their auditors."
	}
	return "It is meant for the management of the service organization and for parties who know the service, its controls and their limits well enough to use it."
}

func (b Book) subjectMatter() string {
	if b.soc1() {
		return "the control objectives"
	}
	return "the service commitments and system requirements, measured by the trust services criteria for " + strings.ToLower(categories(b.Engagement.Categories))
}

func (b Book) sectionIV() string {
	what := "Criteria"
	if b.soc1() {
		what = "Control objectives"
	}
	if b.type2() {
		return what + ", controls, tests and results"
	}
	return what + " and controls"
}

func (b Book) ifDraft(s string) string {
	if b.Final {
		return ""
	}
	return s
}
