package web

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/confine"
	"tickmark/internal/engine/workspace"
	"tickmark/internal/method/authority"
	"tickmark/internal/stage/report"
	"tickmark/internal/surface/web/page"
	"tickmark/internal/verify"
)

// Hands is long work that people start from a page, and what tells how far it is.
type Hands interface {
	PerformNow(ctx context.Context, p audit.Person, engagement, procedure string, tell func(what string, done, of int64)) (audit.Result, error)
	RunNow(ctx context.Context, p audit.Person, engagement string, tell func(what string, done, of int64)) error
	DraftReport(ctx context.Context, p audit.Person, engagement string) (audit.Report, error)
	CheckReport(ctx context.Context, p audit.Person, o report.Order) (report.Check, error)
	IssueNow(ctx context.Context, p audit.Person, engagement string) (audit.Report, error)
	Verifier() verify.Verifier
}

// performActs let a person perform a procedure on the spot, in an engagement.
func (b *bench) performActs(c *call, id string, f workspace.Folder) []page.Act {
	if !c.holds(authority.DutyPerform) {
		return nil
	}
	var in []page.Word
	for _, e := range f.Engagements {
		if e.Type == 2 {
			in = append(in, page.Word{Value: e.Code, Text: e.Code + ", " + title(e)})
		}
	}
	if len(in) == 0 {
		return nil
	}
	return c.offered(page.Act{
		Title: "Perform it now", Note: "Over the whole populations as they stand, and the controls concluded again. You can leave the page meanwhile.", Action: path("procedures", id, "perform"), Button: "Perform now",
		Fields: []page.Field{{Name: "engagement", Label: "For", Kind: page.ChoiceField, Choices: in}},
	})
}

func (b *bench) perform(c *call) error {
	tests, err := c.tests(c.r.Context())
	if err != nil {
		return err
	}
	id, engagement := c.r.PathValue("id"), c.r.PostFormValue("engagement")
	if _, ok := tests[id]; !ok {
		return errNoPage
	}
	p, person := path("procedures", id), c.person
	j := &job{title: "Perform " + id, back: page.Link{Text: "The procedure", Href: p}}
	return b.start(c, j, func(ctx context.Context, j *job) error {
		_, err := b.Hands.PerformNow(ctx, person, engagement, id, j.tell)
		j.to = address(p, "done", "performed")
		return err
	})
}

// runActs let a person collect, perform and conclude for an engagement.
func (b *bench) run(c *call) error {
	e, err := b.engaged(c)
	if err != nil {
		return err
	}
	person := c.person
	j := &job{title: "Run the tests of " + e.Code, back: page.Link{Text: "The engagement", Href: of(e)}}
	return b.start(c, j, func(ctx context.Context, j *job) error {
		j.to = of(e)
		return b.Hands.RunNow(ctx, person, e.Code, j.tell)
	})
}

// reportActs are the verbs of a report, for each engagement.
func (b *bench) reportActs(c *call, f workspace.Folder) []page.Act {
	if !c.holds(authority.DutyReport) {
		return nil
	}
	var out []page.Act
	for _, e := range f.Engagements {
		out = append(out, page.Act{Title: e.Code, Note: "A draft is assembled from the records as they stand, and takes some seconds.", Action: path("reports", e.Code, "draft"), Button: "Assemble a draft", Minor: true})
	}
	return out
}

func (b *bench) draftReport(c *call) error {
	e, err := b.engaged(c)
	if err != nil {
		return err
	}
	person := c.person
	j := &job{title: "Assemble the draft of " + e.Code, back: page.Link{Text: "Reports", Href: "/reports"}}
	return b.start(c, j, func(ctx context.Context, j *job) error {
		j.tell("assembles and sets the pages", 0, 0)
		_, err := b.Hands.DraftReport(ctx, person, e.Code)
		j.to = address("/reports", "done", "draft")
		return err
	})
}

// checklist is what the report must hold, what it lacks, and what else stands
// against issuing it.
func (b *bench) checklist(c *call) error {
	e, err := b.engaged(c)
	if err != nil {
		return err
	}
	x, err := b.Hands.CheckReport(c.r.Context(), c.person, report.Order{Engagement: e.Code})
	if err != nil {
		return err
	}
	l := page.Listing{Lead: "What a report of this kind must hold, and what stands against issuing it.", Fault: c.fault}
	if l.Frame, err = b.frame(c, "Checklist of "+e.Code, "reports", page.Link{Text: "Reports", Href: "/reports"}); err != nil {
		return err
	}
	l.Figures = []page.Figure{
		{Value: audit.Count(int64(len(x.Missing))), Of: "of " + audit.Count(int64(x.Applies)), Label: "elements missing", Tone: lacking(len(x.Missing)), Share: -1},
		{Value: audit.Count(int64(len(x.Against))), Label: "other things against the issue", Tone: lacking(len(x.Against)), Share: -1},
		{Value: audit.Count(int64(x.Hidden)), Label: "elements that the auditor judges", Share: -1},
	}
	l.Table = page.Table{
		Caption: "What is missing", Columns: []page.Column{{Name: "Element"}, {Name: "Whose"}, {Name: "What it is", Wide: true}},
		Empty: page.Empty{Title: "Nothing is missing", Text: "All " + audit.Count(int64(x.Applies)) + " elements that this report must hold are there."},
	}
	for _, m := range x.Missing {
		l.Table.Rows = append(l.Table.Rows, page.Row{{Text: m.ID, Mono: true}, {Text: string(m.By)}, {Text: m.Text}})
	}
	for _, text := range x.Against {
		l.Table.Rows = append(l.Table.Rows, page.Row{{Text: "against the issue", Tone: page.Bad}, {}, {Text: strings.ReplaceAll(text, "`", "")}})
	}
	n := int64(len(l.Table.Rows))
	l.Table.Pager = page.Pager{From: min(1, n), To: n, Of: n, Noun: "point"}
	if c.person.Side == audit.Auditor && c.holds(authority.DutyReport) {
		l.Acts = []page.Act{{Title: "Issue the report", Note: "Its bytes are frozen, and it is never replaced. Whatever stands against it is said, and then nothing is recorded.", Action: path("reports", e.Code, "issue"), Button: "Issue the report"}}
	}
	return b.show(c, l.Write())
}

func lacking(n int) page.Tone {
	if n == 0 {
		return page.Good
	}
	return page.Bad
}

func (b *bench) issue(c *call) error {
	e, err := b.engaged(c)
	if err != nil {
		return err
	}
	person := c.person
	j := &job{title: "Issue the report of " + e.Code, back: page.Link{Text: "The checklist", Href: path("reports", e.Code, "check")}}
	return b.start(c, j, func(ctx context.Context, j *job) error {
		j.tell("sets the pages and freezes them", 0, 0)
		_, err := b.Hands.IssueNow(ctx, person, e.Code)
		j.to = address("/reports", "done", "issued")
		return err
	})
}

// verifying is the page on which anybody who may read checks a bundle.
func (b *bench) verifying(c *call) error {
	l := page.Listing{Lead: "A bundle is checked byte by byte, with its signatures and its history, and every test in it is performed again. Nothing of it is kept."}
	var err error
	if l.Frame, err = b.frame(c, "Verify a bundle", "proof", page.Link{Text: "Proof", Href: "/trail"}); err != nil {
		return err
	}
	l.Fault = c.fault
	l.Table.Empty = page.Empty{Title: "Whoever does not trust this server checks it elsewhere", Text: "The same program does it on any machine, without a network, an account, or trust in whoever made the bundle.", Command: "tickmark verify bundle.zip"}
	l.Acts = c.offered(page.Act{
		Title: "Check one here", Action: "/verify", Files: true, Button: "Verify",
		Fields: []page.Field{{Name: "file", Label: "Bundle, up to " + maxUploadText, Kind: page.FileField, Needed: true}, {Name: "key", Label: "The organization’s public key, got by another way", Hint: "as the bundle says, when empty", Wide: true}},
	})
	return b.show(c, l.Write())
}

func (b *bench) verify(c *call) error {
	dir, done, err := confine.Scratch(b.Scratch)
	if err != nil {
		return err
	}
	file, err := receive(c.r, dir)
	if err != nil {
		done()
		return err
	}
	if file == "" {
		done()
		c.fault, c.status = "Choose a bundle.", http.StatusUnprocessableEntity
		return b.verifying(c)
	}
	v := b.Hands.Verifier()
	v.Key = strings.TrimSpace(c.r.PostForm.Get("key"))
	j := &job{title: "Verify " + filepath.Base(file), back: page.Link{Text: "Verify another", Href: "/verify"}}
	if err := b.start(c, j, func(ctx context.Context, j *job) error {
		defer done()
		defer os.Remove(file)
		v.Scratch, v.Progress = dir, func(text string) { j.tell(text, 0, 0) }
		found, err := v.Bundle(ctx, file)
		j.found = findings(found)
		return err
	}); err != nil {
		done()
		return err
	}
	return nil
}

// findings are what a check of a bundle found.
func findings(f verify.Finding) []page.Section {
	word, tone := "Nothing was changed, and every test performed again gives the recorded result.", page.Good
	if !f.Sound() {
		word, tone = audit.Plural(int64(len(f.Faults)), "fault")+" found.", page.Bad
	}
	key := "It came with the bundle: compare it with one that the organization gave you by another way."
	if f.Pinned {
		key = "It is the one that you gave."
	}
	out := []page.Section{{Title: "What was found", Facts: []page.Fact{
		{Name: "Finding", Value: page.Cell{Text: word, Tone: tone}}, fact("Organization", f.Organization+", bundle of "+string(f.Side)), fact("Files", audit.Count(int64(f.Entries))),
		fact("Records in the history", audit.Count(f.Records)), {Name: "Key", Value: page.Cell{Text: f.Key, Mono: true, Note: key}},
	}, List: f.Faults}}
	t := page.Table{
		Caption: "Tests performed again", Columns: []page.Column{{Name: "Engagement"}, {Name: "Procedure", Wide: true}, {Name: "Came out"}, {Name: "Tested", Num: true}, {Name: "Exceptions", Num: true}},
		Empty: page.Empty{Title: "No test was performed again", Text: "The bundle holds no result."},
	}
	for _, a := range f.Performed {
		same := page.Cell{Text: "the same", Tone: page.Good}
		if !a.Same {
			same = page.Cell{Text: "different", Tone: page.Bad}
		}
		t.Rows = append(t.Rows, page.Row{{Text: a.Engagement, Mono: true}, {Text: a.Procedure, Mono: true}, same, {Text: audit.Count(a.Tested)}, {Text: audit.Count(a.Exceptions)}})
	}
	return append(out, page.Section{Title: "Performed again", Table: whole(t, "test")})
}
