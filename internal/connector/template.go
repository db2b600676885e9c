package connector

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"tickmark/internal/audit"
)

// values are what the placeholders of a template stand for.
type values struct {
	settings map[string]string
	window   map[string]string
	parent   string // the parent's record as JSON; "" when there is none
}

func newValues(j Job) (values, error) {
	start, end, err := j.Window.Instants(j.Timezone)
	if err != nil {
		return values{}, fmt.Errorf("window of the collection: %w", err)
	}
	return values{settings: j.Settings, window: map[string]string{
		"from": string(j.Window.From), "to": string(j.Window.To),
		"start": start.Format(time.RFC3339), "end": end.Format(time.RFC3339),
	}}, nil
}

// of are the same values for one parent's record.
func (v values) of(parent string) values {
	v.parent = parent
	return v
}

// get is what one placeholder stands for, such as "settings.organization".
func (v values) get(name string) (string, error) {
	kind, rest, _ := strings.Cut(name, ".")
	switch kind {
	case "settings":
		if value, ok := v.settings[rest]; ok {
			return value, nil
		}
	case "window":
		if value, ok := v.window[rest]; ok {
			return value, nil
		}
	case "each":
		return v.each(rest)
	}
	return "", fmt.Errorf("{%s} is not known", name)
}

func (v values) each(path string) (string, error) {
	if v.parent == "" {
		return "", fmt.Errorf("{each.%s} stands in a request without each", path)
	}
	value, err := find([]byte(v.parent), path)
	if err != nil {
		return "", fmt.Errorf("{each.%s}: the record %s: %w", path, short(v.parent), err)
	}
	text, err := scalar(value)
	if err == nil && kindOf(value) == "null" {
		err = errors.New("is null")
	}
	if err != nil {
		return "", fmt.Errorf("{each.%s}: the record %s: %w", path, short(v.parent), err)
	}
	return text, nil
}

// expand replaces the placeholders of a template with what put returns for
// them. Other braces are left alone, so that a template may be JSON.
func expand(template string, put func(name string) (string, error)) (string, error) {
	var b strings.Builder
	for {
		at := strings.IndexByte(template, '{')
		if at < 0 {
			b.WriteString(template)
			return b.String(), nil
		}
		b.WriteString(template[:at])
		template = template[at:]
		name, ok := placeholder(template)
		if !ok {
			b.WriteByte('{')
			template = template[1:]
			continue
		}
		value, err := put(name)
		if err != nil {
			return "", err
		}
		b.WriteString(value)
		template = template[len(name)+2:]
	}
}

// placeholder is the name in {name} at the beginning of s.
func placeholder(s string) (string, bool) {
	end := strings.IndexByte(s, '}')
	if end < 0 {
		return "", false
	}
	name := s[1:end]
	kind, rest, _ := strings.Cut(name, ".")
	known := kind == "settings" || kind == "window" || kind == "each" || kind == "secret" || kind == "secrets"
	return name, known && rest != "" && !strings.ContainsAny(name, "{\"' \t\r\n")
}

// fill replaces the placeholders of a text in which nothing needs to be
// escaped: an argument of a program, a pattern of names.
func (v values) fill(template string) (string, error) { return expand(template, v.get) }

// fillURL fills an address. The first placeholder, at its beginning, is a base
// address and stands as it is; any other is one value, escaped for where it
// stands, so that no value can name another host, path or parameter.
func (v values) fillURL(template string) (*url.URL, error) {
	base, rest := "", template
	if name, ok := placeholder(template); ok && strings.HasPrefix(template, "{settings.") {
		value, err := v.get(name)
		if err != nil {
			return nil, err
		}
		base, rest = strings.TrimRight(value, "/"), template[len(name)+2:]
	}
	if base != "" && rest != "" && rest[0] != '/' && rest[0] != '?' {
		return nil, fmt.Errorf("the address %s: what follows the base address must begin with / or ?", template)
	}
	path, query, asks := strings.Cut(rest, "?")
	filled, err := expand(path, v.pathValue)
	if err != nil {
		return nil, err
	}
	if asks {
		more, err := expand(query, v.queryValue)
		if err != nil {
			return nil, err
		}
		filled += "?" + more
	}
	u, err := url.Parse(base + filled)
	if err != nil {
		return nil, fmt.Errorf("the address %s is none when it is filled in", template)
	}
	return u, nil
}

func (v values) pathValue(name string) (string, error) {
	value, err := v.get(name)
	if err != nil {
		return "", err
	}
	if value == "" {
		return "", fmt.Errorf("{%s} is empty, and would make another path of the address", name)
	}
	for _, part := range strings.FieldsFunc(value, func(r rune) bool { return r == '/' || r == '\\' }) {
		if part == "." || part == ".." {
			return "", fmt.Errorf("{%s} is %q, which would lead to another path", name, short(value))
		}
	}
	return url.PathEscape(value), nil
}

func (v values) queryValue(name string) (string, error) {
	value, err := v.get(name)
	return url.QueryEscape(value), err
}

// fillBody fills a body: within JSON, a value is escaped for the quotes around
// it; within a form, as a form does.
func (v values) fillBody(template string) (string, error) {
	if !isJSON(template) {
		return expand(template, v.queryValue)
	}
	return expand(template, func(name string) (string, error) {
		value, err := v.get(name)
		if err != nil {
			return "", err
		}
		quoted, err := json.Marshal(value)
		if err != nil {
			return "", err
		}
		return string(quoted[1 : len(quoted)-1]), nil
	})
}

func isJSON(body string) bool {
	body = strings.TrimSpace(body)
	return strings.HasPrefix(body, "{") || strings.HasPrefix(body, "[")
}

// describe is what a request asks in general: settings and window are filled
// in, and the values of a parent's record are left open.
func (v values) describe(q audit.Request) string {
	text := q.Query
	switch {
	case q.URL != "":
		text = methodOf(q.Method) + " " + q.URL
		if q.Body != "" {
			text += " " + q.Body
		}
	case len(q.Command) > 0:
		text = strings.Join(q.Command, " ")
	case q.Files != "":
		text = q.Files
	}
	filled, _ := expand(text, func(name string) (string, error) {
		if value, err := v.get(name); err == nil {
			return value, nil
		}
		return "{" + name + "}", nil
	})
	return filled
}

func methodOf(method string) string {
	if method == "" {
		return "GET"
	}
	return strings.ToUpper(method)
}
