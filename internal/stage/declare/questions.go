package declare

import (
	_ "embed" // the questions
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"tickmark/internal/audit"
)

//go:embed questions.yaml
var questions []byte

// Question is one that a statement answers.
type Question struct {
	ID     string   `json:"id" yaml:"id"`
	Text   string   `json:"text" yaml:"text"`
	Of     []string `json:"of,omitempty" yaml:"of"`         // the only answers
	Type2  bool     `json:"type2,omitempty" yaml:"type2"`   // asked for a Type 2 report only
	Unless string   `json:"unless,omitempty" yaml:"unless"` // no answer is needed when all with fixed answers are answered so
}

// Questions are those that a statement of a kind answers; none of most kinds.
func Questions(kind audit.StatementKind, engagement audit.Engagement) ([]Question, error) {
	var all map[audit.StatementKind][]Question
	if err := yaml.Unmarshal(questions, &all); err != nil {
		return nil, fmt.Errorf("the questions that came with Tickmark: %w", err)
	}
	return slices.DeleteFunc(all[kind], func(q Question) bool { return q.Type2 && engagement.Type != 2 }), nil
}

// answered says which questions are not answered as they ask, and which answers
// are to no question.
func answered(list []Question, answers map[string]string) error {
	var errs []error
	for _, q := range list {
		a := strings.TrimSpace(answers[q.ID])
		switch {
		case a == "" && q.Unless != "" && settled(list, answers, q.Unless):
		case a == "":
			errs = append(errs, fmt.Errorf("%s is not answered: %s", q.ID, q.Text))
		case len(q.Of) > 0 && !slices.Contains(q.Of, a):
			errs = append(errs, fmt.Errorf("%s is answered %q; the answers are %s", q.ID, a, strings.Join(q.Of, ", ")))
		}
	}
	var stray []string
	for id := range answers {
		if !slices.ContainsFunc(list, func(q Question) bool { return q.ID == id }) {
			stray = append(stray, id)
		}
	}
	slices.Sort(stray)
	for _, id := range stray {
		errs = append(errs, fmt.Errorf("%s is no question of this statement", id))
	}
	return errors.Join(errs...)
}

// once refuses a text that already holds a question, as recorded texts do: its
// answer belongs into the head, and would stand in the text beside the new one.
func once(list []Question, text string) error {
	for _, q := range list {
		if strings.Contains(text, q.Text) {
			return fmt.Errorf("the text holds the question %q: take the questions out of the text, and answer them in the head", q.Text)
		}
	}
	return nil
}

// settled reports whether all questions with fixed answers are answered so.
func settled(list []Question, answers map[string]string, so string) bool {
	return !slices.ContainsFunc(list, func(q Question) bool { return len(q.Of) > 0 && strings.TrimSpace(answers[q.ID]) != so })
}

// spoken writes the questions with their answers, so that whoever signs the text
// signs them.
func spoken(list []Question, answers map[string]string) string {
	var b strings.Builder
	if len(list) > 0 {
		b.WriteString("\n## Questions and answers\n")
	}
	for _, q := range list {
		if a := strings.TrimSpace(answers[q.ID]); a != "" {
			fmt.Fprintf(&b, "\n**%s**\n\n%s\n", q.Text, a)
		}
	}
	return b.String()
}
