package sample

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v3"

	"tickmark/internal/audit"
	"tickmark/internal/method/sampling"
)

// Planned is one draw as a plan's file asks for it: a size with its basis, or
// how the size is found.
type Planned struct {
	Control    string             `yaml:"control"`
	Population string             `yaml:"population"`
	Method     audit.SampleMethod `yaml:"method"` // random when not given
	Size       int64              `yaml:"size"`
	Basis      string             `yaml:"basis"`
	Risk       sampling.Risk      `yaml:"risk"` // size by table
	Table      string             `yaml:"table"`
	Frequency  string             `yaml:"frequency"`
	Confidence string             `yaml:"confidence"` // size by statistics, in percent
	Tolerable  string             `yaml:"tolerable"`
	Expected   int64              `yaml:"expected"`
	Seed       string             `yaml:"seed"`
	Why        string             `yaml:"why"`
	By         string             `yaml:"by"`
	Strata     map[string]int64   `yaml:"strata"`
	Amount     string             `yaml:"amount"`
	Items      []struct {
		Item   string `yaml:"item"`
		Reason string `yaml:"reason"`
	} `yaml:"items"`
}

// ReadPlan reads a list of draws from YAML, strictly.
func ReadPlan(name string, text []byte) ([]Planned, error) {
	if err := readable(name, text); err != nil {
		return nil, err
	}
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	var all []Planned
	if err := dec.Decode(&all); err != nil {
		return nil, fmt.Errorf("%s: %s", name, said(err))
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s holds more than one YAML document; keep only the first", name)
	}
	var errs []error
	for i, p := range all {
		if err := p.sound(); err != nil {
			errs = append(errs, fmt.Errorf("%s, draw %d (%s of %s): %w", name, i+1, p.Population, p.Control, err))
		}
	}
	return all, errors.Join(errs...)
}

func (p Planned) sound() error {
	chosen := p.Method == audit.AllItems || p.Method == audit.Targeted
	given := p.Size > 0 || len(p.Strata) > 0
	switch {
	case p.Control == "" || p.Population == "":
		return errors.New("say of what is drawn, and for which control")
	case chosen && (given || p.Found()):
		return fmt.Errorf("a draw by method %s has no size", p.Method)
	case given && p.Basis == "":
		return errors.New("say under basis why that many")
	case given && p.Found():
		return errors.New("a size is given, or it is found by risk or confidence: not both")
	case !chosen && !given && !p.Found():
		return errors.New("say the size with its basis, or how it is found: risk, or confidence and tolerable")
	case (p.Confidence == "") != (p.Tolerable == "") || p.Confidence != "" && p.Risk != "":
		return errors.New("a size is found by risk, or by confidence and tolerable together")
	}
	return nil
}

// Found reports whether the size is found by a table or by statistics.
func (p Planned) Found() bool { return p.Risk != "" || p.Confidence != "" || p.Tolerable != "" }

// Order is the draw that is asked for; a size that is found is not in it yet.
func (p Planned) Order() Order {
	o := Order{Control: p.Control, Population: p.Population, Method: p.Method, Size: p.Size, Basis: p.Basis, Seed: p.Seed, Why: p.Why, By: p.By, Fixed: p.Strata, Amount: p.Amount}
	if o.Method == "" {
		o.Method = audit.RandomItems
	}
	for _, x := range p.Items {
		o.Targets = append(o.Targets, Target{Item: x.Item, Reason: x.Reason})
	}
	return o
}
