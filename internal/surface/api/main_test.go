package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	_ "time/tzdata" // as in the real program

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/engine/identity"
	"tickmark/internal/engine/paper"
	"tickmark/internal/engine/query"
	"tickmark/internal/engine/sheet"
	"tickmark/internal/engine/store"
	"tickmark/internal/engine/store/storetest"
	"tickmark/internal/method/authority"
	"tickmark/internal/pipeline"
	"tickmark/internal/stage/sample"
)

// TestMain lets this test binary be its own confined children.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "worker" {
		serve := map[string]func(io.Reader, io.Writer) error{"query": query.Worker, "sheet": sheet.Worker, "paper": paper.Worker}[os.Args[2]]
		if err := serve(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	dir, err := os.MkdirTemp("", "api")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Setenv("TICKMARK_TEST_FOLDER", dir)
	status := m.Run()
	os.RemoveAll(dir)
	os.Exit(status)
}

const e = "soc1-2025"

// The people of a small examination.
var people = []audit.Person{
	{Name: "D. Chen", Side: audit.Management, Role: audit.ManagementAdmin},
	{Name: "T. Renn", Side: audit.Management, Role: audit.ControlOwner},
	{Name: "E. Moss", Side: audit.Management, Role: audit.Employee},
	{Name: "I. Vale", Side: audit.Management, Role: audit.InternalAudit},
	{Name: "S. Quill", Side: audit.Auditor, Role: audit.AuditorStaff},
	{Name: "M. Hale", Side: audit.Auditor, Role: audit.AuditorManager},
	{Name: "P. Brandt", Side: audit.Auditor, Role: audit.AuditorPartner},
	{Name: "Q. Rowe", Side: audit.Auditor, Role: audit.QualityReviewer},
	{Name: "A client", Side: audit.Users, Role: audit.UserEntity},
}

var (
	admin           = people[0]
	worker, manager = people[4], people[5]
)

func config(dir, database string) app.Config {
	return app.Config{Dir: dir, Database: database, Self: "/proc/self/exe", MemoryMB: 512, Threads: 2, Timeout: 2 * time.Minute}
}

// site is a running API of a small organization under examination.
type site struct {
	*httptest.Server
	app    *app.App
	desk   *identity.Desk
	tokens map[string]string // by name and scopes
	asked  atomic.Int64
	sample audit.ID     // the first draw, which management does not see
	seen   audit.Digest // of the paper WP-1
}

// lite is the examination in SQLite, made once.
var lite = sync.OnceValues(func() (*site, error) {
	return examine(context.Background(), config(filepath.Join(os.Getenv("TICKMARK_TEST_FOLDER"), "lite"), ""))
})

func onSQLite(t *testing.T) *site {
	t.Helper()
	s, err := lite()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func onPostgreSQL(t *testing.T) *site {
	t.Helper()
	s, err := examine(t.Context(), config(t.TempDir(), storetest.PostgreSQL(t)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Close()
		if err := s.desk.Close(); err != nil {
			t.Error(err)
		}
		if err := s.app.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func examine(ctx context.Context, c app.Config) (*site, error) {
	if err := app.Init(c); err != nil {
		return nil, err
	}
	a, err := app.Open(ctx, c)
	if err != nil {
		return nil, err
	}
	founder := audit.Person{Name: admin.Name, Side: audit.Management}
	if _, err := a.Apply(ctx, founder, "../../../e2e/testdata/larkspur", false, false); err != nil {
		return nil, err
	}
	if _, err := a.Run(ctx, pipeline.Options{}, nil); err != nil {
		return nil, err
	}
	s := &site{app: a, tokens: map[string]string{}}
	f := filing{ctx: ctx, site: s, url: c.Database}
	if f.url == "" {
		f.url = "sqlite://" + filepath.Join(c.Dir, ".tickmark", "tickmark.db")
	}
	if err := f.file(); err != nil {
		return nil, err
	}
	if s.desk, err = a.Desk(ctx, identity.Config{Origin: "http://localhost:8080", Proxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, MemoryKB: 64, Log: slog.New(slog.DiscardHandler)}); err != nil {
		return nil, err
	}
	h, err := a.API(s.desk, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	s.Server = httptest.NewServer(h)
	return s, nil
}

// filing writes the records of the examination, each by whom it is of.
type filing struct {
	*site
	ctx context.Context
	url string
	db  *store.DB
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

func did[T any](f *filing) func(T, bool, error) {
	return func(_ T, _ bool, err error) { f.check(err) }
}

func (f *filing) file() (err error) {
	if f.db, err = store.Open(f.ctx, store.Config{URL: f.url}); err != nil {
		return err
	}
	defer f.db.Close()
	f.seats()
	f.fieldwork()
	f.asked()
	return f.err
}

func (f *filing) seats() {
	did[audit.Firm](f)(f.as(manager).AddFirm(f.ctx, audit.Firm{
		Code: "hale", Name: "Hale & Brandt LLP", License: "1", Licensed: audit.Period{From: "2020-01-01", To: "2030-12-31"}, RetentionYears: 7,
		Legend: []audit.Tickmark{{Mark: "V", Meaning: "agreed"}},
	}))
	for _, p := range append([]audit.Person{manager, admin}, people...) { // whoever lets others in comes first
		m := audit.Member{Name: p.Name, Role: p.Role}
		by := admin
		switch p.Side {
		case audit.Auditor:
			m.Engagement, m.Firm, by = e, "hale", manager
		case audit.Users:
			m.Engagement, m.Entity = e, "client"
		}
		if p.Role == audit.ControlOwner {
			m.Assigned = []string{"PY-01", "R-2"}
		}
		did[audit.Member](f)(f.as(by).AddMember(f.ctx, m))
		if p.Side == audit.Auditor {
			did[audit.Declaration](f)(f.as(p).AddDeclaration(f.ctx, audit.Declaration{Engagement: e, Name: p.Name, Independent: true, Prior: audit.NoPriorWork, Conflicts: "none"}))
		}
	}
}

func (f *filing) fieldwork() {
	all, err := f.as(worker).Populations(f.ctx)
	f.check(err)
	p := all[slices.IndexFunc(all, func(p audit.Population) bool { return p.Name == "payments" })]
	did[audit.Intake](f)(f.as(worker).AddIntake(f.ctx, audit.Intake{
		Engagement: e, Name: p.Name, Population: p.ID, File: p.File, Rows: p.Rows, Decision: audit.Accepted,
		Checks: []audit.IPECheck{{ID: "source", Answer: "yes", Basis: "the query"}},
	}))
	x, err := f.app.DrawSample(f.ctx, worker, e, sample.Order{Control: "PY-01", Population: "payments", Method: audit.RandomItems, Size: 2, Basis: "risk", Seed: "5eed5eed5eed5eed"}, nil, nil)
	f.check(err)
	f.sample = x.ID
	did[audit.Workpaper](f)(f.as(worker).AddWorkpaper(f.ctx, audit.Workpaper{Engagement: e, Code: "WP-1", Kind: audit.GeneralPaper, Title: "Payments", Dates: audit.Period{From: "2025-01-01", To: "2025-12-31"}, Purpose: "to see", Conclusion: "seen",
		Steps: []audit.PaperStep{{Nature: audit.Inspection, Text: "Inspected.", On: "2026-01-10"}}, Narrative: "auditor's eyes only"}))
	f.seen, _, err = f.as(worker).DigestOf(f.ctx, audit.KindWorkpaper, e, "WP-1")
	f.check(err)
	did[audit.Note](f)(f.as(manager).AddNote(f.ctx, audit.Note{Engagement: e, Code: "N-1", Subject: "workpaper/WP-1", Text: "Why?"}))
}

func (f *filing) asked() {
	_, err := f.as(worker).AddRequests(f.ctx, []audit.InformationRequest{
		{Engagement: e, Code: "R-1", Title: "Bank list", Wants: audit.WantsDocument, Due: "2026-01-10", State: audit.RequestOpen},
		{Engagement: e, Code: "R-2", Title: "Payments", Wants: audit.WantsPopulation, Population: "payments", Controls: []string{"PY-01"}, State: audit.RequestOpen},
		{Engagement: e, Code: "R-3", Title: "Minutes", Wants: audit.WantsAnswer, State: audit.RequestOpen},
	})
	f.check(err)
}

// token is a token of a person with scopes.
func (s *site) token(t *testing.T, p audit.Person, scopes ...identity.Scope) string {
	t.Helper()
	key := fmt.Sprint(p.Name, scopes)
	if s.tokens[key] != "" {
		return s.tokens[key]
	}
	org, account := s.account(t, p.Name)
	text, _, err := s.desk.IssueToken(t.Context(), account, identity.Token{Name: "test", Org: org, Scopes: scopes}, identity.Event{Who: "operator"})
	if err != nil {
		t.Fatal(err)
	}
	s.tokens[key] = text
	return text
}

// account is somebody's account, made when there is none.
func (s *site) account(t *testing.T, name string) (audit.ID, string) {
	t.Helper()
	r, err := s.app.Reader(t.Context(), admin)
	if err != nil {
		t.Fatal(err)
	}
	org, err := r.Organization(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all, err := s.desk.Accounts(t.Context(), org.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		if a.Name == name {
			return org.ID, a.ID
		}
	}
	email := strings.ToLower(strings.NewReplacer(" ", "", ".", "").Replace(name)) + "@example.com"
	a, err := s.desk.Provision(t.Context(), identity.Profile{Name: name, Email: email}, org.ID, identity.Event{Who: "operator"})
	if err != nil {
		t.Fatal(err)
	}
	return org.ID, a.ID
}

// stranger's token is of an account that serves another organization of the
// same server.
func (s *site) stranger(t *testing.T) string {
	t.Helper()
	if s.tokens["stranger"] != "" {
		return s.tokens["stranger"]
	}
	const other = audit.ID("org_other")
	a, err := s.desk.Provision(t.Context(), identity.Profile{Name: admin.Name, Email: "stranger@example.com"}, other, identity.Event{Who: "operator"})
	if err != nil {
		t.Fatal(err)
	}
	text, _, err := s.desk.IssueToken(t.Context(), a.ID, identity.Token{Name: "test", Org: other, Scopes: identity.Scopes}, identity.Event{Who: "operator"})
	if err != nil {
		t.Fatal(err)
	}
	s.tokens["stranger"] = text
	return text
}

// said is an answer.
type said struct {
	status int
	header http.Header
	body   string
}

// as asks with a token; header holds pairs.
func (s *site) as(t *testing.T, token, method, path, body string, header ...string) said {
	t.Helper()
	var in io.Reader
	if body != "" {
		in = strings.NewReader(body)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, in)
	if err != nil {
		t.Fatal(err)
	}
	n := s.asked.Add(1)
	r.Header.Set("X-Forwarded-For", fmt.Sprintf("10.0.%d.%d", n/100%250, n%100)) // from as many places as there are
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return said{answer.StatusCode, answer.Header, string(text)}
}

func (a said) into(t *testing.T, v any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader([]byte(a.body)))
	if err := d.Decode(v); err != nil {
		t.Fatalf("%d %.300s: %v", a.status, a.body, err)
	}
}
