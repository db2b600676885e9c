package paper

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// squeeze takes out what extraction adds: spaces and line breaks.
func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

func oneSection(blocks ...Block) Document {
	return Document{Title: "Small", Date: "2026-01-31", Sections: []Section{{Title: "Only", Blocks: blocks}}}
}

func TestSameDocumentSameBytes(t *testing.T) {
	first, pages := render(t, sample())
	second, _ := render(t, sample()) // every call is a new process
	if !bytes.Equal(first, second) {
		t.Error("two processes wrote different files for one document")
	}
	if want := strings.Count(poppler(t, first, "pdftotext"), "\f"); pages != want {
		t.Errorf("counted %d pages, pdftotext sees %d", pages, want)
	}
	later := sample()
	later.Date = "2026-11-15"
	if third, _ := render(t, later); bytes.Equal(first, third) {
		t.Error("the document's date is not in the file")
	}
}

func TestEveryTextIsOnThePages(t *testing.T) {
	pdf, _ := render(t, sample())
	// -raw keeps the order in which the text was written, cell by cell.
	got := squeeze(strings.ReplaceAll(poppler(t, pdf, "pdftotext", "-raw"), "-\n", "-"))
	hidden := map[string]bool{"SOC 2 Type 2": true, "SOC 2": true, "Type 2": true} // metadata only
	n := 0
	for where, text := range sample().texts() {
		if hidden[text] || text == sample().Watermark {
			continue
		}
		n++
		for _, word := range strings.Fields(text) {
			if !strings.Contains(dehyphen(got), dehyphen(squeeze(word))) {
				t.Errorf("%s: %q of %q is not on the pages", where, word, text)
			}
		}
	}
	if n < 150 {
		t.Errorf("looked for %d texts only", n)
	}
}

func dehyphen(s string) string {
	return strings.NewReplacer("-", "", "\u00ad", "", "‐", "").Replace(s)
}

func TestCellsAreReadableInOrder(t *testing.T) {
	pdf, _ := render(t, sample())
	got := poppler(t, pdf, "pdftotext", "-raw")
	for _, s := range sample().Sections {
		for _, b := range s.Blocks {
			if b.Table == nil {
				continue
			}
			for _, r := range b.Table.Rows {
				for _, c := range r.Cells {
					if !strings.Contains(squeeze(got), squeeze(plain(c.Spans))) {
						t.Errorf("cell %q is not on the pages in one piece", plain(c.Spans))
					}
				}
			}
		}
	}
}

func TestFileIsTaggedAndDescribed(t *testing.T) {
	pdf, _ := render(t, sample())
	for _, want := range []string{"/StructTreeRoot", "/MarkInfo", "/Lang", "/TH", "/Outlines"} {
		if !bytes.Contains(pdf, []byte(want)) {
			t.Errorf("the file has no %s", want)
		}
	}
	fonts := poppler(t, pdf, "pdffonts")
	for _, line := range strings.Split(strings.TrimSpace(fonts), "\n")[2:] {
		if !regexp.MustCompile(`^[A-Z]{6}\+Liberation(Serif|Sans|Mono)`).MatchString(line) {
			t.Errorf("a font that is not ours, or not embedded: %s", line)
		}
	}
}

func TestMarkupInDataIsText(t *testing.T) {
	hostile := `#import "/etc/passwd" $x$ *bold* <lbl> @ref #panic() \u{41} // comment`
	d := oneSection(Para(hostile), Block{Kind: Code, Text: hostile},
		Block{Kind: Note, Label: hostile, Blocks: Paras("x")},
		Block{Kind: TableBlock, Table: &Table{Caption: hostile, Columns: []Column{{Title: hostile}}, Rows: []Row{Cells(hostile)}}})
	d.Title, d.Header, d.Footer = hostile, hostile, hostile
	pdf, _ := render(t, d)
	got := squeeze(poppler(t, pdf, "pdftotext", "-raw"))
	if n := strings.Count(got, squeeze(hostile)); n < 8 {
		t.Errorf("the text was printed %d times as it is, want 8 or more:\n%s", n, got)
	}
}

func TestLongTableRepeatsItsHeader(t *testing.T) {
	const rows = 500
	table := &Table{Columns: []Column{{Title: "Change"}, {Title: "Merged by"}, {Title: "Lines", Align: End}}}
	for n := range rows {
		table.Rows = append(table.Rows, Cells(fmt.Sprintf("CHG-%06d", n), "engineer", fmt.Sprint(n)))
	}
	pdf, pages := render(t, oneSection(Block{Kind: TableBlock, Table: table}))
	text := poppler(t, pdf, "pdftotext", "-layout")
	if headers := strings.Count(text, "Merged by"); headers != pages || pages < 8 {
		t.Errorf("%d headers on %d pages", headers, pages)
	}
	for n := range rows {
		if id := fmt.Sprintf("CHG-%06d", n); strings.Count(text, id) != 1 {
			t.Fatalf("row %s is on the pages %d times", id, strings.Count(text, id))
		}
	}
}

func TestNothingRunsOffThePage(t *testing.T) {
	words := make([]string, 6000)
	for k := range words {
		words[k] = fmt.Sprintf("w%05d", k)
	}
	bullets := make([]string, 200)
	for k := range bullets {
		bullets[k] = fmt.Sprintf("bullet%03d", k)
	}
	digest := strings.Repeat("0123456789abcdef", 4)
	narrow := &Table{Columns: []Column{{Title: "A", Width: 8}, {Title: "B", Width: 1}}, Rows: []Row{
		{[]Cell{TextCell(strings.Join(words[:3000], " ")), TextCell(digest)}},
		{[]Cell{{Rowspan: 2, Spans: Text(strings.Join(words[3000:], " "))}, TextCell("one")}},
		Cells("two"),
		{[]Cell{{Blocks: []Block{Bullets(bullets...)}}, TextCell("three")}},
	}}
	mono := Block{Kind: Code, Text: strings.Repeat(digest, 4)}
	pdf, pages := render(t, oneSection(Block{Kind: TableBlock, Table: narrow}, mono))
	got := poppler(t, pdf, "pdftotext", "-raw") // does not report what lies outside of the page
	for _, w := range append(words, bullets...) {
		if !strings.Contains(got, w) {
			t.Fatalf("%s is not on the %d pages", w, pages)
		}
	}
	if n := strings.Count(squeeze(got), digest); n < 5 {
		t.Errorf("a long digest reads as it was written %d times, want 5", n)
	}
}

func TestWatermark(t *testing.T) {
	d := oneSection(Para("Text."))
	without, _ := render(t, d)
	d.Watermark = "Zyx"
	with, _ := render(t, d)
	has := func(pdf []byte) bool { return strings.Contains(squeeze(poppler(t, pdf, "pdftotext")), "Zyx") }
	if has(without) || !has(with) {
		t.Errorf("watermark without: %v, with: %v", has(without), has(with))
	}
}

func TestTimeoutKills(t *testing.T) {
	r := Renderer{Exe: []string{"sleep", "86400"}, Timeout: 100 * time.Millisecond}
	_, _, err := r.PDF(context.Background(), sample()) // returns when the child is gone
	if err == nil || !strings.Contains(err.Error(), "time limit reached after 100ms") {
		t.Errorf("got error %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := renderer().PDF(ctx, sample()); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: got error %v", err)
	}
}

func TestWorkerErrorReachesTheCaller(t *testing.T) {
	r := renderer()
	r.Cache = filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(r.Cache, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := r.Warm(context.Background()); err == nil || !strings.Contains(err.Error(), r.Cache) {
		t.Errorf("got error %v", err)
	}
}

func TestMissingCompiler(t *testing.T) {
	_, err := compilerFile(fstest.MapFS{"assets/.gitkeep": {}})
	if err == nil || !strings.Contains(err.Error(), "run `make build`") {
		t.Errorf("got error %v", err)
	}
}

func TestSourceIsCanonical(t *testing.T) {
	d := Document{Title: "a <b> & c", Sections: []Section{{Title: "s", Blocks: []Block{Para("p")}}}}
	got, err := d.Source()
	if err != nil {
		t.Fatal(err)
	}
	want := `{"title":"a <b> & c","sections":[{"title":"s","blocks":[{"kind":"paragraph","spans":[{"text":"p"}]}]}]}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
	var back Document
	if err := json.Unmarshal(got, &back); err != nil || cmp.Diff(d, back) != "" {
		t.Errorf("%v %s", err, cmp.Diff(d, back))
	}
}

// TestSampleForTheEye writes the sample where TICKMARK_SAMPLE says, to be looked at.
func TestSampleForTheEye(t *testing.T) {
	pdf, pages := render(t, sample())
	if pages < 6 || pages > 10 {
		t.Errorf("the sample has %d pages", pages)
	}
	if path := os.Getenv("TICKMARK_SAMPLE"); path != "" {
		if err := os.WriteFile(path, pdf, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestPrintingLeavesTheDocumentAlone(t *testing.T) {
	d := sample()
	render(t, d)
	if diff := cmp.Diff(sample(), d); diff != "" {
		t.Error(diff)
	}
}
