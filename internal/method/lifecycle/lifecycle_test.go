package lifecycle

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tickmark/internal/audit"
)

func at(day string) time.Time {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err)
	}
	return t.Add(17 * time.Hour)
}

const (
	letterDigest, assertionDigest, lettersDigest audit.Digest = "aa", "bb", "cc"
	eventsDigest, paperDigest, opinionDigest     audit.Digest = "dd", "ee", "ff"
)

func word(kind audit.StatementKind, d audit.Digest, dated audit.Date) Word {
	return Word{audit.Statement{Engagement: "soc1-2025", Kind: kind, Dated: dated}, d}
}

func signature(kind audit.StatementKind, d audit.Digest, role audit.Role) audit.Signature {
	return audit.Signature{Engagement: "soc1-2025", Kind: kind, Digest: d, Role: role, By: string(role), At: at("2026-02-12")}
}

func member(name string, role audit.Role) audit.Member {
	m := audit.Member{Name: name, Role: role}
	if role.Side() == audit.Auditor {
		m.Engagement, m.Firm = "soc1-2025", "hale"
	}
	return m
}

func signOff(subject string, as audit.SignAs, d audit.Digest, by string) audit.SignOff {
	return audit.SignOff{Engagement: "soc1-2025", Subject: subject, As: as, Digest: d, By: by, At: at("2026-02-10")}
}

func paper(code string, kind audit.PaperKind, control string) Paper {
	return Paper{audit.Workpaper{Code: code, Kind: kind, Control: control, By: "S. Quill", At: at("2026-02-09"), Steps: []audit.PaperStep{{On: "2026-02-03"}}}, paperDigest}
}

// examined is an engagement in which nothing stands against any step.
func examined() Facts {
	e := audit.Engagement{Code: "soc1-2025", Kind: audit.SOC1, Type: 2, Period: audit.Period{From: "2025-01-01", To: "2025-12-31"}, Timezone: "America/New_York"}
	f := Facts{
		Today: "2026-02-20", Engagement: e, Engagements: []audit.Engagement{e}, Terms: "11",
		Step:      audit.Step{Terms: "11", Released: "2026-02-20"},
		Firms:     []audit.Firm{{Code: "hale", License: "NJ-1", Licensed: audit.Period{From: "2024-01-01", To: "2026-12-31"}, CoolingOff: 12, RetentionYears: 7}},
		Members:   []audit.Member{member("S. Quill", audit.AuditorStaff), member("M. Ortiz", audit.AuditorManager), member("P. Hale", audit.AuditorPartner), member("Q. Reed", audit.QualityReviewer), member("D. Chen", audit.ManagementAdmin), member("T. Renn", audit.ControlOwner)},
		Described: true, Controls: []string{"CHG-01", "PY-01"},
		Words: []Word{
			word(audit.EngagementLetter, letterDigest, "2025-03-01"), word(audit.Assertion, assertionDigest, "2026-02-15"),
			word(audit.Representation, lettersDigest, "2026-02-18"), word(audit.SubsequentEvents, eventsDigest, "2026-02-18"),
		},
		Signed: []audit.Signature{
			signature(audit.EngagementLetter, letterDigest, audit.ManagementAdmin), signature(audit.EngagementLetter, letterDigest, audit.AuditorPartner),
			signature(audit.Assertion, assertionDigest, audit.ManagementAdmin), signature(audit.Representation, lettersDigest, audit.ManagementAdmin),
			signature(audit.SubsequentEvents, eventsDigest, audit.ManagementAdmin),
		},
		Requests:    []Request{{"R-1", audit.RequestClosed, true}, {"R-2", audit.RequestWithdrawn, false}},
		Papers:      []Paper{paper("WP-1", audit.WalkthroughPaper, "CHG-01"), paper("WP-2", audit.WalkthroughPaper, "PY-01")},
		Notes:       []audit.Note{{Code: "N-1", Subject: "workpaper/WP-1", Cleared: true}},
		Conclusions: []audit.AuditorConclusion{{On: audit.OnControl, Code: "CHG-01"}, {On: audit.OnControl, Code: "PY-01"}},
		Opinion:     audit.Opinion{Firm: "hale", ReportDate: "2026-02-18"}, Opined: opinionDigest, Bundle: audit.DigestOf(nil),
	}
	for _, m := range f.Team() {
		f.Declarations = append(f.Declarations, audit.Declaration{Engagement: "soc1-2025", Name: m.Name, Independent: true, Prior: audit.NoPriorWork})
	}
	for _, p := range f.Papers {
		f.SignOffs = append(f.SignOffs, signOff("workpaper/"+p.Code, audit.AsPreparer, paperDigest, "S. Quill"), signOff("workpaper/"+p.Code, audit.AsReviewer, paperDigest, "M. Ortiz"))
	}
	f.SignOffs = append(f.SignOffs, signOff("opinion", audit.AsPartner, opinionDigest, "P. Hale"), signOff("opinion", audit.AsQuality, opinionDigest, "Q. Reed"))
	return f
}

// drop removes what a test is not to find.
func drop[T any](list *[]T, these func(T) bool) { *list = slices.DeleteFunc(*list, these) }

// declared changes the declaration of one person.
func declared(f *Facts, name string, change func(*audit.Declaration)) {
	for i := range f.Declarations {
		if f.Declarations[i].Name == name {
			change(&f.Declarations[i])
		}
	}
}

// redate changes the day of a statement of a kind.
func redate(f *Facts, kind audit.StatementKind, d audit.Date) {
	for i := range f.Words {
		if f.Words[i].Kind == kind {
			f.Words[i].Dated = d
		}
	}
}

// rewrite makes a newer version of a statement.
func rewrite(f *Facts, kind audit.StatementKind) {
	for i := range f.Words {
		if f.Words[i].Kind == kind {
			f.Words[i].Digest = "another"
		}
	}
}

// faults are what can be wrong, each with the gate that it closes and what the
// gate then says.
var faults = []struct {
	gate  string
	name  string
	spoil func(*Facts)
	says  string
}{
	{"terms", "not described", func(f *Facts) { f.Engagement.Code = "" }, "no engagement of this code is described"},
	{"terms", "another period since acceptance", func(f *Facts) { f.Terms = "22" }, "described otherwise than it was accepted"},
	{"people", "nobody of management", func(f *Facts) { drop(&f.Members, func(m audit.Member) bool { return m.Role == audit.ManagementAdmin }) }, "no management-admin is recorded"},
	{"team", "no partner", func(f *Facts) { drop(&f.Members, func(m audit.Member) bool { return m.Role == audit.AuditorPartner }) }, "no auditor-partner is on the team"},
	{"team", "no quality reviewer", func(f *Facts) { drop(&f.Members, func(m audit.Member) bool { return m.Role == audit.QualityReviewer }) }, "no quality-reviewer is named"},
	{"team", "a partner alone", func(f *Facts) {
		drop(&f.Members, func(m audit.Member) bool { return m.Role == audit.AuditorStaff || m.Role == audit.AuditorManager })
	}, "no auditor-staff or auditor-manager is on the team"},
	{"independence", "nothing declared", func(f *Facts) {
		drop(&f.Declarations, func(d audit.Declaration) bool { return d.Name == "M. Ortiz" })
	}, "M. Ortiz: has declared nothing"},
	{"independence", "declared for another engagement", func(f *Facts) {
		declared(f, "M. Ortiz", func(d *audit.Declaration) { d.Engagement = "soc2-2025" })
	}, "M. Ortiz: has declared nothing"},
	{"independence", "not independent", func(f *Facts) {
		declared(f, "S. Quill", func(d *audit.Declaration) { d.Independent = false })
	}, "S. Quill: declared not to be independent"},
	{"independence", "a conflict", func(f *Facts) {
		declared(f, "S. Quill", func(d *audit.Declaration) { d.Conflicts = "owns shares" })
	}, "S. Quill: declared a conflict without safeguards"},
	{"independence", "advice", func(f *Facts) {
		declared(f, "S. Quill", func(d *audit.Declaration) { d.Prior = audit.PriorAdvice })
	}, "S. Quill: declared earlier readiness advice without safeguards"},
	{"independence", "design that goes on", func(f *Facts) {
		declared(f, "S. Quill", func(d *audit.Declaration) { d.Prior = audit.PriorDesign })
	}, "S. Quill: declared prior work (design) that has not ended"},
	{"independence", "cooling-off", func(f *Facts) {
		declared(f, "S. Quill", func(d *audit.Declaration) { d.Prior, d.Ended = audit.PriorOperate, "2025-02-21" })
	}, "S. Quill: declared prior work (operation) until 2025-02-21; the firm's cooling-off of 12 months ends on 2026-02-21"},
	{"sides", "a control owner on the team", func(f *Facts) {
		f.Members = append(f.Members, member("s. quill ", audit.ControlOwner))
	}, "S. Quill is auditor-staff here and control-owner of the organization"},
	{"sides", "management of an engagement that overlaps", func(f *Facts) {
		f.Engagements = append(f.Engagements, audit.Engagement{Code: "soc2-2025", Period: audit.Period{From: "2025-12-31", To: "2026-06-30"}})
		f.Members = append(f.Members, audit.Member{Engagement: "soc2-2025", Name: "M. Ortiz", Role: audit.Employee})
	}, "M. Ortiz is auditor-manager here and employee in soc2-2025"},
	{"sides", "left management within the period", func(f *Facts) {
		f.Members = append(f.Members, audit.Member{Name: "M. Ortiz", Role: audit.Employee, Left: true, At: at("2025-06-30")})
	}, "M. Ortiz is auditor-manager here and employee of the organization"},
	{"quality-reviewer", "reviewed a paper", func(f *Facts) {
		f.SignOffs = append(f.SignOffs, signOff("workpaper/WP-1", audit.AsReviewer, paperDigest, "Q. Reed"))
	}, "Q. Reed signed workpaper/WP-1 as reviewer"},
	{"license", "a firm that is not recorded", func(f *Facts) { f.Firms = nil }, `P. Hale is of firm "hale", which is not recorded`},
	{"license", "two firms", func(f *Facts) {
		f.Firms = append(f.Firms, audit.Firm{Code: "other", License: "X", Licensed: f.Firms[0].Licensed})
		f.Members[0].Firm = "other"
	}, "the team is of more than one firm"},
	{"license", "no license", func(f *Facts) { f.Firms[0].License = "" }, "firm hale has no license"},
	{"license", "an expired license", func(f *Facts) { f.Firms[0].Licensed.To = "2026-02-19" }, "in force from 2024-01-01 to 2026-02-19, not on 2026-02-20"},
	{"engagement-letter", "no letter", func(f *Facts) { drop(&f.Words, func(w Word) bool { return w.Kind == audit.EngagementLetter }) }, "it is not recorded"},
	{"engagement-letter", "signed by the firm only", func(f *Facts) {
		drop(&f.Signed, func(s audit.Signature) bool {
			return s.Kind == audit.EngagementLetter && s.Role == audit.ManagementAdmin
		})
	}, "nobody of management signed it as it stands"},
	{"engagement-letter", "signed by management only", func(f *Facts) {
		drop(&f.Signed, func(s audit.Signature) bool { return s.Role == audit.AuditorPartner })
	}, "no partner of the firm signed it as it stands"},
	{"scope", "no description", func(f *Facts) { f.Described = false }, "the system has no description"},
	{"scope", "no controls", func(f *Facts) { f.Controls = nil }, "no control is in scope"},
	{"walkthroughs", "a control without one", func(f *Facts) { f.Papers[1].Kind, f.Conclusions = audit.OperatingPaper, nil }, "not walked through: PY-01"},
	{"period", "it goes on", func(f *Facts) { f.Engagement.Period.To = "2026-02-20" }, "it ends on 2026-02-20, and today is 2026-02-20"},
	{"conclusions", "a control without one", func(f *Facts) { f.Conclusions[0].On = audit.OnObjective }, "without a conclusion: CHG-01"},
	{"papers", "rewritten after signing", func(f *Facts) { f.Papers[0].Digest = "newer" }, "WP-1 is not signed by its preparer as it stands"},
	{"papers", "no review", func(f *Facts) {
		drop(&f.SignOffs, func(s audit.SignOff) bool { return s.Subject == "workpaper/WP-2" && s.As == audit.AsReviewer })
	}, "WP-2 is not signed by a reviewer as it stands"},
	{"papers", "a sign-off that was taken back", func(f *Facts) { f.SignOffs[1].Withdrawn = "signed too soon" }, "WP-1 is not signed by a reviewer as it stands"},
	{"papers", "one's own work", func(f *Facts) { f.SignOffs[1].By = "S. Quill" }, "WP-1 was reviewed by S. Quill, who prepared it"},
	{"notes", "an open note", func(f *Facts) { f.Notes[0].Cleared = false }, "N-1 on workpaper/WP-1 is not answered"},
	{"notes", "an answer that nobody cleared", func(f *Facts) {
		f.Notes[0] = audit.Note{Code: "N-1", Subject: "workpaper/WP-1", Answer: "Done.", By: "M. Ortiz"}
	}, "N-1 on workpaper/WP-1 is answered, and M. Ortiz has not cleared it"},
	{"requests", "an open request", func(f *Facts) { f.Requests[0] = Request{Code: "R-1", State: audit.RequestReopened} }, "R-1 is reopened"},
	{"requests", "an answer that nobody closed", func(f *Facts) { f.Requests[0].State = audit.RequestOpen }, "R-1 is answered, and the auditor has not closed it"},
	{"opinion", "none", func(f *Facts) { f.Opined = "" }, "there is no opinion"},
	{"opinion", "redrafted after it was signed", func(f *Facts) { f.Opined = "newer" }, "no partner of hale signed the opinion as it stands"},
	{"opinion", "signed by a manager", func(f *Facts) {
		drop(&f.SignOffs, func(s audit.SignOff) bool { return s.As == audit.AsPartner })
		f.SignOffs = append(f.SignOffs, signOff("opinion", audit.AsPartner, opinionDigest, "M. Ortiz"))
	}, "no partner of hale signed the opinion as it stands"},
	{"opinion", "a firm that nobody knows", func(f *Facts) { f.Opinion.Firm = "ghost" }, `firm "ghost", which is not recorded`},
	{"opinion", "a license that did not cover the report date", func(f *Facts) { f.Firms[0].Licensed.From = "2026-02-19" }, "not on 2026-02-18"},
	{"quality-review", "not yet", func(f *Facts) {
		drop(&f.SignOffs, func(s audit.SignOff) bool { return s.As == audit.AsQuality })
	}, "no quality reviewer concurred"},
	{"quality-review", "another version", func(f *Facts) {
		for i := range f.SignOffs {
			if f.SignOffs[i].As == audit.AsQuality {
				f.SignOffs[i].Digest = "older"
			}
		}
	}, "no quality reviewer concurred with the opinion as it stands"},
	{"assertion", "none", func(f *Facts) { drop(&f.Words, func(w Word) bool { return w.Kind == audit.Assertion }) }, "it is not recorded"},
	{"assertion", "rewritten", func(f *Facts) { rewrite(f, audit.Assertion) }, "it was rewritten after it was signed"},
	{"assertion", "dated after the report", func(f *Facts) { redate(f, audit.Assertion, "2026-02-19") }, "it is dated 2026-02-19, after the report date, 2026-02-18"},
	{"assertion", "signed after the report", func(f *Facts) { f.Signed[2].At = at("2026-02-19") }, "it was signed on 2026-02-19, after the report date"},
	{"assertion", "signed by a control owner", func(f *Facts) { f.Signed[2].Role = audit.ControlOwner }, "nobody of management signed it"},
	{"representations", "dated before the report", func(f *Facts) { redate(f, audit.Representation, "2026-02-17") }, "it is dated 2026-02-17, and the report 2026-02-18"},
	{"representations", "not signed", func(f *Facts) {
		drop(&f.Signed, func(s audit.Signature) bool { return s.Kind == audit.Representation })
	}, "nobody of management signed it"},
	{"subsequent-events", "until some day before", func(f *Facts) { redate(f, audit.SubsequentEvents, "2026-01-31") }, "it is dated 2026-01-31, and the report 2026-02-18"},
	{"report-date", "within the period", func(f *Facts) { f.Opinion.ReportDate = "2025-12-31" }, "is not after the period's end"},
	{"report-date", "to come", func(f *Facts) { f.Opinion.ReportDate = "2026-02-21" }, "the report date, 2026-02-21, has not come"},
	{"report-date", "before a paper", func(f *Facts) { f.Papers[0].At = at("2026-02-19") }, "WP-1 rests on what was done on 2026-02-19"},
	{"report-date", "before a review", func(f *Facts) { f.SignOffs[1].At = at("2026-02-19") }, "WP-1 rests on what was done on 2026-02-19"},
	{"report-date", "before an inquiry", func(f *Facts) { f.Papers[1].Steps[0].On = "2026-02-19" }, "WP-2 rests on what was done on 2026-02-19"},
	{"released", "not released", func(f *Facts) { f.Step.Released = "" }, "it was not released"},
	{"bundle", "not written", func(f *Facts) { f.Bundle = "" }, "no archive was named"},
}

func TestNothingStandsAgainstAnExaminationThatIsWhole(t *testing.T) {
	for _, to := range audit.Phases {
		for _, g := range Gates(to, examined()) {
			if !g.Met || len(g.Against) > 0 || g.Do != "" || g.Asks == "" {
				t.Errorf("%s: %+v", to, g)
			}
		}
	}
}

func gate(t *testing.T, to audit.Phase, id string, f Facts) Gate {
	t.Helper()
	all := Gates(to, f)
	i := slices.IndexFunc(all, func(g Gate) bool { return g.ID == id })
	if i < 0 {
		t.Fatalf("no gate %s before %s", id, to)
	}
	return all[i]
}

func TestEachGateBothWays(t *testing.T) {
	closes := map[string]bool{}
	for _, c := range faults {
		t.Run(c.gate+"/"+c.name, func(t *testing.T) {
			phase := rules[slices.IndexFunc(rules, func(r rule) bool { return r.id == c.gate })].phase
			if g := gate(t, phase, c.gate, examined()); !g.Met {
				t.Fatalf("closed before anything is wrong: %v", g.Against)
			}
			f := examined()
			c.spoil(&f)
			g := gate(t, phase, c.gate, f)
			if g.Met || g.Do == "" || !strings.Contains(strings.Join(g.Against, "\n"), c.says) {
				t.Errorf("met %v, against %q; want %q", g.Met, g.Against, c.says)
			}
			f.Step.Phase = audit.Phases[order(phase)-1]
			if err := Allows(phase, "", f); !errors.Is(err, ErrForbidden) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("the step to %s: %v; want %q", phase, err, c.says)
			}
		})
		closes[c.gate] = true
	}
	for _, r := range rules {
		if !closes[r.id] {
			t.Errorf("no test closes gate %s", r.id)
		}
	}
}

// What is told in safeguards, waited for, or named, does not close a gate.
func TestWhatIsInOrder(t *testing.T) {
	for _, c := range []struct {
		gate, name string
		change     func(*Facts)
	}{
		{"independence", "a conflict with safeguards", func(f *Facts) {
			declared(f, "S. Quill", func(d *audit.Declaration) {
				d.Conflicts, d.Safeguards = "a cousin works there", "tests no control of the cousin's"
			})
		}},
		{"independence", "cooling-off has run", func(f *Facts) {
			declared(f, "S. Quill", func(d *audit.Declaration) { d.Prior, d.Ended = audit.PriorDecision, "2025-02-20" })
		}},
		{"independence", "who left need not declare", func(f *Facts) {
			f.Members = append(f.Members, audit.Member{Engagement: "soc1-2025", Name: "Gone", Role: audit.AuditorStaff, Firm: "hale", Left: true})
		}},
		{"sides", "left management before the period", func(f *Facts) {
			f.Members = append(f.Members, audit.Member{Name: "M. Ortiz", Role: audit.Employee, Left: true, At: at("2024-12-30")})
		}},
		{"sides", "management of an engagement that does not overlap", func(f *Facts) {
			f.Engagements = append(f.Engagements, audit.Engagement{Code: "soc1-2023", Period: audit.Period{From: "2023-01-01", To: "2023-12-31"}})
			f.Members = append(f.Members, audit.Member{Engagement: "soc1-2023", Name: "M. Ortiz", Role: audit.Employee})
		}},
		{"terms", "before acceptance", func(f *Facts) { f.Step.Terms = "" }},
		{"walkthroughs", "named as not concluded", func(f *Facts) { f.Papers, f.Step.NotConcluded = nil, []string{"CHG-01", "PY-01"} }},
		{"conclusions", "named as not concluded", func(f *Facts) { f.Conclusions, f.Step.NotConcluded = nil, []string{"CHG-01", "PY-01"} }},
		{"walkthroughs", "concluded on, from papers of another kind", func(f *Facts) { f.Papers = nil }},
		{"papers", "an earlier sign-off beside the one that stands", func(f *Facts) {
			f.SignOffs = append(f.SignOffs, signOff("workpaper/WP-1", audit.AsReviewer, "older", "P. Hale"))
		}},
		{"assertion", "dated and signed on the day of the report", func(f *Facts) {
			redate(f, audit.Assertion, "2026-02-18")
			f.Signed[2].At = at("2026-02-18").Add(11 * time.Hour) // the 19th in UTC, the 18th in New York
		}},
	} {
		f := examined()
		c.change(&f)
		if g := gate(t, audit.Issued, c.gate, f); !g.Met {
			t.Errorf("%s, %s: %v", c.gate, c.name, g.Against)
		}
	}
}

func TestStepsGoForwardOneAtATimeAndBackWithAReason(t *testing.T) {
	for _, from := range audit.Phases {
		for _, to := range append(slices.Clone(audit.Phases), "elsewhere") {
			for _, reason := range []string{"", " ", "A control was left out."} {
				f := examined()
				f.Step.Phase = from
				i, j := order(from), order(to)
				want := j == i+1 || j >= 0 && j < i && i < order(audit.Issued) && strings.TrimSpace(reason) != ""
				if err := Allows(to, reason, f); (err == nil) != want || err != nil && !errors.Is(err, ErrForbidden) {
					t.Errorf("from %s to %s, reason %q: %v; allowed should be %v", from, to, reason, err, want)
				}
			}
		}
	}
}

// Whatever is wrong, and in whatever order the facts come: a forbidden step is
// never taken, and one that nothing stands against always is.
func TestNoOrderOfFactsLetsAForbiddenStepThrough(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := examined()
		first := len(audit.Phases) // the earliest phase that something stands against
		var only bool              // or something only the archive asks for
		for range rapid.IntRange(0, 2).Draw(t, "faults") {
			c := faults[rapid.IntRange(0, len(faults)-1).Draw(t, "fault")]
			if blocked(c.spoil, f) {
				continue // what the one broke, the other cannot
			}
			c.spoil(&f)
		}
		for _, r := range rules {
			if len(r.against(f)) > 0 && r.phase != audit.Archived {
				first = min(first, order(r.phase))
			}
			only = only || len(r.against(f)) > 0 && r.phase == audit.Archived
		}
		shuffled(t, &f)
		f.Step.Phase = rapid.SampledFrom(audit.Phases).Draw(t, "from")
		to := rapid.SampledFrom(audit.Phases).Draw(t, "to")
		reason := rapid.SampledFrom([]string{"", "because"}).Draw(t, "reason")

		i, j := order(f.Step.Phase), order(to)
		back := j < i && i < order(audit.Issued) && reason != ""
		forward := j == i+1 && (to == audit.Archived && !only || to != audit.Archived && j < first)
		if err := Allows(to, reason, f); (err == nil) != (back || forward) {
			t.Fatalf("from %s to %s with reason %q: %v; back %v, forward %v", f.Step.Phase, to, reason, err, back, forward)
		}
	})
}

// blocked reports whether a fault cannot be made in these facts any more.
func blocked(spoil func(*Facts), f Facts) (cannot bool) {
	defer func() { cannot = recover() != nil }()
	f.Firms, f.Papers, f.Words, f.Signed = slices.Clone(f.Firms), slices.Clone(f.Papers), slices.Clone(f.Words), slices.Clone(f.Signed)
	f.SignOffs, f.Notes, f.Requests, f.Conclusions = slices.Clone(f.SignOffs), slices.Clone(f.Notes), slices.Clone(f.Requests), slices.Clone(f.Conclusions)
	f.Members, f.Declarations = slices.Clone(f.Members), slices.Clone(f.Declarations)
	for i := range f.Papers {
		f.Papers[i].Steps = slices.Clone(f.Papers[i].Steps)
	}
	spoil(&f)
	return false
}

func shuffled(t *rapid.T, f *Facts) {
	f.Members = rapid.Permutation(f.Members).Draw(t, "members")
	f.Declarations = rapid.Permutation(f.Declarations).Draw(t, "declarations")
	f.Words = rapid.Permutation(f.Words).Draw(t, "words")
	f.Signed = rapid.Permutation(f.Signed).Draw(t, "signatures")
	f.SignOffs = rapid.Permutation(f.SignOffs).Draw(t, "sign-offs")
	f.Papers = rapid.Permutation(f.Papers).Draw(t, "papers")
	f.Controls = rapid.Permutation(f.Controls).Draw(t, "controls")
	f.Requests = rapid.Permutation(f.Requests).Draw(t, "requests")
}

func TestGatesSayTheSameInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := examined()
		f.Conclusions, f.Declarations = nil, nil
		want := Gates(audit.Issued, f)
		shuffled(t, &f)
		if diff := cmp.Diff(want, Gates(audit.Issued, f)); diff != "" {
			t.Fatal(diff)
		}
	})
}
