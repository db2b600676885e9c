package advance

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
	"tickmark/internal/method/authority"
	"tickmark/internal/method/lifecycle"
	"tickmark/internal/stage/stagetest"
)

const code = "soc1-2025"

var examined = audit.Engagement{Code: code, Kind: audit.SOC1, Type: 2, Period: audit.Period{From: "2025-01-01", To: "2025-12-31"}, Timezone: "UTC", Auditor: "Hale & Brandt LLP"}

// house is a real store and vault with one engagement, and a clock that is set.
type house struct {
	stagetest.Room
	now   time.Time
	terms audit.Digest
}

func built(t *testing.T) *house {
	t.Helper()
	h := &house{terms: audit.DigestOf([]byte("as accepted"))}
	clock := func() time.Time { h.now = h.now.Add(time.Second); return h.now }
	h.now = noon(t, "2025-02-03")
	h.Room = stagetest.Open(t, audit.Person{Name: "D. Chen", Side: audit.Management}, clock)
	body, err := audit.Canonical(examined)
	h.Must(err)
	_, err = h.as("D. Chen").ApplyScope(t.Context(), []audit.ScopeItem{{Kind: audit.ScopeEngagement, Code: code, Body: body}})
	h.Must(err)
	return h
}

// on sets the clock to noon of a day.
func (h *house) on(day audit.Date) { h.now = noon(h.TB, day) }

func noon(t testing.TB, day audit.Date) time.Time {
	t.Helper()
	at, err := time.Parse(time.DateOnly, string(day))
	if err != nil {
		t.Fatal(err)
	}
	return at.Add(12 * time.Hour)
}

var cast = map[string]audit.Role{
	"D. Chen": audit.ManagementAdmin, "T. Renn": audit.ControlOwner, "P. Hale": audit.AuditorPartner, "M. Ortiz": audit.AuditorManager,
	"S. Quill": audit.AuditorStaff, "Q. Reed": audit.QualityReviewer,
}

func person(name string) audit.Person { return audit.Person{Name: name, Side: cast[name].Side()} }

func (h *house) as(name string) *store.Tenant {
	h.Helper()
	return h.As(audit.Person{Name: name, Side: cast[name].Side(), Role: cast[name]})
}

func (h *house) stage(name string) Stage {
	t := h.as(name)
	return Stage{
		Course: t, Parties: t, Words: t, File: t, Files: h.Vault, Today: audit.Date(h.now.Format(time.DateOnly)),
		Subject: Subject{Engagement: examined, Terms: h.terms, Engagements: []audit.Engagement{examined}, Controls: []string{"CHG-01", "PY-01"}, Described: true},
	}
}

// advance takes a step that must be allowed.
func (h *house) advance(to audit.Phase) audit.Step {
	h.Helper()
	s, err := h.stage("P. Hale").Advance(h.Context(), To{Phase: to})
	h.Must(err)
	return s
}

// refused takes a step that must not be.
func (h *house) refused(to To, says string) {
	h.Helper()
	before, err := h.as("P. Hale").StepHistory(h.Context(), code)
	h.Must(err)
	if _, err := h.stage("P. Hale").Advance(h.Context(), to); err == nil || !strings.Contains(err.Error(), says) {
		h.Fatalf("the step to %s: %v; want %q", to.Phase, err, says)
	}
	after, err := h.as("P. Hale").StepHistory(h.Context(), code)
	h.Must(err)
	if len(after) != len(before) {
		h.Fatalf("a refused step was recorded")
	}
}

// recorded is how many records the history has.
func (h *house) recorded() int64 {
	h.Helper()
	n, err := h.as("P. Hale").TrailSize(h.Context())
	h.Must(err)
	return n
}

// staff records the firm, the team, its declarations, and management.
func (h *house) staff() {
	h.Helper()
	_, _, err := h.as("P. Hale").AddFirm(h.Context(), audit.Firm{Code: "hale", Name: "Hale & Brandt LLP", License: "NJ-1", Licensed: audit.Period{From: "2024-01-01", To: "2027-12-31"}, RetentionYears: 7})
	h.Must(err)
	for _, name := range []string{"P. Hale", "M. Ortiz", "Q. Reed", "S. Quill"} {
		_, _, err := h.as("P. Hale").AddMember(h.Context(), audit.Member{Engagement: code, Name: name, Role: cast[name], Firm: "hale"})
		h.Must(err)
	}
	_, _, err = h.as("D. Chen").AddMember(h.Context(), audit.Member{Name: "D. Chen", Role: audit.ManagementAdmin})
	h.Must(err)
	for _, name := range []string{"P. Hale", "M. Ortiz", "Q. Reed", "S. Quill"} {
		_, _, err = h.as(name).AddDeclaration(h.Context(), audit.Declaration{Engagement: code, Name: name, Independent: true, Prior: audit.NoPriorWork})
		h.Must(err)
	}
}

// say records a statement and has it signed.
func (h *house) say(kind audit.StatementKind, dated audit.Date, by string, signed ...string) {
	h.Helper()
	_, _, err := h.as(by).AddStatement(h.Context(), audit.Statement{Engagement: code, Kind: kind, Title: string(kind), Text: "Our words of " + string(dated) + ".", Dated: dated})
	h.Must(err)
	for _, name := range signed {
		d, _, err := h.as(name).DigestOf(h.Context(), audit.KindStatement, code, string(kind), "")
		h.Must(err)
		_, _, err = h.as(name).AddSignature(h.Context(), audit.Signature{Engagement: code, Kind: kind, Digest: d, Title: "Officer"})
		h.Must(err)
	}
}

// paper writes a walkthrough and has it signed by preparer and reviewer.
func (h *house) paper(name, control string) {
	h.Helper()
	_, _, err := h.as("S. Quill").AddWorkpaper(h.Context(), audit.Workpaper{Engagement: code, Code: name, Kind: audit.WalkthroughPaper, Title: name, Control: control, Purpose: "Design.", Narrative: string(h.now.Format(time.RFC3339))})
	h.Must(err)
	h.sign("workpaper/"+name, audit.KindWorkpaper, audit.AsPreparer, "S. Quill", name)
	h.sign("workpaper/"+name, audit.KindWorkpaper, audit.AsReviewer, "M. Ortiz", name)
}

func (h *house) sign(subject, kind string, as audit.SignAs, by string, series ...string) {
	h.Helper()
	d, _, err := h.as(by).DigestOf(h.Context(), kind, append([]string{code}, series...)...)
	h.Must(err)
	_, _, err = h.as(by).AddSignOff(h.Context(), audit.SignOff{Engagement: code, Subject: subject, Digest: d, As: as})
	h.Must(err)
}

func (h *house) conclude(control string, papers ...string) {
	h.Helper()
	_, _, err := h.as("M. Ortiz").AddAuditorConclusion(h.Context(), audit.AuditorConclusion{Engagement: code, On: audit.OnControl, Code: control, Design: audit.Suitable, Operation: audit.Effective, Reason: "As tested.", Workpapers: papers})
	h.Must(err)
}

// completed is a house in which the engagement has come to completion.
func completed(t *testing.T) *house {
	h := built(t)
	h.staff()
	h.say(audit.EngagementLetter, "2025-02-03", "D. Chen", "D. Chen", "P. Hale")
	for _, to := range []audit.Phase{audit.Planning, audit.Walkthroughs, audit.Interim} {
		h.advance(to)
	}
	h.on("2026-02-02")
	h.paper("WP-1", "CHG-01")
	h.paper("WP-2", "PY-01")
	h.advance(audit.Fieldwork)
	h.conclude("CHG-01", "WP-1")
	h.conclude("PY-01", "WP-2")
	h.advance(audit.Completion)
	return h
}

// opine drafts the opinion with all that it takes to issue the report.
func (h *house) opine(report audit.Date) {
	h.Helper()
	h.on(report)
	_, _, err := h.as("M. Ortiz").AddOpinion(h.Context(), audit.Opinion{Engagement: code, ReportDate: report, City: "Trenton", Firm: "hale", Subjects: []audit.SubjectOpinion{{Subject: audit.OfDesign, Form: audit.Unmodified}}})
	h.Must(err)
	for _, kind := range []audit.StatementKind{audit.Assertion, audit.Representation, audit.SubsequentEvents} {
		h.say(kind, report, "D. Chen", "D. Chen")
	}
	h.sign("opinion", audit.KindOpinion, audit.AsPartner, "P. Hale")
	h.sign("opinion", audit.KindOpinion, audit.AsQuality, "Q. Reed")
}

func TestAnEngagementFromAcceptanceToItsArchive(t *testing.T) {
	h := built(t)
	h.refused(To{Phase: audit.Planning}, "no auditor-partner is on the team")
	h.staff()
	h.refused(To{Phase: audit.Planning}, "engagement-letter: it is not recorded")
	h.say(audit.EngagementLetter, "2025-02-03", "D. Chen", "D. Chen")
	h.refused(To{Phase: audit.Planning}, "no partner of the firm signed it as it stands")
	h.say(audit.EngagementLetter, "2025-02-04", "D. Chen", "D. Chen", "P. Hale")
	h.refused(To{Phase: audit.Walkthroughs}, "steps go forward one at a time: planning is next")
	if s := h.advance(audit.Planning); s.Terms != h.terms || s.By != "P. Hale" {
		t.Errorf("accepted as %+v", s)
	}
	h.advance(audit.Walkthroughs)
	h.advance(audit.Interim)
	h.refused(To{Phase: audit.Fieldwork}, "not walked through: CHG-01, PY-01")
	h.on("2025-12-01")
	h.paper("WP-1", "CHG-01")
	h.refused(To{Phase: audit.Fieldwork, NotConcluded: []string{"PY-01"}}, "say with --reason why")
	h.refused(To{Phase: audit.Fieldwork, NotConcluded: []string{"PY-09"}, Reason: "x"}, `control "PY-09" is not in scope`)
	if _, err := h.stage("P. Hale").Advance(t.Context(), To{Phase: audit.Fieldwork, NotConcluded: []string{"PY-01"}, Reason: "Its records were lost."}); err != nil {
		t.Fatal(err)
	}
	h.refused(To{Phase: audit.Completion}, "it ends on 2025-12-31, and today is 2025-12-01")
	h.on("2026-02-02")
	h.refused(To{Phase: audit.Completion}, "without a conclusion: CHG-01")
	h.conclude("CHG-01", "WP-1")
	h.advance(audit.Completion)
	h.refused(To{Phase: audit.Issued}, "there is no opinion")
	h.opine("2026-02-18")
	if s := h.advance(audit.Issued); s.ReportDate != "2026-02-18" || !slices.Equal(s.NotConcluded, []string{"PY-01"}) {
		t.Errorf("issued as %+v", s)
	}
	h.refused(To{Phase: audit.Completion, Reason: "A mistake."}, "no step leads back from there")
	h.refused(To{Phase: audit.Archived}, "it was not released")
	if _, err := h.stage("P. Hale").Release(t.Context(), "2026-02-18"); err != nil {
		t.Fatal(err)
	}
	h.refused(To{Phase: audit.Archived}, "no archive was named")
	archive := To{Phase: audit.Archived, Bundle: audit.DigestOf([]byte("zip")), Holds: h.recorded()}
	_, _, err := h.as("P. Hale").AddHold(t.Context(), audit.Hold{Engagement: code, Reason: "No claim is known."})
	h.Must(err)
	h.refused(archive, "a hold of soc1-2025, was recorded after it: write it anew")
	archive.Holds = h.recorded()
	_, _, err = h.as("P. Hale").AddFirm(t.Context(), audit.Firm{Code: "hale", Name: "Hale & Brandt LLP", License: "NJ-1", RetentionYears: 7, Recipient: "ours"})
	h.Must(err)
	h.refused(archive, "the archive is plain, and hale keeps its files encrypted")
	archive.Recipient = "theirs"
	h.refused(archive, "encrypted to another recipient than hale has now")
	archive.Recipient = "ours"
	s, err := h.stage("P. Hale").Advance(t.Context(), archive)
	if err != nil || s.Released != "2026-02-18" || s.ReportDate != "2026-02-18" || s.Bundle == "" || s.Recipient != audit.DigestOf([]byte("ours")) || s.Terms != h.terms {
		t.Errorf("archived as %+v, %v", s, err)
	}
	h.refused(To{Phase: audit.Issued, Reason: "again"}, "no step leads back")
}

// A gate that was met closes again when what it rests on changes.
func TestGatesAreAskedAgain(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*house)
		says   string
	}{
		{"a paper", func(h *house) {
			_, _, err := h.as("S. Quill").AddWorkpaper(h.Context(), audit.Workpaper{Engagement: code, Code: "WP-1", Kind: audit.WalkthroughPaper, Title: "WP-1", Control: "CHG-01", Purpose: "Other."})
			h.Must(err)
		}, "WP-1 is not signed by its preparer as it stands"},
		{"a note", func(h *house) {
			_, _, err := h.as("M. Ortiz").AddNote(h.Context(), audit.Note{Engagement: code, Code: "N-1", Subject: "workpaper/WP-1", Text: "Why?"})
			h.Must(err)
		}, "N-1 on workpaper/WP-1 is not answered"},
		{"a request", func(h *house) {
			_, err := h.as("M. Ortiz").AddRequests(h.Context(), []audit.InformationRequest{{Engagement: code, Code: "R-1", Title: "List", Text: "The list.", Wants: audit.WantsAnswer, State: audit.RequestOpen}})
			h.Must(err)
		}, "R-1 is open"},
		{"the assertion", func(h *house) { h.say(audit.Assertion, "2026-02-17", "D. Chen") }, "assertion: it was rewritten after it was signed"},
		{"the opinion", func(h *house) {
			_, _, err := h.as("M. Ortiz").AddOpinion(h.Context(), audit.Opinion{Engagement: code, ReportDate: "2026-02-18", City: "Newark", Firm: "hale"})
			h.Must(err)
		}, "no partner of hale signed the opinion as it stands"},
		{"the team", func(h *house) {
			_, _, err := h.as("P. Hale").AddMember(h.Context(), audit.Member{Engagement: code, Name: "N. Lowe", Role: audit.AuditorStaff, Firm: "hale"})
			h.Must(err)
		}, "N. Lowe: has declared nothing"},
		{"the terms", func(h *house) { h.terms = audit.DigestOf([]byte("another period")) }, "described otherwise than it was accepted"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := completed(t)
			h.opine("2026-02-18")
			if v, err := h.stage("P. Hale").Gates(t.Context(), person("P. Hale")); err != nil || v.Open() > 0 || v.Next != audit.Issued {
				t.Fatalf("before anything changed: %+v, %v", v, err)
			}
			c.change(h)
			h.refused(To{Phase: audit.Issued}, c.says)
		})
	}
}

// meanwhile are the records as a stage reads them, while somebody else writes.
type meanwhile struct {
	*store.Tenant
	write func()
}

// Firms are read first of all that the gates look at.
func (m meanwhile) Firms(ctx context.Context) ([]audit.Firm, error) {
	all, err := m.Tenant.Firms(ctx)
	m.write()
	return all, err
}

// AddStep is after the gates were asked, and before the step is written.
func (m meanwhile) AddStep(ctx context.Context, s audit.Step) (audit.Step, bool, error) {
	m.write()
	return m.Tenant.AddStep(ctx, s)
}

// Nothing comes between the gates and the step: what somebody records after they
// were asked closes them.
func TestNothingComesBetweenTheGatesAndTheStep(t *testing.T) {
	for _, gates := range []bool{true, false} {
		h := completed(t)
		h.opine("2026-02-18")
		var once sync.Once
		m := meanwhile{h.as("P. Hale"), func() {
			once.Do(func() {
				_, _, err := h.as("M. Ortiz").AddNote(h.Context(), audit.Note{Engagement: code, Code: "N-1", Subject: "workpaper/WP-1", Text: "Why?"})
				h.Must(err)
			})
		}}
		s := h.stage("P. Hale")
		if s.Course = m; gates {
			s.Parties = m
		}
		if _, err := s.Advance(t.Context(), To{Phase: audit.Issued}); err == nil || !strings.Contains(err.Error(), "N-1 on workpaper/WP-1 is not answered") {
			t.Errorf("the report was issued over a note that was raised meanwhile: %v", err)
		}
		if steps, err := h.as("P. Hale").Steps(t.Context()); err != nil || steps[0].Phase != audit.Completion {
			t.Errorf("it stands in %+v, %v", steps, err)
		}
	}
}

func TestAStepBackNeedsAReasonAndAcceptsAnew(t *testing.T) {
	h := completed(t)
	h.terms = audit.DigestOf([]byte("another period"))
	h.refused(To{Phase: audit.Acceptance}, "give --reason")
	s, err := h.stage("P. Hale").Advance(t.Context(), To{Phase: audit.Acceptance, Reason: "The period was shortened."})
	if err != nil || s.Terms != "" || s.Reason != "The period was shortened." {
		t.Fatalf("%+v, %v", s, err)
	}
	if s := h.advance(audit.Planning); s.Terms != h.terms {
		t.Errorf("accepted anew as %s, want %s", s.Terms, h.terms)
	}
}

// Management sees the gates of both sides, and none that looks into the
// auditor's file, and takes no step.
func TestWhatManagementSees(t *testing.T) {
	h := completed(t)
	v, err := h.stage("D. Chen").Gates(t.Context(), person("D. Chen"))
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range v.Gates {
		if g.File {
			t.Errorf("management sees gate %s", g.ID)
		}
	}
	all, err := h.stage("P. Hale").Gates(t.Context(), person("P. Hale"))
	if err != nil || v.Hidden == 0 || len(v.Gates)+v.Hidden != len(all.Gates) || all.Hidden != 0 {
		t.Errorf("management sees %d and is told of %d; the auditor sees %d, %v", len(v.Gates), v.Hidden, len(all.Gates), err)
	}
	_, _, err = h.as("D. Chen").AddMember(t.Context(), audit.Member{Name: "T. Renn", Role: audit.ControlOwner})
	h.Must(err)
	none, err := h.stage("T. Renn").Gates(t.Context(), person("T. Renn"))
	if err != nil || len(none.Gates) != 0 || none.Hidden != len(all.Gates) || none.Phase != audit.Completion {
		t.Errorf("a control owner sees %+v, %v", none, err)
	}
	if c, err := h.stage("T. Renn").Calendar(t.Context()); err != nil || c.Phase != audit.Completion {
		t.Errorf("a control owner's calendar: %+v, %v", c, err)
	}
	if _, err := h.stage("D. Chen").Advance(t.Context(), To{Phase: audit.Fieldwork, Reason: "We want more time."}); !errors.Is(err, authority.ErrRefused) {
		t.Errorf("management took a step: %v", err)
	}
}

func TestReleaseLockAdditionsAndHold(t *testing.T) {
	h := completed(t)
	ctx := t.Context()
	release := func(on audit.Date, says string) {
		t.Helper()
		if _, err := h.stage("P. Hale").Release(ctx, on); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("release on %s: %v; want %q", on, err, says)
		}
	}
	release("2026-02-02", "a report is released once it is issued")
	h.opine("2026-02-18")
	h.advance(audit.Issued)
	h.on("2026-02-20")
	release("2026-02-17", "cannot have been released before")
	release("2026-02-21", "has not come")
	release("soon", "is not a calendar day")
	if _, err := h.stage("P. Hale").Release(ctx, "2026-02-20"); err != nil {
		t.Fatal(err)
	}
	release("2026-02-20", "was released on 2026-02-20 already")

	file := filepath.Join(t.TempDir(), "late.pdf")
	if err := os.WriteFile(file, []byte("confirmed"), 0o600); err != nil {
		t.Fatal(err)
	}
	whole := audit.Addition{Code: "A-1", What: "Confirmation", Reason: "It came late.", Effect: "None.", Reviewer: "M. Ortiz"}
	add := func(x audit.Addition) (audit.Addition, error) {
		return h.stage("P. Hale").Add(ctx, "P. Hale", x, "late.pdf", file)
	}
	if _, err := add(whole); err == nil || !strings.Contains(err.Error(), "is not locked") {
		t.Errorf("an addition before the lock: %v", err)
	}
	h.on("2026-04-22") // 61 days after
	c, err := h.stage("P. Hale").Calendar(ctx)
	if err != nil || !c.Locked || c.AssembleBy != "2026-04-21" || c.Locks != "2026-04-22" || c.RetainUntil != "2033-02-20" || c.Held {
		t.Errorf("%+v, %v", c, err)
	}
	own, stranger, mute := whole, whole, whole
	own.Reviewer, stranger.Reviewer, mute.Effect = "p. hale", "D. Chen", " "
	for says, x := range map[string]audit.Addition{"nobody reviews his or her own": own, "is not on the team": stranger, "says --effect": mute} {
		if _, err := add(x); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v; want %q", err, says)
		}
	}
	got, err := add(whole)
	if err != nil || got.By != "P. Hale" || got.File.Size != 9 || got.File.Digest != audit.DigestOf([]byte("confirmed")) {
		t.Fatalf("%+v, %v", got, err)
	}
	whole.What = "Something else"
	if _, err := add(whole); err == nil || !strings.Contains(err.Error(), "is there already") {
		t.Errorf("an addition was rewritten: %v", err)
	}
	if _, _, err := h.as("S. Quill").AddWorkpaper(ctx, audit.Workpaper{Engagement: code, Code: "WP-9", Kind: audit.GeneralPaper, Title: "Late", Purpose: "Late."}); !errors.Is(err, authority.ErrRefused) {
		t.Errorf("a paper was written into a locked file: %v", err)
	}
	h.hold()
}

// hold puts the file under legal hold and ends it.
func (h *house) hold() {
	h.Helper()
	if _, err := h.stage("P. Hale").Hold(h.Context(), false, "x"); err == nil || !strings.Contains(err.Error(), "there is no hold") {
		h.Errorf("a hold that is not there was ended: %v", err)
	}
	if _, err := h.stage("P. Hale").Hold(h.Context(), true, " "); err == nil || !strings.Contains(err.Error(), "say why") {
		h.Errorf("a hold without a reason: %v", err)
	}
	_, err := h.stage("P. Hale").Hold(h.Context(), true, "A subpoena.")
	h.Must(err)
	c, err := h.stage("P. Hale").Calendar(h.Context())
	if err != nil || !c.Held || c.Why != "A subpoena." {
		h.Errorf("under a hold: %+v, %v", c, err)
	}
	_, err = h.stage("P. Hale").Hold(h.Context(), false, "It was withdrawn.")
	h.Must(err)
	if c, err := h.stage("P. Hale").Calendar(h.Context()); err != nil || c.Held {
		h.Errorf("after the hold: %+v, %v", c, err)
	}
}

// A request is answered when a response is newer than what the auditor said.
func TestAnsweredRequests(t *testing.T) {
	h := built(t)
	h.staff()
	ctx := context.Background()
	ask := func(state audit.RequestState, seen int) {
		_, err := h.as("M. Ortiz").AddRequests(ctx, []audit.InformationRequest{{Engagement: code, Code: "R-1", Title: "List", Text: "The list.", Wants: audit.WantsAnswer, State: state, Seen: seen, Reason: string(state)}})
		h.Must(err)
	}
	want := func(x lifecycle.Request) {
		t.Helper()
		f, err := h.stage("P. Hale").Facts(ctx, audit.Auditor)
		if err != nil || len(f.Requests) != 1 || f.Requests[0] != x {
			t.Fatalf("%+v, %v; want %+v", f.Requests, err, x)
		}
	}
	ask(audit.RequestOpen, 0)
	want(lifecycle.Request{Code: "R-1", State: audit.RequestOpen})
	_, _, err := h.as("D. Chen").AddResponse(ctx, audit.Response{Engagement: code, Request: "R-1", Text: "Here."})
	h.Must(err)
	want(lifecycle.Request{Code: "R-1", State: audit.RequestOpen, Answered: true})
	ask(audit.RequestReturned, 1)
	want(lifecycle.Request{Code: "R-1", State: audit.RequestReturned})
}
