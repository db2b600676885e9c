package engage

import (
	"bytes"
	_ "embed" // the example
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"tickmark/internal/audit"
)

//go:embed firm.yaml
var example string

// Example is a firm's file to fill in.
func Example() string { return example }

// limit is the size of a file that a person could still have written.
const limit = 1 << 20

// ReadFirm reads a firm's file strictly: an unknown field is an error with its
// line, and so is what a firm's file cannot do without.
func ReadFirm(name string, in io.Reader) (audit.Firm, error) {
	var f audit.Firm
	text, err := io.ReadAll(io.LimitReader(in, limit+1))
	switch {
	case err != nil:
		return f, fmt.Errorf("%s cannot be read: %w", name, err)
	case len(text) > limit:
		return f, fmt.Errorf("%s is larger than 1 MB; a firm's file is not", name)
	case !utf8.Valid(text):
		return f, fmt.Errorf("%s is not UTF-8; save it as UTF-8", name)
	case bytes.Count(text, []byte("*"))+bytes.Count(text, []byte("&")) > 1000:
		return f, fmt.Errorf("%s is full of YAML anchors; write the values out", name)
	}
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	if err := dec.Decode(&f); err != nil {
		return f, fmt.Errorf("%s: %s", name, plain(err))
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return f, fmt.Errorf("%s holds more than one YAML document; keep only the first", name)
	}
	if err := soundFirm(f); err != nil {
		return f, fmt.Errorf("%s: %w", name, err)
	}
	return f, nil
}

var unknownField = regexp.MustCompile(`field (\S+) not found in type \S+`)

// plain says what the parser complains of, without the names of Go's types.
func plain(err error) string {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	text = strings.TrimPrefix(text, "unmarshal errors:\n  ")
	text = strings.ReplaceAll(text, "\n  ", "; ")
	return unknownField.ReplaceAllString(text, "unknown field $1")
}

// soundFirm says everything that is wrong with a firm as it was written.
func soundFirm(f audit.Firm) error {
	var errs []error
	for _, x := range []struct{ field, text string }{{"code", f.Code}, {"name", f.Name}, {"city", f.City}, {"state", f.State}, {"license", f.License}} {
		if strings.TrimSpace(x.text) == "" {
			errs = append(errs, fmt.Errorf("%s is empty: %s", x.field, about[x.field]))
		}
	}
	if err := f.Licensed.Valid(); err != nil {
		errs = append(errs, fmt.Errorf("licensed: %w", err))
	}
	if f.RetentionYears < 1 || f.RetentionYears > 100 {
		errs = append(errs, errors.New("retention_years is the number of years for which an archived file is kept, from 1 to 100"))
	}
	if f.CoolingOff < 0 || f.CoolingOff > 600 {
		errs = append(errs, errors.New("cooling_off_months is a number of months, from 0 to 600"))
	}
	return errors.Join(append(errs, soundLegend(f.Legend), soundSizes(f.Sizes))...)
}

// about says what a field that was left empty is for.
var about = map[string]string{
	"code":    "a short name without spaces, by which members name the firm",
	"name":    "as it signs",
	"city":    "the report names it",
	"state":   "of the board that licensed the firm",
	"license": "the number that the state board gave; nobody can sign an opinion without one",
}

func soundLegend(legend []audit.Tickmark) error {
	var errs []error
	seen, exception := map[string]bool{}, false
	for i, m := range legend {
		switch {
		case m.Mark == "" || m.Meaning == "":
			errs = append(errs, fmt.Errorf("legend, sign %d: a tickmark has a mark and a meaning", i+1))
		case seen[m.Mark]:
			errs = append(errs, fmt.Errorf("legend, sign %d: %q has a meaning already", i+1, m.Mark))
		}
		seen[m.Mark], exception = true, exception || m.Exception
	}
	if !exception {
		errs = append(errs, errors.New("legend: no sign says that an attribute was not met (exception: true)"))
	}
	return errors.Join(errs...)
}

func soundSizes(sizes []audit.SizeRow) error {
	var errs []error
	seen := map[string]bool{}
	for i, r := range sizes {
		switch {
		case r.Frequency == "" || seen[r.Frequency]:
			errs = append(errs, fmt.Errorf("sizes, row %d: each row has a frequency of its own, not %q", i+1, r.Frequency))
		case r.Low < 1 || r.High < r.Low:
			errs = append(errs, fmt.Errorf("sizes, %s: from %d to %d items: low is at least 1, and high not below it", r.Frequency, r.Low, r.High))
		}
		seen[r.Frequency] = true
	}
	return errors.Join(errs...)
}
