package perform

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
)

// several are three tests that the program brings with it, of which one cannot
// be performed, and one of the organization's own.
func several(t *testing.T, s *Stage) []audit.Procedure {
	t.Helper()
	text := func(id, sql string) audit.Procedure {
		return audit.Procedure{ID: id, Version: 1, SQL: sql, Populations: []string{"lines"}, Tests: "lines", Entire: true}
	}
	list := []audit.Procedure{
		text("lines-large", linesSQL), text("lines-known", strings.Replace(linesSQL, "90", "1000", 1)), text("lines-lost", linesSQL+" WHERE amount > 5"), text("own", linesSQL),
	}
	s.Catalog.Procedures = map[string]audit.Procedure{}
	for _, p := range list[:3] {
		s.Catalog.Procedures[p.ID] = p
	}
	return list
}

// recorded performs all and returns the results and the lists of exceptions.
func recorded(t *testing.T, s Stage, list []audit.Procedure, have []audit.Population) []Performed {
	t.Helper()
	var out []Performed
	for _, p := range list {
		got, err := s.Procedure(t.Context(), engagement, p, have, false)
		if err != nil {
			t.Fatal(err)
		}
		got.Result.ID, got.Result.At = "", time.Time{}
		out = append(out, got)
	}
	return out
}

// What is performed ahead, with others, is recorded as what is performed alone.
// A text of the organization's own is never in company.
func TestAheadAsAlone(t *testing.T) {
	alone, _, have := bench(t)
	want := recorded(t, alone, several(t, &alone), have)
	s, _, have := bench(t)
	list := several(t, &s)
	ahead, err := s.Ahead(t.Context(), engagement, list, have, false)
	if err != nil {
		t.Fatal(err)
	}
	defer ahead.Done()
	if got := taken(ahead); !slices.Equal(got, []string{"lines-known", "lines-large", "lines-lost"}) {
		t.Errorf("performed ahead: %v", got)
	}
	s.Made = ahead
	if diff := cmp.Diff(want, recorded(t, s, list, have)); diff != "" {
		t.Errorf("alone (-), ahead (+)\n%s", diff)
	}
	if left := taken(ahead); len(left) > 0 {
		t.Errorf("not taken: %v", left)
	}
	again, err := s.Ahead(t.Context(), engagement, list, have, false)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Done()
	if got := taken(again); len(got) > 0 {
		t.Errorf("performed ahead, though the results stand or one is left: %v", got)
	}
}

// taken names the procedures that wait to be taken.
func taken(a *Ahead) []string {
	var ids []string
	for key := range maps.Keys(a.got) {
		_, rest, _ := strings.Cut(key, `"procedure":"`)
		id, _, _ := strings.Cut(rest, `"`)
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// Who stops waiting gets no performances.
func TestAheadThatIsStopped(t *testing.T) {
	s, _, have := bench(t)
	ctx, stop := context.WithCancel(t.Context())
	list := several(t, &s)
	stop()
	if _, err := s.Ahead(ctx, engagement, list, have, false); err == nil {
		t.Error("performed though nobody waits")
	}
}
