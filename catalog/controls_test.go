package catalog

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"tickmark/internal/audit"
	"tickmark/internal/method/wording"
)

// Every criterion and every objective has a suggestion; every suggestion names
// only what exists, and passes the linter that controls are read with.
func TestControlTemplates(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	all, err := ControlTemplates()
	if err != nil || len(all) < 60 {
		t.Fatal(len(all), err)
	}
	serves := map[string]bool{}
	for _, x := range all {
		for _, id := range x.Criteria {
			serves[id] = true
			if _, ok := c.Criterion(id); !ok {
				t.Errorf("%s: there is no criterion %s", x.ID, id)
			}
		}
		for _, id := range x.Objectives {
			serves[id] = true
			if _, ok := c.Objective(id); !ok {
				t.Errorf("%s: there is no objective %s", x.ID, id)
			}
		}
		for _, id := range x.Procedures {
			if _, ok := c.Procedures[id]; !ok {
				t.Errorf("%s: there is no procedure %s", x.ID, id)
			}
		}
		for _, f := range wording.Lint(x.Control(x.ID, x.Owner), wording.Known{}) {
			t.Errorf("%s: %s: %q: %s", x.ID, f.Rule, f.Passage, f.Says)
		}
	}
	for _, x := range c.Criteria {
		if !serves[x.ID] {
			t.Errorf("nothing is suggested for %s", x.ID)
		}
	}
	for _, x := range c.Objectives {
		if !serves[x.ID] {
			t.Errorf("nothing is suggested for %s", x.ID)
		}
	}
}

func TestControlTemplatesAreRefused(t *testing.T) {
	good := "- {id: a, title: A, text: T, kind: preventive, automation: manual, frequency: daily, owner: O, criteria: [CC1.1]}\n"
	for name, text := range map[string]string{
		"twice":               good + good,
		"serves no criterion": strings.Replace(good, ", criteria: [CC1.1]", "", 1),
		"owner":               strings.Replace(good, "owner: O", "owner: ''", 1),
		"pleasant":            strings.Replace(good, "kind:", "pleasant: yes, kind:", 1),
	} {
		_, err := ControlTemplatesFS(fstest.MapFS{"controls/x.yaml": {Data: []byte(text)}})
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Every industry has a beginning, and each names only what exists.
func TestScopeTemplates(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	all, err := ScopeTemplates()
	if err != nil {
		t.Fatal(err)
	}
	profiles, err := Profiles()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range profiles {
		if !slices.ContainsFunc(all, func(x ScopeTemplate) bool { return slices.Contains(x.Profiles, p.ID) }) {
			t.Errorf("no template for the industry %s", p.ID)
		}
	}
	for _, x := range all {
		var criteria, objectives []string
		for _, u := range x.CUECs {
			criteria, objectives = append(criteria, u.Criteria...), append(objectives, u.Objectives...)
		}
		for _, s := range x.Subservices {
			for _, u := range s.CSOCs {
				criteria, objectives = append(criteria, u.Criteria...), append(objectives, u.Objectives...)
			}
		}
		reached := map[string]bool{}
		for _, tx := range x.System.Transactions {
			objectives = append(objectives, tx.Objectives...)
			for _, a := range tx.Assertions {
				reached[a] = true
				if !slices.ContainsFunc(tx.Objectives, func(id string) bool {
					o, _ := c.Objective(id)
					return slices.Contains(o.Assertions, a)
				}) {
					t.Errorf("%s: no objective of %s speaks to %s", x.ID, tx.Name, a)
				}
			}
		}
		for _, id := range criteria {
			if _, ok := c.Criterion(id); !ok {
				t.Errorf("%s: there is no criterion %s", x.ID, id)
			}
		}
		for _, id := range append(objectives, x.Objectives...) {
			if _, ok := c.Objective(id); !ok || !slices.Contains(x.Objectives, id) {
				t.Errorf("%s: objective %s is none of the template's", x.ID, id)
			}
		}
		if soc1 := slices.Contains(x.Reports, audit.SOC1); soc1 != (len(x.Objectives) > 0) || soc1 && len(reached) == 0 {
			t.Errorf("%s: a SOC 1 has objectives and classes of transactions, and nothing else has", x.ID)
		}
	}
}
