package review

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tickmark/internal/audit"
)

func TestSigningIsRefused(t *testing.T) {
	d := sit(t)
	_, _, err := d.stage(staff).Record(d.ctx, d.grid("WP-1"))
	d.Must(err)
	unfinished := d.grid("WP-2")
	unfinished.Conclusion, unfinished.Items = "", unfinished.Items[:2]
	delete(unfinished.Items[0].Marks, "A")
	_, _, err = d.stage(staff).Record(d.ctx, unfinished)
	d.Must(err)
	asked := audit.Workpaper{Engagement: engaged, Code: "WP-3", Kind: audit.GeneralPaper, Title: "Talk", Dates: year, Purpose: "To know.", Narrative: "Talked.", Conclusion: "Known.",
		Steps: []audit.PaperStep{{Nature: audit.Inquiry, Text: "Asked."}}}
	_, _, err = d.stage(staff).Record(d.ctx, asked)
	d.Must(err)
	for _, tt := range []struct {
		name, paper string
		who         audit.Person
		as          audit.SignAs
		seen        audit.Digest
		says        string
	}{
		{"review before it is prepared", "WP-1", manager, audit.AsReviewer, "", "its preparer has not signed"},
		{"by somebody who wrote nothing", "WP-1", second, audit.AsPreparer, "", "T. Staff wrote no version of it; its preparer is S. Staff"},
		{"of what was not seen", "WP-1", staff, audit.AsPreparer, "000000000000", "is not what stands"},
		{"without saying what was seen", "WP-1", staff, audit.AsPreparer, "5", "say what you looked at: as it stands, it is signed with --digest"},
		{"a grid with holes", "WP-2", staff, audit.AsPreparer, "", "1 item of the sample not in the grid: T-3"},
		{"a cell without a mark", "WP-2", staff, audit.AsPreparer, "", "1 cell of the grid without a mark"},
		{"without a conclusion", "WP-2", staff, audit.AsPreparer, "", "no conclusion in the preparer's words"},
		{"an inquiry of nobody", "WP-3", staff, audit.AsPreparer, "", "with whom and on which day"},
		{"nothing", "WP-9", staff, audit.AsPreparer, "", `there is no workpaper "WP-9"`},
		{"as partner", "WP-1", partner, audit.AsPartner, "", "signed as preparer or reviewer"},
		{"by management", "WP-1", owner, audit.AsPreparer, "", "only a person of the service auditor does: act with --side auditor"},
		{"by a machine", "WP-1", robot, audit.AsPreparer, "", "is a machine"},
		{"by the preparer", "WP-1", staff, audit.AsPreparer, "", ""},
		{"review by the preparer", "WP-1", staff, audit.AsReviewer, "", "nobody reviews his own work"},
		{"review by other staff", "WP-1", second, audit.AsReviewer, "", "T. Staff is auditor-staff; a manager or a partner reviews"},
		{"review by the quality reviewer", "WP-1", quality, audit.AsReviewer, "", "Q. Quality is quality-reviewer; a manager or a partner reviews"},
		{"review by the manager", "WP-1", manager, audit.AsReviewer, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.seen == "" {
				tt.seen = d.seen("workpaper/" + tt.paper)
			}
			_, err := d.stage(tt.who).Sign(d.ctx, engaged, "workpaper/"+tt.paper, tt.as, tt.seen)
			says(t, err, tt.says)
		})
	}
}

// Who wrote any version may not review the paper, not even a later one.
func TestNobodyReviewsHisOwnWork(t *testing.T) {
	d := sit(t)
	_, _, err := d.stage(manager).Record(d.ctx, d.grid("WP-1"))
	d.Must(err)
	_, _, err = d.stage(staff).Mark(d.ctx, engaged, "WP-1", []Marking{{Item: "T-1", Attribute: "A", Mark: "X"}})
	d.Must(err)
	_, err = d.stage(staff).Sign(d.ctx, engaged, "workpaper/WP-1", audit.AsPreparer, d.seen("workpaper/WP-1"))
	d.Must(err)
	_, err = d.stage(manager).Sign(d.ctx, engaged, "workpaper/WP-1", audit.AsReviewer, d.seen("workpaper/WP-1"))
	says(t, err, "M. Manager wrote a version of it")
	_, err = d.stage(partner).Sign(d.ctx, engaged, "workpaper/WP-1", audit.AsReviewer, d.seen("workpaper/WP-1"))
	says(t, err, "")
}

func TestWithdraw(t *testing.T) {
	d := sit(t)
	d.file(d.grid("WP-1"))
	_, err := d.stage(manager).Withdraw(d.ctx, engaged, "workpaper/WP-1", audit.AsReviewer, " ")
	says(t, err, "say why")
	_, err = d.stage(partner).Withdraw(d.ctx, engaged, "workpaper/WP-1", audit.AsReviewer, "Not mine.")
	says(t, err, "P. Partner has not signed it")
	_, err = d.stage(manager).Withdraw(d.ctx, engaged, "workpaper/WP-1", audit.AsReviewer, "Wrong ticket.")
	says(t, err, "")
	x, err := d.stage(staff).Paper(d.ctx, engaged, "WP-1")
	d.Must(err)
	if len(x.Wants) != 1 || x.Wants[0] != "the name of its reviewer, M. Manager, has withdrawn: Wrong ticket." {
		t.Errorf("%q", x.Wants)
	}
}

// Whatever is marked, recorded, signed and withdrawn in whatever order: a name
// stands exactly when it is under the newest version, and nobody is both.
func TestSignOffsFall(t *testing.T) {
	const papers = 10 // of a file: each act reads all of it
	var d *desk
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		if round%papers == 0 {
			d = sit(t)
		}
		round++
		code := fmt.Sprintf("WP-%d", round)
		_, _, err := d.stage(staff).Record(d.ctx, d.grid(code))
		d.Must(err)
		subject := "workpaper/" + code
		version, signed := 1, map[audit.SignAs]map[string]int{audit.AsPreparer: {}, audit.AsReviewer: {}}
		people := []audit.Person{staff, second, manager, partner}
		for range rapid.IntRange(1, 6).Draw(rt, "acts") {
			who := rapid.SampledFrom(people).Draw(rt, "who")
			switch act := rapid.SampledFrom([]string{"mark", "preparer", "reviewer", "withdraw"}).Draw(rt, "act"); act {
			case "mark":
				mark := rapid.SampledFrom([]string{"✓", "X"}).Draw(rt, "mark")
				_, changed, err := d.stage(who).Mark(d.ctx, engaged, code, []Marking{{Item: "T-2", Attribute: "B", Mark: mark}})
				if err == nil && changed {
					version++
				}
			case "withdraw":
				if _, err := d.stage(who).Withdraw(d.ctx, engaged, subject, audit.AsReviewer, "Why not."); err == nil {
					delete(signed[audit.AsReviewer], who.Name)
				}
			default:
				if _, err := d.stage(who).Sign(d.ctx, engaged, subject, audit.SignAs(act), d.seen(subject)); err == nil {
					signed[audit.SignAs(act)][who.Name] = version
				}
			}
		}
		f, err := d.stage(staff).open(d.ctx, engaged)
		d.Must(err)
		for as, names := range signed {
			stand := f.standingNames(subject, as)
			for name, at := range names {
				if slices.Contains(stand, name) != (at == version) {
					rt.Fatalf("%s signed version %d of %d as %s; standing: %q", name, at, version, as, stand)
				}
			}
			for _, name := range stand {
				if names[name] != version {
					rt.Fatalf("%s stands as %s and did not sign version %d", name, as, version)
				}
			}
		}
		for _, name := range f.standingNames(subject, audit.AsReviewer) {
			if among(f.wrote(code), name) || slices.Contains(f.standingNames(subject, audit.AsPreparer), name) {
				rt.Fatalf("%s reviewed his own work", name)
			}
		}
	})
}

func TestNotes(t *testing.T) {
	d := sit(t)
	d.file(d.grid("WP-1"))
	raise := func(who audit.Person, code, subject, text string) error {
		_, err := d.stage(who).Raise(d.ctx, audit.Note{Engagement: engaged, Code: code, Subject: subject, Text: text})
		return err
	}
	says(t, raise(manager, "N-1", "workpaper/WP-1", "Which ticket?"), "")
	says(t, raise(manager, "N-1", "workpaper/WP-1", "Which ticket?"), "a code of its own")
	says(t, raise(manager, "N-2", "workpaper/WP-7", "Which?"), `there is no workpaper "WP-7"`)
	says(t, raise(manager, "N-2", "workpaper/WP-1", " "), "say what is asked")
	says(t, raise(owner, "N-2", "workpaper/WP-1", "Why?"), "act with --side auditor")
	for _, tt := range []struct {
		name string
		do   func() error
		says string
	}{
		{"clear what is not answered", func() error { _, err := d.stage(manager).Clear(d.ctx, engaged, "N-1"); return err }, "nobody answered it"},
		{"answer nothing", func() error { _, err := d.stage(staff).Answer(d.ctx, engaged, "N-1", ""); return err }, "say what the answer is"},
		{"answer", func() error { _, err := d.stage(staff).Answer(d.ctx, engaged, "N-1", "Ticket 4411."); return err }, ""},
		{"clear one's own answer", func() error { _, err := d.stage(staff).Clear(d.ctx, engaged, "N-1"); return err }, "S. Staff answered it"},
		{"clear from below", func() error { _, err := d.stage(second).Clear(d.ctx, engaged, "N-1"); return err }, "M. Manager raised it; he clears it, or somebody senior"},
		{"sign while it is open", func() error {
			_, _, err := d.stage(staff).Mark(d.ctx, engaged, "WP-1", []Marking{{Item: "T-1", Attribute: "A", Mark: "X"}})
			d.Must(err)
			_, err = d.stage(staff).Sign(d.ctx, engaged, "workpaper/WP-1", audit.AsPreparer, d.seen("workpaper/WP-1"))
			d.Must(err)
			_, err = d.stage(manager).Sign(d.ctx, engaged, "workpaper/WP-1", audit.AsReviewer, d.seen("workpaper/WP-1"))
			return err
		}, "review note N-1 on it is open"},
		{"clear from above", func() error { _, err := d.stage(partner).Clear(d.ctx, engaged, "N-1"); return err }, ""},
		{"clear again", func() error { _, err := d.stage(manager).Clear(d.ctx, engaged, "N-1"); return err }, "P. Partner cleared it already"},
		{"answer what is cleared", func() error { _, err := d.stage(staff).Answer(d.ctx, engaged, "N-1", "More."); return err }, "raise another"},
		{"clear nothing", func() error { _, err := d.stage(partner).Clear(d.ctx, engaged, "N-5"); return err }, `no review note "N-5"`},
	} {
		t.Run(tt.name, func(t *testing.T) { says(t, tt.do(), tt.says) })
	}
}
