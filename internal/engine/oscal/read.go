package oscal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"time"
)

// Head is what stands at the head of a document that was read.
type Head struct {
	UUID     string `json:"uuid"`
	Title    string `json:"title"`
	Version  string `json:"version"`
	OSCAL    string `json:"oscal_version"`
	Modified string `json:"last_modified"`
}

// ReadCatalog is a catalog of others: its controls in their order, each with
// those that stand below it after it.
type ReadCatalog struct {
	Head
	Groups   int      `json:"groups"`
	Controls []Listed `json:"controls"`
}

// Listed is one control of a catalog.
type Listed struct {
	ID    string `json:"id"`
	Label string `json:"label,omitempty"`
	Title string `json:"title"`
	Class string `json:"class,omitempty"`
	Group string `json:"group,omitempty"` // title of the nearest
	Under string `json:"under,omitempty"` // id of the control that it refines
	Prose string `json:"prose,omitempty"` // of its statement
}

// ReadResults is what a file of assessment results says.
type ReadResults struct {
	Head
	Results []ReadResult `json:"results"`
}

// ReadResult is one of its results, counted.
type ReadResult struct {
	Title        string         `json:"title"`
	Start        string         `json:"start"`
	End          string         `json:"end,omitempty"`
	Observations int            `json:"observations"`
	Findings     int            `json:"findings"`
	Risks        int            `json:"risks"`
	States       map[string]int `json:"states"` // of the findings' targets
}

// most is how many faults are told; all are counted.
const most = 20

var (
	reUUID  = regexp.MustCompile(`^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[45][0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}$`)
	reToken = regexp.MustCompile(`^(\p{L}|_)(\p{L}|\p{N}|[.\-_])*$`)
)

// faults are gathered with the place of each.
type faults struct {
	told []error
	all  int
}

func (x *faults) add(where, format string, args ...any) {
	if x.all++; x.all <= most {
		x.told = append(x.told, fmt.Errorf("%s: %s", where, fmt.Sprintf(format, args...)))
	}
}

func (x *faults) err() error {
	if x.all > most {
		return errors.Join(append(x.told, fmt.Errorf("%d more faults are not listed, of %d", x.all-most, x.all))...)
	}
	return errors.Join(x.told...)
}

// only reads a text that holds one document of a kind.
func only(text []byte, k Kind, into any) error {
	var top map[string]json.RawMessage
	dec := json.NewDecoder(bytes.NewReader(text))
	if err := dec.Decode(&top); err != nil {
		return fmt.Errorf("it is not JSON: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("it holds something after the document")
	}
	body, ok := top[string(k)]
	if !ok {
		return fmt.Errorf("it holds no %q; OSCAL in JSON begins with the kind of the document", k)
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("%s: %w", k, err)
	}
	return nil
}

// head checks what every document has.
func (x *faults) head(uuid string, m metadata) Head {
	if !reUUID.MatchString(uuid) {
		x.add("uuid", "%q is no UUID of version 4 or 5", uuid)
	}
	for _, must := range []struct{ name, value string }{{"title", m.Title}, {"version", m.Version}, {"oscal-version", m.OSCAL}} {
		if must.value == "" {
			x.add("metadata", "%s is missing", must.name)
		}
	}
	if _, err := time.Parse(time.RFC3339Nano, m.LastModified); err != nil {
		x.add("metadata", "last-modified %q is no time with a time zone", m.LastModified)
	}
	return Head{uuid, m.Title, m.Version, m.OSCAL, m.LastModified}
}

// readCatalog is as much of a catalog as is looked at.
type readCatalog struct {
	UUID     string           `json:"uuid"`
	Metadata metadata         `json:"metadata"`
	Groups   []group          `json:"groups"`
	Controls []catalogControl `json:"controls"`
}

// ReadCatalogText reads a catalog of others. All faults are told, with their places:
// an id that OSCAL does not allow, or that stands there twice.
func ReadCatalogText(text []byte) (ReadCatalog, error) {
	var b readCatalog
	if err := only(text, Catalog, &b); err != nil {
		return ReadCatalog{}, err
	}
	r := reading{seen: map[string]bool{}}
	r.out.Head = r.faults.head(b.UUID, b.Metadata)
	r.groups("catalog", b.Groups)
	r.controls("catalog", "", "", b.Controls)
	if len(r.out.Controls) == 0 {
		r.faults.add("catalog", "it has no control")
	}
	return r.out, r.faults.err()
}

// reading goes through a catalog.
type reading struct {
	out    ReadCatalog
	faults faults
	seen   map[string]bool
}

func (r *reading) groups(where string, all []group) {
	for i, g := range all {
		at := fmt.Sprintf("%s.groups[%d]", where, i)
		r.out.Groups++
		if g.Title == "" {
			r.faults.add(at, "title is missing")
		}
		r.groups(at, g.Groups)
		r.controls(at, g.Title, "", g.Controls)
	}
}

func (r *reading) controls(where, group, under string, all []catalogControl) {
	for i, c := range all {
		at := fmt.Sprintf("%s.controls[%d]", where, i)
		switch {
		case !reToken.MatchString(c.ID):
			r.faults.add(at, "id %q is not allowed: a letter or _, then letters, digits, dots, hyphens and underscores", c.ID)
		case r.seen[c.ID]:
			r.faults.add(at, "id %q stands there twice", c.ID)
		case c.Title == "":
			r.faults.add(at, "control %s has no title", c.ID)
		}
		r.seen[c.ID] = true
		l := Listed{ID: c.ID, Title: c.Title, Class: c.Class, Group: group, Under: under}
		for _, p := range c.Props {
			if p.Name == "label" && l.Label == "" {
				l.Label = p.Value
			}
		}
		for _, p := range c.Parts {
			if p.Name == "statement" && l.Prose == "" {
				l.Prose = p.Prose
			}
		}
		r.out.Controls = append(r.out.Controls, l)
		r.controls(at, group, c.ID, c.Controls)
	}
}

// readResults is as much of assessment results as is looked at.
type readResults struct {
	UUID     string   `json:"uuid"`
	Metadata metadata `json:"metadata"`
	Results  []struct {
		UUID         string            `json:"uuid"`
		Title        string            `json:"title"`
		Start        string            `json:"start"`
		End          string            `json:"end"`
		Observations []json.RawMessage `json:"observations"`
		Risks        []json.RawMessage `json:"risks"`
		Findings     []finding         `json:"findings"`
	} `json:"results"`
}

// ReadResultsText reads assessment results of others and counts what they say.
func ReadResultsText(text []byte) (ReadResults, error) {
	var b readResults
	if err := only(text, Results, &b); err != nil {
		return ReadResults{}, err
	}
	var x faults
	out := ReadResults{Head: x.head(b.UUID, b.Metadata)}
	for i, r := range b.Results {
		at := fmt.Sprintf("results[%d]", i)
		if !reUUID.MatchString(r.UUID) || r.Title == "" || r.Start == "" {
			x.add(at, "a result has a uuid, a title and a start")
		}
		one := ReadResult{Title: r.Title, Start: r.Start, End: r.End, Observations: len(r.Observations), Findings: len(r.Findings), Risks: len(r.Risks), States: map[string]int{}}
		for j, f := range r.Findings {
			if f.Target.ID == "" || f.Target.Status.State == "" {
				x.add(fmt.Sprintf("%s.findings[%d]", at, j), "its target has no id, or no state")
			}
			one.States[f.Target.Status.State]++
		}
		out.Results = append(out.Results, one)
	}
	if len(b.Results) == 0 {
		x.add("results", "there is none")
	}
	return out, x.err()
}
