package request

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"tickmark/internal/audit"
)

// Draft is what the auditor writes of a request. Where it stands is not written
// but said: returned, closed.
type Draft struct {
	Code       string             `json:"code" yaml:"code"`
	Title      string             `json:"title" yaml:"title"`
	Text       string             `json:"text" yaml:"text"`
	Wants      audit.RequestWants `json:"wants" yaml:"wants"`
	Population string             `json:"population,omitempty" yaml:"population,omitempty"`
	Controls   []string           `json:"controls,omitempty" yaml:"controls,omitempty"`
	Due        audit.Date         `json:"due,omitempty" yaml:"due,omitempty"`
	Place      string             `json:"-" yaml:"-"` // where it was read, such as "row 7", for what is said of it
}

// Change is what a draft does to the list.
type Change struct {
	Code   string   `json:"code"`
	Place  string   `json:"place,omitempty"`
	What   string   `json:"what"` // new, changed, unchanged
	Fields []string `json:"fields,omitempty"`
}

// What a change can be.
const (
	New       = "new"
	Changed   = "changed"
	Unchanged = "unchanged"
)

// Known is what drafts may refer to.
type Known struct {
	Controls    []string // codes
	Populations []string // canonical names
}

// longest is how many characters a text has at most: it fits into a cell of a
// workbook, which counts some twice, and a request is no document.
const longest = 15_000

var code = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// Write adds and edits requests: all of them, or none when one is not sound.
// With plan, it only says what would change.
func (s Stage) Write(ctx context.Context, drafts []Draft, known Known, plan bool) (changes []Change, err error) {
	err = s.Talk.Decide(ctx, func(ctx context.Context) (err error) {
		changes, err = s.write(ctx, drafts, known, plan)
		return err
	})
	return changes, err
}

func (s Stage) write(ctx context.Context, drafts []Draft, known Known, plan bool) ([]Change, error) {
	there, err := s.Records.Requests(ctx, s.Engagement)
	if err != nil {
		return nil, err
	}
	seen := map[string]string{}
	var errs []error
	var changes []Change
	var write []audit.InformationRequest
	for _, d := range drafts {
		if err := d.sound(known); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", d.where(), err))
			continue
		}
		if first, twice := seen[d.Code]; twice {
			errs = append(errs, fmt.Errorf("%s: code %s stands there a second time, first at %s", d.where(), d.Code, first))
			continue
		}
		seen[d.Code] = d.where()
		r, change, err := d.over(there)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", d.where(), err))
		}
		changes = append(changes, change)
		if r.Engagement = s.Engagement; change.What != Unchanged {
			write = append(write, r)
		}
	}
	if err := errors.Join(errs...); err != nil || plan || len(write) == 0 {
		return changes, err
	}
	_, err = s.Records.AddRequests(ctx, write)
	return changes, err
}

// Only is Write of one draft that must be new, or must be there already.
func (s Stage) Only(ctx context.Context, d Draft, known Known, fresh bool) (change Change, err error) {
	err = s.Talk.Decide(ctx, func(ctx context.Context) (err error) {
		change, err = s.only(ctx, d, known, fresh)
		return err
	})
	return change, err
}

func (s Stage) only(ctx context.Context, d Draft, known Known, fresh bool) (Change, error) {
	changes, err := s.Write(ctx, []Draft{d}, known, true)
	if err != nil {
		return Change{}, err
	}
	switch is := changes[0].What == New; {
	case fresh && !is:
		return Change{}, fmt.Errorf("request %s is there already: `tickmark request edit %s` changes it", d.Code, d.Code)
	case !fresh && is:
		return Change{}, fmt.Errorf("engagement %s has no request %q: `tickmark request add %s` makes it", s.Engagement, d.Code, d.Code)
	}
	changes, err = s.Write(ctx, []Draft{d}, known, false)
	if err != nil {
		return Change{}, err
	}
	return changes[0], nil
}

// Draft is the draft that would leave a request as it is.
func (s Stage) Draft(ctx context.Context, code string) (Draft, error) {
	x, err := s.find(ctx, code)
	return draftOf(x.Request), err
}

func draftOf(r audit.InformationRequest) Draft {
	return Draft{Code: r.Code, Title: r.Title, Text: r.Text, Wants: r.Wants, Population: r.Population, Controls: r.Controls, Due: r.Due}
}

func (d Draft) where() string { return cmp.Or(d.Place, "request "+d.Code) }

// over is the request as the draft makes it, over what is there.
func (d *Draft) over(there []audit.InformationRequest) (audit.InformationRequest, Change, error) {
	change := Change{Code: d.Code, Place: d.Place, What: New}
	r := audit.InformationRequest{Code: d.Code, State: audit.RequestOpen}
	if i := slices.IndexFunc(there, func(x audit.InformationRequest) bool { return x.Code == d.Code }); i >= 0 {
		r, change.What = there[i], Unchanged
	}
	if change.Fields = d.differs(r); len(change.Fields) > 0 && change.What == Unchanged {
		change.What = Changed
		if r.State == audit.RequestClosed || r.State == audit.RequestWithdrawn {
			return r, change, fmt.Errorf("request %s is %s and cannot be edited (%s): reopen it first", r.Code, r.State, strings.Join(change.Fields, ", "))
		}
	}
	r.Title, r.Text, r.Wants, r.Population, r.Controls, r.Due = d.Title, d.Text, d.Wants, d.Population, d.Controls, d.Due
	return r, change, nil
}

// differs names the fields in which a draft is not the request.
func (d Draft) differs(r audit.InformationRequest) []string {
	var out []string
	for _, f := range []struct {
		name string
		same bool
	}{
		{"title", d.Title == r.Title}, {"text", d.Text == r.Text}, {"wants", d.Wants == r.Wants}, {"population", d.Population == r.Population},
		{"controls", slices.Equal(d.Controls, r.Controls)}, {"due", d.Due == r.Due},
	} {
		if !f.same {
			out = append(out, f.name)
		}
	}
	return out
}

// sound refuses a draft that nobody could answer, and makes its texts plain.
func (d *Draft) sound(known Known) error {
	var errs []error
	say := func(wrong bool, format string, args ...any) {
		if wrong {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	for _, t := range []struct {
		name string
		text *string
	}{{"title", &d.Title}, {"text", &d.Text}} {
		var err error
		*t.text, err = plain(t.name, *t.text)
		errs = append(errs, err)
	}
	say(!code.MatchString(d.Code), "code %q: a code has at most 64 letters, digits, dots, hyphens and underscores", d.Code)
	say(d.Title == "", "title is missing: say in a line what is asked for")
	say(strings.Contains(d.Title, "\n"), "title has more than one line: put the rest into text")
	wants := []audit.RequestWants{audit.WantsPopulation, audit.WantsDocument, audit.WantsAnswer}
	say(!slices.Contains(wants, d.Wants), "wants %q: use population, document or answer", d.Wants)
	say(d.Wants != audit.WantsPopulation && d.Population != "", "population %q: only a request that wants a population names one", d.Population)
	say(d.Population != "" && !slices.Contains(known.Populations, d.Population), "population %q is not known: correct its name", d.Population)
	say(d.Due != "" && d.Due.Valid() != nil, "due: %v", d.Due.Valid())
	for _, c := range d.Controls {
		say(!slices.Contains(known.Controls, c), "control %q is not described: correct the code", c)
	}
	if len(d.Controls) == 0 {
		d.Controls = nil
	}
	return errors.Join(errs...)
}

// plain is a text with the ends of its lines as everywhere else, or why it
// cannot be kept.
func plain(what, text string) (string, error) {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	switch {
	case !utf8.ValidString(text):
		return "", fmt.Errorf("%s is not UTF-8", what)
	case utf8.RuneCountInString(text) > longest:
		return "", fmt.Errorf("%s has more than %d characters: answer with a document", what, longest)
	case strings.ContainsFunc(text, func(r rune) bool { return r < 0x20 && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF }):
		return "", fmt.Errorf("%s holds a control character", what)
	}
	return text, nil
}

// compareCodes orders R-2 before R-10.
func compareCodes(a, b string) int {
	cut := func(s string) (string, int) {
		head := strings.TrimRight(s, "0123456789")
		n, _ := strconv.Atoi(s[len(head):])
		return head, n
	}
	ah, an := cut(a)
	bh, bn := cut(b)
	return cmp.Or(cmp.Compare(ah, bh), cmp.Compare(an, bn), cmp.Compare(a, b))
}
