package e2e_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"tickmark/internal/audit"
)

// entry is a record as it lies in the database: its leaf and its body, read
// past everything that decides who may see what.
type entry struct {
	audit.Event
	Leaf   string
	Series string
	Body   string
}

// book is what the test itself knows of an organization: every record there is,
// in the order of the trail.
type book struct {
	lots    lots // from which samples are drawn
	entries []entry
	heads   map[string]entry // the newest of each kind and series

	periods     map[string]audit.Period // of the engagements
	firms       map[string]audit.Firm
	members     []audit.Member // every version
	declared    []audit.Declaration
	steps       map[string][]audit.Step
	delegated   map[string]audit.Delegation // by engagement/request
	asked       map[string]audit.InformationRequest
	deviations  map[string]audit.Deviation
	samples     map[audit.ID]audit.Sample
	released    map[audit.ID]bool
	notes       map[string]audit.Note
	signed      []audit.SignOff     // every version
	stated      []audit.Statement   // every version
	undersigned []audit.Signature   // every version
	written     map[string][]string // who wrote a version, by engagement and subject of a sign-off
	draws       map[string]int
}

func newBook(l lots) *book {
	return &book{
		lots:  l,
		heads: map[string]entry{}, periods: map[string]audit.Period{}, firms: map[string]audit.Firm{},
		steps: map[string][]audit.Step{}, delegated: map[string]audit.Delegation{}, asked: map[string]audit.InformationRequest{},
		deviations: map[string]audit.Deviation{}, samples: map[audit.ID]audit.Sample{}, released: map[audit.ID]bool{},
		notes: map[string]audit.Note{}, written: map[string][]string{}, draws: map[string]int{},
	}
}

// read decodes what the test itself or the store has encoded.
func decoded[T any](t *testing.T, body string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	return v
}

func slashed(parts ...string) string { return strings.Join(parts, "/") }

// add takes a record into the book.
func (b *book) add(t *testing.T, x entry) {
	b.entries = append(b.entries, x)
	b.heads[slashed(x.Kind, x.Series)] = x
	switch x.Kind {
	case audit.KindScope:
		if r := decoded[struct{ Kind, Code, Body string }](t, x.Body); r.Kind == string(audit.ScopeEngagement) {
			b.periods[r.Code] = decoded[audit.Engagement](t, r.Body).Period
		}
	case audit.KindFirm:
		f := decoded[audit.Firm](t, x.Body)
		b.firms[f.Code] = f
	case audit.KindMember:
		b.members = append(b.members, decoded[audit.Member](t, x.Body))
	case audit.KindDeclaration:
		b.declared = append(b.declared, decoded[audit.Declaration](t, x.Body))
	case audit.KindStep:
		s := decoded[audit.Step](t, x.Body)
		b.steps[s.Engagement] = append(b.steps[s.Engagement], s)
	case audit.KindNote:
		n := decoded[audit.Note](t, x.Body)
		b.notes[slashed(n.Engagement, n.Code)] = n
	case audit.KindStatement:
		b.stated = append(b.stated, decoded[audit.Statement](t, x.Body))
	case audit.KindSignature:
		b.undersigned = append(b.undersigned, decoded[audit.Signature](t, x.Body))
	default:
		b.addWork(t, x)
	}
}

// author is whom a record is to name as its own: whoever recorded it; of a note,
// whoever asked.
func (b *book) author(t *testing.T, who audit.Person, x entry) string {
	if x.Kind == audit.KindNote {
		n := decoded[audit.Note](t, x.Body)
		if first, asked := b.notes[slashed(n.Engagement, n.Code)]; asked {
			return first.By
		}
	}
	return who.Name
}

func (b *book) addWork(t *testing.T, x entry) {
	switch x.Kind {
	case audit.KindDelegation:
		d := decoded[audit.Delegation](t, x.Body)
		b.delegated[slashed(d.Engagement, d.Request)] = d
	case audit.KindRequest:
		r := decoded[audit.InformationRequest](t, x.Body)
		b.asked[slashed(r.Engagement, r.Code)] = r
	case audit.KindDeviation:
		d := decoded[audit.Deviation](t, x.Body)
		b.deviations[slashed(d.Engagement, d.Code)] = d
	case audit.KindSample:
		s := decoded[audit.Sample](t, x.Body)
		b.samples[s.ID] = s
		b.draws[slashed(s.Engagement, s.Control, s.Name)]++
	case audit.KindRelease:
		b.released[decoded[audit.Release](t, x.Body).Sample] = true
	case audit.KindSignOff:
		b.signed = append(b.signed, decoded[audit.SignOff](t, x.Body))
	case audit.KindWorkpaper, audit.KindConcluded, audit.KindOpinion:
		by := decoded[struct{ By string }](t, x.Body).By
		at := subjectOf(x)
		b.written[at] = append(b.written[at], by)
	}
}

// subjectOf is the engagement and the subject by which a record of the auditor's
// file is signed.
func subjectOf(x entry) string {
	engagement, rest, _ := strings.Cut(x.Series, "/")
	switch x.Kind {
	case audit.KindWorkpaper:
		return slashed(engagement, "workpaper", rest)
	case audit.KindConcluded:
		return slashed(engagement, "conclusion", rest)
	}
	return slashed(engagement, "opinion")
}

// signable is the newest version of what a sign-off is on.
func (b *book) signable(s audit.SignOff) (entry, bool) {
	kind, rest, _ := strings.Cut(s.Subject, "/")
	kinds := map[string]string{"workpaper": audit.KindWorkpaper, "conclusion": audit.KindConcluded, "opinion": audit.KindOpinion}
	series := slashed(s.Engagement, rest)
	if rest == "" {
		series = s.Engagement
	}
	x, ok := b.heads[slashed(kinds[kind], series)]
	return x, ok
}

// statement is the newest version of one.
func (b *book) statement(engagement string, kind audit.StatementKind, code string) (entry, bool) {
	if code == "" {
		code = "*"
	}
	x, ok := b.heads[slashed(audit.KindStatement, engagement, string(kind), code)]
	return x, ok
}

// same reports whether two names are of one person.
func same(a, b string) bool {
	return strings.EqualFold(strings.Join(strings.Fields(a), " "), strings.Join(strings.Fields(b), " "))
}

// now are the newest memberships.
func (b *book) now() []audit.Member {
	newest := map[string]audit.Member{}
	for _, m := range b.members {
		newest[slashed(m.Engagement, m.Name)] = m
	}
	var all []audit.Member
	for _, k := range slices.Sorted(maps.Keys(newest)) {
		all = append(all, newest[k])
	}
	return all
}

// engagements are all that anything was said of.
func (b *book) engagements() []string {
	all := slices.Collect(maps.Keys(b.periods))
	for _, m := range b.members {
		if m.Engagement != "" {
			all = append(all, m.Engagement)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// overlap reports whether two engagements are of overlapping periods; one that
// nobody described overlaps all.
func (b *book) overlap(e, f string) bool {
	x, ok := b.periods[e]
	y, too := b.periods[f]
	return e == f || !ok || !too || x.From <= y.To && y.From <= x.To
}

func (b *book) step(engagement string) audit.Step {
	all := b.steps[engagement]
	if len(all) == 0 {
		return audit.Step{}
	}
	return all[len(all)-1]
}

func dayOf(at time.Time) audit.Date { return audit.Date(at.UTC().Format(time.DateOnly)) }
