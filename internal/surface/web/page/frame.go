package page

import (
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"tickmark/internal/audit"
)

// Hit is something that a search found.
type Hit struct{ Kind, Code, Text, Href string }

// SearchHref is where all answers of a search are.
func SearchHref(q string) string { return "/search?q=" + url.QueryEscape(q) }

type entry struct {
	section, text, href, icon string
	count                     int64
	counted                   string
}

type group struct {
	name    string
	entries []entry
}

// sections is the navigation.
func sections(f Frame) []group {
	var all []group
	for _, g := range workbench(f) {
		g.entries = slices.DeleteFunc(g.entries, func(e entry) bool { return f.Hidden[e.section] })
		if len(g.entries) > 0 {
			all = append(all, g)
		}
	}
	if f.Accounts {
		own := []entry{{section: "account", text: "Your account", href: "/account", icon: "fingerprint"}}
		if f.Staffs {
			own = append([]entry{{section: "people", text: "People", href: "/people", icon: "user"}}, own...)
		}
		all = append(all, group{"Settings", own})
	}
	return all
}

func workbench(f Frame) []group {
	return []group{
		{"", []entry{
			{section: "home", text: "Home", href: "/", icon: "home"},
			{section: "engagements", text: "Engagements", href: "/engagements", icon: "calendar-event"},
		}},
		{"Programme", []entry{
			{section: "programme", text: "Matrix", href: "/programme", icon: "layout-grid"},
			{section: "controls", text: "Controls", href: "/controls", icon: "shield-check"},
		}},
		{"Evidence", []entry{
			{section: "populations", text: "Populations", href: "/populations", icon: "table"},
			{section: "collections", text: "Collections", href: "/collections", icon: "stack-2"},
			{section: "connections", text: "Connections", href: "/connections", icon: "plug"},
		}},
		{"Testing", []entry{
			{section: "procedures", text: "Procedures", href: "/procedures", icon: "test-pipe"},
			{section: "exceptions", text: "Exceptions", href: "/exceptions", icon: "flag", count: f.Pending, counted: "await judgment"},
		}},
		{"Hand over", []entry{
			{section: "reports", text: "Reports", href: "/reports", icon: "file-text"},
			{section: "proof", text: "Proof", href: "/trail", icon: "fingerprint"},
		}},
	}
}

func current(yes bool) templ.Attributes {
	if !yes {
		return nil
	}
	return templ.Attributes{"aria-current": "page"}
}

func theme(t string) templ.Attributes {
	if t == "" {
		return nil
	}
	return templ.Attributes{"data-bs-theme": t}
}

// scheme tells the browser what its own parts of the page look like.
func scheme(t string) string {
	if t == "" {
		return "light dark"
	}
	return t
}

// otherTheme is what the switch leads to: light, dark, and back to the system's.
func otherTheme(t string) string {
	switch t {
	case "":
		return "light"
	case "light":
		return "dark"
	}
	return "system"
}

func themeName(t string) string {
	if t == "" {
		return "as the system says"
	}
	return t
}

func sideName(s audit.Side) string {
	if s == audit.Auditor {
		return "service auditor"
	}
	return string(s)
}
