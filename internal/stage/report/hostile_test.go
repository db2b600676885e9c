package report

import (
	"strings"
	"testing"

	"tickmark/internal/engine/paper"
)

// A description is text. What would be a command to a typesetter, a word
// processor or a browser is printed as it is written; what no page can show is
// refused, with its place.
func TestHostileDescriptions(t *testing.T) {
	const place = "Section III — Description of the system"
	for _, c := range []struct{ name, text, printed, refused string }{
		{"code of a typesetter", "The rate is #import \"/etc/passwd\" and $x^2$ and #panic() here.", `#import "/etc/passwd" and $x^2$ and #panic() here.`, ""},
		{"XML", "Close it: ]]></w:t><w:instrText> INCLUDETEXT \"/etc/passwd\" </w:instrText> done.", `INCLUDETEXT "/etc/passwd"`, ""},
		{"a script", "Before <script>alert(1)</script> after.", "alert(1)", ""},
		{"a broken drawing", "Before <svg viewBox=\"0 0 NaN\"><path d= after.", `<svg viewBox="0 0 NaN"><path d= after.`, ""},
		{"marks that turn the direction", "paid \u202eDSU 001 twice", "", "U+202E"},
		{"marks of direction that turn nothing", "paid \u200f100 twice", "paid", ""},
		{"a paragraph of 5 MB", strings.Repeat("a long word ", 5<<20/12), "", "longer than"},
		{"a control character", "one\x1btwo", "", "U+001B"},
		{"a script that no font shows", "支払い", "", "no embedded font can show"},
		{"another script", "Ελληνικά и кириллица", "Ελληνικά и кириллица", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := examined("soc2", 2)
			b.System.Description = c.text
			d, err := Compose(b)
			if err == nil {
				err = d.Check()
			}
			if c.refused != "" {
				if err == nil || !strings.Contains(err.Error(), c.refused) || !strings.Contains(err.Error(), place) && !strings.Contains(err.Error(), "system.md") {
					t.Fatalf("%.300v, want %q in %s", err, c.refused, place)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(textOf(d), c.printed) {
				t.Errorf("it does not print %q", c.printed)
			}
			written(t, d, c.printed)
		})
	}
}

// written holds the pages for people with a browser or a word processor against
// what must stand on them, as text.
func written(t *testing.T, d paper.Document, want string) {
	t.Helper()
	h, err := d.HTML()
	if err != nil {
		t.Fatal(err)
	}
	page := string(h.Page())
	if strings.Contains(page, "<script>alert") || !strings.Contains(strings.NewReplacer("&#34;", `"`, "&quot;", `"`, "&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(page), want) {
		t.Errorf("the page in HTML runs it, or does not show %q", want)
	}
	if _, err := d.DOCX(nil); err != nil {
		t.Error(err)
	}
}
