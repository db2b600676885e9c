package bench

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
	"tickmark/internal/method/coverage"
	"tickmark/internal/stage/report"
)

// BenchmarkReport lays out and renders two reports, from the records in memory
// to the PDF: a SOC 2 over all 61 criteria with 120 controls and 300 tests, and
// a SOC 1 of some 400 pages. The compiler's machine code is in the cache; the
// memory is the most that a child process held, what it maps included.
func BenchmarkReport(b *testing.B) {
	known, err := catalog.Load()
	if err != nil {
		b.Fatal(err)
	}
	self, _ := os.Executable()
	r := paper.Renderer{Exe: []string{self, "worker", "paper"}}
	if err := r.Warm(b.Context()); err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct {
		name            string
		kind            audit.Kind
		controls, tests int
		pages           int // about so many
		most            string
	}{
		{"SOC 2", audit.SOC2, 120, 300, 100, "2.5 s, 300 MB"},
		{"SOC 1", audit.SOC1, 560, 1400, 400, "10 s"},
	} {
		b.Run(c.name, func(b *testing.B) {
			book := largeBook(known, c.kind, c.controls, c.tests)
			var took []time.Duration
			var composed time.Duration
			pages := 0
			for b.Loop() {
				runtime.GC()
				begin := time.Now()
				doc, err := report.Compose(book)
				if err != nil {
					b.Fatal(err)
				}
				composed = time.Since(begin)
				if _, pages, err = r.PDF(b.Context(), doc); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(begin))
			}
			if pages < c.pages*7/10 || pages > c.pages*14/10 {
				b.Fatalf("%d pages, want about %d", pages, c.pages)
			}
			var used syscall.Rusage
			if err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &used); err != nil {
				b.Fatal(err)
			}
			b.Logf("%s\n| report | pages | wall, median | of it composing | most memory of a child | at most |\n|---|---|---|---|---|---|\n| %s, %d controls, %d tests | %d | **%.2f s** | %.0f ms | %d MB | %s |",
				machine(), c.name, c.controls, c.tests, pages, median(took).Seconds(), float64(composed.Microseconds())/1000, used.Maxrss>>10, c.most)
		})
	}
}

// largeBook is a report with every test finished: each control has two tests or
// three, of a sample of 25, and one in twenty found a deviation.
func largeBook(known *catalog.Catalog, kind audit.Kind, controls, tests int) report.Book {
	year := audit.Period{From: "2025-01-01", To: "2025-12-31"}
	e := audit.Engagement{Code: "large", Kind: kind, Type: 2, Period: year, Timezone: "UTC", Auditor: "Quill & Abbot LLP"}
	b := report.Book{Engagement: e, AsOf: time.Date(2026, 2, 14, 0, 0, 0, 0, time.UTC), Procedures: map[string]audit.Procedure{}}
	b.Organization = audit.Organization{Name: "Larkspur Billing", LegalName: "Larkspur Billing, Inc."}
	b.System = audit.System{Name: "Larkspur Invoicing Platform", Services: []string{"Rating and invoicing"}, Description: strings.Repeat("# A part of the system\n\n"+strings.Repeat("Usage is received from user entities, rated by the contracts that were in force, reviewed by billing operations and invoiced on the third working day. ", 12)+"\n\n", 40)}
	for i := range 40 {
		b.Objectives = append(b.Objectives, audit.Objective{Code: fmt.Sprintf("CO-%02d", i+1), Area: fmt.Sprintf("area %d", i/4+1), Text: "Controls provide reasonable assurance that what is processed is authorized, complete and accurate."})
	}
	if kind == audit.SOC2 {
		b.Engagement.Categories = []audit.Category{audit.Security, audit.Availability, audit.ProcessingIntegrity, audit.Confidentiality, audit.Privacy}
		b.Criteria = known.InCategory(b.Engagement.Categories...)
	}
	for i := range controls {
		c := audit.Control{Code: fmt.Sprintf("C-%03d", i+1), Title: "A control with a title", Text: "The manager of the team reviews, every month, the list of people with access to the system, compares it with the list of the human resources system, and has access that is not needed removed within two working days.", Objectives: []string{b.Objectives[i%len(b.Objectives)].Code}}
		if kind == audit.SOC2 {
			c.Criteria = []string{b.Criteria[i%61].ID, b.Criteria[(i*7+3)%61].ID, b.Criteria[(i*11+5)%61].ID}
		}
		b.Controls = append(b.Controls, c)
	}
	for i := range tests {
		b.Filed.Papers = append(b.Filed.Papers, finished(&b, i, b.Controls[i%controls]))
	}
	b.Rows = coverage.Matrix(coverage.Scope{Engagement: b.Engagement, Criteria: b.Criteria, Objectives: b.Objectives, Controls: b.Controls})
	return b
}

// finished is one test of a control.
func finished(b *report.Book, i int, c audit.Control) audit.Workpaper {
	p := audit.Workpaper{
		Code: fmt.Sprintf("WP-%04d", i+1), Kind: audit.OperatingPaper, Control: c.Code, Dates: b.Engagement.Period, Wording: audit.DigestOf([]byte(c.Text)), Title: "Test of " + c.Code,
		Steps:     []audit.PaperStep{{Nature: audit.Inspection, Text: "Inspected the list of people with access, the list of the human resources system, the review with its date and signature, and the tickets by which access was removed."}},
		Selection: "Chosen at random among the occurrences of the year.", Attributes: []audit.Attribute{{Code: "A", Text: "Reviewed in time, by the manager"}, {Code: "B", Text: "What was found was removed within two working days"}},
	}
	for k := range 25 {
		p.Items = append(p.Items, audit.TestedItem{Item: fmt.Sprintf("T-%02d", k+1), Marks: map[string]string{"A": "✓", "B": "✓"}})
	}
	if i%20 == 7 {
		b.Filed.Deviations = append(b.Filed.Deviations, audit.Deviation{Code: fmt.Sprintf("D-%03d", i+1), Control: c.Code, Workpaper: p.Code, Items: []string{"T-01"}, Tested: 25, Nature: "One review was made five days late."})
	}
	return p
}
