package web_test

import (
	"bytes"
	"cmp"
	"context"
	"html"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
	"tickmark/internal/method/authority"
	"tickmark/internal/pipeline"
	draw "tickmark/internal/stage/sample"
)

// The people of a small examination.
var (
	admin   = audit.Person{Name: "D. Chen", Side: audit.Management}
	owner   = audit.Person{Name: "T. Renn", Side: audit.Management}
	worker  = audit.Person{Name: "S. Quill", Side: audit.Auditor, Role: audit.AuditorStaff}
	manager = audit.Person{Name: "M. Hale", Side: audit.Auditor, Role: audit.AuditorManager}
)

// scripted stands in every text of the small examination.
const scripted = `<script>alert("x")</script>'&`

// examined is a small organization under examination, and its first sample.
type examined struct {
	app    *app.App
	sample audit.ID
	intake audit.ID
}

// examination is made once, and only added to.
var examination = sync.OnceValues(func() (examined, error) {
	return examinedIn(config(filepath.Join(os.Getenv("TICKMARK_TEST_FOLDER"), "examined")))
})

// examinedIn makes the small examination in a folder or a database.
func examinedIn(c app.Config) (examined, error) {
	ctx := context.Background()
	if err := app.Init(c); err != nil {
		return examined{}, err
	}
	a, err := app.Open(ctx, c)
	if err != nil {
		return examined{}, err
	}
	if _, err := a.Apply(ctx, admin, "../../../e2e/testdata/larkspur", false, false); err != nil {
		return examined{}, err
	}
	if _, err := a.Run(ctx, pipeline.Options{}, nil); err != nil {
		return examined{}, err
	}
	db, err := store.Open(ctx, store.Config{URL: cmp.Or(c.Database, "sqlite://"+filepath.Join(c.Dir, ".tickmark", "tickmark.db"))})
	if err != nil {
		return examined{}, err
	}
	defer db.Close()
	f := &filing{ctx: ctx, db: db, app: a}
	x := f.all()
	return x, f.err
}

// filing writes the records of the examination, each by whom it is of.
type filing struct {
	ctx context.Context
	db  *store.DB
	app *app.App
	err error
}

func (f *filing) as(p audit.Person) *store.Tenant {
	all, err := f.db.Organizations(f.ctx)
	f.check(err)
	known, err := f.db.Standing(f.ctx, all[0].ID)
	f.check(err)
	g, err := authority.Admit(p, all[0].ID, known)
	f.check(err)
	return f.db.Tenant(g)
}

func (f *filing) check(err error) {
	if f.err == nil {
		f.err = err
	}
}

func did[T any](f *filing) func(T, bool, error) T {
	return func(x T, _ bool, err error) T { f.check(err); return x }
}

const e = "soc1-2025"

func (f *filing) all() examined {
	f.people()
	x := examined{app: f.app}
	x.intake, x.sample = f.drawn()
	f.paper(x.sample)
	f.judged()
	f.asked()
	f.said()
	return x
}

func (f *filing) people() {
	did[audit.Firm](f)(f.as(manager).AddFirm(f.ctx, audit.Firm{
		Code: "hale", Name: "Hale & Brandt LLP", License: "1", Licensed: audit.Period{From: "2020-01-01", To: "2030-12-31"}, RetentionYears: 7,
		Legend: []audit.Tickmark{{Mark: "V", Meaning: "agreed " + scripted}, {Mark: "X", Meaning: "not met", Exception: true}, {Mark: "N", Meaning: "not applicable", Reason: true}},
	}))
	for _, p := range []audit.Person{manager, worker} {
		did[audit.Member](f)(f.as(manager).AddMember(f.ctx, audit.Member{Engagement: e, Name: p.Name, Role: p.Role, Firm: "hale"}))
	}
	did[audit.Member](f)(f.as(admin).AddMember(f.ctx, audit.Member{Name: admin.Name, Role: audit.ManagementAdmin}))
	did[audit.Member](f)(f.as(admin).AddMember(f.ctx, audit.Member{Name: owner.Name, Role: audit.ControlOwner, Assigned: []string{"PY-01", "R-2"}}))
	did[audit.Declaration](f)(f.as(worker).AddDeclaration(f.ctx, audit.Declaration{Engagement: e, Name: worker.Name, Independent: true, Prior: audit.NoPriorWork, Conflicts: scripted, Safeguards: scripted}))
}

func (f *filing) drawn() (intake, drawn audit.ID) {
	all, err := f.as(worker).Populations(f.ctx)
	f.check(err)
	p := all[slices.IndexFunc(all, func(p audit.Population) bool { return p.Name == "payments" })]
	did[audit.Intake](f)(f.as(worker).AddIntake(f.ctx, audit.Intake{
		Engagement: e, Name: p.Name, Population: p.ID, File: p.File, Rows: p.Rows, Decision: audit.Accepted, Reasons: []string{scripted},
		Checks: []audit.IPECheck{{ID: "source", Answer: "yes", Basis: scripted}, {ID: "gaps", Answer: "no", Basis: scripted, Reason: scripted}},
	}))
	for _, seed := range []string{"5eed5eed5eed5eed", "0dd50dd50dd50dd5"} {
		x, err := f.app.DrawSample(f.ctx, worker, e, draw.Order{Control: "PY-01", Population: "payments", Method: audit.RandomItems, Size: 2, Basis: scripted, Why: scripted, Seed: seed}, nil, nil)
		f.check(err)
		if drawn == "" {
			_, err = f.app.ReleaseSample(f.ctx, worker, e, x.ID)
			f.check(err)
		}
		drawn = x.ID
	}
	return p.ID, drawn
}

func (f *filing) paper(drawn audit.ID) {
	all, err := f.as(worker).Samples(f.ctx, e)
	f.check(err)
	w := audit.Workpaper{
		Engagement: e, Code: "WP-1", Kind: audit.OperatingPaper, Title: "Payments " + scripted, Control: "PY-01", Sample: drawn, Dates: audit.Period{From: "2025-01-01", To: "2025-12-31"},
		Purpose: scripted, Narrative: scripted, Conclusion: scripted, Steps: []audit.PaperStep{{Nature: audit.Inspection, Text: scripted, On: "2026-01-10"}},
		Attributes: []audit.Attribute{{Code: "A", Text: scripted}, {Code: "B", Text: "It was approved."}},
	}
	for _, x := range all {
		if x.ID != drawn {
			continue
		}
		for _, it := range x.Items {
			w.Items = append(w.Items, audit.TestedItem{Item: it.Item, Marks: map[string]string{"A": "X"}, Notes: map[string]string{"A": scripted}})
		}
	}
	w = did[audit.Workpaper](f)(f.as(worker).AddWorkpaper(f.ctx, w))
	digest, _, err := f.as(worker).DigestOf(f.ctx, audit.KindWorkpaper, e, w.Code)
	f.check(err)
	did[audit.SignOff](f)(f.as(worker).AddSignOff(f.ctx, audit.SignOff{Engagement: e, Subject: "workpaper/WP-1", Digest: digest, As: audit.AsPreparer}))
	did[audit.SignOff](f)(f.as(manager).AddSignOff(f.ctx, audit.SignOff{Engagement: e, Subject: "workpaper/WP-1", Digest: digest, As: audit.AsReviewer}))
	did[audit.Workpaper](f)(f.as(worker).AddWorkpaper(f.ctx, audit.Workpaper{Engagement: e, Code: "WP-2", Kind: audit.GeneralPaper, Title: scripted}))
	did[audit.Note](f)(f.as(manager).AddNote(f.ctx, audit.Note{Engagement: e, Code: "N-1", Subject: "workpaper/WP-1", Text: scripted}))
}

func (f *filing) judged() {
	did[audit.Deviation](f)(f.as(worker).AddDeviation(f.ctx, audit.Deviation{
		Engagement: e, Code: "D-1", Control: "PY-01", Workpaper: "WP-1", Items: []string{scripted}, Tested: 2, Nature: scripted, Cause: scripted, Extent: scripted, Effect: scripted,
	}))
	did[audit.AuditorConclusion](f)(f.as(worker).AddAuditorConclusion(f.ctx, audit.AuditorConclusion{
		Engagement: e, On: audit.OnControl, Code: "PY-01", Design: audit.Suitable, Operation: audit.EffectiveExcept, Workpapers: []string{"WP-1"}, Deviations: []string{"D-1"}, Reason: scripted,
	}))
	did[audit.Opinion](f)(f.as(manager).AddOpinion(f.ctx, audit.Opinion{
		Engagement: e, Firm: "hale", City: scripted, ReportDate: "2026-02-10", Departure: scripted,
		Subjects: []audit.SubjectOpinion{{Subject: audit.OfDescription, Form: audit.Unmodified}, {Subject: audit.OfOperation, Form: audit.Qualified, Affected: []string{"CO-02"}, Basis: scripted}},
	}))
}

func (f *filing) asked() {
	_, err := f.as(worker).AddRequests(f.ctx, []audit.InformationRequest{
		{Engagement: e, Code: "R-1", Title: "Bank list " + scripted, Text: scripted, Wants: audit.WantsDocument, Due: "2026-01-10", State: audit.RequestOpen},
		{Engagement: e, Code: "R-2", Title: "Payments", Wants: audit.WantsPopulation, Population: "payments", Controls: []string{"PY-01"}, State: audit.RequestOpen},
		{Engagement: e, Code: "R-3", Title: "Minutes", Wants: audit.WantsAnswer, State: audit.RequestOpen},
		{Engagement: e, Code: "R-4", Title: "Ledger", Wants: audit.WantsDocument, Due: "2026-01-10", State: audit.RequestOpen},
	})
	f.check(err)
	did[audit.Response](f)(f.as(admin).AddResponse(f.ctx, audit.Response{Engagement: e, Request: "R-1", Text: scripted}))
	did[audit.Comment](f)(f.as(admin).AddComment(f.ctx, audit.Comment{Engagement: e, Subject: "request/R-1", Text: scripted}))
}

func (f *filing) said() {
	for _, x := range []audit.Statement{
		{Engagement: e, Kind: audit.Assertion, Title: scripted, Text: scripted, Answers: map[string]string{"operation": "yes"}, Dated: "2026-01-15"},
		{Engagement: e, Kind: audit.ManagementAnswer, Code: "D-1", Title: "Response", Text: scripted, Dated: "2026-01-15"},
	} {
		did[audit.Statement](f)(f.as(admin).AddStatement(f.ctx, x))
		digest, _, err := f.as(admin).DigestOf(f.ctx, audit.KindStatement, e, string(x.Kind), x.Code)
		f.check(err)
		did[audit.Signature](f)(f.as(admin).AddSignature(f.ctx, audit.Signature{Engagement: e, Kind: x.Kind, Code: x.Code, Digest: digest, Title: scripted}))
	}
}

func openExamined(t *testing.T) (site, examined) {
	t.Helper()
	x, err := examination()
	if err != nil {
		t.Fatal(err)
	}
	return open(t, x.app), x
}

// Every link of either side leads to a page, no text of a record becomes a part
// of one, and what is recorded is shown.
func TestEngagementPages(t *testing.T) {
	s, x := openExamined(t)
	both := []string{"", "/controls", "/requests", "/requests/R-1", "/samples", "/deviations", "/deviations/D-1", "/opinion", "/statements", "/statements/assertion", "/statements/response?of=D-1"}
	file := []string{"/intake", "/intake/" + string(x.intake), "/samples/" + string(x.sample), "/workpapers", "/workpapers/WP-1", "/workpapers/WP-1?mark=1", "/conclusions"}
	quiet := []string{"", "/controls", "/samples", "/intake", "/statements"} // whose texts are on the pages behind them
	for _, c := range []struct {
		name   string
		who    audit.Person
		shown  []string
		hidden []string
	}{
		{"management", admin, both, file}, {"the auditor", worker, slices.Concat(both, file), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			seen := map[string]string{}
			crawl(t, s.as(t, c.who), func(path, body string, h http.Header) {
				wellFormed(t, path, body, h)
				if strings.Contains(body, scripted) || strings.Contains(body, "<script>alert") {
					t.Errorf("%s holds the text of a record as it is", path)
				}
				seen[path] = body
			})
			for _, path := range c.shown {
				body, ok := seen["/engagements/"+e+path]
				if !ok {
					t.Errorf("no link leads to %q", path)
				} else if !slices.Contains(quiet, path) && !strings.Contains(body, html.EscapeString(scripted)) {
					t.Errorf("%q does not show what is recorded", path)
				}
			}
			for _, path := range c.hidden {
				if _, ok := seen["/engagements/"+e+path]; ok {
					t.Errorf("a link leads to %q", path)
				}
			}
		})
	}
}

// A control owner answers what is assigned to him, and sees no other request.
func TestControlOwnerAnswersWhatIsHis(t *testing.T) {
	s, _ := openExamined(t)
	c := s.as(t, owner)
	const at = "/engagements/" + e
	status, body, _ := c.get(t, at+"/requests")
	if status != http.StatusOK || !strings.Contains(body, "R-2") || strings.Contains(body, "R-1") || strings.Contains(body, "/workpapers") {
		t.Errorf("%d %s", status, mainOf(body))
	}
	for path, want := range map[string]int{"": http.StatusOK, "/requests/R-2": http.StatusOK, "/requests/R-1": http.StatusNotFound, "/workpapers/WP-1": http.StatusForbidden, "/intake": http.StatusForbidden} {
		if status, body, _ := c.get(t, at+path); status != want {
			t.Errorf("%q: %d, want %d: %s", path, status, want, mainOf(body))
		}
	}
}

// upload posts a form as a browser does whose form has a file.
func (c caller) upload(t *testing.T, path string, form map[string]string, name string, file []byte) (int, string, http.Header) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, v := range form {
		if err := w.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	if name != "" {
		p, err := w.CreateFormFile("file", name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Write(file); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.site.URL+path, &b)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	return c.do(t, r)
}

// A request goes from side to side: answered with a file, returned with a
// reason, answered in words, and closed. What is refused is shown with what was
// typed, and records nothing.
func TestRequestFromSideToSide(t *testing.T) {
	s, _ := openExamined(t)
	const at = "/engagements/" + e + "/requests/R-3"
	ours, theirs := s.as(t, admin), s.as(t, worker)
	bytesOf := []byte("%PDF-1.7 minutes")
	fields := map[string]string{"source": "board portal", "taken_at": "2026-01-12T10:00:00Z"}
	post := func(c caller, what string, form url.Values) func() (int, string) {
		return func() (int, string) { status, body, _ := c.post(t, at+what, form); return status, body }
	}
	put := func(form map[string]string, name string, file []byte) func() (int, string) {
		return func() (int, string) {
			status, body, _ := ours.upload(t, at+"/respond", form, name, file)
			return status, body
		}
	}
	for _, x := range []struct {
		name   string
		do     func() (int, string)
		status int
		says   string
	}{
		{"nothing is answered with nothing", put(map[string]string{"text": " "}, "", nil), 422, "an answer is a population, a file or words"},
		{"a file without where it is from", put(map[string]string{"text": "kept as typed"}, "minutes.pdf", bytesOf), 422, "kept as typed"},
		{"a file that is too large", put(fields, "minutes.pdf", make([]byte, 33<<20)), 413, "32 MB"},
		{"a name that leads out", put(fields, `..\..`, bytesOf), 400, "none that a file can be kept under"},
		{"an open request is not closed", post(theirs, "/say", url.Values{"state": {"closed"}}), 422, "only what was answered is closed"},
		{"a file", put(fields, `C:\Users\d\minutes.pdf`, bytesOf), 303, ""},
		{"returned without a reason", post(theirs, "/say", url.Values{"state": {"returned"}}), 422, "say why it is returned"},
		{"a word that nobody can say", post(theirs, "/say", url.Values{"state": {"accepted"}}), 422, "is no word of the auditor"},
		{"returned", post(theirs, "/say", url.Values{"state": {"returned"}, "reason": {"December is missing."}}), 303, ""},
		{"in words", put(map[string]string{"text": "There was no meeting in December."}, "", nil), 303, ""},
		{"a comment of management", post(ours, "/comment", url.Values{"comment": {"See above."}}), 303, ""},
		{"closed", post(theirs, "/say", url.Values{"state": {"closed"}}), 303, ""},
		{"answered after it was closed", put(map[string]string{"text": "more"}, "", nil), 422, "ask the auditor in a comment to reopen it"},
		{"reopened", post(theirs, "/say", url.Values{"state": {"reopened"}, "reason": {"A meeting was found."}}), 303, ""},
	} {
		if status, body := x.do(); status != x.status || !strings.Contains(html.UnescapeString(body), x.says) {
			t.Errorf("%s: %d, want %d with %q: %.400s", x.name, status, x.status, x.says, mainOf(body))
		}
	}
	_, body, _ := theirs.get(t, at+"?done=closed")
	for _, want := range []string{"December is missing.", "There was no meeting in December.", "See above.", "board portal", ">minutes.pdf<", "A meeting was found.", "The request is closed."} {
		if !strings.Contains(body, want) {
			t.Errorf("the history lacks %q", want)
		}
	}
	if _, body, _ := theirs.get(t, "/engagements/"+e+"/requests?state=overdue"); !strings.Contains(body, "open, by 10 days") || !strings.Contains(body, ">R-4<") || strings.Contains(body, ">R-1<") {
		t.Errorf("the list does not say what is overdue: %s", mainOf(body))
	}
	status, file, h := theirs.get(t, at+"/files/1")
	if status != http.StatusOK || file != string(bytesOf) || h.Get("Content-Disposition") != `attachment; filename="minutes.pdf"` || h.Get("Content-Type") != "application/octet-stream" {
		t.Errorf("the file came back as %d %q %v", status, file, h)
	}
}

func mainOf(body string) string {
	return body[max(strings.Index(body, `class="verdict bad"`), strings.Index(body, `class="notice"`), strings.Index(body, "<main"), 0):]
}

var digestField = regexp.MustCompile(`name="digest" value="([0-9a-f]{64})"`)

// Tickmarks are set in a form: what was changed is one version, names under the
// version before fall, and a form of an older version is refused.
func TestTickmarksByForm(t *testing.T) {
	s, _ := openExamined(t)
	c := s.as(t, worker)
	const at = "/engagements/" + e + "/workpapers/WP-1"
	_, body, _ := c.get(t, at+"?mark=1")
	m := digestField.FindStringSubmatch(body)
	if m == nil {
		t.Fatal(mainOf(body))
	}
	form := url.Values{"digest": {m[1]}, "mark-0-0": {"X"}, "note-0-0": {scripted}, "mark-0-1": {"Q"}}
	if status, body, _ := c.post(t, at+"/marks", form); status != http.StatusUnprocessableEntity || !strings.Contains(body, "Nothing was recorded") {
		t.Errorf("a mark that the legend does not have: %d %s", status, mainOf(body))
	}
	form.Set("mark-0-1", "V")
	if status, body, h := c.post(t, at+"/marks", form); status != http.StatusSeeOther || h.Get("Location") != at+"?done=marks" {
		t.Fatalf("%d %s %s", status, h.Get("Location"), mainOf(body))
	}
	if status, _, _ := c.post(t, at+"/marks", form); status != http.StatusConflict {
		t.Errorf("a form of the version before: %d", status)
	}
	_, body, _ = c.get(t, at)
	for _, want := range []string{"a name has fallen", "All 2 versions"} {
		if !strings.Contains(body, want) {
			t.Errorf("the paper lacks %q", want)
		}
	}
}
