package catalog

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"tickmark/internal/audit"
)

// SourceCase is one recorded example of a source: what the system answered,
// and the populations that must come of it.
type SourceCase struct {
	Name       string              `json:"name" yaml:"name"`
	Settings   map[string]string   `json:"settings,omitempty" yaml:"settings"`
	Account    string              `json:"account,omitempty" yaml:"account"` // $account of the mapping
	ObservedAt string              `json:"observed_at" yaml:"observed_at"`
	Window     audit.Period        `json:"window" yaml:"window"`
	Timezone   string              `json:"timezone,omitempty" yaml:"timezone"`
	Exchanges  []Exchange          `json:"exchanges,omitempty" yaml:"exchanges"` // over http: what a local server answers
	Pages      map[string][]string `json:"pages,omitempty" yaml:"pages"`         // otherwise: request -> recorded files in order
	Expect     []Expected          `json:"expect" yaml:"expect"`
	Complete   bool                `json:"complete" yaml:"complete"`
	Why        string              `json:"why,omitempty" yaml:"why"` // a part of the reason when it is not complete
}

// Exchange is one request and its answer. {server} in headers and bodies is
// the address of the local server. The same request may stand more than once:
// the answers are given in their order.
type Exchange struct {
	Request string            `json:"request" yaml:"request"`             // method, path and query, exactly
	BodyHas string            `json:"body_has,omitempty" yaml:"body_has"` // a text that the request's body must hold
	Status  int               `json:"status,omitempty" yaml:"status"`     // 200 when left out
	Headers map[string]string `json:"headers,omitempty" yaml:"headers"`
	File    string            `json:"file,omitempty" yaml:"file"` // below recorded/<id>/
	Body    string            `json:"body,omitempty" yaml:"body"` // instead of a file
}

// Expected is what one population of a case must be. Each of the rows must be
// in it, compared on the columns that are given; null means no value.
type Expected struct {
	Population   string               `json:"population" yaml:"population"`
	Count        int64                `json:"count" yaml:"count"`
	Rejected     int64                `json:"rejected,omitempty" yaml:"rejected"`
	Deduplicated int64                `json:"deduplicated,omitempty" yaml:"deduplicated"`
	Rows         []map[string]*string `json:"rows,omitempty" yaml:"rows"`
}

// ParseSourceCases reads the recorded cases of a source, a YAML list. The
// values of rows are the exact text of the file. Name is the file's name; it
// stands in errors.
func ParseSourceCases(name string, src []byte) ([]SourceCase, error) {
	entries, err := parseSourceCases(name, src)
	if err != nil {
		return nil, err
	}
	var cases []SourceCase
	for _, e := range entries {
		cases = append(cases, e.Value)
	}
	return cases, nil
}

func parseSourceCases(file string, src []byte) ([]entry[SourceCase], error) {
	entries, err := readList[SourceCase](file, src)
	if err != nil {
		return nil, err
	}
	var faults []error
	names := map[string]bool{}
	for _, e := range entries {
		if names[e.Value.Name] {
			faults = append(faults, e.refuse(faultf("name", "case %q is already in this file; expected each name once", e.Value.Name)))
		}
		names[e.Value.Name] = true
		faults = append(faults, e.refuse(sourceCaseFaults(e.Value)...))
	}
	return entries, errors.Join(faults...)
}

// ReadSourceCases reads the cases of a source and holds them against it, the
// catalog's populations and the recorded files, which stand in folders named
// for their sources.
func (c *Catalog) ReadSourceCases(file string, src []byte, s audit.Source, recorded fs.FS) ([]SourceCase, error) {
	entries, err := parseSourceCases(file, src)
	if err != nil {
		return nil, err
	}
	var cases []SourceCase
	var faults []error
	for _, e := range entries {
		found := slices.Concat(caseOfSource(s, e.Value), c.expectedFaults(s, e.Value), recordedFaults(s, e.Value, recorded))
		faults = append(faults, e.refuse(found...))
		cases = append(cases, e.Value)
	}
	return cases, errors.Join(faults...)
}

var requestLine = regexp.MustCompile(`^(GET|POST) /\S*$`)

// sourceCaseFaults checks a case by itself.
func sourceCaseFaults(v SourceCase) []fault {
	faults := required("name", v.Name, "observed_at", v.ObservedAt)
	if _, err := time.Parse(time.RFC3339, v.ObservedAt); v.ObservedAt != "" && err != nil {
		faults = append(faults, faultf("observed_at", "observed_at %q; expected an instant such as 2025-06-30T12:00:00Z", v.ObservedAt))
	}
	if err := v.Window.Valid(); err != nil {
		faults = append(faults, faultf("window", "%s", err))
	}
	if (len(v.Exchanges) == 0) == (len(v.Pages) == 0) {
		faults = append(faults, faultf("", "expected either exchanges, over http, or pages"))
	}
	if len(v.Expect) == 0 {
		faults = append(faults, faultf("expect", "expect is missing or empty; expected at least one population"))
	}
	if len(v.Exchanges) > 0 && v.Complete == (v.Why != "") {
		faults = append(faults, faultf("complete", "expected complete: true, or why, a part of the reason why it is incomplete"))
	}
	for i, x := range v.Exchanges {
		if !requestLine.MatchString(x.Request) {
			faults = append(faults, faultf(at("exchanges", i)+".request", "request %q; expected GET or POST, a space, and a path with its query", x.Request))
		}
		if x.File != "" && x.Body != "" {
			faults = append(faults, faultf(at("exchanges", i)+".body", "file and body; expected one of them"))
		}
	}
	return faults
}

// caseOfSource checks a case against the source's settings and requests.
func caseOfSource(s audit.Source, v SourceCase) []fault {
	var faults []fault
	for _, name := range slices.Sorted(maps.Keys(v.Settings)) {
		if !slices.ContainsFunc(s.Settings, func(o audit.Setting) bool { return o.Name == name }) {
			faults = append(faults, faultf("settings."+name, "setting %q; expected one that source %s declares", name, s.ID))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(v.Pages)) {
		if !slices.ContainsFunc(s.Requests, func(o audit.Request) bool { return o.Name == name }) {
			faults = append(faults, faultf("pages."+name, "request %q; expected one of source %s", name, s.ID))
		}
	}
	if len(v.Exchanges) > 0 && s.Transport != "http" {
		faults = append(faults, faultf("exchanges", "exchanges of a source over %s; expected pages", s.Transport))
	}
	return faults
}

// expectedFaults checks the populations and columns that a case expects.
func (c *Catalog) expectedFaults(s audit.Source, v SourceCase) []fault {
	var faults []fault
	for i, x := range v.Expect {
		if !slices.ContainsFunc(s.Populations, func(o audit.SourcePopulation) bool { return o.Population == x.Population }) {
			faults = append(faults, faultf(at("expect", i)+".population", "population %q; expected one that source %s gives", x.Population, s.ID))
			continue
		}
		columns := c.Populations[x.Population].Columns
		for k, row := range x.Rows {
			for _, name := range slices.Sorted(maps.Keys(row)) {
				if !slices.ContainsFunc(columns, func(o audit.Column) bool { return o.Name == name }) {
					faults = append(faults, faultf(fmt.Sprintf("expect.%d.rows.%d.%s", i, k, name), "column %q is not a column of %s", name, x.Population))
				}
			}
		}
	}
	return faults
}

// recordedFaults wants every file that a case names to be there.
func recordedFaults(s audit.Source, v SourceCase, recorded fs.FS) []fault {
	var faults []fault
	want := func(where, file string) {
		name := path.Join(s.ID, file)
		if _, err := fs.Stat(recorded, name); err != nil || strings.Contains(file, "/") {
			faults = append(faults, faultf(where, "file %q is not in recorded/%s", file, s.ID))
		}
	}
	for i, x := range v.Exchanges {
		if x.File != "" {
			want(at("exchanges", i)+".file", x.File)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(v.Pages)) {
		for i, file := range v.Pages[name] {
			want(at("pages."+name, i), file)
		}
	}
	return faults
}
