package report

import (
	"fmt"
	"strings"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
)

// Compose lays the book out as a document. It is a pure function of the book.
func Compose(b Book) (paper.Document, error) {
	description, err := paper.Markdown(b.System.Description)
	if err != nil {
		return paper.Document{}, fmt.Errorf("system.md: %w", err)
	}
	d := paper.Document{
		Title:     b.title(),
		Subtitle:  b.when(),
		Author:    b.Organization.LegalName,
		Subject:   b.kind() + " draft report",
		Keywords:  []string{b.kind(), "draft"},
		Date:      b.AsOf.UTC().Format(time.DateOnly),
		Header:    b.Organization.Name + " — " + b.kind(),
		Footer:    "Draft, assembled from records as of " + b.AsOf.UTC().Format("2 January 2006") + ". Restricted use.",
		Watermark: "DRAFT",
		Contents:  true,
		Cover:     b.cover(),
	}
	d.Sections = []paper.Section{
		{Title: "Section I — Independent service auditor’s report", Blocks: b.auditorsReport()},
		{Title: "Section II — Management’s assertion", Blocks: b.assertion()},
		{Title: "Section III — Description of the system", Blocks: b.description(description)},
		{Title: "Section IV — " + b.sectionIV(), Blocks: b.tests()},
		{Title: "Section V — Other information provided by management (unaudited)", Blocks: b.other()},
	}
	return d, nil
}

func (b Book) cover() *paper.Cover {
	return &paper.Cover{
		Organization: b.Organization.LegalName,
		Kicker:       "System and Organization Controls (SOC)",
		Title:        b.title(),
		Lines:        []string{b.System.Name},
		Facts: []paper.Fact{
			{Label: "Report", Value: b.kind()},
			{Label: b.whenLabel(), Value: b.period()},
			{Label: "Service auditor", Value: b.Engagement.Auditor},
			{Label: "Records as of", Value: b.AsOf.UTC().Format("2 January 2006")},
		},
		Badge:  "DRAFT",
		Notice: "This draft was assembled from records. It contains no opinion: only the service auditor, a licensed CPA firm, forms and issues one. " + b.restricted(),
	}
}

func (b Book) soc1() bool  { return b.Engagement.Kind == audit.SOC1 }
func (b Book) type2() bool { return b.Engagement.Type == 2 }

func (b Book) kind() string {
	n := "2"
	if b.soc1() {
		n = "1"
	}
	return fmt.Sprintf("SOC %s® Type %d", n, b.Engagement.Type)
}

func (b Book) title() string {
	subject := "the Suitability of the Design of Controls"
	if b.type2() {
		subject = "the Suitability of the Design and Operating Effectiveness of Controls"
	}
	t := fmt.Sprintf("Report on %s’s Description of Its System and on %s", b.Organization.Name, subject)
	if b.soc1() {
		return t
	}
	return t + " Relevant to " + categories(b.Engagement.Categories)
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

func day(d audit.Date) string {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return string(d)
	}
	return t.Format("2 January 2006")
}

func (b Book) restricted() string {
	if b.soc1() {
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
	what := "Trust services criteria"
	if b.soc1() {
		what = "Control objectives"
	}
	if b.type2() {
		return what + ", related controls, tests of controls and results"
	}
	return what + " and related controls"
}
