package browser_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"tickmark/internal/audit"
)

// axe is the text of axe-core, from the pinned packages.
var axe = sync.OnceValues(func() (string, error) {
	text, err := os.ReadFile(filepath.Join(places.root, "node_modules/axe-core/axe.min.js"))
	if err != nil {
		return "", fmt.Errorf("axe-core is missing: run npm ci in the repository: %w", err)
	}
	return string(text), nil
})

// violations are what axe-core finds on the page the window shows, by the rules
// of WCAG 2.2 at A and AA.
const violations = `axe.run(document, {resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})
	.then(r => r.violations.map(v => v.id + ': ' + v.help + ' (' + v.nodes.length + ')\n    ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 200) + ' ' + (n.any[0] ? n.any[0].message : '')).join('\n    ')))`

func (w *window) accessible() {
	w.Helper()
	text, err := axe()
	if err != nil {
		w.Fatal(err)
	}
	value[int](w, text+";0")
	for _, v := range value[[]string](w, violations) {
		w.Errorf("%s, %s: %s", w.path(), w.view.name(), v)
	}
}

const links = `[...document.querySelectorAll('a[href]')].filter(a => a.origin === location.origin && !a.hasAttribute('download')).map(a => a.pathname + a.search)`

// shape is which page an address is of: what it names does not count.
func shape(path string) string {
	path, query, _ := strings.Cut(path, "?")
	parts := strings.Split(strings.Trim(path, "/"), "/")
	for i := range parts {
		if i == 1 || i == 3 || i == 2 && parts[0] == "exceptions" {
			parts[i] = "*"
		}
	}
	if strings.Contains(query, "mark=") || strings.Contains(query, "write=") {
		return strings.Join(parts, "/") + "?form"
	}
	return strings.Join(parts, "/")
}

// everyPage goes to one page of each shape that links lead to, and hands it over.
func (w *window) everyPage(look func(shape string)) int {
	w.Helper()
	queue, seen := []string{"/"}, map[string]bool{"": true}
	for i := 0; i < len(queue); i++ {
		w.see(queue[i])
		if kind := value[string](w, `document.contentType`); kind != "text/html" {
			continue
		}
		if n := value[string](w, `document.querySelector('.notice .code')?.innerText || ''`); n != "" {
			w.Errorf("a link leads to %s: %s", queue[i], n)
			continue
		}
		look(shape(queue[i]))
		for _, l := range value[[]string](w, links) {
			if s := shape(l); !seen[s] && !slices.ContainsFunc(outside, func(x string) bool { return strings.Contains(l, x) }) {
				seen[s] = true
				queue = append(queue, l)
			}
		}
	}
	return len(queue)
}

// outside are parts of addresses that hand over files.
var outside = []string{"/checkpoint", "/bundle.zip", "/reports/", "/assets/", "/files/"}

// No page of anybody has a fault that axe-core finds at A or AA, in the theme
// and at the width of that person's window; and every link leads him somewhere.
func everyPage(t *testing.T, h *house) {
	for name, p := range map[string]struct {
		audit.Person
		view
		least int
	}{
		"lead": {lead, view{1440, false}, 30}, "owner": {owner, view{390, false}, 4}, "manager": {manager, view{390, true}, 34},
		"partner": {partner, view{1440, true}, 30},
	} {
		t.Run(name, func(t *testing.T) {
			w := h.as(t, p.Person, p.view)
			n := w.everyPage(func(shape string) {
				w.accessible()
				w.shot(name + "-" + strings.NewReplacer("/", "_", "*", "x", "?", "-").Replace(shape))
			})
			if n < p.least {
				t.Errorf("only %d pages were found", n)
			}
		})
	}
}
