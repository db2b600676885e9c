package similarity

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

const template = "Managers review the access of their people every quarter, and have what is not needed any more removed."

func TestCompare(t *testing.T) {
	others := []Text{{"template 1", template}, {"template 2", "Backups are tested."}, {"template 3", "Every change is approved twice."}}
	for _, c := range []struct {
		name, text string
		shared     int
		passages   []Passage
	}{
		{"the same, in other capitals and marks", "MANAGERS review the access of their people, every quarter", 9, []Passage{{"here", "template 1", 9, "MANAGERS review the access of their people, every quarter"}}},
		{"a passage within another text", "At Larkspur, managers review the access of their people every quarter with a tool.", 9, []Passage{{"here", "template 1", 9, "managers review the access of their people every quarter"}}},
		{"seven words in a row are a phrase", "Managers review the access of their people rarely, and the tool writes it down.", 0, nil},
		{"a short text that is the same as a whole", "Every change is approved twice.", 5, []Passage{{"here", "template 3", 5, "Every change is approved twice"}}},
		{"four words are compared with nothing", "Backups are tested", 0, nil},
		{"another text", "The treasurer signs every transfer above the limit with a second key.", 0, nil},
		{"nothing", "", 0, nil},
	} {
		f := Compare([]Text{{"here", c.text}}, others)
		want := append([]Passage{}, c.passages...)
		if diff := cmp.Diff(want, f.Passages); diff != "" || f.Shared != c.shared {
			t.Errorf("%s: %d shared\n%s", c.name, f.Shared, diff)
		}
	}
}

func TestPermille(t *testing.T) {
	f := Compare([]Text{{"a", template}, {"b", "Nine other words that stand in no template at all."}}, []Text{{"t", template}})
	if f.Words != 28 || f.Shared != 18 || f.Permille() != 642 {
		t.Errorf("%+v, %d", f, f.Permille())
	}
	if (Figure{}).Permille() != 0 {
		t.Error("no words are like nothing")
	}
}

// A text is wholly like itself, and never more than it has words.
func TestBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.SampledFrom([]string{"access", "is", "reviewed", "by", "Ärzte", "2025", "the", "owner"}), fewest, 40)
		text, other := strings.Join(words.Draw(t, "text"), " "), strings.Join(words.Draw(t, "other"), ", ")
		if f := Compare([]Text{{"a", text}}, []Text{{"b", other}, {"a", text}}); f.Shared < f.Words-run || f.Shared > f.Words {
			t.Errorf("%q: %d of %d", text, f.Shared, f.Words)
		}
	})
}

func TestAlike(t *testing.T) {
	got := Alike([]Text{
		{"AC-01", "Managers review access every quarter."}, {"AC-02", "Managers review all access every month."},
		{"AC-03", "Access is reviewed by managers."}, {"AC-04", "every quarter managers review access"},
	}, 600)
	want := []Pair{{"AC-01", "AC-04", 1000}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
