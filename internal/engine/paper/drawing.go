package paper

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const svgSpace = "http://www.w3.org/2000/svg"

const (
	maxSVG      = 1 << 20 // bytes
	maxElements = 20_000
	maxNested   = 32
)

// A drawing holds shapes and words only. What is not in these lists could run,
// load, or be styled by the page that it stands in.
var (
	svgElements = strings.Fields(`svg g title desc defs rect circle ellipse line polyline polygon path
		text tspan clipPath linearGradient radialGradient stop pattern`)
	svgAttributes = strings.Fields(`id x y x1 y1 x2 y2 cx cy r rx ry fx fy dx dy d points width height viewBox
		preserveAspectRatio transform fill fill-opacity fill-rule stroke stroke-width stroke-opacity
		stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit opacity color
		font-size font-weight font-style text-anchor dominant-baseline letter-spacing clip-path clip-rule
		clipPathUnits gradientUnits gradientTransform spreadMethod offset stop-color stop-opacity
		patternUnits patternContentUnits patternTransform shape-rendering text-rendering rotate textLength
		lengthAdjust visibility vector-effect version`)
	// the writers say these themselves, for the whole figure
	svgSaid     = strings.Fields(`role aria-label aria-labelledby aria-describedby aria-hidden focusable`)
	svgFamilies = map[string]string{
		"": "Liberation Sans, Arial, sans-serif", "sans-serif": "Liberation Sans, Arial, sans-serif",
		"serif": "Liberation Serif, Times New Roman, serif", "monospace": "Liberation Mono, Courier New, monospace",
	}
	localURL = regexp.MustCompile(`^url\(#[A-Za-z0-9._-]+\)$`)
)

// drawing is an SVG that was read and found harmless.
type drawing struct {
	width, height float64 // of its view box; only their ratio matters
	viewBox       string
	tokens        []xml.Token // what is inside of the root
	root          []xml.Attr  // what the root says beside its view box
	texts         []string
}

// readDrawing reads an SVG, or says in which line it is broken or active.
func readDrawing(source string) (*drawing, error) {
	if len(source) > maxSVG {
		return nil, fmt.Errorf("its SVG has %d bytes, more than %d", len(source), maxSVG)
	}
	r := svgReader{in: xml.NewDecoder(strings.NewReader(source)), out: &drawing{}}
	err := r.read()
	if err == nil && len(r.open) == 0 && r.out.viewBox == "" {
		err = errors.New("it has no svg element")
	}
	if err != nil {
		line, _ := r.in.InputPos()
		return nil, fmt.Errorf("its SVG, line %d: %w", line, err)
	}
	return r.out, nil
}

type svgReader struct {
	in    *xml.Decoder
	out   *drawing
	open  []string
	count int
}

func (r *svgReader) read() error {
	for {
		token, err := r.in.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := r.token(token); err != nil {
			return err
		}
	}
}

func (r *svgReader) token(token xml.Token) error {
	switch t := token.(type) {
	case xml.StartElement:
		return r.start(t.Copy())
	case xml.EndElement:
		if r.open = r.open[:len(r.open)-1]; len(r.open) > 0 {
			r.out.tokens = append(r.out.tokens, xml.EndElement{Name: xml.Name{Local: t.Name.Local}})
		}
	case xml.CharData:
		return r.text(string(t))
	case xml.Directive:
		return errors.New("a document type is not allowed")
	case xml.ProcInst:
		if t.Target != "xml" {
			return fmt.Errorf("the instruction <?%s?> is not allowed", t.Target)
		}
	}
	return nil
}

func (r *svgReader) start(e xml.StartElement) error {
	r.count++
	root := len(r.open) == 0
	switch {
	case e.Name.Space != svgSpace:
		return fmt.Errorf("element <%s> is not in the namespace %s", e.Name.Local, svgSpace)
	case !slices.Contains(svgElements, e.Name.Local):
		return fmt.Errorf("element <%s> is not allowed in a figure", e.Name.Local)
	case root != (e.Name.Local == "svg") || root && r.out.viewBox != "":
		return errors.New("it is not one svg element")
	case r.count > maxElements || len(r.open) >= maxNested:
		return fmt.Errorf("it has more than %d elements, or %d in each other", maxElements, maxNested)
	}
	r.open = append(r.open, e.Name.Local)
	attrs, err := cleanAttributes(e)
	if err != nil {
		return err
	}
	if root {
		return r.rootElement(attrs)
	}
	r.out.tokens = append(r.out.tokens, xml.StartElement{Name: xml.Name{Local: e.Name.Local}, Attr: attrs})
	return nil
}

// rootElement wants a view box: without one the drawing has no shape on paper.
func (r *svgReader) rootElement(attrs []xml.Attr) error {
	for _, a := range attrs {
		switch a.Name.Local {
		case "viewBox":
			r.out.viewBox = a.Value
		case "width", "height", "x", "y":
		default:
			r.out.root = append(r.out.root, a)
		}
	}
	if !slices.ContainsFunc(attrs, func(a xml.Attr) bool { return a.Name.Local == "font-family" }) {
		r.out.root = append(r.out.root, xml.Attr{Name: xml.Name{Local: "font-family"}, Value: svgFamilies[""]})
	}
	box := strings.FieldsFunc(r.out.viewBox, func(c rune) bool { return c == ' ' || c == ',' })
	if len(box) != 4 {
		return errors.New("its svg element has no viewBox of four numbers")
	}
	var number [4]float64
	for k, s := range box {
		n, err := strconv.ParseFloat(s, 64)
		if err != nil || n < -1e6 || n > 1e6 {
			return fmt.Errorf("viewBox %q is not four numbers below a million", r.out.viewBox)
		}
		number[k] = n
	}
	r.out.width, r.out.height = number[2], number[3]
	if ratio := r.out.width / r.out.height; !(ratio > 0.05 && ratio < 50) || r.out.width < 1e-3 {
		return fmt.Errorf("viewBox %q is no shape that a page could show", r.out.viewBox)
	}
	return nil
}

func (r *svgReader) text(s string) error {
	inside := ""
	if len(r.open) > 0 {
		inside = r.open[len(r.open)-1]
	}
	switch {
	case inside == "text" || inside == "tspan":
		if strings.TrimSpace(s) != "" {
			r.out.texts = append(r.out.texts, s)
		}
		fallthrough
	case inside == "title" || inside == "desc":
		r.out.tokens = append(r.out.tokens, xml.CharData(s))
	case strings.TrimSpace(s) != "":
		return fmt.Errorf("the text %q stands outside of a text element and would not be shown", around(strings.TrimSpace(s), 0))
	}
	return nil
}

func cleanAttributes(e xml.StartElement) ([]xml.Attr, error) {
	var out []xml.Attr
	for _, a := range e.Attr {
		name := a.Name.Local
		switch {
		case name == "xmlns" || a.Name.Space == "xmlns" || slices.Contains(svgSaid, name):
			continue
		case name == "font-family" && a.Name.Space == "" && family(a.Value) != "":
			a.Value = family(a.Value)
		case name == "href" && strings.HasPrefix(a.Value, "#") && strings.HasSuffix(e.Name.Local, "Gradient"):
			a.Name.Space = ""
		case a.Name.Space != "" || !slices.Contains(svgAttributes, name):
			return nil, fmt.Errorf("attribute %s=%q of <%s> is not allowed in a figure", name, around(a.Value, 0), e.Name.Local)
		case strings.Contains(strings.ToLower(a.Value), "url(") && !localURL.MatchString(a.Value):
			return nil, fmt.Errorf("attribute %s=%q of <%s> leads out of the figure", name, around(a.Value, 0), e.Name.Local)
		}
		out = append(out, xml.Attr{Name: xml.Name{Local: name}, Value: a.Value})
	}
	return out, nil
}

// family is a kind of font as the families that every writer has for it.
func family(name string) string {
	for _, own := range svgFamilies {
		if name == own {
			return own
		}
	}
	return svgFamilies[name]
}

// write gives the drawing in one form. The prefix keeps its ids apart from those
// of other figures on a page; said stands in the root's tag, and head behind it.
func (d *drawing) write(prefix, said, head string) string {
	var out strings.Builder
	fmt.Fprintf(&out, `<svg xmlns="%s" viewBox="%s"`, svgSpace, escape(d.viewBox))
	writeAttributes(&out, prefix, d.root)
	out.WriteString(said + ">" + head)
	for _, token := range d.tokens {
		switch t := token.(type) {
		case xml.StartElement:
			out.WriteString("<" + t.Name.Local)
			writeAttributes(&out, prefix, t.Attr)
			out.WriteString(">")
		case xml.EndElement:
			out.WriteString("</" + t.Name.Local + ">")
		case xml.CharData:
			out.WriteString(escape(string(t)))
		}
	}
	out.WriteString("</svg>")
	return out.String()
}

func writeAttributes(out *strings.Builder, prefix string, attrs []xml.Attr) {
	for _, a := range attrs {
		value := a.Value
		switch {
		case a.Name.Local == "id":
			value = prefix + value
		case a.Name.Local == "href":
			value = "#" + prefix + value[1:]
		case localURL.MatchString(value):
			value = "url(#" + prefix + value[len("url(#"):]
		}
		fmt.Fprintf(out, ` %s="%s"`, a.Name.Local, escape(value))
	}
}

// escape writes text into XML and HTML, in elements and in quoted attributes.
var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")

func escape(s string) string { return escaper.Replace(s) }
