package seal

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
)

// update is what is appended to a document.
type update struct {
	document
	out     bytes.Buffer
	written []written
}

type written struct{ object, at int }

// signature appends the signature's object with a hole, the field that shows
// it, and the table of objects. It says where the hole is.
func (u *update) signature(name string, x Statement) (from, to int, err error) {
	size, ok := value(u.trailer, "Size")
	if !ok {
		return 0, 0, errors.New("its trailer does not say how many objects there are")
	}
	next, err := number(size)
	if err != nil {
		return 0, 0, err
	}
	root, err := reference(u.trailer, "Root")
	if err != nil {
		return 0, 0, err
	}
	page, err := u.firstPage(root)
	if err != nil {
		return 0, 0, err
	}
	sig, widget := next, next+1
	ranged, from, to := u.hole(sig, name, x)
	u.put(widget, fmt.Sprintf("<< /Type /Annot /Subtype /Widget /FT /Sig /T %s /V %d 0 R /Rect [0 0 0 0] /F 132 /P %d 0 R >>", text("Signature"), sig, page))
	if err := errors.Join(u.annotate(page, widget), u.form(root, widget)); err != nil {
		return 0, 0, err
	}
	if err := u.close(next + 2); err != nil {
		return 0, 0, err
	}
	copy(u.out.Bytes()[ranged:], fmt.Sprintf("[0 %d %d %d]", from, to, u.out.Len()-to))
	return from, to, nil
}

// put writes an object anew.
func (u *update) put(object int, body string) {
	u.written = append(u.written, written{object, u.out.Len()})
	fmt.Fprintf(&u.out, "%d 0 obj\n%s\nendobj\n", object, body)
}

// hole writes the signature's object: where to write what is signed, and where
// the signature goes.
func (u *update) hole(object int, name string, x Statement) (ranged, from, to int) {
	u.written = append(u.written, written{object, u.out.Len()})
	fmt.Fprintf(&u.out, "%d 0 obj\n<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /Name %s", object, text(name))
	if x.Reason != "" {
		fmt.Fprintf(&u.out, " /Reason %s", text(x.Reason))
	}
	fmt.Fprintf(&u.out, " /M (D:%s) /ByteRange ", x.At.UTC().Format("20060102150405Z"))
	ranged = u.out.Len()
	u.out.WriteString(strings.Repeat(" ", 60) + " /Contents ")
	from = u.out.Len()
	u.out.WriteString("<" + strings.Repeat("0", 2*hole) + ">")
	to = u.out.Len()
	u.out.WriteString(" >>\nendobj\n")
	return ranged, from, to
}

// firstPage goes down the tree of pages on its first branch.
func (u *update) firstPage(root int) (int, error) {
	catalog, err := u.object(root)
	if err != nil {
		return 0, err
	}
	node, err := reference(catalog, "Pages")
	for range 64 {
		if err != nil {
			return 0, err
		}
		dict, e := u.object(node)
		if e != nil {
			return 0, e
		}
		kids, ok := value(dict, "Kids")
		if !ok {
			return node, nil
		}
		first := bytes.TrimLeft(kids, " \t\r\n[")
		if !reReference.Match(first) {
			return 0, errors.New("it has no page")
		}
		node, err = number(first)
	}
	return 0, errors.New("its tree of pages is too deep")
}

// annotate adds the field to a page.
func (u *update) annotate(page, widget int) error {
	dict, err := u.object(page)
	if err != nil {
		return err
	}
	from, to, ok := field(dict, "Annots")
	if !ok {
		u.put(page, with(dict, fmt.Sprintf("/Annots [%d 0 R]", widget)))
		return nil
	}
	list, object := bytes.TrimSpace(dict[from:to]), 0
	if reReference.Match(list) {
		if object, err = number(list); err != nil {
			return err
		}
		if list, err = u.list(object); err != nil {
			return err
		}
	}
	if len(list) < 2 || list[0] != '[' {
		return errors.New("the annotations of its first page are no list")
	}
	grown := fmt.Sprintf("%s %d 0 R]", list[:len(list)-1], widget)
	if object > 0 {
		u.put(object, grown)
		return nil
	}
	u.put(page, string(dict[:from])+" "+grown+string(dict[to:]))
	return nil
}

func (u *update) list(object int) ([]byte, error) {
	body, err := u.body(object)
	if err != nil {
		return nil, err
	}
	body = bytes.TrimLeft(body, " \t\r\n")
	if len(body) == 0 || body[0] != '[' {
		return nil, nil
	}
	end, err := skip(body, 0)
	return body[:end], err
}

// form tells the reader that there is a signature.
func (u *update) form(root, widget int) error {
	catalog, err := u.object(root)
	if err != nil {
		return err
	}
	if _, ok := value(catalog, "AcroForm"); ok {
		return errors.New("it has a form already, or a signature: a report is signed once, as it was rendered")
	}
	u.put(root, with(catalog, fmt.Sprintf("/AcroForm << /Fields [%d 0 R] /SigFlags 3 >>", widget)))
	return nil
}

// with is a dictionary with something more in it.
func with(dict []byte, more string) string {
	return string(dict[:len(dict)-2]) + " " + more + " >>"
}

// close writes the table of what was written and a trailer that points to the
// one before.
func (u *update) close(size int) error {
	slices.SortFunc(u.written, func(a, b written) int { return a.object - b.object })
	at := u.out.Len()
	u.out.WriteString("xref\n")
	for _, w := range u.written {
		fmt.Fprintf(&u.out, "%d 1\n%010d 00000 n \n", w.object, w.at)
	}
	fmt.Fprintf(&u.out, "trailer\n<< /Size %d", size)
	for _, key := range []string{"Root", "Info", "ID"} {
		v, ok := value(u.trailer, key)
		if !ok && key == "Root" {
			return errors.New("its trailer names no root")
		}
		if ok {
			fmt.Fprintf(&u.out, " /%s %s", key, bytes.TrimSpace(v))
		}
	}
	fmt.Fprintf(&u.out, " /Prev %d >>\nstartxref\n%d\n%%%%EOF\n", u.start, at)
	return nil
}

// text is a text as a PDF holds it, in any script.
func text(s string) string {
	var b strings.Builder
	b.WriteString("<FEFF")
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", u)
	}
	return b.String() + ">"
}
