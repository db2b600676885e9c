package report

import (
	"strings"
	"testing"

	"tickmark/internal/engine/paper"
)

// A text from a record stands for itself: nothing in it becomes a heading, a
// list, a link or a command.
func TestWordsStandForThemselves(t *testing.T) {
	for _, s := range []string{
		"plain", "# Heading", "- item\n- item", "1. first", "*bold* and _italic_", "[link](https://example.org)", "<b>html</b>", "a | b", "`code`",
		"{#label}", "[^1]", "&amp; &lt;", "{{.Firm}}", `back\slash`, "naïve, 漢字", "> quote", "~~~", "a  b\tc",
	} {
		blocks, err := paper.Markdown("Before " + word(s).String() + " after.")
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		want := "Before " + strings.Join(strings.Fields(s), " ") + " after."
		if len(blocks) != 1 || blocks[0].Kind != paper.Paragraph || len(blocks[0].Spans) != 1 || blocks[0].Spans[0] != (paper.Span{Text: want}) {
			t.Errorf("%q became %+v", s, blocks)
		}
	}
}

func TestListed(t *testing.T) {
	for _, c := range []struct {
		words []word
		want  string
	}{
		{nil, ""}, {[]word{"a"}, "a"}, {[]word{"a", "b", "c"}, "a, b and c"}, {[]word{"a, b", "c", "d"}, `a\, b; c; and d`},
	} {
		if got := listed(c.words); got != c.want {
			t.Errorf("%v: %s", c.words, got)
		}
	}
}

func TestLower(t *testing.T) {
	for s, want := range map[string]string{"": "", "Card payments": "card payments", "HR services": "HR services", "eBilling": "eBilling", "Überweisungen": "Überweisungen"} {
		if got := lower(s); got != want {
			t.Errorf("%q: %q", s, got)
		}
	}
}
