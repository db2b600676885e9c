package advice

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tickmark/internal/audit"
)

// Kind is how a question is answered.
type Kind string

// The kinds of answer.
const (
	One   Kind = "one"    // of the choices
	Many  Kind = "many"   // of the choices; "none" and "nobody" stand alone
	Whole Kind = "number" // a whole number, not negative
	Day   Kind = "date"   // such as 2026-09-30
)

// Question is one line of a questionnaire.
type Question struct {
	ID        string   `json:"id"`
	Ask       string   `json:"question"`
	Help      string   `json:"help,omitempty"`
	Kind      Kind     `json:"kind"`
	Choices   []Choice `json:"choices,omitempty"`
	Prefilled []string `json:"prefilled_by,omitempty"` // the industry profiles that propose an answer
}

// Choice is one answer that can be given.
type Choice struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// Answer is what was said to one question. Profile names the industry profile
// that proposed it, as long as no person confirmed it.
type Answer struct {
	Values  []string `json:"values"`
	Profile string   `json:"prefilled_by,omitempty"`
}

// Answers are the answers by the id of the question. No entry means that the
// question is open.
type Answers map[string]Answer

// Said is a person's answer.
func Said(values ...string) Answer { return Answer{Values: values} }

// Prefill is answers together with what a profile proposes for the questions
// that are open. It changes no answer that was given.
func (a Answers) Prefill(profile string, proposed map[string][]string) Answers {
	out := maps.Clone(a)
	if out == nil {
		out = Answers{}
	}
	for id, values := range proposed {
		if _, given := out[id]; !given {
			out[id] = Answer{Values: values, Profile: profile}
		}
	}
	return out
}

// MarkPrefilled names in each question the profiles that propose an answer to
// it. Proposed holds the ids of questions by profile.
func MarkPrefilled(questions []Question, proposed map[string][]string) []Question {
	out := slices.Clone(questions)
	for _, profile := range slices.Sorted(maps.Keys(proposed)) {
		for i := range out {
			if slices.Contains(proposed[profile], out[i].ID) {
				out[i].Prefilled = append(slices.Clone(out[i].Prefilled), profile)
			}
		}
	}
	return out
}

// alone are choices that exclude all others.
var alone = []string{"none", "nobody", "not-said"}

// Check says what is wrong with answers to the questions, all of it, or nil.
func Check(questions []Question, answers Answers) error {
	var faults []error
	byID := map[string]Question{}
	for _, q := range questions {
		byID[q.ID] = q
		if given, ok := answers[q.ID]; ok {
			faults = append(faults, q.check(given.Values))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(answers)) {
		if _, known := byID[id]; !known {
			faults = append(faults, fmt.Errorf("there is no question %q; `tickmark advise --questions` shows all", id))
		}
	}
	return errors.Join(faults...)
}

func (q Question) check(values []string) error {
	if len(values) == 0 {
		return fmt.Errorf("%s: the answer is empty; leave the question out when it is open", q.ID)
	}
	if q.Kind != Many && len(values) > 1 {
		return fmt.Errorf("%s: %d answers; expected one", q.ID, len(values))
	}
	for i, v := range values {
		if err := q.checkOne(v); err != nil {
			return fmt.Errorf("%s: %w", q.ID, err)
		}
		if slices.Index(values, v) < i {
			return fmt.Errorf("%s: %q is there twice", q.ID, v)
		}
		if len(values) > 1 && slices.Contains(alone, v) {
			return fmt.Errorf("%s: %q cannot stand together with another answer", q.ID, v)
		}
	}
	return nil
}

func (q Question) checkOne(v string) error {
	switch q.Kind {
	case Whole:
		if n, err := strconv.Atoi(v); err != nil || n < 0 || n > 1200 {
			return fmt.Errorf("%q is not a whole number from 0 to 1200", v)
		}
	case Day:
		return audit.Date(v).Valid()
	default:
		if ids := q.ids(); !slices.Contains(ids, v) {
			return fmt.Errorf("%q is no answer; expected %s", v, strings.Join(ids, ", "))
		}
	}
	return nil
}

func (q Question) ids() []string {
	var out []string
	for _, c := range q.Choices {
		out = append(out, c.ID)
	}
	return out
}

// Text is what a value of the answer means, for people.
func (q Question) Text(value string) string {
	for _, c := range q.Choices {
		if c.ID == value {
			return c.Text
		}
	}
	return value
}

func find(questions []Question, id string) Question {
	i := slices.IndexFunc(questions, func(q Question) bool { return q.ID == id })
	if i < 0 {
		return Question{ID: id}
	}
	return questions[i]
}
