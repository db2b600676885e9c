package catalog

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestShippedProfiles(t *testing.T) {
	all, err := Profiles()
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, p := range all {
		ids = append(ids, p.ID)
		if !slices.ContainsFunc(p.Proposes, func(a Proposal) bool { return a.Question == "financial-effect" }) {
			t.Errorf("%s proposes nothing about financial reporting, which decides most", p.ID)
		}
	}
	want := []string{"accounting", "billing", "cloud", "crm", "datacenter", "ecommerce", "financial", "fintech", "healthcare",
		"managed-it", "payments", "payroll", "storage"}
	if !slices.Equal(ids, want) {
		t.Errorf("profiles %q, want %q", ids, want)
	}
}

func TestProfilesAreRefused(t *testing.T) {
	const good = "id: x\ntitle: X\nabout: What X is.\nexamples: [a]\nproposes:\n  - question: data\n    values: [none]\n    why: Because.\n"
	for _, c := range []struct{ name, file, text, want string }{
		{"another name", "profiles/y.yaml", good, `profiles/y.yaml:1: the profile is that of "x"; expected it in a file x.yaml`},
		{"no reason", "profiles/x.yaml", strings.Replace(good, "Because.", `""`, 1), "profiles/x.yaml:8: proposes.0.why is missing"},
		{"no values", "profiles/x.yaml", strings.Replace(good, "[none]", "[]", 1), "profiles/x.yaml:6: proposes.0 proposes no values"},
		{"a value twice", "profiles/x.yaml", strings.Replace(good, "[none]", "[none, none]", 1), `proposes.0.values has "none" twice`},
		{"a question twice", "profiles/x.yaml", good + "  - question: data\n    values: [ip]\n    why: Too.\n", `proposes has "data" twice`},
		{"an unknown field", "profiles/x.yaml", good + "decides: soc1\n", "profiles/x.yaml:9"},
		{"nothing proposed", "profiles/x.yaml", "id: x\ntitle: X\nabout: A.\nexamples: []\nproposes: []\n", "proposes is missing or empty"},
		{"a stranger", "profiles/x.txt", good, "profiles/x.txt: no profile has this name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ProfilesFS(fstest.MapFS{c.file: {Data: []byte(c.text)}})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	if _, err := ProfilesFS(fstest.MapFS{"profiles/x.yaml": {Data: []byte(good)}}); err != nil {
		t.Errorf("the profile from which the bad ones are made is refused: %v", err)
	}
}
