package query

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// decode is the general reader of a line: what the quick one leaves to it.
func decode(line []byte) (map[string]any, error) {
	if !utf8.Valid(line) {
		return nil, errors.New("the line is not UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	var object map[string]any
	if err := d.Decode(&object); err != nil || object == nil {
		return nil, errors.New("the line is not a JSON object")
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("the line holds more than one JSON value")
	}
	return object, nil
}

// dig finds a value by its name or by a path such as "profile.email".
func dig(object map[string]any, name string) any {
	if v, ok := object[name]; ok {
		return v
	}
	first, rest, ok := strings.Cut(name, ".")
	if inner, is := object[first].(map[string]any); ok && is {
		return dig(inner, rest)
	}
	return nil
}

func textOf(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case string:
		return x
	case json.Number:
		return x.String()
	case bool:
		return strconv.FormatBool(x)
	}
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}
