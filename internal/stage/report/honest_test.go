package report

import (
	"strings"
	"testing"

	"tickmark/internal/audit"
)

// passagesOf are the passages as lines.
func passagesOf(b Book) []string {
	var out []string
	for _, p := range b.passages() {
		out = append(out, p.Where+": “"+p.Words+"” "+p.Why)
	}
	return out
}

// What people write is held against the records: counts, periods, controls that
// are needed for nothing examined, and the assertion against the opinion.
func TestTextsAgainstRecords(t *testing.T) {
	const e = "soc1-t2"
	r := open(t)
	r.team(e)
	r.fieldwork(e)
	r.says(e, map[string]string{"description": "yes", "design": "except", "operation": "yes"})
	r.opines(e, with(audit.OfOperation, audit.SubjectOpinion{Form: audit.Qualified, Affected: []string{"CO-04"}, Basis: "Nine of the changes, 9 of 40 tested, were not approved."})...)
	b, err := r.stage(staff).book(r.ctx, Order{Engagement: e})
	r.Must(err)
	whole := []string{
		"assertion: “design: except” the opinion on it is unmodified",
		"assertion: “operation: yes” the opinion on it is qualified",
	}
	if got := passagesOf(b); !equal(got, whole) {
		t.Fatalf("as it is: %q", got)
	}
	for _, c := range []struct {
		name   string
		change func(*Book)
		want   string
	}{
		{"a response that counts otherwise", func(b *Book) {
			b.Said.Statements[statementAt(b, audit.ManagementAnswer)].Text = "All tickets came in time, 25 of 25."
		}, "response D-1: “25 of 25” no record holds this count; they hold 25 of 25, 25 of 60, 2 of 25, 23 of 25"},
		{"a response that denies", func(b *Book) {
			b.Said.Statements[statementAt(b, audit.ManagementAnswer)].Text = "There were no deviations."
		}, "response D-1: “no deviations” the records hold 2 deviations"},
		{"an assertion that denies", func(b *Book) {
			b.Said.Statements[statementAt(b, audit.Assertion)].Text = "All tests ended without exceptions."
		}, "assertion: “without exceptions” the records hold 11 deviations"},
		{"a basis with another count", func(b *Book) { b.Filed.Opinion.Subjects[2].Basis = "Of those tested, 8 of 40 were not approved." }, "opinion, basis on operation: “8 of 40” no record holds this count"},
		{"last year's period", func(b *Book) {
			b.System.Description += "\nIn the period 1 January 2024 to 31 December 2024 there were none.\n"
		}, "system.md: “1 January 2024 to 31 December 2024” the engagement's period is 2025-01-01 to 2025-12-31"},
		{"offices are not tests", func(b *Book) { b.System.Description += "\nPeople work in 3 of 5 offices.\n" }, ""},
		{"a control of users for nothing examined", func(b *Book) { b.CUECs[0].Objectives = []string{"CO-77"} }, "user entity control UE-01: “UE-01” it is needed for CO-77, which is not examined"},
		{"a control of users for nothing", func(b *Book) { b.CUECs[0].Objectives, b.CUECs[0].Criteria = nil, nil }, "user entity control UE-01: “UE-01” it is needed for no objective"},
		{"one of a subservice organization for nothing", func(b *Book) { b.Subservices[0].CSOCs[0].Objectives = nil }, "subservice control SO-01: “SO-01” it is needed for no objective"},
	} {
		b, err := r.stage(staff).book(r.ctx, Order{Engagement: e})
		r.Must(err)
		c.change(&b)
		var more []string
		for _, p := range passagesOf(b) {
			if !contains(whole, p) {
				more = append(more, p)
			}
		}
		if c.want == "" && len(more) > 0 || c.want != "" && (len(more) != 1 || !strings.HasPrefix(more[0], c.want)) {
			t.Errorf("%s: %q, want %q", c.name, more, c.want)
		}
	}
}

func equal(a, b []string) bool { return strings.Join(a, "\n") == strings.Join(b, "\n") }
func contains(l []string, s string) bool {
	return strings.Contains("\n"+strings.Join(l, "\n")+"\n", "\n"+s+"\n")
}

func statementAt(b *Book, kind audit.StatementKind) int {
	for i, x := range b.Said.Statements {
		if x.Kind == kind {
			return i
		}
	}
	return -1
}

// The description and the controls beside the templates, and beside the report
// of another engagement; and this year's report beside that one.
func TestLikeness(t *testing.T) {
	r := open(t)
	for _, e := range []string{"soc1-t2", "soc2-t2"} {
		_, err := r.stage(owner).Draft(r.ctx, Order{Engagement: e})
		r.Must(err)
	}
	x, err := r.stage(owner).Similar(r.ctx, Order{Engagement: "soc1-t2"})
	r.Must(err)
	if len(x.Against) != 2 || x.Against[0].With != "templates that came with Tickmark" || x.Against[1].With != "the report of soc2-t2" {
		t.Fatalf("%+v", x.Against)
	}
	if x.Against[0].Shared != 0 || x.Against[1].Permille() < 400 || len(x.Pairs) != 0 {
		t.Errorf("%+v", x)
	}
	f := r.described()
	f.Controls[0].Text, f.Controls[1].Text = "Managers review all the access of their people at Larkspur Billing every month.", "Managers review all the access of their people at Larkspur every month."
	f.System.Description = "# Control environment\n\n" + example(t, r)
	items, err := f.Items()
	r.Must(err)
	_, err = r.As(owner).ApplyScope(r.ctx, items)
	r.Must(err)
	c, err := r.stage(owner).Check(r.ctx, Order{Engagement: "soc1-t2"})
	r.Must(err)
	if text := strings.Join(c.Similar, "\n"); !strings.Contains(text, "percent of the words of description and controls stand in templates that came with Tickmark") || !strings.Contains(text, "1 pair of controls say nearly the same") {
		t.Errorf("%q", text)
	}
}

// example is a passage of a template.
func example(t *testing.T, r *room) string {
	t.Helper()
	all, err := r.stage(owner).templates()
	r.Must(err)
	for _, x := range all {
		if strings.HasSuffix(x.Where, "system.md") {
			return x.Text
		}
	}
	t.Fatal("there is no example")
	return ""
}

// Two engagements of one kind are compared without the days of their periods.
func TestCompareWithLastYear(t *testing.T) {
	r := open(t)
	f := r.described()
	last := r.engagement("soc1-t2")
	last.Code, last.Period = "soc1-2024", audit.Period{From: "2024-01-01", To: "2024-12-31"}
	f.Engagements = append(f.Engagements, last)
	items, err := f.Items()
	r.Must(err)
	_, err = r.As(owner).ApplyScope(r.ctx, items)
	r.Must(err)
	_, err = r.stage(owner).Draft(r.ctx, Order{Engagement: last.Code})
	r.Must(err)
	x, err := r.stage(owner).CompareWith(r.ctx, Order{Engagement: "soc1-t2"}, last.Code)
	r.Must(err)
	for _, c := range x.Changes {
		if !strings.Contains(c.Where, "Controls that changed") && !strings.Contains(c.Where, "Logical access") && !strings.Contains(c.Where, "says what") {
			t.Errorf("%s\n- %s\n+ %s", c.Where, c.Was, c.Is)
		}
	}
	if _, err := r.stage(owner).CompareWith(r.ctx, Order{Engagement: "soc1-t2"}, "soc2-t2"); err == nil || !strings.Contains(err.Error(), "another engagement of the same kind") {
		t.Errorf("another kind: %v", err)
	}
}
