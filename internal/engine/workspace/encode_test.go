package workspace

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tickmark/internal/audit"
)

func TestEncodeIsPleasant(t *testing.T) {
	list := []audit.Dataset{{
		Code: "changes-2025", Population: "changes", Format: "csv",
		Files:  []audit.File{{Name: "a.csv"}},
		Source: "code host, where every change of the rating engine is recorded by the platform team",
		Query:  "GET /pulls\ncreated >= 2025-01-01",
		Window: audit.Period{From: "2025-01-01", To: "2025-12-31"}, Coverage: audit.Full,
		TakenAt: "2026-01-05T08:00:00Z",
		Expect:  &audit.Expect{Rows: 4, Totals: map[string]string{"paid": "7.50", "due": "-1"}},
	}, {Code: "007"}}
	want := `- code: changes-2025
  population: changes
  format: csv
  files:
    - name: a.csv
  source: >-
    code host, where every change of the rating engine is recorded by the
    platform team
  query: |-
    GET /pulls
    created >= 2025-01-01
  window:
    from: 2025-01-01
    to: 2025-12-31
  coverage: full
  taken_at: 2026-01-05T08:00:00Z
  expect:
    rows: 4
    totals:
      due: "-1"
      paid: "7.50"

- code: "007"
`
	got := string(encode(list))
	if diff := cmp.Diff(want, got[:min(len(want), len(got))]); diff != "" {
		t.Error(diff)
	}
}

func TestEncodePutsShortListsOnOneLine(t *testing.T) {
	c := audit.CUEC{Code: "UE-01", Text: "a: b", Criteria: []string{"CC6.1", "CC6.2"}, Objectives: []string{"a, b"}}
	want := "code: UE-01\ntext: \"a: b\"\ncriteria: [CC6.1, CC6.2]\nobjectives:\n  - a, b\n"
	if diff := cmp.Diff(want, string(encode(c))); diff != "" {
		t.Error(diff)
	}
}

func TestAnyTextSurvives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := generator{t: t}
		want := audit.Commitment{Code: "C", Kind: "commitment", Source: g.text(rule{}), Text: g.text(rule{})}
		want = clean(reflect.ValueOf(want)).Interface().(audit.Commitment)
		var got []audit.Commitment
		log := &problems{}
		text := encode([]audit.Commitment{want})
		parse("commitments.yaml", "commitments", text, log).decode(&got)
		if err := log.err(); err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		if diff := cmp.Diff([]audit.Commitment{want}, got); diff != "" {
			t.Fatalf("%s in\n%s", diff, text)
		}
	})
}
