package review

import (
	"slices"
	"testing"

	"tickmark/internal/audit"
)

// Papers are recorded all or none, may refer to each other, and name samples,
// results and populations by their names.
func TestRecordAll(t *testing.T) {
	d := sit(t)
	named := d.grid("WP-1")
	named.Sample, named.Items = "accounts", nil
	adopting := audit.Workpaper{Code: "WP-2", Kind: audit.PopulationPaper, Title: "All", Control: "AC-01", Dates: year, Result: "access-approved", References: []string{"WP-1"}}
	wrong := d.walk("WP-3", "AC-02", year)
	_, err := d.stage(staff).RecordAll(d.ctx, engaged, []audit.Workpaper{adopting, named, wrong, {Code: "WP-4", Kind: "talk"}})
	says(t, err, "WP-3: dates: control AC-02 has no one wording")
	says(t, err, `WP-4: kind "talk" is not known`)
	if all, err := d.As(staff).Workpapers(d.ctx, engaged); len(all) != 0 {
		t.Errorf("of papers of which one is refused, %d were recorded, %v", len(all), err)
	}
	_, err = d.stage(staff).RecordAll(d.ctx, engaged, []audit.Workpaper{named, named})
	says(t, err, "two of the files hold it")
	all, err := d.stage(staff).RecordAll(d.ctx, engaged, []audit.Workpaper{adopting, named})
	d.Must(err)
	if all[0].Paper.Result != d.result.ID || all[1].Paper.Sample != d.sample.ID || len(all[1].Paper.Items) != 3 || !all[0].Changed {
		t.Errorf("%+v", all)
	}
	if again, err := d.stage(staff).RecordAll(d.ctx, engaged, []audit.Workpaper{adopting}); err != nil || again[0].Changed {
		t.Errorf("the same again: %+v, %v", again, err)
	}
	missing := d.grid("WP-5")
	missing.Sample = "payments"
	_, err = d.stage(staff).RecordAll(d.ctx, engaged, []audit.Workpaper{missing})
	says(t, err, `sample: there is no "payments"`)
}

// Evidence may be named by the request that it answered.
func TestEvidenceOfARequest(t *testing.T) {
	d := sit(t)
	_, err := d.As(staff).AddRequests(d.ctx, []audit.InformationRequest{{Engagement: engaged, Code: "R-1", Title: "The list", Wants: audit.WantsDocument, State: audit.RequestOpen}})
	d.Must(err)
	p := d.grid("WP-1")
	p.Evidence = []audit.PaperEvidence{{Name: "request/R-1", Dates: year}}
	_, _, err = d.stage(staff).Record(d.ctx, p)
	says(t, err, "evidence request/R-1: it has no digest")
	_, _, err = d.As(owner).AddResponse(d.ctx, audit.Response{Engagement: engaged, Request: "R-1", File: audit.File{Name: "list.csv", Digest: d.shot, Size: 21}, Source: "Service desk", TakenAt: "2026-01-20T10:00:00Z"})
	d.Must(err)
	p, _, err = d.stage(staff).Record(d.ctx, p)
	d.Must(err)
	if p.Evidence[0].Digest != d.shot {
		t.Errorf("%+v", p.Evidence)
	}
}

func TestMarkRest(t *testing.T) {
	d := sit(t)
	p := d.grid("WP-1")
	p.Items = []audit.TestedItem{{Item: "T-2", Marks: map[string]string{"A": "X"}}, {Item: "T-1"}, {Item: "T-3"}}
	_, _, err := d.stage(staff).Record(d.ctx, p)
	d.Must(err)
	p, n, err := d.stage(staff).MarkRest(d.ctx, engaged, "WP-1", []string{"A", "B"}, "✓", "")
	if err != nil || n != 5 || p.Items[0].Marks["A"] != "X" || p.Items[2].Marks["B"] != "✓" {
		t.Errorf("%d marks, %+v, %v", n, p.Items, err)
	}
	_, _, err = d.stage(staff).MarkRest(d.ctx, engaged, "WP-1", []string{"A"}, "✓", "")
	says(t, err, "every item has a mark of A already")
}

// Of several papers all are signed or none; of those that want a name, those
// that can be signed, and the others are named.
func TestSigningMany(t *testing.T) {
	d := sit(t)
	blank := d.grid("WP-2")
	blank.Items = nil
	for _, p := range []audit.Workpaper{d.grid("WP-1"), blank, d.walk("WP-3", "AC-01", year)} {
		_, _, err := d.stage(staff).Record(d.ctx, p)
		d.Must(err)
	}
	_, err := d.stage(staff).SignAll(d.ctx, engaged, []string{"workpaper/WP-1", "workpaper/WP-2", "workpaper/WP-9"}, audit.AsPreparer, "")
	says(t, err, "sign workpaper/WP-2: 6 cells of the grid without a mark")
	says(t, err, `there is no workpaper "WP-9"`)
	_, err = d.stage(staff).SignAll(d.ctx, engaged, []string{"workpaper/WP-1"}, audit.AsPartner, "")
	says(t, err, "signed as preparer or reviewer")
	seen, err := d.stage(staff).ToSign(d.ctx, engaged, nil, audit.AsPreparer)
	if err != nil || len(seen.Names) != 2 || len(seen.Left) != 1 || seen.Left[0].Subject != "workpaper/WP-2" {
		t.Errorf("to sign: %+v, %v", seen, err)
	}
	_, err = d.stage(staff).SignAll(d.ctx, engaged, nil, audit.AsPreparer, "")
	says(t, err, "say what you looked at: as it stands, it is signed with --digest "+seen.Digest.Short())
	paper := d.grid("WP-1")
	paper.Purpose = "Rewritten after it was looked at."
	_, _, err = d.stage(staff).Record(d.ctx, paper)
	d.Must(err)
	_, err = d.stage(staff).SignAll(d.ctx, engaged, nil, audit.AsPreparer, seen.Digest)
	says(t, err, "is not what stands")
	if all, err := d.As(staff).SignOffs(d.ctx, engaged); len(all) != 0 {
		t.Errorf("of what was refused, %d were signed, %v", len(all), err)
	}
	for _, x := range []struct {
		who          audit.Person
		as           audit.SignAs
		signed, left int
	}{{staff, audit.AsPreparer, 2, 1}, {staff, audit.AsReviewer, 0, 0}, {manager, audit.AsReviewer, 2, 1}} {
		seen, err := d.stage(x.who).ToSign(d.ctx, engaged, nil, x.as)
		d.Must(err)
		b, err := d.stage(x.who).SignAll(d.ctx, engaged, nil, x.as, audit.Digest(seen.Digest.Short()))
		if err != nil || len(b.Names) != x.signed || len(b.Left) != x.left {
			t.Errorf("%s as %s: %+v, %v", x.who.Name, x.as, b, err)
		}
	}
}

// Conclusions of one file rest on each other in their order, and all stand or none.
func TestConcludeAll(t *testing.T) {
	d := sit(t)
	d.judge("P-3", audit.IsNotDeviation)
	d.judge("P-7", audit.IsNotDeviation)
	d.file(d.walk("WP-0", "AC-01", year))
	d.file(d.grid("WP-1"))
	control := audit.AuditorConclusion{On: audit.OnControl, Code: "AC-01", Design: audit.Suitable, Operation: audit.Effective, Reason: "Good.", Workpapers: []string{"WP-0", "WP-1"}}
	aim := audit.AuditorConclusion{On: audit.OnObjective, Code: "CO-1", Design: audit.Suitable, Operation: audit.Effective, Reason: "Good.", Rests: []string{"AC-01", "AC-02"}}
	_, err := d.stage(staff).ConcludeAll(d.ctx, engaged, []audit.AuditorConclusion{control, aim})
	says(t, err, "conclusion/objective/CO-1: control AC-02 is not concluded on")
	if all, err := d.As(staff).AuditorConclusions(d.ctx, engaged); len(all) != 0 {
		t.Errorf("of conclusions of which one is refused, %d were recorded, %v", len(all), err)
	}
	other := audit.AuditorConclusion{On: audit.OnControl, Code: "AC-02", Design: audit.Suitable, Operation: audit.NotTested, Reason: "Gone."}
	var walks []string
	for code, dates := range map[string]audit.Period{"WP-8": {From: "2025-01-01", To: "2025-06-30"}, "WP-9": {From: "2025-07-01", To: "2025-12-31"}} {
		d.file(d.walk(code, "AC-02", dates))
		walks = append(walks, code)
	}
	slices.Sort(walks)
	other.Workpapers = walks
	all, err := d.stage(staff).ConcludeAll(d.ctx, engaged, []audit.AuditorConclusion{control, other, aim})
	d.Must(err)
	now, err := d.stage(staff).Conclusions(d.ctx, engaged)
	d.Must(err)
	for _, x := range now {
		if len(x.Against) > 0 {
			t.Errorf("%s %s: %v", x.Conclusion.On, x.Conclusion.Code, x.Against)
		}
	}
	if len(all) != 3 || len(all[2].Seen) != 2 {
		t.Errorf("%+v", all)
	}
}

// As long as exceptions are not judged, nobody says how many deviations there are.
func TestNoLimitWhileExceptionsAreOpen(t *testing.T) {
	d := sit(t)
	p := audit.Workpaper{Engagement: engaged, Code: "WP-2", Kind: audit.PopulationPaper, Title: "All", Control: "AC-01", Dates: year, Result: d.result.ID}
	_, _, err := d.stage(staff).Record(d.ctx, p)
	d.Must(err)
	limited := func(want bool) {
		t.Helper()
		x, err := d.stage(staff).Paper(d.ctx, engaged, "WP-2")
		if err != nil || (x.Limit != nil) != want {
			t.Errorf("%+v, %v; want a limit: %t", x.Limit, err, want)
		}
	}
	limited(false)
	d.judge("P-3", audit.IsDeviation)
	d.judge("P-7", audit.IsNotDeviation)
	limited(false)
	_, err = d.stage(staff).Find(d.ctx, engaged, []audit.Deviation{{Code: "D-1", Control: "AC-01", Procedure: "access-approved", Items: []string{"P-3"}, Nature: "n", Cause: "c", Extent: "e", Effect: "f"}})
	d.Must(err)
	limited(true)
}
