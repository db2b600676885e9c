package review

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/engine/query"
	"tickmark/internal/engine/workspace"
	"tickmark/internal/stage/conclude"
	"tickmark/internal/stage/stagetest"
)

// TestMain lets this test binary be the engine's confined child.
func TestMain(m *testing.M) { stagetest.Confined(m, query.Worker) }

const engaged = "soc1-2025"

var year = audit.Period{From: "2025-01-01", To: "2025-12-31"}

// desk is an engagement with a team, a sample, a result and a store and a vault
// as they are everywhere. Its clock goes on by a second whenever it is asked.
type desk struct {
	stagetest.Room
	ctx    context.Context
	known  *catalog.Catalog
	sample audit.Sample
	result audit.Result
	shot   audit.Digest // a file in the vault
}

// The people.
var (
	staff   = audit.Person{Name: "S. Staff", Side: audit.Auditor, Role: audit.AuditorStaff}
	second  = audit.Person{Name: "T. Staff", Side: audit.Auditor, Role: audit.AuditorStaff}
	manager = audit.Person{Name: "M. Manager", Side: audit.Auditor, Role: audit.AuditorManager}
	partner = audit.Person{Name: "P. Partner", Side: audit.Auditor, Role: audit.AuditorPartner}
	quality = audit.Person{Name: "Q. Quality", Side: audit.Auditor, Role: audit.QualityReviewer}
	owner   = audit.Person{Name: "A. Admin", Side: audit.Management, Role: audit.ManagementAdmin}
	robot   = audit.Person{Name: "tickmark", Side: audit.Automation}
)

var described = workspace.Folder{
	Organization: audit.Organization{Name: "Larkspur Billing", LegalName: "Larkspur Billing, Inc."},
	Objectives:   []audit.Objective{{Code: "CO-1", Area: "Access", Text: "Access is restricted."}},
	Controls: []audit.Control{
		{Code: "AC-01", Title: "Access is approved", Text: "A manager approves access.", Objectives: []string{"CO-1"}, Procedures: []string{"access-approved"}},
		{Code: "AC-02", Title: "Access is reviewed", Text: "Access is reviewed each month.", Objectives: []string{"CO-1"},
			Earlier: []audit.Worded{{Effective: audit.Period{From: "2025-01-01", To: "2025-06-30"}, Text: "Access is reviewed each quarter.", Change: "more often"}}},
		{Code: "XX-09", Title: "Of nothing in scope", Text: "It is not in scope."},
	},
	Engagements: []audit.Engagement{{Code: engaged, Kind: audit.SOC1, Type: 2, Period: year, Timezone: "UTC", Auditor: "Hale & Partners"}},
}

func sit(t *testing.T) *desk {
	t.Helper()
	d := &desk{Room: stagetest.Open(t, owner, stagetest.Ticking(time.Date(2026, 1, 20, 15, 0, 0, 0, time.UTC), time.Second)), ctx: context.Background()}
	var err error
	d.known, err = catalog.Load()
	d.Must(err)
	items, err := described.Items()
	d.Must(err)
	_, err = d.As(owner).ApplyScope(d.ctx, items)
	d.Must(err)
	d.team()
	d.facts()
	return d
}

// stage is the room with the person in it.
func (d *desk) stage(p audit.Person) Stage {
	d.Helper()
	t := d.As(p)
	lists := conclude.Lists{Files: d.Vault, Query: d.engine(), Scratch: d.TempDir()}
	return Stage{Papers: t, Judgments: t, Facts: t, Parties: t, Files: d.Vault, Catalog: d.known, Exceptions: lists.Each, Who: p}
}

// seen is the digest of a subject as it stands, or what nothing has.
func (d *desk) seen(subject string) audit.Digest {
	d.Helper()
	f, err := d.stage(manager).open(d.ctx, engaged)
	d.Must(err)
	now, err := f.standing(subject)
	if err != nil {
		return audit.DigestOf(nil)
	}
	return now
}

func (d *desk) engine() query.Engine {
	return query.Engine{Exe: []string{"/proc/self/exe", "worker"}, MemoryMB: 512}
}

func (d *desk) team() {
	d.Helper()
	firm := audit.Firm{
		Code: "hale", Name: "Hale & Partners", City: "Portland", State: "OR", License: "1234", Licensed: audit.Period{From: "2020-01-01", To: "2027-12-31"}, RetentionYears: 7,
		Legend: []audit.Tickmark{{Mark: "✓", Meaning: "inspected, agrees"}, {Mark: "X", Meaning: "does not agree", Exception: true}, {Mark: "N", Meaning: "not applicable", Reason: true}},
	}
	_, _, err := d.As(manager).AddFirm(d.ctx, firm)
	d.Must(err)
	for _, p := range []audit.Person{manager, partner, staff, second, quality} {
		_, _, err := d.As(manager).AddMember(d.ctx, audit.Member{Engagement: engaged, Name: p.Name, Role: p.Role, Firm: "hale"})
		d.Must(err)
	}
	for _, p := range []audit.Person{manager, partner, staff, second, quality} {
		_, _, err := d.As(p).AddDeclaration(d.ctx, audit.Declaration{Engagement: engaged, Name: p.Name, Independent: true, Prior: audit.NoPriorWork})
		d.Must(err)
	}
}

// facts are a population of 40 of which three were drawn, and a result that
// flags P-3 and P-7.
func (d *desk) facts() {
	d.Helper()
	file := audit.DigestOf([]byte("population"))
	var err error
	d.sample, _, err = d.As(staff).AddSample(d.ctx, audit.Sample{
		Engagement: engaged, Control: "AC-01", Name: "accounts", Population: "pop_1", File: file, Rows: 40, Method: audit.RandomItems, Size: 3, Basis: "table", Judgmental: true,
		Items: []audit.SampledItem{{Item: "T-1"}, {Item: "T-2"}, {Item: "T-3"}},
	})
	d.Must(err)
	d.accept("accounts", "pop_1", file, 40)
	d.shot, err = d.Vault.Put(d.ctx, []byte("a picture of a ticket"))
	d.Must(err)
	d.result, _, err = d.As(robot).AddResult(d.ctx, audit.Result{
		Engagement: engaged, Procedure: "access-approved", Version: 1, SQL: audit.DigestOf([]byte("SELECT")), Engine: "duck", Status: audit.HasExceptions,
		Tested: 9, Exceptions: 2, Population: 9, Entire: true, Detail: d.flagged("P-3", "P-7"), Inputs: []audit.Input{{Name: "accounts", File: file, Rows: 9}},
	}, nil)
	d.Must(err)
}

func (d *desk) accept(name string, id audit.ID, file audit.Digest, rows int64) {
	d.Helper()
	_, _, err := d.As(staff).AddIntake(d.ctx, audit.Intake{Engagement: engaged, Name: name, Population: id, File: file, Rows: rows, Decision: audit.Accepted})
	d.Must(err)
}

// flagged is a list of exceptions as the engine writes it, in the vault.
func (d *desk) flagged(items ...string) audit.Digest {
	d.Helper()
	dir := d.TempDir()
	text, file := filepath.Join(dir, "p.csv"), filepath.Join(dir, "p.parquet")
	d.Must(os.WriteFile(text, []byte("item\n"+strings.Join(items, "\n")+"\n"), 0o600))
	schema := audit.Schema{Name: "p", Key: []string{"item"}, Columns: []audit.Column{{Name: "item", Type: "text"}}}
	d.Must(d.engine().Convert(d.ctx, dir, query.Convert{CSV: text, Out: file, Schema: schema}))
	got, err := d.engine().Perform(d.ctx, dir, query.Task{
		SQL: "SELECT item, false AS passed, 'not approved' AS reason FROM p", Tested: "p", Key: schema.Key, Entire: true,
		Tables: []query.Table{{Name: "p", Path: file}},
	})
	d.Must(err)
	digest, _, err := d.Vault.PutFile(d.ctx, got.Detail)
	d.Must(err)
	return digest
}

func (d *desk) judge(item string, j audit.Judgment) {
	d.Helper()
	_, err := d.As(staff).AddDispositions(d.ctx, []audit.Disposition{{Engagement: engaged, Procedure: "access-approved", Item: item, Judgment: j, Reason: "Looked at it.", By: staff.Name, On: "2026-01-21"}})
	d.Must(err)
}

// walk, grid and general are complete papers.
func (d *desk) walk(code, control string, dates audit.Period) audit.Workpaper {
	return audit.Workpaper{
		Engagement: engaged, Code: code, Kind: audit.WalkthroughPaper, Title: "Walkthrough", Control: control, Dates: dates, Purpose: "Design.",
		Steps:      []audit.PaperStep{{Nature: audit.Inspection, Text: "Followed one request."}},
		Attributes: []audit.Attribute{{Code: "A", Text: "Would prevent it."}}, Items: []audit.TestedItem{{Item: "T-1", Marks: map[string]string{"A": "✓"}}},
		Narrative: "It works so.", Conclusion: "As described.",
	}
}

func (d *desk) grid(code string) audit.Workpaper {
	p := audit.Workpaper{
		Engagement: engaged, Code: code, Kind: audit.OperatingPaper, Title: "Approvals", Control: "AC-01", Dates: year, Purpose: "Operation.", Sample: d.sample.ID,
		Steps:      []audit.PaperStep{{Nature: audit.Inspection, Text: "Inspected the ticket."}},
		Attributes: []audit.Attribute{{Code: "A", Text: "Approved."}, {Code: "B", Text: "Before use."}},
		Conclusion: "No exception.", Evidence: []audit.PaperEvidence{{Name: "shot.png", Digest: d.shot, Dates: audit.Period{From: "2025-03-01", To: "2025-03-01"}}},
	}
	for _, item := range []string{"T-1", "T-2", "T-3"} {
		p.Items = append(p.Items, audit.TestedItem{Item: item, Marks: map[string]string{"A": "✓", "B": "✓"}})
	}
	return p
}

// file records a paper by staff, signed by staff and the manager.
func (d *desk) file(p audit.Workpaper) {
	d.Helper()
	_, _, err := d.stage(staff).Record(d.ctx, p)
	d.Must(err)
	_, err = d.stage(staff).Sign(d.ctx, engaged, "workpaper/"+p.Code, audit.AsPreparer, d.seen("workpaper/"+p.Code))
	d.Must(err)
	_, err = d.stage(manager).Sign(d.ctx, engaged, "workpaper/"+p.Code, audit.AsReviewer, d.seen("workpaper/"+p.Code))
	d.Must(err)
}

// says compares an error with a part of it; "" is none.
func says(t testing.TB, err error, want string) {
	t.Helper()
	if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
		t.Errorf("%v; want %q", err, want)
	}
}
