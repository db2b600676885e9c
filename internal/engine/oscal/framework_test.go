package oscal

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A framework that is written as a catalog is valid, and is read as it was:
// names that OSCAL does not allow stand in the labels.
func TestAFrameworkComesBack(t *testing.T) {
	x := Framework{Organization: "Harborlight", Code: "own:rules", Title: "House rules", License: "ours", AsOf: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	want := map[string]string{"164.312(b)": "What people do is recorded.", "164.312[b]": "Another, of nearly that name.", "A.5.1": ""}
	for _, name := range []string{"164.312(b)", "164.312[b]", "A.5.1"} {
		x.Requirements = append(x.Requirements, Listed{Label: name, Prose: want[name]})
	}
	text, err := x.JSON()
	if err != nil {
		t.Fatal(err)
	}
	if err := judge(t, text); err != nil {
		t.Error(err)
	}
	r, err := ReadCatalogText(text)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, l := range r.Controls {
		got[l.Name()] = l.Says()
	}
	if diff := cmp.Diff(want, got); diff != "" || r.Title != "House rules" {
		t.Errorf("%s: %s", r.Title, diff)
	}
	if _, err := (Framework{Code: "own:x"}).JSON(); !errors.Is(err, ErrNothing) {
		t.Errorf("without requirements: %v", err)
	}
}

// A control of others without a statement says its title.
func TestWhatAControlSays(t *testing.T) {
	for want, l := range map[string]Listed{
		"Policy": {ID: "ac-1", Title: "Policy"}, "Do it.": {ID: "ac-1", Title: "Policy", Prose: "Do it."}, "": {ID: "a", Label: "A", Title: "A"},
	} {
		if got := l.Says(); got != want {
			t.Errorf("%+v says %q", l, got)
		}
	}
	if n := (Listed{ID: "ac-1"}).Name(); n != "ac-1" {
		t.Error(n)
	}
}
