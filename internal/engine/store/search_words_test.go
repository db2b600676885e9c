package store

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"":                        "",
		"Access is removed.":      "access is removed",
		"access-mfa-missing":      "access-mfa-missing mfa-missing missing",
		"jo@example.com, -x- …":   "jo@example.com example.com com x",
		"a/b (c)":                 "a/b b c",
		"ÄNDERUNG 4ⅷ 日本 e\u0301":  "änderung 4 日本 e\u0301",
		"'; DROP \"x\" \\ :* & |": "drop x",
	} {
		got, whole := indexed([]string{text})
		if diff := cmp.Diff(want, strings.TrimSpace(got)); diff != "" || !whole {
			t.Errorf("%q: %s", text, diff)
		}
	}
	if got := asked("LA-03  Access. "); !cmp.Equal(got, []string{"la-03", "access"}) {
		t.Errorf("%q", got)
	}
	long := strings.Repeat("x", 200)
	if all, _ := indexed([]string{long}); !strings.HasPrefix(strings.TrimSpace(all), asked(long)[0]) {
		t.Error("a long word is not found by itself")
	}
}

// Whatever a text holds, every word of it is found by every beginning of it,
// and the index holds no sign that a database reads as another thing.
func TestWhatIsSaidIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		all, _ := indexed([]string{text})
		if strings.ContainsAny(all, "'\"\\:*&|!()<>\x00") {
			t.Fatalf("%q", all)
		}
		have := strings.Fields(all)
		for _, w := range asked(text) {
			found := false
			for _, h := range have {
				found = found || strings.HasPrefix(h, w)
			}
			if !found {
				t.Fatalf("%q is not among %q", w, have)
			}
		}
	})
}

// An excerpt is a stretch of the text: nothing is added but ellipses.
func TestExcerptIsOfTheText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.ReplaceAll(rapid.String().Draw(t, "text"), "…", "") + " x " + rapid.String().Draw(t, "rest")
		var b strings.Builder
		marked := marked([]string{text}, []string{"x"})
		for _, p := range marked {
			b.WriteString(p.Text)
		}
		if got := strings.TrimSuffix(strings.TrimPrefix(b.String(), "…"), "…"); !strings.Contains(text, got) || got == "" {
			t.Fatalf("%q of %q", got, text)
		}
	})
}
