package web

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
	"tickmark/internal/program"
	"tickmark/internal/surface/web/page"
)

const themeCookie = "theme"

// theme keeps which theme was chosen, and goes back to where it was chosen.
func (b *bench) theme(w http.ResponseWriter, r *http.Request) {
	c := http.Cookie{Name: themeCookie, Value: r.PostFormValue("theme"), Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.TLS != nil}
	if c.Value != "light" && c.Value != "dark" {
		c.Value, c.MaxAge = "", -1
	}
	http.SetCookie(w, &c)
	http.Redirect(w, r, local(r.PostFormValue("back")), http.StatusSeeOther)
}

// local is an address of this server, or its first page: nobody is sent away.
func local(path string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n\t") {
		return "/"
	}
	return path
}

func chosenTheme(r *http.Request) string {
	c, err := r.Cookie(themeCookie)
	if err != nil || c.Value != "light" && c.Value != "dark" {
		return ""
	}
	return c.Value
}

// bare is the frame of a page that shows no records.
func (b *bench) bare(r *http.Request, title string) page.Frame {
	return page.Frame{Title: title, Theme: chosenTheme(r), Here: r.URL.RequestURI(), Accounts: b.Desk != nil, Assets: page.Assets{
		CSS: b.files.URL("app.css"), JS: b.files.URL("app.js"),
		Font: b.files.URL("inter-latin-wght-normal.woff2"), Icons: b.files.URL("icons.svg"),
	}}
}

func (b *bench) frame(c *call, title, section string, crumbs ...page.Link) (page.Frame, error) {
	f := b.bare(c.r, title)
	ctx := c.r.Context()
	scope, err := c.scope(ctx)
	if err != nil {
		return f, err
	}
	last, err := c.last(ctx)
	if err := unlessHidden(err); err != nil {
		return f, err
	}
	f.Pending, err = b.pendingAll(c)
	err = unlessHidden(err)
	if err != nil {
		return f, err
	}
	f.Staffs = b.Desk != nil && b.staffing(c) == nil
	if f.Hidden, err = c.shut(ctx); err != nil {
		return f, err
	}
	f.Section, f.Crumbs, f.Person = section, crumbs, c.person
	f.Organization, f.Records, f.AsOf = scope.Organization.Name, c.size, ""
	if !last.At.IsZero() {
		f.AsOf = instant(last.At)
	}
	return f, err
}

// needed are the kinds of records of which a section shows some: who sees none
// of one is not led there.
var needed = map[string][]string{
	"programme": {audit.KindConclusion, audit.KindSwitch, audit.KindResult}, "controls": {audit.KindConclusion, audit.KindSwitch, audit.KindResult},
	"scope": {program.KindApproval, audit.KindConclusion, "trail"}, "risks": {program.KindRisk, audit.KindConclusion, "trail"},
	"plan": {program.KindTask, audit.KindConclusion, "trail"}, "oversight": {program.KindMeeting, audit.KindCollection, "trail"},
	"populations": {audit.KindPopulation}, "collections": {audit.KindCollection}, "connections": {audit.KindCollection},
	"procedures": {audit.KindResult, audit.KindPopulation, audit.KindDisposition}, "exceptions": {audit.KindResult, audit.KindExceptions, audit.KindDisposition, audit.KindConclusion, audit.KindSwitch},
	"reports": {audit.KindReport}, "proof": {"trail"},
}

// shut are the sections that are nothing for the person.
func (v *view) shut(ctx context.Context) (map[string]bool, error) {
	return v.hidden.get(func() (map[string]bool, error) {
		kinds := slices.Concat(slices.Collect(maps.Values(needed))...)
		sees, err := v.Sees(ctx, v.person, kinds...)
		out := map[string]bool{}
		for section, all := range needed {
			out[section] = slices.ContainsFunc(all, func(k string) bool { return !sees[k] })
		}
		return out, err
	})
}

// unlessHidden is an error, but for a refusal: a part of a page that is not for
// its reader is left out.
func unlessHidden(err error) error {
	if errors.Is(err, authority.ErrRefused) {
		return nil
	}
	return err
}

// instant is a time as people read it.
func instant(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format("2 Jan 2006, 15:04 UTC")
}

// brief is a time in a table whose head says that it is UTC.
func brief(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2 Jan 2006 15:04")
}

// briefly is a recorded instant in such a table.
func briefly(text string) string {
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return brief(t)
	}
	return text
}

// said is a recorded instant, such as 2025-12-31T08:00:00Z, as people read it.
func said(text string) string {
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return instant(t)
	}
	return text
}

// day is a calendar day as people read it.
func day(text string) string {
	if t, err := time.Parse(time.DateOnly, text); err == nil {
		return t.Format("2 Jan 2006")
	}
	return text
}
