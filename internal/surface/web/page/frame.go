package page

import (
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"tickmark/internal/audit"
)

// Hit is something that a search found.
type Hit struct {
	Kind, Code, Text string
	Where            string // the engagement, if it is of one
	Excerpt          []Piece
	Href             string // "" where there is no page for the reader
}

// Piece is a stretch of text, which is what was asked for or not.
type Piece struct {
	Text  string
	Match bool
}

// CutShort says of how much only a part is searched.
func (p Searched) CutShort() string {
	return audit.Plural(int64(p.Cut), "record") + " with more different words than are searched: the first 400,000 bytes of them are, and what stands after is not found."
}

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
	own := []entry{{section: "settings", text: "Organization", href: "/settings", icon: "plug"}}
	if f.Accounts && f.Staffs {
		own = append(own, entry{section: "people", text: "People", href: "/people", icon: "user"})
	}
	if f.Accounts {
		own = append(own, entry{section: "account", text: "Your account", href: "/account", icon: "fingerprint"})
	}
	return append(all, group{"Settings", own})
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
			{section: "scope", text: "Scope", href: "/scope", icon: "stack-2"},
			{section: "risks", text: "Risks", href: "/risks", icon: "flag"},
			{section: "plan", text: "Plan", href: "/plan", icon: "calendar-event"},
			{section: "oversight", text: "Oversight", href: "/oversight", icon: "user"},
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
