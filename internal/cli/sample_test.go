package cli

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/stage/sample"
)

func TestASizeIsAskedForInOneWay(t *testing.T) {
	for _, c := range []struct {
		s    sizing
		want string
	}{
		{sizing{}, "say how the size is found"},
		{sizing{confidence: "90"}, "--confidence and --tolerable go together"},
		{sizing{confidence: "90", tolerable: "10", Sizing: app.Sizing{Risk: "low"}}, "not by both"},
		{sizing{confidence: "ninety", tolerable: "10"}, `--confidence: "ninety" is no percentage`},
		{sizing{confidence: "90", tolerable: "x"}, `--tolerable: "x" is no percentage`},
	} {
		if err := c.s.read(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
	s := sizing{confidence: "95%", tolerable: "7.5"}
	if err := s.read(); err != nil || s.Confidence != 9500 || s.Tolerable != 750 {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestADrawSaysWhatItNeeds(t *testing.T) {
	named := sizing{Sizing: app.Sizing{Control: "PY-01", Population: "payments"}}
	for _, c := range []struct {
		o    drawFlags
		want string
	}{
		{drawFlags{}, "--population and --control"},
		{drawFlags{sizing: named, order: sample.Order{Method: audit.RandomItems, Size: 5}}, "say with --basis why that many"},
		{drawFlags{sizing: named, order: sample.Order{Method: audit.RandomItems}}, "say how the size is found"},
		{drawFlags{sizing: named, order: sample.Order{Method: audit.Targeted}}, "name the file of items with --items"},
		{drawFlags{sizing: named, order: sample.Order{Method: audit.RandomItems}, reason: "x"}, "belong to --method targeted"},
		{drawFlags{sizing: named, order: sample.Order{Method: audit.Stratified}, strata: []string{"west"}}, `--stratum is NAME=SIZE, not "west"`},
		{drawFlags{sizing: named, order: sample.Order{Method: audit.Stratified}, strata: []string{"a=1", "a=2"}}, "each name once"},
	} {
		if _, err := c.o.read(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
	got, err := fixed([]string{"a=b=3", "west=0"})
	if diff := cmp.Diff(map[string]int64{"a=b": 3, "west": 0}, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func TestAnswersAsFlags(t *testing.T) {
	got, err := answered([]string{"source=yes: the ledger: its menu", "gaps = no: numbers 1 to 4711 | two were voided"})
	want := []audit.IPECheck{{ID: "source", Answer: "yes", Basis: "the ledger: its menu"}, {ID: "gaps", Answer: "no", Basis: "numbers 1 to 4711", Reason: "two were voided"}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	for _, text := range []string{"yes: x", "source=yes"} {
		if _, err := answered([]string{text}); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}
