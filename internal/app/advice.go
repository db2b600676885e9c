package app

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/method/advice"
)

// Profiles are the shipped industry profiles. What they propose are answers to
// questions that exist.
func Profiles() ([]catalog.Profile, error) {
	all, err := catalog.Profiles()
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		if err := advice.Check(advice.Questions(), (advice.Answers{}).Prefill(p.ID, proposed(p))); err != nil {
			return nil, fmt.Errorf("profile %s: %w", p.ID, err)
		}
	}
	return all, nil
}

// Profile finds an industry profile by its id.
func Profile(id string) (catalog.Profile, error) {
	all, err := Profiles()
	if err != nil {
		return catalog.Profile{}, err
	}
	var known []string
	for _, p := range all {
		if p.ID == id {
			return p, nil
		}
		known = append(known, p.ID)
	}
	return catalog.Profile{}, fmt.Errorf("there is no profile %q; expected one of %s", id, strings.Join(known, ", "))
}

func proposed(p catalog.Profile) map[string][]string {
	out := map[string][]string{}
	for _, a := range p.Proposes {
		out[a.Question] = a.Values
	}
	return out
}

// Prefill proposes a profile's answers for the questions that are open.
func Prefill(answers advice.Answers, p catalog.Profile) advice.Answers {
	return answers.Prefill(p.ID, proposed(p))
}

// AdviceQuestions are the questions to a service organization, each with the
// profiles that propose an answer.
func AdviceQuestions() ([]advice.Question, error) {
	all, err := Profiles()
	if err != nil {
		return nil, err
	}
	asked := map[string][]string{}
	for _, p := range all {
		for _, a := range p.Proposes {
			asked[p.ID] = append(asked[p.ID], a.Question)
		}
	}
	return advice.MarkPrefilled(advice.Questions(), asked), nil
}

// ReadAnswers reads answers from YAML: the id of a question, and one value or
// a list. A question without a value is open. Faults name the file and the line.
func ReadAnswers(file string, src []byte, questions []advice.Question) (advice.Answers, error) {
	root, err := mapping(file, src)
	if err != nil {
		return nil, err
	}
	out := advice.Answers{}
	var faults []error
	for i := 0; i+1 < len(root.Content); i += 2 {
		id, n := root.Content[i].Value, root.Content[i+1]
		at := fmt.Sprintf("%s:%d", file, root.Content[i].Line)
		values, err := texts(n)
		if _, twice := out[id]; twice {
			err = fmt.Errorf("%s is answered twice", id)
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", at, err))
			continue
		}
		if len(values) == 0 {
			continue
		}
		out[id] = advice.Said(values...)
		if err := advice.Check(questions, advice.Answers{id: out[id]}); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", at, err))
		}
	}
	return out, errors.Join(faults...)
}

const maxAnswers = 1 << 20

// mapping reads one YAML document that is a mapping; an empty file is one
// without entries.
func mapping(file string, src []byte) (*yaml.Node, error) {
	if len(src) > maxAnswers {
		return nil, fmt.Errorf("%s: %d bytes; expected at most %d", file, len(src), maxAnswers)
	}
	var doc yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(src))
	if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
		return &yaml.Node{Kind: yaml.MappingNode}, nil
	} else if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if err := dec.Decode(&yaml.Node{}); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: expected one YAML document", file)
	}
	if doc.Content[0].Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s:%d: expected lines such as `subject: service`", file, doc.Content[0].Line)
	}
	return doc.Content[0], nil
}

// texts are the values of an answer, as they are written.
func texts(n *yaml.Node) ([]string, error) {
	switch {
	case n.Kind == yaml.ScalarNode && n.Tag == "!!null":
		return nil, nil
	case n.Kind == yaml.ScalarNode:
		return []string{n.Value}, nil
	case n.Kind != yaml.SequenceNode:
		return nil, errors.New("expected a value, or a list of values")
	}
	var out []string
	for _, item := range n.Content {
		if item.Kind != yaml.ScalarNode {
			return nil, errors.New("expected a list of values")
		}
		out = append(out, item.Value)
	}
	return out, nil
}

// SetAnswer adds an answer given as "question=value,value".
func SetAnswer(answers advice.Answers, text string) error {
	id, values, ok := strings.Cut(text, "=")
	if !ok || values == "" {
		return fmt.Errorf("%q is no answer; expected one such as asked-by=client,prospect", text)
	}
	answers[id] = advice.Said(strings.Split(values, ",")...)
	return nil
}

// QuestionsYAML writes questions as a file to fill in. What a profile proposes
// stands there as a comment: taking away the # confirms it.
func QuestionsYAML(questions []advice.Question, p catalog.Profile) string {
	var b strings.Builder
	b.WriteString("# Fill in what you know and leave the rest empty: what is open is said to be open.\n" +
		"# Several answers to one question: [client, prospect].\n")
	if p.ID != "" {
		fmt.Fprintf(&b, "# Lines that begin with #> are what the profile %s proposes. It decides nothing:\n# take away the #> from what is so, and change what is not.\n", p.ID)
	}
	for _, q := range questions {
		writeQuestion(&b, q, p)
	}
	return b.String()
}

func writeQuestion(b *strings.Builder, q advice.Question, p catalog.Profile) {
	kind := map[advice.Kind]string{advice.One: "one of", advice.Many: "one or more of", advice.Whole: "a whole number", advice.Day: "a day, such as 2026-09-30"}[q.Kind]
	fmt.Fprintf(b, "\n# %s\n", q.Ask)
	if q.Help != "" {
		fmt.Fprintf(b, "# %s\n", q.Help)
	}
	fmt.Fprintf(b, "# (%s)\n", kind)
	for _, c := range q.Choices {
		fmt.Fprintf(b, "#   %-20s %s\n", c.ID, c.Text)
	}
	i := slices.IndexFunc(p.Proposes, func(a catalog.Proposal) bool { return a.Question == q.ID })
	if i < 0 {
		fmt.Fprintf(b, "%s:\n", q.ID)
		return
	}
	value := strings.Join(p.Proposes[i].Values, ", ")
	if q.Kind == advice.Many {
		value = "[" + value + "]"
	}
	fmt.Fprintf(b, "# %s\n#> %s: %s\n", p.Proposes[i].Why, q.ID, value)
}

// ReadAssumptions reads figures of the cost model from YAML: an id, low and
// high, as text or numbers.
func ReadAssumptions(file string, src []byte) ([]advice.Assumption, error) {
	edits := map[string]advice.Range{}
	if err := strict(file, src, &edits); err != nil {
		return nil, err
	}
	out, err := advice.EditAssumptions(advice.Assumptions(), edits)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return out, nil
}

// ReadCandidates reads firms and their ratings from YAML, and scores them.
func ReadCandidates(file string, src []byte) ([]advice.Scored, error) {
	var all []advice.Candidate
	if err := strict(file, src, &all); err != nil {
		return nil, err
	}
	out, err := advice.Score(all)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return out, nil
}

func strict(file string, src []byte, into any) error {
	if len(src) > maxAnswers {
		return fmt.Errorf("%s: %d bytes; expected at most %d", file, len(src), maxAnswers)
	}
	dec := yaml.NewDecoder(bytes.NewReader(src))
	dec.KnownFields(true)
	if err := dec.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

// Planned is the plan to each advised report, and what they cost together.
type Planned struct {
	Plans []advice.Plan    `json:"plans"`
	Cost  *advice.Estimate `json:"cost,omitempty"`
}

// PlanAdvice plans the way to every advised report but the SOC 3, which
// follows its SOC 2. Change is applied to each route before it is planned.
func PlanAdvice(a advice.Advice, answers advice.Answers, today audit.Date, change func(*advice.Route)) ([]advice.Plan, error) {
	var out []advice.Plan
	for _, x := range a.Reports {
		if x.Report == advice.SOC3 {
			continue
		}
		r := answers.Route(x, today)
		change(&r)
		if answers.Renews(x.Report) && r.PriorEnd == "" {
			return nil, fmt.Errorf("a %s Type 2 was issued before: say on which day its period ended (--prior-end), so that the next one leaves no hole", x.Report.Name())
		}
		p, err := advice.Make(r)
		if err != nil {
			return nil, fmt.Errorf("plan of the %s: %w", x.Report.Name(), err)
		}
		out = append(out, p)
	}
	if len(out) == 0 {
		return nil, errors.New("no report is advised, so that there is nothing to plan; see `tickmark advise` for why")
	}
	return out, nil
}

// Examine fills in of an extent what the advice says of it.
func Examine(a advice.Advice, x advice.Extent) advice.Extent {
	for _, r := range a.Reports {
		if r.Report == advice.SOC3 {
			x.SOC3 = true
			continue
		}
		x.Examined = append(x.Examined, advice.Examined{Report: r.Report, Type: r.Type, Categories: max(1, len(r.Categories)), Additions: len(r.Plus)})
	}
	return x
}
