package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
	"tickmark/internal/surface/web/page"
)

// Settings is what the settings' page reads, and the one thing it sets. A value
// that was set is never handed out.
type Settings interface {
	CredentialsOf(ctx context.Context, p audit.Person) ([]Credential, error)
	SetCredential(ctx context.Context, p audit.Person, connection, name, value string) error
	About() About
}

// Credential is one that a connection needs, and whether it is set.
type Credential struct {
	Connection string
	Name       string
	Meaning    string
	Set        bool
}

// About is what runs here.
type About struct {
	Version  string
	Go       string
	Database string
	Vault    string
	Modules  []Module
}

// Module is a library that the program is linked with.
type Module struct{ Path, Version string }

// mostCredential is the length of the longest credential, in bytes.
const mostCredential = 64 << 10

func (b *bench) settings(c *call) error {
	f, err := c.scope(c.r.Context())
	if err != nil {
		return err
	}
	x := page.Settings{Done: recorded[c.r.URL.Query().Get("done")], Fault: c.fault}
	o := f.Organization
	x.Parts = append(x.Parts, page.Setting{
		Title: "Organization", Note: "As management describes it. It is changed where it is described, and each version is kept.",
		Facts: facts("Name", o.Name, "Legal name", o.LegalName, "Address", o.Address, "Website", o.Website, "Industry", o.Industry, "System", f.System.Name, "Services", strings.Join(f.System.Services, ", ")),
	})
	for _, add := range []func(*call) (page.Setting, error){b.credentials, b.retention} {
		part, err := add(c)
		if err != nil {
			return err
		}
		if part.Title != "" {
			x.Parts = append(x.Parts, part)
		}
	}
	x.Parts = append(x.Parts, b.about())
	if x.Frame, err = b.frame(c, "Settings", "settings"); err != nil {
		return err
	}
	return b.show(c, x.Write())
}

// facts are names with their values; those without a value are left out.
func facts(pairs ...string) []page.Fact {
	var out []page.Fact
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			out = append(out, page.Fact{Name: pairs[i], Value: page.Cell{Text: pairs[i+1]}})
		}
	}
	return out
}

// credentials are those of the connections from which the person may collect;
// no part of the page for who may not collect at all.
func (b *bench) credentials(c *call) (page.Setting, error) {
	if !c.holds(authority.DutyCollect) {
		return page.Setting{}, nil
	}
	all, err := b.Settings.CredentialsOf(c.r.Context(), c.person)
	if err != nil {
		return page.Setting{}, err
	}
	p := page.Setting{Title: "Credentials of connections", Note: "What is set is sealed and never shown again, to nobody. Setting it anew takes the place of what was there."}
	p.Table = page.Table{
		Caption: "Credentials that connections need",
		Columns: []page.Column{{Name: "Connection"}, {Name: "Credential"}, {Name: "What it is", Wide: true}, {Name: "State"}},
		Empty:   page.Empty{Title: "No connection needs a credential", Text: "A connection that is described in the folder, with a source that asks for one, is listed here.", Command: "tickmark source list"},
	}
	var choices []page.Word
	for _, x := range all {
		state := page.Cell{Text: "not set", Tone: page.Warn}
		if x.Set {
			state = page.Cell{Text: "set", Tone: page.Good}
		}
		p.Table.Rows = append(p.Table.Rows, page.Row{{Text: x.Connection, Href: address("/collections", "connection", x.Connection), Mono: true}, {Text: x.Name, Mono: true}, {Text: x.Meaning}, state})
		choices = append(choices, page.Word{Value: x.Connection + "/" + x.Name, Text: x.Connection + ": " + x.Name})
	}
	p.Table.Pager = page.Pager{From: 1, To: int64(len(all)), Of: int64(len(all)), Noun: "credential"}
	if len(choices) > 0 {
		p.Acts = c.offered(page.Act{
			Title: "Set a credential", Action: "/settings/credentials", Button: "Seal it",
			Fields: []page.Field{{Name: "of", Label: "Of", Kind: page.ChoiceField, Choices: choices, Needed: true}, {Name: "value", Label: "Value", Kind: page.SecretField, Needed: true, Wide: true}},
		})
	}
	return p, nil
}

// setCredential seals one credential. What was sent stands in no answer.
func (b *bench) setCredential(c *call) error {
	connection, name, _ := strings.Cut(c.r.PostFormValue("of"), "/")
	value := c.r.PostFormValue("value")
	all, err := b.Settings.CredentialsOf(c.r.Context(), c.person)
	if err != nil {
		return err
	}
	switch {
	case !slices.ContainsFunc(all, func(x Credential) bool { return x.Connection == connection && x.Name == name }):
		return problem{http.StatusUnprocessableEntity, "There is no such credential", "Choose one of those that the page lists."}
	case value == "" || len(value) > mostCredential:
		c.fault, c.status = "A credential has 1 to "+strconv.Itoa(mostCredential)+" bytes.", http.StatusUnprocessableEntity
		return b.settings(c)
	}
	if err := b.Settings.SetCredential(c.r.Context(), c.person, connection, name, value); err != nil {
		return err
	}
	b.Log.Info("credential set", "connection", connection, "name", name, "by", c.person.Name)
	http.Redirect(c.w, c.r, "/settings?done=credential", http.StatusSeeOther)
	return nil
}

// retention is how long what is kept: of the firms and the holds that the person
// sees.
func (b *bench) retention(c *call) (page.Setting, error) {
	p := page.Setting{Title: "Retention", Note: "No record, no file and no version is ever deleted: corrections are new versions."}
	firms, err := c.reader.Firms(c.r.Context())
	if err := unlessHidden(err); err != nil {
		return p, err
	}
	for _, x := range firms {
		p.Facts = append(p.Facts, page.Fact{Name: x.Name, Value: page.Cell{Text: audit.Plural(int64(x.RetentionYears), "year"), Note: "for its archived files, as the firm states"}})
	}
	holds, err := c.reader.Holds(c.r.Context())
	if err := unlessHidden(err); err != nil {
		return p, err
	}
	for _, x := range holds {
		if x.On {
			p.Facts = append(p.Facts, page.Fact{Name: "Legal hold", Value: page.Cell{Text: x.Engagement, Href: path("engagements", x.Engagement), Note: x.Reason}})
		}
	}
	p.Facts = append(p.Facts, page.Fact{Name: "Records", Value: page.Cell{Text: audit.Count(c.size), Note: "kept so far, with all versions"}})
	return p, nil
}

func (b *bench) about() page.Setting {
	x := b.Settings.About()
	p := page.Setting{Title: "About", Note: "Tickmark is licensed under the Apache License 2.0. NOTICE, which comes with it, names the licences of what it is made with.", Facts: facts("Version", x.Version, "Go", x.Go, "Records in", x.Database, "Files in", x.Vault)}
	p.Table = page.Table{Caption: "Libraries that this program is linked with", Columns: []page.Column{{Name: "Module", Wide: true}, {Name: "Version"}}}
	for _, m := range x.Modules {
		p.Table.Rows = append(p.Table.Rows, page.Row{{Text: m.Path, Mono: true}, {Text: m.Version, Mono: true}})
	}
	n := int64(len(x.Modules))
	p.Table.Pager = page.Pager{From: 1, To: n, Of: n, Noun: "library"}
	return p
}
