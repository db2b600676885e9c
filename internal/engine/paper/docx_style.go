package paper

import (
	"fmt"
	"strings"
)

const (
	wordSerif = `<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman"/>`
	wordSans  = `<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial"/>`
	wordMono  = `<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/>`
	navy      = `<w:color w:val="1B365D"/>`
	slate     = `<w:color w:val="55606E"/>`
	hairLine  = `w:val="single" w:sz="4" w:space="0" w:color="CFD6DE"`
)

// wordPadding keeps code off the edge of its shade.
const wordPadding = `<w:pBdr><w:top w:val="single" w:sz="4" w:space="5" w:color="EEF2F6"/><w:left w:val="single" w:sz="4" w:space="6" w:color="EEF2F6"/>` +
	`<w:bottom w:val="single" w:sz="4" w:space="5" w:color="EEF2F6"/><w:right w:val="single" w:sz="4" w:space="6" w:color="EEF2F6"/></w:pBdr>`

// wordStyle is a paragraph style: its id, the name that Word knows, the one it
// is based on, the one that follows, and its paragraph and run properties. Sizes are in half
// points, spaces in twentieths.
type wordStyle struct{ id, name, base, next, para, run string }

var wordStyles = []wordStyle{
	{"BodyText", "Body Text", "Normal", "", `<w:spacing w:after="150" w:line="276" w:lineRule="auto"/>`, ""},
	{"Title", "Title", "Normal", "BodyText", `<w:spacing w:after="240"/>`, wordSans + `<w:b/>` + navy + `<w:sz w:val="60"/>`},
	{"Subtitle", "Subtitle", "Normal", "BodyText", `<w:spacing w:after="200"/>`, wordSans + `<w:sz w:val="28"/>`},
	{"CoverText", "Cover Text", "Normal", "", `<w:tabs><w:tab w:val="right" w:pos="9406"/></w:tabs><w:spacing w:after="120"/>`, wordSans + `<w:sz w:val="22"/>`},
	{"CoverFact", "Cover Fact", "Normal", "", `<w:tabs><w:tab w:val="left" w:pos="2300"/></w:tabs><w:spacing w:after="140"/><w:ind w:left="2300" w:hanging="2300"/>`, wordSans + `<w:sz w:val="20"/>`},
	{"Heading1", "heading 1", "Normal", "BodyText", heading(1, 0, 320, true), wordSans + `<w:b/>` + navy + `<w:sz w:val="42"/>`},
	{"Heading2", "heading 2", "Normal", "BodyText", heading(2, 420, 160, false), wordSans + `<w:b/>` + navy + `<w:sz w:val="26"/>`},
	{"Heading3", "heading 3", "Normal", "BodyText", heading(3, 340, 140, false), wordSans + `<w:b/><w:sz w:val="21"/>`},
	{"Heading4", "heading 4", "Normal", "BodyText", heading(4, 280, 120, false), wordSans + `<w:b/>` + slate + `<w:sz w:val="19"/>`},
	{"Heading5", "heading 5", "Normal", "BodyText", heading(5, 280, 120, false), wordSans + `<w:b/>` + slate + `<w:sz w:val="19"/>`},
	{"Heading6", "heading 6", "Normal", "BodyText", heading(6, 280, 120, false), wordSans + `<w:b/>` + slate + `<w:sz w:val="19"/>`},
	{"Heading7", "heading 7", "Normal", "BodyText", heading(7, 280, 120, false), wordSans + `<w:b/>` + slate + `<w:sz w:val="19"/>`},
	{"TOCHeading", "TOC Heading", "Normal", "BodyText", `<w:keepNext/><w:spacing w:after="240"/>`, wordSans + `<w:b/>` + navy + `<w:sz w:val="36"/>`},
	{"TOC1", "toc 1", "Normal", "Normal", contentsLine(0, 160), wordSans + `<w:b/>` + navy + `<w:sz w:val="19"/>`},
	{"TOC2", "toc 2", "Normal", "Normal", contentsLine(240, 50), `<w:sz w:val="19"/>`},
	{"TOC3", "toc 3", "Normal", "Normal", contentsLine(480, 30), `<w:sz w:val="19"/>`},
	{"ListText", "List Text", "BodyText", "", `<w:spacing w:after="80"/>`, ""},
	{"Term", "Term", "BodyText", "BodyText", `<w:keepNext/><w:spacing w:before="80" w:after="40"/>`, `<w:b/>`},
	{"NoteLabel", "Note Label", "BodyText", "", `<w:keepNext/><w:spacing w:after="80"/>`, wordSans + `<w:b/><w:sz w:val="17"/>`},
	{"Code", "Code", "Normal", "", wordPadding + `<w:shd w:val="clear" w:color="auto" w:fill="EEF2F6"/><w:spacing w:before="120" w:after="160"/><w:ind w:left="120" w:right="120"/>`, wordMono + `<w:sz w:val="17"/>`},
	{"Figure", "Figure", "Normal", "Caption", `<w:keepNext/><w:spacing w:before="200" w:after="80"/>`, ""},
	{"Caption", "caption", "Normal", "BodyText", `<w:keepLines/><w:spacing w:before="200" w:after="100"/>`, wordSans + `<w:sz w:val="18"/>`},
	{"TableText", "Table Text", "Normal", "", `<w:spacing w:before="50" w:after="50"/>`, wordSans + `<w:sz w:val="17"/>`},
	{"TableList", "Table List", "TableText", "", `<w:spacing w:before="0" w:after="20"/>`, ""},
	{"TableEnd", "Table End", "Normal", "BodyText", `<w:spacing w:after="120" w:line="120" w:lineRule="exact"/>`, `<w:sz w:val="8"/>`},
	{"Header", "header", "Normal", "", `<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="4" w:color="CFD6DE"/></w:pBdr><w:tabs><w:tab w:val="right" w:pos="9406"/></w:tabs>`, wordSans + slate + `<w:sz w:val="15"/>`},
	{"Footer", "footer", "Normal", "", `<w:tabs><w:tab w:val="right" w:pos="9406"/></w:tabs>`, wordSans + slate + `<w:sz w:val="15"/>`},
	{"FootnoteText", "footnote text", "Normal", "", `<w:spacing w:after="40"/>`, `<w:sz w:val="16"/>`},
}

func heading(level, before, after int, page bool) string {
	numbers := fmt.Sprintf(`<w:numPr><w:ilvl w:val="%d"/><w:numId w:val="%d"/></w:numPr>`, level-1, headingList)
	fresh := ""
	if page {
		fresh = "<w:pageBreakBefore/>"
	}
	return fmt.Sprintf(`<w:keepNext/><w:keepLines/>%s%s<w:spacing w:before="%d" w:after="%d"/><w:outlineLvl w:val="%d"/>`,
		fresh, numbers, before, after, level-1)
}

func contentsLine(indent, before int) string {
	return fmt.Sprintf(`<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="%d"/></w:tabs><w:spacing w:before="%d" w:after="30"/><w:ind w:left="%d"/>`,
		wordWidth, before, indent)
}

func (w *wordWriter) styles() string {
	var out strings.Builder
	lang := escape(w.doc.language())
	fmt.Fprintf(&out, `%s<w:styles%s><w:docDefaults><w:rPrDefault><w:rPr>%s<w:color w:val="1C1F24"/><w:sz w:val="20"/><w:szCs w:val="20"/><w:lang w:val="%s"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>`,
		xmlHead, wordSpaces, wordSerif, lang)
	out.WriteString(`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>` +
		`<w:style w:type="character" w:default="1" w:styleId="DefaultText"><w:name w:val="Default Paragraph Font"/></w:style>`)
	for _, s := range wordStyles {
		fmt.Fprintf(&out, `<w:style w:type="paragraph" w:styleId="%s"><w:name w:val="%s"/><w:basedOn w:val="%s"/>`, s.id, s.name, s.base)
		if s.next != "" {
			fmt.Fprintf(&out, `<w:next w:val="%s"/>`, s.next)
		}
		fmt.Fprintf(&out, `<w:qFormat/><w:pPr>%s</w:pPr><w:rPr>%s</w:rPr></w:style>`, s.para, s.run)
	}
	out.WriteString(`<w:style w:type="character" w:styleId="FootnoteReference"><w:name w:val="footnote reference"/><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>` +
		`<w:style w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/><w:rPr><w:color w:val="174A8C"/></w:rPr></w:style>` +
		`<w:style w:type="character" w:styleId="CodeText"><w:name w:val="Code Text"/><w:rPr>` + wordMono + `<w:sz w:val="18"/></w:rPr></w:style>` +
		`<w:style w:type="table" w:default="1" w:styleId="NormalTable"><w:name w:val="Normal Table"/></w:style>` +
		`<w:style w:type="table" w:styleId="ReportTable"><w:name w:val="Report Table"/><w:basedOn w:val="NormalTable"/><w:tblPr><w:tblBorders>` +
		`<w:bottom w:val="single" w:sz="8" w:space="0" w:color="1B365D"/><w:insideH ` + hairLine + `/></w:tblBorders>` +
		`<w:tblCellMar><w:left w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style></w:styles>`)
	return out.String()
}

// The numberings: headings, bullets, and ordered lists of each kind. Every list
// of the document is an instance of one, so that it starts anew.
const (
	headingList = 1
	bulletList  = 2
	firstList   = 3 // instances of the document's ordered lists
)

const (
	headingNumbers = iota
	bulletSigns
	decimalNumbers
	letterNumbers
	romanNumbers
	parenthesized
)

func (w *wordWriter) numbering() string {
	var out strings.Builder
	out.WriteString(xmlHead + "<w:numbering" + wordSpaces + ">")
	abstractList(&out, headingNumbers, func(level int) (format, text string) {
		parts := make([]string, level+1)
		for k := range parts {
			parts[k] = fmt.Sprintf("%%%d", k+1)
		}
		return "decimal", strings.Join(parts, ".")
	})
	abstractList(&out, bulletSigns, func(level int) (string, string) { return "bullet", []string{"•", "–"}[level%2] })
	for k, format := range []string{"decimal", "lowerLetter", "lowerRoman"} {
		abstractList(&out, decimalNumbers+k, func(level int) (string, string) { return format, fmt.Sprintf("%%%d.", level+1) })
	}
	abstractList(&out, parenthesized, func(level int) (string, string) { return "lowerLetter", fmt.Sprintf("(%%%d)", level+1) })
	fmt.Fprintf(&out, `<w:num w:numId="%d"><w:abstractNumId w:val="%d"/></w:num>`, headingList, headingNumbers)
	fmt.Fprintf(&out, `<w:num w:numId="%d"><w:abstractNumId w:val="%d"/></w:num>`, bulletList, bulletSigns)
	for k, l := range w.lists {
		fmt.Fprintf(&out, `<w:num w:numId="%d"><w:abstractNumId w:val="%d"/><w:lvlOverride w:ilvl="%d"><w:startOverride w:val="%d"/></w:lvlOverride></w:num>`,
			firstList+k, l.abstract, l.level, l.start)
	}
	return out.String() + "</w:numbering>"
}

func abstractList(out *strings.Builder, id int, level func(int) (format, text string)) {
	fmt.Fprintf(out, `<w:abstractNum w:abstractNumId="%d"><w:multiLevelType w:val="multilevel"/>`, id)
	for k := range 9 {
		format, text := level(k)
		fmt.Fprintf(out, `<w:lvl w:ilvl="%d"><w:start w:val="1"/><w:numFmt w:val="%s"/>`, k, format)
		if id == headingNumbers {
			if k < maxHeading {
				fmt.Fprintf(out, `<w:pStyle w:val="Heading%d"/>`, k+1)
			}
			fmt.Fprintf(out, `<w:suff w:val="space"/><w:lvlText w:val="%s"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="0" w:firstLine="0"/></w:pPr></w:lvl>`, text)
			continue
		}
		fmt.Fprintf(out, `<w:lvlText w:val="%s"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="%d" w:hanging="%d"/></w:pPr></w:lvl>`,
			text, (k+1)*listIndent, listHanging)
	}
	out.WriteString("</w:abstractNum>")
}
