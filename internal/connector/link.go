package connector

import (
	"errors"
	"fmt"
	"strings"
)

// nextLink is the address with the relation "next" in the Link headers of an
// answer (RFC 8288), or "" when there is none.
func nextLink(headers []string) (string, error) {
	next := ""
	for _, rest := range headers {
		for strings.Trim(rest, " \t,") != "" {
			target, rel, left, err := link(strings.TrimLeft(rest, " \t,"))
			if err != nil {
				return "", err
			}
			rest = left
			if !hasRelation(rel, "next") {
				continue
			}
			if next != "" && next != target {
				return "", errors.New("the Link header names two next pages")
			}
			next = target
		}
	}
	return next, nil
}

// link reads one link: its target, its relations, and what is left after it.
func link(s string) (target, rel, rest string, err error) {
	if s == "" || s[0] != '<' {
		return "", "", "", fmt.Errorf("the Link header cannot be read at %q", short(s))
	}
	end := strings.IndexByte(s, '>')
	if end < 0 {
		return "", "", "", fmt.Errorf("the Link header has no end of the address at %q", short(s))
	}
	target, rest = strings.TrimSpace(s[1:end]), s[end+1:]
	seen := false
	for {
		rest = strings.TrimLeft(rest, " \t")
		if rest == "" || rest[0] == ',' {
			return target, rel, rest, nil
		}
		if rest[0] != ';' {
			return "", "", "", fmt.Errorf("the Link header cannot be read at %q", short(rest))
		}
		var name, value string
		if name, value, rest, err = linkParameter(rest[1:]); err != nil {
			return "", "", "", err
		}
		if strings.EqualFold(name, "rel") && !seen { // the first counts
			rel, seen = value, true
		}
	}
}

// linkParameter reads one parameter, with its value bare or in quotes.
func linkParameter(s string) (name, value, rest string, err error) {
	s = strings.TrimLeft(s, " \t")
	end := strings.IndexAny(s, "=;,")
	if end < 0 {
		return strings.TrimSpace(s), "", "", nil
	}
	name, rest = strings.TrimSpace(s[:end]), s[end:]
	if rest[0] != '=' {
		return name, "", rest, nil
	}
	rest = strings.TrimLeft(rest[1:], " \t")
	if !strings.HasPrefix(rest, `"`) {
		if end = strings.IndexAny(rest, ";,"); end < 0 {
			end = len(rest)
		}
		return name, strings.TrimSpace(rest[:end]), rest[end:], nil
	}
	var b strings.Builder
	for i := 1; i < len(rest); i++ {
		switch rest[i] {
		case '"':
			return name, b.String(), rest[i+1:], nil
		case '\\':
			if i++; i < len(rest) {
				b.WriteByte(rest[i])
			}
		default:
			b.WriteByte(rest[i])
		}
	}
	return "", "", "", errors.New("the Link header has no end of a quoted value")
}

func hasRelation(rel, want string) bool {
	for name := range strings.FieldsSeq(rel) {
		if strings.EqualFold(name, want) {
			return true
		}
	}
	return false
}
