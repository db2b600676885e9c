package sample

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"tickmark/internal/audit"
)

// limit is the size of a file that a person could still have written.
const limit = 8 << 20

// answer is one line of a file of answers.
type answer struct {
	Question string `yaml:"question"`
	Answer   string `yaml:"answer"`
	Basis    string `yaml:"basis"`
	Reason   string `yaml:"reason"`
}

// ReadAnswers reads the auditor's answers to the checklist from YAML, strictly.
// A question whose answer is left empty is not answered.
func ReadAnswers(name string, text []byte) ([]audit.IPECheck, error) {
	if err := readable(name, text); err != nil {
		return nil, err
	}
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	var all []answer
	if err := dec.Decode(&all); err != nil {
		return nil, fmt.Errorf("%s: %s", name, said(err))
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s holds more than one YAML document; keep only the first", name)
	}
	var out []audit.IPECheck
	for _, a := range all {
		if a.Answer != "" {
			out = append(out, audit.IPECheck{ID: a.Question, Answer: a.Answer, Basis: strings.TrimSpace(a.Basis), Reason: strings.TrimSpace(a.Reason)})
		}
	}
	return out, nil
}

func readable(name string, text []byte) error {
	switch {
	case len(text) > limit:
		return fmt.Errorf("%s is larger than 8 MB", name)
	case !utf8.Valid(text):
		return fmt.Errorf("%s is not UTF-8; save it as UTF-8", name)
	case bytes.Count(text, []byte("*"))+bytes.Count(text, []byte("&")) > 10_000:
		return fmt.Errorf("%s is full of YAML anchors; write the values out", name)
	}
	return nil
}

var unknownField = regexp.MustCompile(`field (\S+) not found in type \S+`)

// said is what the parser complains of, without the names of Go's types.
func said(err error) string {
	if errors.Is(err, io.EOF) {
		return "it is empty"
	}
	text := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "yaml: "), "unmarshal errors:\n  ")
	return unknownField.ReplaceAllString(strings.ReplaceAll(text, "\n  ", "; "), "unknown field $1")
}

// Form is the checklist of a population to be filled in: what is recorded
// stands as remarks, and every answer is empty.
func (e Evaluated) Form() string {
	var b strings.Builder
	p := e.Population
	fmt.Fprintf(&b, "# Population %s (%s), file %s\n", p.Name, p.ID, p.File)
	b.WriteString("# Answer yes, no or n/a, say under basis what you looked at, and give the reason of a no or n/a.\n")
	for _, a := range e.Asked {
		fmt.Fprintf(&b, "\n# %s\n# Recorded: %s\n- question: %s\n  answer: \"\"\n  basis: \"\"\n  reason: \"\"\n", a.Text, oneLine(a.Fact), a.ID)
	}
	return b.String()
}

// oneLine keeps what a stranger wrote within a remark.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// ReadTargets reads the items of a targeted draw: CSV with the columns item and
// reason. Where the file has no reason, the common one is taken.
func ReadTargets(name string, in io.Reader, reason string) ([]Target, error) {
	r := csv.NewReader(in)
	header, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("%s has no header: %w", name, err)
	}
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	if header[0] != "item" || len(header) > 2 || len(header) == 2 && header[1] != "reason" {
		return nil, fmt.Errorf("%s: expected the columns item and reason, found %s", name, strings.Join(header, ", "))
	}
	var out []Target
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		t := Target{Item: cells[0], Reason: reason}
		if len(cells) == 2 && strings.TrimSpace(cells[1]) != "" {
			t.Reason = cells[1]
		}
		if out = append(out, t); len(out) > 1_000_000 {
			return nil, fmt.Errorf("%s names more than a million items: test the whole population by a procedure", name)
		}
	}
}

// ReadRecord reads the record of a draw as `sample show --json` prints it.
func ReadRecord(name string, text []byte) (audit.Sample, error) {
	var x Listed
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&x); err != nil {
		return x.Sample, fmt.Errorf("%s is no record of a draw: %w", name, err)
	}
	return x.Sample, nil
}
