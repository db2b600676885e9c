// Package oscal writes what is recorded of an engagement as OSCAL 1.1.3, the
// exchange format that NIST publishes for controls and assessments, and reads
// catalogs and assessment results of others. It stands among the engines and
// hides the format. It judges nothing: a finding says what people recorded, and
// where nobody judged yet it says that.
package oscal

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // the RFC says SHA-1; nothing is secured by it
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/method/coverage"
)

// Version is the version of OSCAL that is written.
const Version = "1.1.3"

// Namespace is that of the properties that OSCAL has no name for.
const Namespace = "urn:tickmark:oscal"

// Kind is a kind of OSCAL document.
type Kind string

// The kinds, in the order in which one builds on another.
const (
	Catalog    Kind = "catalog"
	Components Kind = "component-definition"
	Plan       Kind = "assessment-plan"
	Results    Kind = "assessment-results"
	POAM       Kind = "plan-of-action-and-milestones"
)

// Kinds are all of them.
var Kinds = []Kind{Catalog, Components, Plan, Results, POAM}

// File is the name under which the documents of one folder refer to each other.
func (k Kind) File() string {
	if k == POAM {
		return "poam.json"
	}
	return string(k) + ".json"
}

// ErrNothing is returned for a document of a kind that must say something when
// there is nothing to say.
var ErrNothing = errors.New("there is nothing to write")

// Facts are what is recorded of one engagement.
type Facts struct {
	coverage.Scope
	Organization audit.Organization
	System       audit.System
	CUECs        []audit.CUEC
	Subservices  []audit.Subservice
	Procedures   map[string]audit.Procedure // all that are known, by id
	Results      []audit.Result             // the newest of each procedure
	Dispositions []audit.Disposition
	Conclusions  []audit.Conclusion // what the tests of each control amount to
	Deviations   []audit.Deviation  // as the auditor recorded them
	Gaps         []coverage.Gap
	AsOf         time.Time // when the newest of these was recorded
}

// JSON is the document of a kind. The same facts give the same bytes: what
// names a thing is derived from what it is, and every time is a record's.
func (f Facts) JSON(k Kind) ([]byte, error) {
	var body any
	var err error
	switch k {
	case Catalog:
		body = f.catalog()
	case Components:
		body, err = f.components()
	case Plan:
		body, err = f.plan()
	case Results:
		body, err = f.results()
	case POAM:
		body, err = f.poam()
	default:
		err = fmt.Errorf("there is no kind %q: it is one of %v", k, Kinds)
	}
	if err != nil {
		return nil, err
	}
	return f.document(k, body)
}

// document gives a body the name that its content has, and writes it. The name
// changes with the content, as OSCAL asks.
func (f Facts) document(k Kind, body any) ([]byte, error) {
	text, err := audit.Canonical(body)
	if err != nil {
		return nil, err
	}
	rest, ok := bytes.CutPrefix(text, []byte(`{"metadata"`))
	if !ok {
		return nil, fmt.Errorf("a %s does not begin with its metadata", k)
	}
	id := f.uuid(string(k), string(audit.DigestOf(text)))
	var out bytes.Buffer
	if err := json.Indent(&out, fmt.Appendf(nil, `{%q:{"uuid":%q,"metadata"%s}`, k, id, bytes.TrimSpace(rest)), "", "  "); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

// metadata is what stands at the head of every document.
func (f Facts) metadata(title string) metadata {
	party := f.uuid("party")
	return metadata{
		Title: title, LastModified: instant(f.AsOf), Version: f.AsOf.UTC().Format("2006-01-02T15:04:05Z"), OSCAL: Version,
		Roles:       []role{{"service-organization", "Service organization"}},
		Parties:     []organization{{UUID: party, Type: "organization", Name: line(f.Organization.Name)}},
		Responsible: []responsible{{"service-organization", []string{party}}},
		Props:       []prop{own("engagement", f.Engagement.Code), own("report", f.report()), own("period", string(f.Engagement.Period.From)+" to "+string(f.Engagement.Period.To))},
		Remarks:     "Written by Tickmark from what is recorded. It is no opinion, and no statement that anything is complied with.",
	}
}

// report names the report that is examined for.
func (f Facts) report() string {
	return fmt.Sprintf("%s Type %d", strings.ToUpper(string(f.Engagement.Kind)), f.Engagement.Type)
}

func (f Facts) title(of string) string {
	return fmt.Sprintf("%s: %s of %s", f.Organization.Name, of, f.Engagement.Code)
}

// uuid names a thing of the engagement: version 5 of RFC 9562, so that the same
// thing has the same name in every document and every run.
func (f Facts) uuid(of ...string) string {
	name := strings.Join(append([]string{Namespace, f.Organization.Name, f.Engagement.Code}, of...), "\x00")
	// The namespace of URLs, as the RFC gives it.
	space := []byte{0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8}
	sum := sha1.Sum(append(space, name...)) //nolint:gosec // the RFC says SHA-1; nothing is secured by it
	sum[6], sum[8] = sum[6]&0x0f|0x50, sum[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// refer is a back matter that says in which file another document is, and the
// address by which this one refers to it.
func (f Facts) refer(k Kind, title string) (string, resource) {
	id := f.uuid("resource", string(k))
	return "#" + id, resource{UUID: id, Title: title, Links: []rlink{{Href: k.File(), Type: "application/json"}}}
}

// described is a back matter for what is no OSCAL document, and its address.
func (f Facts) described() (string, resource) {
	id := f.uuid("resource", "description")
	return "#" + id, resource{UUID: id, Title: "Description of " + f.System.Name, Description: "The system is described in the report's description of the system, and there is no system security plan in OSCAL."}
}

// inScope are the rows of the engagement by code, and the controls that serve any.
func (f Facts) inScope() (rows []coverage.Row, controls []audit.Control) {
	return coverage.Matrix(f.Scope), coverage.InScope(f.Scope)
}

// serves are the criteria or objectives of the engagement that something serves.
func (f Facts) serves(criteria, objectives []string) []string {
	codes := criteria
	if f.Engagement.Kind == audit.SOC1 {
		codes = objectives
	}
	var out []string
	for _, r := range coverage.Matrix(f.Scope) {
		if slices.Contains(codes, r.Code) {
			out = append(out, r.Code)
		}
	}
	return out
}

func instant(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// line is a text as a property holds it: one line, nothing around it.
func line(s string) string { return strings.Join(strings.Fields(s), " ") }

// own are properties that OSCAL has no name for; one without a value is left out.
func own(name, value string) prop { return prop{Name: name, NS: Namespace, Value: line(value)} }

func props(all ...prop) []prop {
	return slices.DeleteFunc(all, func(p prop) bool { return p.Value == "" })
}

// token is a code as OSCAL names things: a letter or _, then letters, digits,
// dots, hyphens and underscores.
func token(code string) string {
	var b strings.Builder
	for i, r := range code {
		switch {
		case letter(r) || i > 0 && (r >= '0' && r <= '9' || strings.ContainsRune(".-_", r)):
			b.WriteRune(r)
		case i == 0:
			b.WriteString("_")
			if r >= '0' && r <= '9' {
				b.WriteRune(r)
			}
		default:
			b.WriteByte('_')
		}
	}
	return b.String()
}

func letter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_' }

// statement names the part of a catalog's control that says what it asks.
func statement(code string) string { return token(code) + "_smt" }
