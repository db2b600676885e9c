package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// style is the kit without the rules for classes that no page names and without
// the variables that no rule uses, and after it the workbench's own rules.
func style() (string, error) {
	whole, err := os.ReadFile(kit)
	if err != nil {
		return "", err
	}
	own, err := os.ReadFile(from + "/app.css")
	if err != nil {
		return "", err
	}
	used, err := words(pages)
	if err != nil {
		return "", err
	}
	kept := purge(parse(string(whole)), used)
	return text(unset(kept, string(own))) + string(own), nil
}

var word = regexp.MustCompile(`[A-Za-z][A-Za-z0-9_-]*`)

// words are all words in the sources of pages: whatever a class may be called.
func words(dir string) (map[string]bool, error) {
	used := map[string]bool{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(name, "_templ.go") || !strings.Contains(".go.templ.js", filepath.Ext(name)) {
			return err
		}
		b, err := os.ReadFile(name)
		for _, w := range word.FindAllString(string(b), -1) {
			used[w] = true
		}
		return err
	})
	return used, err
}

// rule is a rule with declarations, or an at-rule with rules within.
type rule struct {
	head   string
	body   []string
	within []rule
}

var comment = regexp.MustCompile(`(?s)/\*.*?\*/`)

func parse(css string) []rule {
	css = comment.ReplaceAllString(css, "")
	var rules []rule
	for {
		open := upTo(css, "{;")
		if open < 0 {
			return rules
		}
		if css[open] == ';' { // @charset and the like
			css = css[open+1:]
			continue
		}
		head := strings.TrimSpace(css[:open])
		end := matching(css, open)
		inner := css[open+1 : end]
		css = css[end+1:]
		r := rule{head: head}
		if strings.HasPrefix(head, "@media") || strings.HasPrefix(head, "@supports") || strings.HasPrefix(head, "@container") {
			r.within = parse(inner)
		} else {
			r.body = split(inner, ';')
		}
		rules = append(rules, r)
	}
}

// upTo is the place of the first of some bytes outside brackets and quotes.
func upTo(s, set string) int {
	depth, quote := 0, byte(0)
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case depth == 0 && strings.IndexByte(set, c) >= 0:
			return i
		case c == '(' || c == '[':
			depth++
		case c == ')' || c == ']':
			depth--
		}
	}
	return -1
}

// matching is the place of the bracket that closes the one at open.
func matching(s string, open int) int {
	depth := 0
	for i := open; i < len(s); {
		n := upTo(s[i:], "{}")
		if n < 0 {
			break
		}
		i += n
		if s[i] == '{' {
			depth++
		} else if depth--; depth == 0 {
			return i
		}
		i++
	}
	return len(s) - 1
}

func split(s string, at byte) []string {
	var parts []string
	for {
		n := upTo(s, string(at))
		part := s
		if n >= 0 {
			part = s[:n]
		}
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
		if n < 0 {
			return parts
		}
		s = s[n+1:]
	}
}

var (
	negated = regexp.MustCompile(`:not\((?:[^()]|\([^()]*\))*\)`)
	class   = regexp.MustCompile(`\.(-?[A-Za-z_](?:[A-Za-z0-9_-]|\\.)*)`)
	other   = regexp.MustCompile(`::?-(?:moz|ms|webkit)-|\[dir=|\[data-bs-theme-|:host|fullscreen|\[data-bs-(?:placement|popper)`)
)

// purge keeps the selectors of which every class is used.
func purge(rules []rule, used map[string]bool) []rule {
	var out []rule
	for _, r := range rules {
		if r.within != nil {
			if r.within = purge(r.within, used); r.within != nil && !strings.Contains(r.head, "print") {
				out = append(out, r)
			}
			continue
		}
		if strings.HasPrefix(r.head, "@") {
			continue // fonts, animations, layers: the workbench has its own
		}
		var kept []string
		for _, s := range split(r.head, ',') {
			if wanted(s, used) {
				kept = append(kept, s)
			}
		}
		if len(kept) > 0 {
			r.head = strings.Join(kept, ",")
			out = append(out, r)
		}
	}
	return dark(out)
}

func wanted(selector string, used map[string]bool) bool {
	if other.MatchString(selector) && !strings.Contains(selector, "search") {
		return false
	}
	for _, m := range class.FindAllStringSubmatch(negated.ReplaceAllString(selector, ""), -1) {
		if !used[strings.ReplaceAll(m[1], `\`, "")] {
			return false
		}
	}
	return true
}

const (
	chosen = "[data-bs-theme=dark]"
	asked  = ":root:not([data-bs-theme])"
)

// dark repeats what holds for a chosen dark theme for whoever chose none and
// whose system is dark.
func dark(rules []rule) []rule {
	var out []rule
	for _, r := range rules {
		r.head = strings.ReplaceAll(r.head, `[data-bs-theme="dark"]`, chosen)
		out = append(out, r)
		if r.within == nil && strings.Contains(r.head, chosen) {
			same := rule{head: strings.ReplaceAll(strings.ReplaceAll(r.head, "body"+chosen, asked), chosen, asked), body: r.body}
			out = append(out, rule{head: "@media (prefers-color-scheme:dark)", within: []rule{same}})
		}
	}
	return out
}

var variable = regexp.MustCompile(`var\(\s*(--[A-Za-z0-9_-]+)`)

// unset drops the variables that nothing uses, until there is none.
func unset(rules []rule, own string) []rule {
	for {
		used := map[string]bool{}
		for _, m := range variable.FindAllStringSubmatch(text(rules)+own, -1) {
			used[m[1]] = true
		}
		var dropped int
		if rules, dropped = without(rules, used); dropped == 0 {
			return rules
		}
	}
}

func without(rules []rule, used map[string]bool) (out []rule, dropped int) {
	for _, r := range rules {
		if r.within != nil {
			var n int
			r.within, n = without(r.within, used)
			dropped += n
		}
		var body []string
		for _, d := range r.body {
			if name, _, _ := strings.Cut(d, ":"); strings.HasPrefix(name, "--") && !used[strings.TrimSpace(name)] {
				dropped++
				continue
			}
			body = append(body, d)
		}
		if r.body = body; len(body) > 0 || len(r.within) > 0 {
			out = append(out, r)
		}
	}
	return out, dropped
}

func text(rules []rule) string {
	var b strings.Builder
	for _, r := range rules {
		b.WriteString(r.head + "{" + text(r.within) + strings.Join(r.body, ";") + "}\n")
	}
	return b.String()
}
