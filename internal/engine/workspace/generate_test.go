package workspace

import (
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"tickmark/internal/audit"
)

// folders draws folders that Read accepts, with every field that a noun has,
// and the bytes of their data files by digest.
func folders(t *rapid.T) (Folder, map[audit.Digest]string) {
	bytes := map[audit.Digest]string{}
	g := generator{t: t, bytes: bytes}
	f := Folder{}
	g.fill(reflect.ValueOf(&f.Organization).Elem(), "")
	g.fill(reflect.ValueOf(&f.System).Elem(), "")
	f.System.Description = "# " + rapid.String().Draw(t, "description")
	f.Objectives = several[audit.Objective](g)
	g.objectives = codes(f.Objectives)
	f.Commitments = several[audit.Commitment](g)
	f.Controls = several[audit.Control](g)
	f.CUECs = several[audit.CUEC](g)
	f.Subservices = several[audit.Subservice](g)
	f.Engagements = several[audit.Engagement](g)
	for i := range f.Engagements {
		settle(&f.Engagements[i])
	}
	f.Datasets = several[audit.Dataset](g)
	f.Connections = several[audit.Connection](g)
	for i := range rapid.IntRange(0, 2).Draw(t, "sources") {
		f.Sources = append(f.Sources, SourceFile{
			Name: fmt.Sprintf("s-%d", i), Text: "id: " + rapid.String().Draw(t, "source"), Cases: rapid.String().Draw(t, "its cases"),
		})
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "procedures") {
		f.Procedures = append(f.Procedures, ProcedureFile{
			Name: fmt.Sprintf("p-%d", i),
			SQL:  "SELECT " + rapid.String().Draw(t, "sql"), Cases: rapid.String().Draw(t, "cases"),
		})
	}
	return f, bytes
}

// settle makes an engagement agree with itself.
func settle(e *audit.Engagement) {
	if e.Kind == audit.SOC1 {
		e.Categories, e.Additional = nil, nil
	} else if len(e.Categories) == 0 {
		e.Categories = []audit.Category{audit.Security}
	}
	if e.Type == 1 {
		e.Period.To = e.Period.From
	}
}

type generator struct {
	t          *rapid.T
	objectives []string
	bytes      map[audit.Digest]string
}

var serial = rapid.IntRange(0, 3)

func several[T any](g generator) []T {
	list := make([]T, serial.Draw(g.t, "number"))
	for i := range list {
		g.fill(reflect.ValueOf(&list[i]).Elem(), "")
		reflect.ValueOf(&list[i]).Elem().FieldByName("Code").SetString(fmt.Sprintf("C-%d", i))
	}
	return list
}

// fill draws a value that the rule of its field allows.
func (g generator) fill(v reflect.Value, key string) {
	r := rules[key]
	switch v.Kind() {
	case reflect.Pointer:
		if rapid.Bool().Draw(g.t, "present") {
			v.Set(reflect.New(v.Type().Elem()))
			g.fill(v.Elem(), key)
		}
	case reflect.Struct:
		g.structure(v)
	case reflect.Slice:
		g.list(v, key)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for i := range serial.Draw(g.t, "entries") {
			element := reflect.New(v.Type().Elem()).Elem()
			g.fill(element, key)
			v.SetMapIndex(reflect.ValueOf(fmt.Sprintf("%s%d", g.word(), i)), element)
		}
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(g.t, "bool"))
	case reflect.Int, reflect.Int64:
		if r.values != nil {
			v.SetInt(int64(rapid.IntRange(1, 2).Draw(g.t, "type")))
		} else {
			v.SetInt(rapid.Int64Range(0, 1<<62).Draw(g.t, "int"))
		}
	case reflect.String:
		v.SetString(g.text(r))
	}
}

func (g generator) structure(v reflect.Value) {
	if p, ok := v.Addr().Interface().(*audit.Period); ok {
		days := []audit.Date{"2024-02-29", "2025-01-01", "2025-12-31"}
		from := rapid.IntRange(0, 2).Draw(g.t, "from")
		*p = audit.Period{From: days[from], To: days[rapid.IntRange(from, 2).Draw(g.t, "to")]}
		return
	}
	for _, f := range fieldsOf(v.Type()) {
		if !f.optional || rapid.Bool().Draw(g.t, "given") {
			g.fill(v.Field(f.index), v.Type().Name()+"."+f.name)
		}
	}
	if file, ok := v.Addr().Interface().(*audit.File); ok {
		body := rapid.String().Draw(g.t, "body")
		file.Digest, file.Size = audit.DigestOf([]byte(body)), int64(len(body))
		file.Name = "f/" + string(file.Digest[:16])
		g.bytes[file.Digest] = body
	}
}

func (g generator) list(v reflect.Value, key string) {
	if strings.HasSuffix(key, ".objectives") {
		n := rapid.IntRange(0, len(g.objectives)).Draw(g.t, "objectives")
		v.Set(reflect.ValueOf(slices.Clone(g.objectives[:n])))
		return
	}
	n := serial.Draw(g.t, "length")
	if rules[key].some {
		n++
	}
	seen := map[string]bool{}
	for range n {
		element := reflect.New(v.Type().Elem()).Elem()
		g.fill(element, key)
		same := fmt.Sprint(element.Interface())
		if file, ok := element.Interface().(audit.File); ok {
			same = file.Name
		}
		if c := element; c.Kind() == reflect.Struct && c.FieldByName("Code").IsValid() {
			c.FieldByName("Code").SetString(fmt.Sprintf("S-%d-%d", len(g.bytes), v.Len()))
			if key == "Subservice.csocs" {
				c.FieldByName("Code").SetString(g.unique())
			}
		}
		if !seen[same] {
			seen[same] = true
			v.Set(reflect.Append(v, element))
		}
	}
}

func (g generator) unique() string {
	key := audit.Digest(fmt.Sprint(len(g.bytes)))
	g.bytes[key] = "" // no file has so short a digest
	return "U-" + string(key)
}

func (g generator) word() string { return rapid.StringMatching(`[a-z]{1,8}`).Draw(g.t, "word") }

// text draws short and long texts, plain ones and ones that YAML must quote.
func (g generator) text(r rule) string {
	switch {
	case r.values != nil:
		return rapid.SampledFrom(r.values).Draw(g.t, "value")
	case r.form == codeForm:
		return "replaced"
	case r.form == dateForm:
		return "2025-06-30"
	case r.form == decimalForm:
		return rapid.StringMatching(`-?[0-9]{1,12}(\.[0-9]{1,4})?`).Draw(g.t, "decimal")
	case r.form == cronForm:
		return "15 6 * * 1-5"
	case r.form == zoneForm:
		return "Europe/Lisbon"
	case r.form == instantForm:
		return "2026-01-05T08:00:00+01:00"
	}
	return rapid.OneOf(rapid.Custom(anyText), rapid.SampledFrom(awkward), rapid.Custom(prose)).Draw(g.t, "text")
}

func anyText(t *rapid.T) string { return "x" + rapid.String().Draw(t, "any") + "x" }

func prose(t *rapid.T) string {
	words := rapid.SliceOfN(rapid.StringMatching(`[a-zé:#,'"&*\-]{1,12}[ \n]?`), 1, 40).Draw(t, "words")
	return "It " + strings.Join(words, " ") + "."
}

// awkward are texts that look like something else.
var awkward = []string{
	"yes", "Null", "~", "0777", "1_000", "1e3", "12:30:45", "2025-01-01", ".inf", "- a", "a: b", "a #b",
	"#", "&a", "*a", "!x", "%x", "@x", "`x", "{a}", "[a]", "a,b", "'", "\"", "\\", "a:", "<<", "=", "---",
	"a\tb", "a\n\n\nb", "a\n  b\n c", "a \nb", "\u0085x", "x\u2028y", "\ufeffx", "x\r\ny", "naïve — ok",
	strings.Repeat("long ", 40) + "end", strings.Repeat("long  ", 40) + "end", strings.Repeat("n", 200),
}

// opener gives data files by digest.
func opener(bytes map[audit.Digest]string) func(audit.File) (io.ReadCloser, error) {
	return func(f audit.File) (io.ReadCloser, error) {
		body, ok := bytes[f.Digest]
		if !ok {
			return nil, fmt.Errorf("no bytes of %s", f.Digest.Short())
		}
		return io.NopCloser(strings.NewReader(body)), nil
	}
}
