package wording

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestUnchanged(t *testing.T) {
	template := []string{"Pay is computed. It reaches people on the pay date.", "Data are kept apart."}
	for _, c := range []struct {
		text string
		want []string
	}{
		{"", []string{}},
		{"# Pay is computed\nSomething else.", []string{}},
		{"Pay  is COMPUTED. By us it reaches people on the pay date.\nData are kept apart.", []string{"Pay is computed", "Data are kept apart"}},
		{"Pay is computed. It reaches people on the pay date. Data are kept apart.", []string{"Pay is computed", "It reaches people on the pay date", "Data are kept apart"}},
	} {
		got := Unchanged(template, c.text)
		if diff := cmp.Diff(Kept{3, c.want}, got); diff != "" {
			t.Errorf("%q: %s", c.text, diff)
		}
	}
}
