package workspace

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// width is where a line of written YAML should end.
const width = 80

// encode writes a noun, or a list of nouns, as YAML for people: fields in the
// order of the struct, long texts as blocks, short lists on one line, a blank
// line between things. The library's encoder does not wrap long texts.
func encode(v any) []byte {
	value := reflect.ValueOf(v)
	if value.Kind() != reflect.Slice {
		return []byte(joined(fieldLines(value)))
	}
	var b strings.Builder
	for i := range value.Len() {
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString(joined(dashed(fieldLines(value.Index(i)))))
	}
	return []byte(b.String())
}

func joined(lines []string) string { return strings.Join(lines, "\n") + "\n" }

// fieldLines writes a struct as the lines of a block mapping.
func fieldLines(v reflect.Value) []string {
	var lines []string
	for _, f := range fieldsOf(v.Type()) {
		value := v.Field(f.index)
		if f.optional && (value.IsZero() || emptied(value)) {
			continue
		}
		lines = append(lines, keyed(f, value)...)
	}
	return lines
}

func emptied(v reflect.Value) bool {
	return (v.Kind() == reflect.Slice || v.Kind() == reflect.Map) && v.Len() == 0
}

// keyed writes "name: value", or the name and the value below it.
func keyed(f field, v reflect.Value) []string {
	switch v.Kind() {
	case reflect.Pointer:
		return keyed(f, v.Elem())
	case reflect.Struct:
		return append([]string{f.name + ":"}, indented(fieldLines(v))...)
	case reflect.Slice:
		return listing(f.name, v)
	case reflect.Map:
		return append([]string{f.name + ":"}, indented(pairs(v))...)
	case reflect.String:
		if at := f.rule.form; (at == dateForm || at == instantForm) && at.valid(v.String()) {
			return []string{f.name + ": " + v.String()} // Read takes a bare time as text
		}
		return texted(f.name+":", v.String())
	default:
		return []string{fmt.Sprintf("%s: %v", f.name, v.Interface())}
	}
}

// listing writes a list: on one line when it is short and plain.
func listing(name string, v reflect.Value) []string {
	if v.Len() == 0 {
		return []string{name + ": []"}
	}
	if line, ok := flow(v); ok && len(name)+len(line)+6 <= width {
		return []string{name + ": " + line}
	}
	lines := []string{name + ":"}
	for i := range v.Len() {
		element := v.Index(i)
		if element.Kind() == reflect.String {
			lines = append(lines, indented(texted("-", element.String()))...)
		} else {
			lines = append(lines, indented(dashed(fieldLines(element)))...)
		}
	}
	return lines
}

// inFlow are texts without the marks that mean something within brackets.
var inFlow = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 ._/()-]*$`)

func flow(v reflect.Value) (string, bool) {
	var list []string
	for i := range v.Len() {
		s := v.Index(i)
		if s.Kind() != reflect.String || !inFlow.MatchString(s.String()) || !plain(s.String()) {
			return "", false
		}
		list = append(list, s.String())
	}
	return "[" + strings.Join(list, ", ") + "]", true
}

func pairs(v reflect.Value) []string {
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	var lines []string
	for _, key := range keys {
		lines = append(lines, texted(quoted(key.String())+":", v.MapIndex(key).String())...)
	}
	return lines
}

// texted writes a text behind its key or dash.
func texted(lead, s string) []string {
	switch {
	case strings.Contains(s, "\n") && literal(s):
		return append([]string{lead + " |-"}, indented(strings.Split(s, "\n"))...)
	case len(lead)+len(s)+6 > width && foldable(s):
		return append([]string{lead + " >-"}, indented(wrapped(s))...)
	}
	return []string{lead + " " + quoted(s)}
}

// quoted writes a text plainly where no reader of YAML could take it for
// something else. Go's escapes are all escapes of YAML, too.
func quoted(s string) string {
	if plain(s) {
		return s
	}
	return strconv.Quote(s)
}

// notText are plain scalars that some version of YAML does not read as text.
var notText = regexp.MustCompile(`^((?i:y|n|yes|no|on|off|true|false|null)|[0-9][0-9_.,:eExXoObB+-]*)$`)

func plain(s string) bool {
	if s == "" || !printable(s) || notText.MatchString(s) {
		return false
	}
	if first := []rune(s)[0]; !unicode.IsLetter(first) && !unicode.IsDigit(first) {
		return false
	}
	if strings.Contains(s, ": ") || strings.Contains(s, " #") || strings.HasSuffix(s, ":") {
		return false
	}
	top, err := nodes([]byte(s))
	return err == nil && top != nil && top.Kind == yaml.ScalarNode && top.Tag == "!!str" && top.Value == s
}

func printable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) || r == '\uFFFD' })
}

// literal reports whether a text of several lines survives as a literal block.
func literal(s string) bool {
	if s != strings.TrimSpace(s) {
		return false
	}
	for line := range strings.SplitSeq(s, "\n") {
		if strings.HasSuffix(line, " ") || !printable(strings.ReplaceAll(line, "\t", " ")) {
			return false
		}
	}
	return true
}

// foldable reports whether a text of one line survives as a folded block.
func foldable(s string) bool {
	return s == strings.TrimSpace(s) && printable(s) &&
		strings.Contains(s, " ") && !strings.Contains(s, "  ")
}

// wrapped breaks a text at single spaces.
func wrapped(s string) []string {
	var lines []string
	line := ""
	for word := range strings.SplitSeq(s, " ") {
		if line != "" && len(line)+1+len(word) > width-6 {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}

// dashed makes a mapping the element of a list.
func dashed(lines []string) []string {
	lines = indented(lines)
	if len(lines) > 0 {
		lines[0] = "- " + lines[0][2:]
	}
	return lines
}

// indented moves lines to the right; an empty line of a text stays empty.
func indented(lines []string) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		if line != "" {
			out[i] = "  " + line
		}
	}
	return out
}

// encodeTarget writes what a pointer points at; an empty list is no text.
func encodeTarget(pointer any) []byte {
	return encode(reflect.ValueOf(pointer).Elem().Interface())
}
