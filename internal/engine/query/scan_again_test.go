package query

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var againPaths = []string{"id", "on", "in.x", "in.deep.y", "size"}

// foundIn reads a text of values one after the other and says what was found in
// each: with what is remembered of the one before, or with nothing.
func foundIn(text []byte, remember, slow bool) []string {
	s := &stream{from: bytes.NewReader(text)}
	if slow {
		s.from = iotest.OneByteReader(bytes.NewReader(text))
	}
	fresh := func() *values { return &values{top: wantedOf(againPaths), found: make([][]byte, len(againPaths))} }
	var out []string
	for pick := fresh(); ; {
		if !remember {
			pick = fresh()
		}
		if next, err := s.peek(); next == 0 && err == nil {
			return out
		}
		record, err := s.record(pick, true)
		if err != nil {
			return append(out, err.Error())
		}
		line := fmt.Sprintf("%s whole=%t", record, pick.whole)
		for i, v := range pick.found {
			line += fmt.Sprintf(" %s=%s,%t", againPaths[i], v, v == nil)
		}
		out = append(out, line)
	}
}

func sameNoted(t interface{ Fatalf(string, ...any) }, text []byte) {
	want := foundIn(text, false, false)
	for _, slow := range []bool{false, true} {
		if diff := cmp.Diff(want, foundIn(text, true, slow)); diff != "" {
			t.Fatalf("%q, slow %t:\n%s", text, slow, diff)
		}
	}
}

// What is remembered of the record before changes nothing of what is read in the
// next: not what is found, and not what is refused.
func TestWhatIsRememberedOfARecordChangesNothing(t *testing.T) {
	values := []string{`1`, `12`, ` 1`, "\t\"a\"", "\n null", ` {"x": "b"}`, `1.5e3`, `-0`, `true`, `null`, `""`, `"a"`, `"a b"`, `"\u0061"`, `"q\"q"`, `{}`, `[]`, `{"x":1}`, `{"x":12,"deep":{"y":"z"}}`, `{"x": 1 , "z":[1,{"x":2}]}`, `{"deep":{"y":[]}}`, `1 `, `"`, `{`, `01`}
	names := []string{`"id":`, `"on":`, `"in":`, `"size":`, `"other":`, `"more" :`, `"i\u0064":`}
	rapid.Check(t, func(t *rapid.T) {
		member := rapid.Custom(func(t *rapid.T) string {
			return rapid.SampledFrom(names).Draw(t, "name") + rapid.SampledFrom(values).Draw(t, "value")
		})
		members := rapid.SliceOfN(member, 1, 6).Draw(t, "members")
		var text strings.Builder
		for range rapid.IntRange(1, 100).Draw(t, "records") {
			if at := rapid.IntRange(0, 4*len(members)).Draw(t, "changed"); at < len(members) {
				members[at] = member.Draw(t, "member")
			}
			text.WriteString("{" + strings.Join(members, rapid.SampledFrom([]string{",", ",", ", ", "\n,"}).Draw(t, "comma")) + "}\n")
		}
		sameNoted(t, []byte(text.String()))
	})
}

func FuzzAgain(f *testing.F) {
	for _, s := range []string{
		`{"id":1,"o":[1,2]}{"id":12,"o":[1,2]}`, `{"id":"a","id":"b"}{"id":"a","id":"b"}`, `{"in":{"x":1,"z":{}}}{"in":{"x":1,"z":{}},}`,
		`{"in":{"deep":{"y":null}},"on":true}{"in":{"deep":{"y":null}},"on":truest}`, `{"a":{"b":1}}{"a":{"b":1}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) { sameNoted(t, text) })
}
