package paper

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func word(t *testing.T, d Document) []byte {
	t.Helper()
	file, err := d.DOCX(nil)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// wordParts unpacks the file.
func wordParts(t interface{ Fatalf(string, ...any) }, file []byte) map[string]string {
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatalf("%v", err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			t.Fatalf("%v", err)
		}
		body, err := io.ReadAll(in)
		if err != nil {
			t.Fatalf("%v", err)
		}
		out[f.Name] = string(body)
	}
	return out
}

// libreOffice converts the file to PDF, as a reader without Word sees it.
func libreOffice(t *testing.T, file []byte) []byte {
	t.Helper()
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Fatal("soffice is missing: install libreoffice-writer-nogui")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "document.docx"), file, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(office, "-env:UserInstallation=file://"+dir+"/profile", "--headless", "--convert-to", "pdf", "--outdir", dir, filepath.Join(dir, "document.docx"))
	cmd.Env = append(os.Environ(), "HOME="+dir)
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	pdf, err := os.ReadFile(filepath.Join(dir, "document.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	return pdf
}

func TestEveryTextIsInTheWordFile(t *testing.T) {
	d := everything()
	hostile := []string{`#import "/etc/passwd" $x$ *bold* <lbl> @ref #panic()`, `]]></w:t><w:instrText> INCLUDETEXT "/etc/passwd" </w:instrText>`,
		"&amp; &lt;b&gt; %PDF \\d { REF x }", "right-to-left \u200fmark"}
	d.Sections = append(d.Sections, Section{Title: "Hostile <&> title", Blocks: Paras(hostile...)})
	got := squeeze(poppler(t, libreOffice(t, word(t, d)), "pdftotext", "-raw"))
	for text, where := range printed(d) {
		if text == d.Watermark {
			continue // it is a drawing
		}
		text = strings.ReplaceAll(text, "\u200f", "")
		for _, piece := range strings.Fields(text) {
			if !strings.Contains(got, squeeze(piece)) {
				t.Errorf("%s: %q of %q is not on the pages", where, piece, text)
			}
		}
	}
	for _, want := range []string{ // numbers that LibreOffice counted, in fields and in front of headings
		"ReadSection1,Section1.1.1,Annexwithoutanumber,Table1,Figure1andcontrolAC-11;orcomebackhere.",
		"1.1.1Aheadingthatskippedalevel", "(c)theyoperatedeffectively.", "(y)twenty-fifth", "(z)last", "(a)innerone",
		"Figure2Thesame,small", "Table2Testsofcontrols", "4Criteria,controls,testsandresults", "AnnexwithoutanumberAheadingoftheannex",
		"Copy7,forZöe&Søn<Bank>AG", squeeze(hostile[0]), squeeze(hostile[1]), squeeze(hostile[2]),
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the pages do not show %q", want)
		}
	}
}

func TestTheWordFileHasItsParts(t *testing.T) {
	parts := wordParts(t, word(t, everything()))
	for part, wants := range map[string][]string{
		"word/document.xml": {
			`<w:pStyle w:val="Heading1"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>`, // the annex has no number
			"<w:tblHeader/>", "<w:cantSplit/>", `<w:gridSpan w:val="2"/><w:vMerge w:val="restart"/>`, `<w:gridSpan w:val="2"/><w:vMerge/>`,
			`TOC \o &quot;1-3&quot; \h \z \u`, `w:dirty="true"`, `PAGEREF _Toc00000001 \h`, `SEQ Table \* ARABIC`, `SEQ Figure \* ARABIC`,
			`REF _Ref00000001 \r \h`, `<w:footnoteReference w:id="2"/>`, `descr="Three columns: six in January`, `<asvg:svgBlip r:embed="rIdFigure1"/>`,
			`<w:tblCaption w:val="Merged cells"/>`, `r:id="rIdLink1"`,
		},
		"word/footnotes.xml":            {`<w:footnote w:id="4">`, "The base is the population", "Two halves of six months each.", `<w:hyperlink r:id="rIdLink1"`},
		"word/_rels/footnotes.xml.rels": {`Target="https://larkspur.example/a?b=1&amp;c=2" TargetMode="External"`},
		"word/settings.xml":             {`<w:updateFields w:val="true"/>`, `w:val="en-US"`},
		"word/styles.xml":               {`<w:lang w:val="en-US"/>`, `"Heading3"`, `"BodyText"`, `"TableText"`, `"Caption"`, `"FootnoteText"`},
		"word/header2.xml":              {`string="Draft  ·  Copy 7, for Zöe &amp; Søn &lt;Bank&gt; AG"`, "STYLEREF"},
		"word/footer2.xml":              {" PAGE ", " NUMPAGES ", "Copy 7, for"},
		"word/media/figure2.svg":        {"<svg "},
		"docProps/core.xml":             {"<dc:creator>Hollis &amp; Marsh LLP</dc:creator>", "<cp:keywords>SOC 2, Type 2</cp:keywords>", "<dc:language>en-US</dc:language>", ">2026-11-14T00:00:00Z<"},
	} {
		for _, want := range wants {
			if !strings.Contains(parts[part], want) {
				t.Errorf("%s does not hold %s", part, want)
			}
		}
	}
	for name, body := range parts {
		if err := wellFormed(body); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSameDocumentSameWordFile(t *testing.T) {
	first := word(t, everything())
	if !bytes.Equal(first, word(t, everything())) {
		t.Error("one document gave two files")
	}
	z, err := zip.NewReader(bytes.NewReader(first), int64(len(first)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		if f.ModifiedDate != 0 || f.ModifiedTime != 0 {
			t.Errorf("%s carries a time", f.Name)
		}
	}
	if z.File[0].Name != "[Content_Types].xml" {
		t.Errorf("the file begins with %s", z.File[0].Name)
	}
}

func TestContentsShowThePagesOfThePDF(t *testing.T) {
	d := everything()
	pdf, _ := render(t, d)
	pages, err := HeadingPages(pdf)
	if err != nil {
		t.Fatal(err)
	}
	file, err := d.DOCX(pages)
	if err != nil {
		t.Fatal(err)
	}
	converted := libreOffice(t, file)
	keep(t, "everything.pdf", pdf)
	keep(t, "everything.docx", file)
	keep(t, "everything-from-docx.pdf", converted)
	keep(t, "everything.html", []byte(web(t, d).Page()))
	contents := poppler(t, converted, "pdftotext", "-f", "2", "-l", "2", "-layout")
	for _, want := range []string{`1 +Every node\.+ ?3\n`, `Annex without a number\.+ ?11\n`} {
		if !matches(contents, want) {
			t.Errorf("the contents do not show %s:\n%s", want, contents)
		}
	}
	if _, err := d.DOCX(pages[1:]); err == nil || !strings.Contains(err.Error(), "16 page numbers for 17 headings") {
		t.Errorf("a page number too few: got %v", err)
	}
	if _, err := HeadingPages([]byte("%PDF-1.7")); err == nil {
		t.Error("found headings in a file without pages")
	}
}

func TestOpenWritersNeedNoGlyph(t *testing.T) {
	d := oneSection(Para("signed by 田中 and محمد"))
	if body := wordParts(t, word(t, d))["word/document.xml"]; !strings.Contains(body, "田中 and محمد") {
		t.Error("the names are not in the Word file")
	}
	if !strings.Contains(web(t, d).Body, "田中 and محمد") {
		t.Error("the names are not on the web page")
	}
	for name, text := range map[string]string{"a control character": "a\x01b", "no character": "a\uffffb", "bytes": "a\xff", "an override": "a\u202eb", "5 MB": strings.Repeat("x", 5<<20)} {
		d := oneSection(Para(text))
		_, wordErr := d.DOCX(nil)
		_, webErr := d.HTML()
		for _, err := range []error{wordErr, webErr} {
			if !errors.Is(err, ErrDocument) || !strings.Contains(err.Error(), `section "Only": `) {
				t.Errorf("%s: got %v", name, err)
			}
		}
	}
}
