package web

import (
	"context"
	"errors"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
	"tickmark/internal/method/authority"
	"tickmark/internal/method/evaluation"
	"tickmark/internal/method/lifecycle"
	"tickmark/internal/stage/advance"
	"tickmark/internal/stage/declare"
	"tickmark/internal/stage/engage"
	"tickmark/internal/stage/request"
	"tickmark/internal/stage/review"
	"tickmark/internal/stage/sample"
	"tickmark/internal/surface/web/page"
)

// Engaged is what the pages of an engagement read and do. All of it is for one
// person, by that person's own handle to the records: what he may not see is
// refused with authority.ErrRefused, or is not among what he gets.
type Engaged struct {
	Between  Between
	File     AuditorFile
	Requests RequestList
	Signing  Signing
	Writing  Writing
	Lots     Lots
}

// Between is what stands between the two sides, each of which sees its part.
type Between interface {
	Course(ctx context.Context, p audit.Person, engagement string) (Course, error)
	Samples(ctx context.Context, p audit.Person, engagement string) ([]sample.Listed, error)
	Deviations(ctx context.Context, p audit.Person, engagement string) ([]audit.Deviation, error)
	Statements(ctx context.Context, p audit.Person, engagement string) ([]declare.Said, error)
	Opinion(ctx context.Context, p audit.Person, engagement string) (audit.Opinion, []review.Signed, error)
}

// AuditorFile is the auditor's own file.
type AuditorFile interface {
	Intakes(ctx context.Context, p audit.Person, engagement string) ([]sample.Evaluated, error)
	Workpapers(ctx context.Context, p audit.Person, engagement, control string) ([]review.PaperState, error)
	WorkpaperVersions(ctx context.Context, p audit.Person, engagement, paper string) ([]review.Version, error)
	MarkWorkpaper(ctx context.Context, p audit.Person, engagement, paper string, marks []review.Marking, evidence []audit.PaperEvidence) (audit.Workpaper, bool, error)
	Notes(ctx context.Context, p audit.Person, engagement string) ([]audit.Note, error)
	AuditorConclusions(ctx context.Context, p audit.Person, engagement string) ([]review.Concluded, error)
	ProposeOpinion(ctx context.Context, p audit.Person, engagement string) (evaluation.Proposal, error)
}

// RequestList is the request list, and what each side says of a request.
type RequestList interface {
	Requests(ctx context.Context, p audit.Person, engagement string) ([]request.Item, error)
	RequestHistory(ctx context.Context, p audit.Person, engagement, code string) (request.Item, []request.Moment, error)
	Respond(ctx context.Context, p audit.Person, engagement string, x request.Answer) (audit.Response, error)
	SayOfRequest(ctx context.Context, p audit.Person, engagement, code string, state audit.RequestState, reason string) (request.Item, error)
	CommentRequest(ctx context.Context, p audit.Person, engagement, code, text string) (audit.Comment, error)
}

// Course is where an engagement stands, who works on it, and how it came there.
type Course struct {
	Calendar   lifecycle.Calendar
	Gates      advance.View
	Team       []engage.Seat
	People     []audit.Member
	Steps      []audit.Step
	Additions  []audit.Addition
	Comparison []lifecycle.Comparison // of assertion and opinion
	Firm       audit.Firm             // that examines; without a code when it is not recorded
}

// tab is a screen of an engagement. A person to whom the records refuse what it
// is made of is not led there.
type tab struct {
	name, text string
	sees       func(ctx context.Context, v *view, engagement string) error
}

var tabs = []tab{
	{"", "Overview", always},
	{"controls", "Controls", sees(func(r *store.Reader, ctx context.Context, _ string) ([]audit.Switch, error) { return r.Switches(ctx) })},
	{"requests", "Requests", sees((*store.Reader).Requests)},
	{"intake", "Intake", sees((*store.Reader).Intakes)},
	{"samples", "Samples", sees((*store.Reader).Samples)},
	{"workpapers", "Workpapers", sees((*store.Reader).Notes)},
	{"deviations", "Deviations", sees((*store.Reader).Deviations)},
	{"conclusions", "Conclusions", sees((*store.Reader).AuditorConclusions)},
	{"opinion", "Opinion", sees((*store.Reader).Statements)},
	{"statements", "Statements", sees((*store.Reader).Statements)},
}

func always(context.Context, *view, string) error { return nil }

// sees asks the person's own handle for a list.
func sees[T any](list func(*store.Reader, context.Context, string) ([]T, error)) func(context.Context, *view, string) error {
	return func(ctx context.Context, v *view, engagement string) error {
		_, err := list(v.reader, ctx, engagement)
		return err
	}
}

// screens are the tabs that lead the person somewhere.
func (v *view) screens(ctx context.Context, engagement string) ([]tab, error) {
	return v.tabs.get(engagement, func() ([]tab, error) {
		var out []tab
		for _, t := range tabs {
			err := t.sees(ctx, v, engagement)
			if err == nil {
				out = append(out, t)
			} else if !errors.Is(err, authority.ErrRefused) {
				return nil, err
			}
		}
		return out, nil
	})
}

// engaged is the engagement of an address.
func (b *bench) engaged(c *call) (audit.Engagement, error) {
	f, err := c.scope(c.r.Context())
	if err != nil {
		return audit.Engagement{}, err
	}
	i := slices.IndexFunc(f.Engagements, func(e audit.Engagement) bool { return e.Code == c.r.PathValue("engagement") })
	if i < 0 {
		return audit.Engagement{}, errNoPage
	}
	return f.Engagements[i], nil
}

// dossier is what surrounds a page of an engagement. A page of one thing names
// what it is; the page of a list is called as its tab.
func (b *bench) dossier(c *call, e audit.Engagement, screen, one string) (page.Dossier, error) {
	d := page.Dossier{Over: title(e) + ", " + period(e.Period), Done: recorded[c.r.URL.Query().Get("done")], Fault: c.fault}
	all, err := c.screens(c.r.Context(), e.Code)
	if err != nil {
		return d, err
	}
	name := one
	crumbs := []page.Link{{Text: "Engagements", Href: "/engagements"}}
	if screen != "" {
		crumbs = append(crumbs, page.Link{Text: e.Code, Href: path("engagements", e.Code)})
	}
	for _, t := range all {
		at := page.Link{Text: t.text, Href: of(e, t.name), Now: t.name == screen}
		d.Tabs = append(d.Tabs, at)
		if at.Now && one != "" && screen != "" {
			crumbs = append(crumbs, page.Link{Text: at.Text, Href: at.Href})
		} else if at.Now && one == "" {
			name = t.text
		}
	}
	d.Frame, err = b.frame(c, name, "engagements", crumbs...)
	return d, err
}

// controlOf is the address of a control's page in an engagement, or "" where that
// page is nothing for the person.
func (c *call) controlOf(engagement, code string) string {
	if shut, err := c.shut(c.r.Context()); err != nil || shut["controls"] {
		return ""
	}
	return address(path("controls", code), "engagement", engagement)
}

// of is the address of something of an engagement.
func of(e audit.Engagement, names ...string) string {
	return path(slices.DeleteFunc(append([]string{"engagements", e.Code}, names...), func(n string) bool { return n == "" })...)
}

// recorded are the words for what was done just now. An address names them, and
// brings none of its own.
var recorded = map[string]string{
	"credential": "The credential is sealed.",
	"respond":    "The answer is recorded.", "comment": "The comment is recorded.", "marks": "The marks are recorded, as a new version.",
	"same": "The marks are as they were; no version was recorded.",
	"sign": "Your name is under it.", "note": "The note is recorded.", "written": "The text is recorded, as a new version. It is not signed yet.",
	"concluded": "The conclusion is recorded.", "accepted": "The population is accepted.", "sent-back": "The population is returned.", "drawn": "The draw is recorded. Management does not see it yet.",
	"released": "Management sees this sample now.", "performed": "The procedure was performed now; its result stands below.", "draft": "The draft is assembled.", "issued": "The report is issued. It is never replaced.", "kept": "The file and its population are recorded.", "advanced": "The engagement is in its next phase.", "asked": "The request is on the list.", "rerun": "The procedure was performed again, and what came out stands in the paper.",
	"closed": "The request is closed.", "returned": "The request is returned.", "reopened": "The request is reopened.", "withdrawn": "The request is withdrawn.",
}

// paged cuts a table into pages.
func paged(c *call, t page.Table, noun string) *page.Table {
	from, to, pager := window(c, int64(len(t.Rows)), noun)
	t.Rows, t.Pager = t.Rows[from:to], pager
	return &t
}

// whole is a table that is shown at once.
func whole(t page.Table, noun string) *page.Table {
	n := int64(len(t.Rows))
	t.Pager = page.Pager{From: 1, To: n, Of: n, Noun: noun}
	return &t
}

func fact(name, text string) page.Fact { return page.Fact{Name: name, Value: page.Cell{Text: text}} }

// known leaves of some facts those that say something.
func known(all ...page.Fact) []page.Fact {
	return slices.DeleteFunc(all, func(f page.Fact) bool { return f.Value.Text == "" })
}

func days(d audit.Date) string { return day(string(d)) }

// joined is several sentences in one cell, with commands as they are typed.
// lines are texts one below the other.
func lines(all []string) page.Cell {
	var c page.Cell
	for _, x := range all {
		c.Lines = append(c.Lines, strings.ReplaceAll(x, "`", ""))
	}
	return c
}

func joined(all []string) string { return strings.ReplaceAll(strings.Join(all, "; "), "`", "") }
