package report

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
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
	w, err := d.DOCX(nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := worded(t, w); !strings.Contains(letters(got), letters(want)) {
		t.Errorf("the document for Word does not show %q", want)
	}
}

// worded is the text of a document for Word, as a reader of XML sees it: no field
// and no instruction in it.
func worded(t *testing.T, docx []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(docx), int64(len(docx)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out strings.Builder
	dec, in := xml.NewDecoder(f), ""
	for {
		switch token, err := dec.Token(); x := token.(type) {
		case xml.StartElement:
			if in = x.Name.Local; in == "instrText" {
				in = "instruction"
			}
		case xml.EndElement:
			in = ""
		case xml.CharData:
			if in == "t" {
				out.Write(x)
			}
			if in == "instruction" && strings.Contains(string(x), "INCLUDETEXT") {
				t.Errorf("an instruction to Word came from a text: %s", x)
			}
		case nil:
			if !errors.Is(err, io.EOF) {
				t.Fatal(err)
			}
			return out.String()
		}
	}
}

// What is printed, is printed on pages as it was written.
func TestHostileDescriptionOnPages(t *testing.T) {
	texts := []string{
		`The rate is #import "/etc/passwd" and $x^2$ and #panic() here.`, `Close it: ]]></w:t><w:instrText> INCLUDETEXT "/etc/passwd" </w:instrText> done.`,
		`Before <script>alert(1)</script> after.`, `Before <svg viewBox="0 0 NaN"><path d= after.`, `Label <lbl> and @ref and // no comment, /* none */ either.`,
	}
	b := examined("soc2", 2)
	b.System.Description = "# Incidents\n\n" + strings.Join(texts, "\n\n")
	d, err := Compose(b)
	if err != nil {
		t.Fatal(err)
	}
	d.Watermark = ""
	pdf, _, err := paper.Renderer{Exe: []string{"/proc/self/exe", "worker"}}.PDF(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "hostile.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("pdftotext", "-raw", file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range texts {
		if !strings.Contains(letters(string(out)), letters(want)) {
			t.Errorf("the pages do not show %q", want)
		}
	}
	if strings.Contains(string(out), "root:") {
		t.Error("the pages show a file of this machine")
	}
}
