package coverage

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// AdditionalSet is a set of additional criteria with a row for each.
type AdditionalSet struct {
	audit.Additional
	Title string
	Short string // for a title page
	Rows  []Row  // of the controls in scope that management names
}

// idOnly are sets whose ids their publishers give out and no file of the catalog
// lists: management names them, in this form.
var idOnly = []struct {
	set, title string
	form       *regexp.Regexp
	such       string
}{
	{"csa-star", "CSA Cloud Controls Matrix (STAR attestation)", regexp.MustCompile(`^(A&A|AIS|BCR|CCC|CEK|DCS|DSP|GRC|HRS|IAM|IPY|IVS|I&S|LOG|SEF|STA|TVM|UEM)-[0-9]{2}$`), "IAM-05"},
	{"hitrust", "HITRUST CSF", regexp.MustCompile(`^[0-9]{1,4}[0-9A-Za-z.\-]{1,30}$`), "01.c"},
}

// AdditionalSets resolves an engagement's additional criteria. Words that
// management did not give are those of the mapping's rationales.
func AdditionalSets(s Scope, frameworks []Framework, mappings []audit.Mapping) []AdditionalSet {
	var out []AdditionalSet
	scope := InScope(s)
	for _, a := range s.Engagement.Additional {
		set := AdditionalSet{Additional: a, Title: setTitle(a.Set, frameworks), Short: cmp.Or(shorts[a.Set], a.Set)}
		for _, c := range a.Criteria {
			row := Row{Code: c.ID, Text: c.Words, Group: a.Set}
			if row.Text == "" {
				row.Text = topics(a.Set, c.ID, mappings)
			}
			for _, control := range scope {
				if slices.Contains(c.Controls, control.Code) {
					row.Controls = append(row.Controls, control)
				}
			}
			set.Rows = append(set.Rows, row)
		}
		out = append(out, set)
	}
	return out
}

// shorts are what sets are called for short.
var shorts = map[string]string{"hipaa-security": "HIPAA", "iso27001-2022": "ISO/IEC 27001", "csa-star": "CSA STAR", "hitrust": "HITRUST"}

func setTitle(set string, frameworks []Framework) string {
	for _, x := range idOnly {
		if x.set == set {
			return x.title
		}
	}
	for _, f := range frameworks {
		if f.ID == set {
			return f.Title
		}
	}
	return set
}

// topics are what a requirement and the criteria that are firmly tied to it both
// speak of, in our own words.
func topics(set, id string, mappings []audit.Mapping) string {
	var out []string
	for _, m := range mappings {
		if m.Framework != set || m.To != id || m.Weak || m.Relation == audit.Unrelated {
			continue
		}
		about, _, _ := strings.Cut(strings.TrimPrefix(m.Rationale, "Both concern "), ";")
		if !slices.Contains(out, about) {
			out = append(out, about)
		}
	}
	text := strings.Join(out, "; ")
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

// CheckAdditional says what is wrong with an engagement's additional criteria:
// a set or an id that does not exist, one that is named twice, a control that is
// not described, a SOC 1 that has any.
func CheckAdditional(e audit.Engagement, frameworks []Framework, controls []audit.Control) []error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if len(e.Additional) > 0 && e.Kind != audit.SOC2 {
		fault("additional criteria belong to a SOC 2 engagement, and this one is for a %s", e.Kind)
	}
	sets := map[string]bool{}
	for _, a := range e.Additional {
		if sets[a.Set] {
			fault("additional set %s is named twice", a.Set)
		}
		sets[a.Set] = true
		if len(a.Criteria) == 0 {
			fault("additional set %s has no criteria", a.Set)
		}
		seen := map[string]bool{}
		for _, c := range a.Criteria {
			if err := additionalID(a.Set, c.ID, frameworks); err != nil {
				faults = append(faults, err)
			}
			if seen[c.ID] {
				fault("additional criterion %s of %s is named twice", c.ID, a.Set)
			}
			seen[c.ID] = true
			for _, code := range c.Controls {
				if !slices.ContainsFunc(controls, func(x audit.Control) bool { return x.Code == code }) {
					fault("additional criterion %s of %s names control %q, which is not described", c.ID, a.Set, code)
				}
			}
		}
	}
	return faults
}

func additionalID(set, id string, frameworks []Framework) error {
	var known []string
	for _, x := range idOnly {
		if known = append(known, x.set); x.set != set {
			continue
		}
		if !x.form.MatchString(id) {
			return fmt.Errorf("%q is no id of %s; one is written like %s", id, set, x.such)
		}
		return nil
	}
	for _, f := range frameworks {
		if known = append(known, f.ID); f.ID != set {
			continue
		}
		if !slices.Contains(f.Requirements, id) {
			return fmt.Errorf("%q is no requirement that the catalog lists for %s: `tickmark gaps --framework %s` shows those it does", id, set, set)
		}
		return nil
	}
	slices.Sort(known)
	return fmt.Errorf("there is no additional set %q; there are %s", set, strings.Join(known, ", "))
}
