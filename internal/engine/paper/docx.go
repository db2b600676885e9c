package paper

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

const (
	officeRels = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	wordSpaces = ` xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"` +
		` xmlns:r="` + officeRels + `"` +
		` xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"` +
		` xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"` +
		` xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"` +
		` xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"` +
		` xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main"`
)

// DOCX writes the document for Word and LibreOffice to edit: with styles, real
// numbering, fields and footnotes. It needs no font; the reader's machine has
// them. A word processor counts its own pages, so the contents show the page
// numbers given, one for each heading as HeadingPages finds them in the PDF,
// until Word updates them; without any they stay blank until then.
func (d Document) DOCX(pages []int) ([]byte, error) {
	if err := d.checkReadable(); err != nil {
		return nil, err
	}
	own, err := d.own()
	if err != nil {
		return nil, err
	}
	known, err := readLabels(own)
	if err != nil {
		return nil, err
	}
	w := wordWriter{doc: own, outline: outlineOf(own), labels: known.places, pages: pages}
	if len(pages) > 0 && len(pages) != len(w.outline) {
		return nil, fmt.Errorf("write %q as DOCX: %d page numbers for %d headings", d.Title, len(pages), len(w.outline))
	}
	out, err := w.file()
	if err != nil {
		return nil, fmt.Errorf("write %q as DOCX: %w", d.Title, err)
	}
	return out, nil
}

// part is a file in the package; a Kind is its content type.
type wordPart struct{ name, kind, body string }

const wordType = "application/vnd.openxmlformats-officedocument.wordprocessingml."

func (w *wordWriter) file() ([]byte, error) {
	w.body()
	parts := []wordPart{
		{"docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml", w.properties()},
		{"word/document.xml", wordType + "document.main+xml", xmlHead + "<w:document" + wordSpaces + "><w:body>" + w.out.String() + "</w:body></w:document>"},
		{"word/styles.xml", wordType + "styles+xml", w.styles()},
		{"word/numbering.xml", wordType + "numbering+xml", w.numbering()},
		{"word/settings.xml", wordType + "settings+xml", w.settings()},
		{"word/footnotes.xml", wordType + "footnotes+xml", w.footnotes()},
		{"word/header1.xml", wordType + "header+xml", w.coverHeader()},
		{"word/header2.xml", wordType + "header+xml", w.header()},
		{"word/footer1.xml", wordType + "footer+xml", w.coverFooter()},
		{"word/footer2.xml", wordType + "footer+xml", w.footer()},
	}
	parts = append(parts,
		wordPart{name: "word/_rels/document.xml.rels", body: w.relationships()},
		wordPart{name: "word/_rels/footnotes.xml.rels", body: relationships(w.noteLinks.entries())})
	for k, svg := range w.media {
		parts = append(parts, wordPart{name: mediaName(k), body: svg})
	}
	return zipped(append([]wordPart{
		{name: "[Content_Types].xml", body: contentTypes(parts)},
		{name: "_rels/.rels", body: relationships([]string{
			relationship("rId1", "officeDocument", "word/document.xml"),
			`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>`,
		})},
	}, parts...))
}

func mediaName(k int) string { return fmt.Sprintf("word/media/figure%d.svg", k+1) }

// zipped has the same bytes for the same parts: no entry carries a time.
func zipped(parts []wordPart) ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, p := range parts {
		if err := wellFormed(p.body); err != nil {
			return nil, fmt.Errorf("part %s: %w", p.name, err)
		}
		e, err := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate})
		if err != nil {
			return nil, err
		}
		if _, err := io.WriteString(e, p.body); err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return out.Bytes(), err
}

// wellFormed reads back what was written: Word refuses a whole file for one
// broken part, without saying where.
func wellFormed(body string) error {
	in := xml.NewDecoder(strings.NewReader(body))
	for {
		_, err := in.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func contentTypes(parts []wordPart) string {
	var out strings.Builder
	out.WriteString(xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/><Default Extension="svg" ContentType="image/svg+xml"/>`)
	for _, p := range parts {
		if p.kind != "" {
			fmt.Fprintf(&out, `<Override PartName="/%s" ContentType="%s"/>`, p.name, p.kind)
		}
	}
	return out.String() + "</Types>"
}

func relationship(id, kind, target string) string {
	return fmt.Sprintf(`<Relationship Id="%s" Type="%s/%s" Target="%s"/>`, id, officeRels, kind, escape(target))
}

func relationships(entries []string) string {
	return xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		strings.Join(entries, "") + "</Relationships>"
}

func (w *wordWriter) relationships() string {
	entries := []string{
		relationship("rId1", "styles", "styles.xml"), relationship("rId2", "numbering", "numbering.xml"),
		relationship("rId3", "settings", "settings.xml"), relationship("rId4", "footnotes", "footnotes.xml"),
		relationship("rId5", "header", "header1.xml"), relationship("rId6", "header", "header2.xml"),
		relationship("rId7", "footer", "footer1.xml"), relationship("rId8", "footer", "footer2.xml"),
	}
	for k := range w.media {
		entries = append(entries, relationship(mediaID(k), "image", strings.TrimPrefix(mediaName(k), "word/")))
	}
	return relationships(append(entries, w.links.entries()...))
}

func mediaID(k int) string { return fmt.Sprintf("rIdFigure%d", k+1) }

// properties say who, what and in which language; the only date is the
// document's own.
func (w *wordWriter) properties() string {
	var out strings.Builder
	out.WriteString(xmlHead + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"` +
		` xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">`)
	for _, p := range [][2]string{
		{"dc:title", w.doc.Title}, {"dc:subject", w.doc.Subject}, {"dc:creator", w.doc.Author},
		{"cp:keywords", strings.Join(w.doc.Keywords, ", ")}, {"dc:language", w.doc.language()},
	} {
		if p[1] != "" {
			fmt.Fprintf(&out, "<%s>%s</%s>", p[0], escape(p[1]), p[0])
		}
	}
	if w.doc.Date != "" {
		for _, name := range []string{"created", "modified"} {
			fmt.Fprintf(&out, `<dcterms:%s xsi:type="dcterms:W3CDTF">%sT00:00:00Z</dcterms:%s>`, name, w.doc.Date, name)
		}
	}
	return out.String() + "</cp:coreProperties>"
}

// settings ask Word to update the fields when it opens the file.
func (w *wordWriter) settings() string {
	return xmlHead + "<w:settings" + wordSpaces + `><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/><w:updateFields w:val="true"/>` +
		`<w:footnotePr><w:footnote w:id="0"/><w:footnote w:id="1"/></w:footnotePr>` +
		`<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>` +
		`<w:themeFontLang w:val="` + escape(w.doc.language()) + `"/></w:settings>`
}
