package paper

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
)

func matches(text, pattern string) bool { return regexp.MustCompile(pattern).MatchString(text) }

func TestEveryNodeIsInThePDF(t *testing.T) {
	pdf, _ := render(t, everything())
	again, _ := render(t, everything())
	if !bytes.Equal(pdf, again) {
		t.Error("two processes wrote different files for one document")
	}
	got := dehyphen(squeeze(strings.ReplaceAll(poppler(t, pdf, "pdftotext", "-raw"), "-\n", "-")))
	for text, where := range printed(everything()) {
		for _, piece := range strings.Fields(text) {
			if text != "Draft" && !strings.Contains(got, dehyphen(squeeze(piece))) {
				t.Errorf("%s: %q of %q is not on the pages", where, piece, text)
			}
		}
	}
	for _, want := range []string{
		"ReadSection1,Section1.1.1,Annexwithoutanumber,Table1,Figure1andcontrolAC11;orcomebackhere.",
		"1.1.1Aheadingthatskippedalevel", "(y)twentyfifth", "(a)innerone", "Figure2Thesame,small", "Table2Testsofcontrols",
		"Copy7,forZöe&Søn<Bank>AG",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the pages do not show %q", want)
		}
	}
	for _, want := range []string{"/Alt (Three columns: six in January, three in February, eight in March.)", "/S /Figure", "/S /Note", "/Dest (to-skipped)", "/S /TH"} {
		if !bytes.Contains(pdf, []byte(want)) {
			t.Errorf("the file has no %s", want)
		}
	}
	if n := bytes.Count(pdf, []byte("/Subtype /Link")); n < 33 { // contents 17, references 8, addresses 2, footnotes 6
		t.Errorf("the file has %d links", n)
	}
	if n := strings.Count(got, "Bothhalvesoftheyear"); n != 3 {
		t.Errorf("the upper header row is on %d pages, want 3", n)
	}
}

func TestALongParagraphIsPrinted(t *testing.T) {
	text := strings.Repeat("measure ", maxText/8)
	pdf, pages := render(t, oneSection(Para(text)))
	if n := strings.Count(dehyphen(squeeze(poppler(t, pdf, "pdftotext", "-raw"))), "measure"); n < maxText/8-pages {
		t.Errorf("%d of %d words are on %d pages", n, maxText/8, pages)
	}
}

func TestCodeKeepsItsIndent(t *testing.T) {
	pdf, _ := render(t, oneSection(Block{Kind: Code, Text: "begin\n\ttab\n    four  two\n\nend"}))
	got := poppler(t, pdf, "pdftotext", "-layout", "-fixed", "4.92") // the width of a letter
	column := func(word string) int {
		for _, line := range strings.Split(got, "\n") {
			if at := strings.Index(line, word); at >= 0 {
				return at
			}
		}
		t.Fatalf("%q is not on the page: %s", word, got)
		return 0
	}
	edge := column("begin")
	for word, want := range map[string]int{"tab": 4, "four  two": 4, "end": 0} {
		if at := column(word) - edge; at != want {
			t.Errorf("%q is set in by %d, want %d", word, at, want)
		}
	}
}
