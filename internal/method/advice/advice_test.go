package advice

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// What an industry proposes never decides: the industry itself changes
// nothing, and advice that rests on proposals says that it is provisional
// until a person gave the same answers.
func TestAProfileNeverDecides(t *testing.T) {
	for id, proposed := range proposals(t) {
		a, err := Advise(Answers{}.Prefill(id, proposed), today)
		if err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		if !a.Provisional || len(a.Prefilled) != len(proposed) {
			t.Errorf("%s: provisional %v with %d prefilled answers, want true with %d", id, a.Provisional, len(a.Prefilled), len(proposed))
		}
		if slices.ContainsFunc(a.Flips, func(f Flip) bool { return f.Question == "industry" }) {
			t.Errorf("%s: the industry alone changes the advice", id)
		}
		confirmed := Answers{}
		for q, values := range proposed {
			confirmed[q] = Said(values...)
		}
		b, err := Advise(confirmed, today)
		if err != nil || b.Provisional || b.Outcome != a.Outcome {
			t.Errorf("%s: confirmed: provisional %v, %q, %v; want %q", id, b.Provisional, b.Outcome, err, a.Outcome)
		}
	}
}

func TestPrefillKeepsWhatWasAnswered(t *testing.T) {
	a := Answers{"data": Said("none")}
	b := a.Prefill("crm", map[string][]string{"data": {"personal"}, "subject": {"service"}})
	want := Answers{"data": Said("none"), "subject": {Values: []string{"service"}, Profile: "crm"}}
	if !reflect.DeepEqual(b, want) || len(a) != 1 {
		t.Errorf("%v from %v, want %v", b, a, want)
	}
}

func TestAnswersAreRefused(t *testing.T) {
	for _, c := range []struct {
		id     string
		values []string
		want   string
	}{
		{"colour", []string{"red"}, `there is no question "colour"`},
		{"data", nil, "data: the answer is empty"},
		{"data", []string{"gold"}, `data: "gold" is no answer; expected personal, health`},
		{"data", []string{"none", "ip"}, `data: "none" cannot stand together`},
		{"data", []string{"ip", "ip"}, `data: "ip" is there twice`},
		{"subject", []string{"service", "goods"}, "subject: 2 answers; expected one"},
		{"months-operating", []string{"-1"}, `"-1" is not a whole number`},
		{"deadline", []string{"31.12.2026"}, "is not a calendar day"},
	} {
		_, err := Advise(Answers{c.id: Said(c.values...)}, today)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s=%q: got %v, want %q", c.id, c.values, err, c.want)
		}
	}
}

// As long as nothing decides, everything that could is asked for, though it
// takes two answers.
func TestOpenQuestionsWhenNothingDecides(t *testing.T) {
	a, err := Advise(Answers{"asked-for": Said("not-said")}, today)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, o := range a.Open {
		got = append(got, o.Question)
	}
	want := []string{"financial-effect", "data", "commitments", "asked-by", "asked-why", "internal-audit", "public-use", "frameworks", "framework-opinion"}
	if !slices.Equal(got, want) {
		t.Errorf("asks %q, want %q", got, want)
	}
}

func TestDeadlineWithoutToday(t *testing.T) {
	a, err := Advise(Answers{}.Prefill("crm", proposals(t)["crm"]).Prefill("", map[string][]string{"deadline": {"2026-12-31"}}), "")
	if err != nil || !slices.Contains(codes(a), "deadline-not-weighed") {
		t.Errorf("%q, %v", codes(a), err)
	}
}

// Whatever is answered: no report that may be shown in public without the SOC
// 2 behind it, no SOC 1 about nothing, Security in every SOC 2, the same
// advice twice.
func TestWhateverIsAnswered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		answers := Answers{}
		for _, q := range Questions() {
			if v := drawn(t, q); len(v) > 0 {
				answers[q.ID] = Said(v...)
			}
		}
		if err := Check(Questions(), answers); err != nil {
			t.Fatal(err)
		}
		f := facts{answers: answers, today: today}
		a := f.decide()
		two, has2 := a.Recommends(SOC2)
		if _, has3 := a.Recommends(SOC3); has3 && (!has2 || two.Type == Type1) {
			t.Fatalf("%v: a SOC 3 without a SOC 2 Type 2: %s", answers, a.Outcome)
		}
		if _, has1 := a.Recommends(SOC1); has1 && slices.Contains(answers["financial-effect"].Values, "none") {
			t.Fatalf("%v: a SOC 1 about nothing", answers)
		}
		if has2 && (len(two.Categories) == 0 || two.Categories[0].Category != "security") {
			t.Fatalf("%v: a SOC 2 without Security", answers)
		}
		if (len(a.Reports) == 0) != (len(a.NoneYet) > 0) {
			t.Fatalf("%v: %d reports, %d reasons for none", answers, len(a.Reports), len(a.NoneYet))
		}
		if !reflect.DeepEqual(a, f.decide()) {
			t.Fatalf("%v: two advices", answers)
		}
	})
}

func drawn(t *rapid.T, q Question) []string {
	if !rapid.Bool().Draw(t, q.ID+" answered") {
		return nil
	}
	switch q.Kind {
	case Whole:
		return []string{rapid.SampledFrom([]string{"0", "2", "3", "6", "12"}).Draw(t, q.ID)}
	case Day:
		return []string{rapid.SampledFrom([]string{"2026-01-20", "2026-07-01", "2027-06-30"}).Draw(t, q.ID)}
	case One:
		return []string{rapid.SampledFrom(q.ids()).Draw(t, q.ID)}
	}
	values := rapid.SliceOfNDistinct(rapid.SampledFrom(q.ids()), 1, 4, rapid.ID[string]).Draw(t, q.ID)
	if slices.ContainsFunc(values, func(v string) bool { return slices.Contains(alone, v) }) {
		return values[:1]
	}
	return values
}

// forbidden are words that are not said of an organization.
var forbidden = regexp.MustCompile(`(?i)\b(certified|passed|passes|passing|failed|failing|guarantees?d?|audit opinion letter|Service Organization Control)\b|Type II?\b`)

func TestWordsThatAreNotSaid(t *testing.T) {
	for _, c := range companies {
		a, err := Advise(answersOf(t, c), today)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range reasons(a) {
			if word := forbidden.FindString(r.Text); word != "" {
				t.Errorf("%s says %q: %s", r.Code, word, r.Text)
			}
		}
	}
	for _, list := range [][]Question{Questions(), BuyerQuestions()} {
		for _, q := range list {
			if word := forbidden.FindString(q.Ask + q.Help); word != "" {
				t.Errorf("question %s says %q", q.ID, word)
			}
		}
	}
	for _, row := range Comparison() {
		if word := forbidden.FindString(row.SOC1 + row.SOC2 + row.SOC3); word != "" {
			t.Errorf("the comparison says %q: %s", word, row.Aspect)
		}
	}
}

func TestQuestionsAreWellFormed(t *testing.T) {
	for _, list := range [][]Question{Questions(), BuyerQuestions()} {
		seen := map[string]bool{}
		for _, q := range list {
			if seen[q.ID] || q.Ask == "" {
				t.Errorf("question %q is there twice or asks nothing", q.ID)
			}
			seen[q.ID] = true
			if chosen := q.Kind == One || q.Kind == Many; chosen != (len(q.Choices) > 1) {
				t.Errorf("question %s of kind %s has %d choices", q.ID, q.Kind, len(q.Choices))
			}
		}
	}
}

// Every condition of every rule names a question and answers that exist: a
// slip of the pen would be a rule that never holds.
func TestRulesNameQuestions(t *testing.T) {
	check := func(list []Question, sets ...[]rule) {
		for _, r := range slices.Concat(sets...) {
			for _, c := range r.when {
				q := find(list, c.ask)
				if q.Ask == "" {
					t.Errorf("rule %s asks %q, which is no question", r.code, c.ask)
				}
				for _, v := range c.values {
					if len(q.Choices) > 0 && !slices.Contains(q.ids(), v) || q.Kind == Whole && q.checkOne(v) != nil {
						t.Errorf("rule %s: %q is no answer to %s", r.code, v, c.ask)
					}
				}
			}
		}
	}
	var more []rule
	for _, c := range categoryRules {
		more = append(more, c.rule)
	}
	for _, r := range []Report{SOC1, SOC2} {
		for _, k := range (facts{}).kindRules(r) {
			more = append(more, k.rule)
		}
	}
	for _, n := range frameworkNotes {
		if !slices.Contains(examinable, n.id) {
			t.Errorf("framework %s is not among the examinable", n.id)
		}
	}
	check(Questions(), noneRules, soc1Rules, soc1Bars, soc2Rules, soc3Rules, considerRules, considerCategories, warningRules,
		notGiven[SOC1], notGiven[SOC2], notGiven[SOC3], more)
	check(BuyerQuestions(), buyerItems, buyerHolds, buyerNotes)
}
