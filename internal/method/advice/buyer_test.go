package advice

import (
	"slices"
	"strings"
	"testing"
)

func TestAsk(t *testing.T) {
	const audited = "financial-effect=processes; audited=sox; data=personal; commitments=processing-integrity; critical=critical; relationship=client; "
	for _, c := range []struct {
		name, answers, want string
		holds, others       []string
	}{
		{"payroll vendor of an audited company", audited, "Ask for SOC 1 Type 2; SOC 2 Type 2 (Security, Processing Integrity)", nil, []string{"key-reports", "cuec-list", "bridge-letter", "overlap", "subservice-list", "whole-report"}},
		{"it offers a SOC 2", audited + "offered=soc2-type2", "Ask for SOC 1 Type 2; SOC 2 Type 2 (Security, Processing Integrity)", []string{"soc2-is-not-icfr"}, nil},
		{"it offers a SOC 1 Type 1", audited + "offered=soc1-type1; offered-to=2026-06-30; fiscal-year-end=2026-12-31", "", []string{"type1-shows-no-operation", "no-overlap", "gap-too-long", "open-too-long"}, nil},
		{"nine months and a letter", audited + "offered=soc1-type2; offered-from=2025-10-01; offered-to=2026-09-30; fiscal-year-end=2026-12-31; bridge=management; bridge-to=2026-12-31; cuecs=mapped; opinion=unmodified; scope-fits=yes", "", nil, nil},
		{"a letter that is the auditor's", audited + "offered=soc1-type2; bridge=auditor", "", []string{"bridge-by-auditor"}, nil},
		{"CUECs of a critical vendor are not mapped", audited + "cuecs=partly", "", []string{"cuecs-unmapped"}, nil},
		{"adverse, out of scope", audited + "opinion=adverse; scope-fits=no", "", []string{"adverse", "wrong-scope"}, nil},
		{"a prospect", "financial-effect=processes; audited=audited; relationship=prospect", "Ask for SOC 1 Type 2", nil, []string{"prospect-no-soc1"}},
		{"software that holds contacts", "financial-effect=none; audited=sox; data=personal,confidential; commitments=availability,confidentiality; critical=important; offered=badge", "Ask for SOC 2 Type 2 (Security, Availability, Confidentiality)", []string{"badge-is-nothing"}, nil},
		{"it shows the report of its cloud", "financial-effect=none; data=ip; critical=important; offered=hosting-report", "Ask for SOC 2 Type 2 (Security)", []string{"hosting-report-is-not-theirs"}, nil},
		{"it shows a SOC 3", "data=confidential; critical=important; offered=soc3", "Ask for SOC 2 Type 2 (Security)", []string{"soc3-shows-nothing"}, nil},
		{"it shows a certificate", "data=health; offered=certificate; frameworks=hipaa", "Ask for SOC 2 Type 2 (Security)", []string{"certificate-is-other"}, []string{"business-associate", "framework-cover"}},
		{"little depends on it", "data=personal; critical=minor; offered=soc2-type1; opinion=qualified; cuecs=not; vendor-subservice=carve-out; bridge=none", "Ask for SOC 2 Type 1 (Security)", nil, []string{"type1-acceptable", "qualified", "cuecs-of-yours", "carved-out", "bridge-missing"}},
		{"auditor, Type 1, nobody said how critical", "financial-effect=calculates; audited=audited; offered=soc1-type1", "Ask for SOC 1 Type 2", []string{"type1-for-audit"}, nil},
		{"caterer", "financial-effect=none; audited=sox; data=none; commitments=none; offered=nothing", "No report is needed, by what was answered", []string{"nothing-offered"}, []string{"nothing-examined"}},
		{"nothing is known", "opinion=qualified", "Too little was answered to name a report", nil, []string{"nothing-decides", "qualified"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := Ask(answersOf(t, company{answers: c.answers}))
			if err != nil {
				t.Fatal(err)
			}
			if c.want != "" && r.Outcome != c.want {
				t.Errorf("%q, want %q", r.Outcome, c.want)
			}
			if got := codesOf(r.Holds); !slices.Equal(got, c.holds) {
				t.Errorf("in the way: %q, want %q", got, c.holds)
			}
			all := slices.Concat(codesOf(r.Items), codesOf(r.Notes), codesOf(r.NoneYet))
			for _, w := range r.Reports {
				all = append(all, codesOf(w.Why)...)
				for _, c := range w.Categories {
					w.Why = append(w.Why, c.Why...)
				}
				for _, why := range w.Why {
					onlyBuyersAnswers(t, why)
					if buyerWords[why.Code] == "" && why.Code != "type1-acceptable" && why.Code != "security-always" {
						t.Errorf("%s is said in the vendor's words", why.Code)
					}
				}
			}
			for _, code := range c.others {
				if !slices.Contains(all, code) {
					t.Errorf("no %q among %q", code, all)
				}
			}
		})
	}
}

func codesOf(all []Reason) []string {
	var out []string
	for _, r := range all {
		out = append(out, r.Code)
	}
	return out
}

// The buyer was never asked what the vendor's side asks.
func onlyBuyersAnswers(t *testing.T, r Reason) {
	t.Helper()
	for _, c := range r.Cites {
		id, value, _ := strings.Cut(c, "=")
		if q := find(buyerQuestions, id); !slices.Contains(q.ids(), value) {
			t.Errorf("%s cites %s, which is no answer of a buyer", r.Code, c)
		}
	}
}

func TestCovered(t *testing.T) {
	for _, c := range []struct {
		from, to, end, bridge string
		days, of, gap, left   int
		long                  bool
	}{
		{"2025-10-01", "2026-09-30", "2026-12-31", "", 273, 365, 92, 92, false},
		{"2025-10-01", "2026-09-30", "2026-12-31", "2026-12-31", 273, 365, 92, 0, false},
		{"2025-10-01", "2026-09-29", "2026-12-31", "2026-10-31", 272, 365, 93, 61, true},
		{"2027-03-01", "2028-02-29", "2028-02-29", "", 366, 366, 0, 0, false},
		{"2026-01-01", "2027-03-31", "2026-12-31", "", 365, 365, 0, 0, false},
		{"2024-01-01", "2024-12-31", "2026-12-31", "", 0, 365, 730, 730, true},
	} {
		a := Answers{"offered": Said("soc1-type2"), "offered-from": Said(c.from), "offered-to": Said(c.to), "fiscal-year-end": Said(c.end)}
		if c.bridge != "" {
			a["bridge"], a["bridge-to"] = Said("management"), Said(c.bridge)
		}
		r, err := Ask(a)
		if err != nil {
			t.Fatal(err)
		}
		left := 0
		if r.Year.Left.From != "" {
			left = r.Year.Left.Days()
		}
		if y := r.Year; y.Days != c.days || y.Of != c.of || y.Gap != c.gap || left != c.left || y.TooLong != c.long {
			t.Errorf("%+v: %+v, %d left", c, *y, left)
		}
	}
	if _, err := Ask(Answers{"offered-from": Said("2026-02-01"), "offered-to": Said("2026-01-01"), "fiscal-year-end": Said("2026-12-31")}); err == nil {
		t.Error("a period that ends before it begins is taken")
	}
}
