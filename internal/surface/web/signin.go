package web

import (
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"tickmark/internal/engine/identity"
	"tickmark/internal/surface/web/page"
)

// visit is one request to the desk, of anybody.
type visit struct {
	w    http.ResponseWriter
	r    *http.Request
	from identity.From
	next string // where to go once signed in: an address of this server
}

// sentence is a text of the desk as pages write it.
func sentence(text string) string {
	first, n := utf8.DecodeRuneInString(text)
	if text == "" || strings.HasSuffix(text, ".") {
		return text
	}
	return string(unicode.ToUpper(first)) + text[n:] + "."
}

// desk are the addresses at which people sign in. They ask for no session.
func (b *bench) desk() map[string]func(*visit) error {
	return map[string]func(*visit) error{
		"GET /sign-in":                     b.entrance,
		"POST /sign-in":                    b.password,
		"GET /sign-in/next":                b.step,
		"POST /sign-in/code":               b.code,
		"POST /sign-in/enrol":              b.enrol,
		"POST /sign-in/password":           b.choose,
		"POST /sign-in/passkey":            b.askPasskey,
		"POST /sign-in/passkey/answer":     b.takePasskey,
		"GET /sign-in/{provider}/begin":    b.beginProvider,
		"GET /sign-in/{provider}/callback": b.endProvider,
		"GET /join":                        b.offer,
		"POST /join":                       b.join,
		"POST /signout":                    b.signOut,
	}
}

// visited answers a visit; what the desk refuses is said on a page of its own
// unless the handler has said it.
func (b *bench) visited(handle func(*visit) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		if err := readForm(r); err != nil {
			b.fault(&call{w: w, r: r}, err)
			return
		}
		v := &visit{w: w, r: r, from: b.Desk.From(r), next: identity.LocalPath(r.FormValue("next"))}
		if err := handle(v); err != nil {
			b.sorry(w, r, err)
		}
	}
}

func (v *visit) to(path string) error {
	http.Redirect(v.w, v.r, path, http.StatusSeeOther)
	return nil
}

// onward goes to what a person has to do next.
func (v *visit) onward(n identity.Next) error {
	if n == identity.NextNothing {
		return v.to(v.next)
	}
	if v.next == "/" {
		return v.to("/sign-in/next")
	}
	return v.to(address("/sign-in/next", "next", v.next))
}

// providers are the links to sign in elsewhere.
func (b *bench) providers() []page.Link {
	var all []page.Link
	for _, p := range b.Desk.Providers {
		all = append(all, page.Link{Text: p.Name, Href: path("sign-in", p.Name, "begin")})
	}
	return all
}

func (b *bench) entrance(v *visit) error {
	switch next, _, err := b.Desk.Pending(v.r.Context()); {
	case err == nil:
		return v.onward(next)
	case !errors.Is(err, identity.ErrNobody):
		return err
	}
	return b.sayEntrance(v, http.StatusOK, "", "")
}

func (b *bench) sayEntrance(v *visit, status int, email, problem string) error {
	p := page.Entrance{Email: email, Problem: problem, Next: v.next, Providers: b.providers(), Frame: b.bare(v.r, "Sign in")}
	b.write(v.w, v.r, status, p.Write())
	return nil
}

func (b *bench) password(v *visit) error {
	email := v.r.PostFormValue("email")
	next, err := b.Desk.SignIn(v.r.Context(), email, v.r.PostFormValue("password"), v.from)
	if err != nil {
		status, text := b.answer(v.r, err)
		return b.sayEntrance(v, status, email, text)
	}
	return v.onward(next)
}

// step is what a sign-in that is under way asks for.
func (b *bench) step(v *visit) error { return b.sayStep(v, http.StatusOK, "") }

func (b *bench) sayStep(v *visit, status int, problem string) error {
	next, a, err := b.Desk.Pending(v.r.Context())
	switch {
	case errors.Is(err, identity.ErrNobody):
		return v.to(address("/sign-in", "next", v.next))
	case err != nil:
		return err
	case next == identity.NextNothing:
		return v.to(v.next)
	}
	s := page.Step{Kind: string(next), Problem: problem, Next: v.next, Email: a.Email, Providers: b.providers()}
	titles := map[identity.Next]string{identity.NextCode: "Enter your code", identity.NextEnrol: "Add a second factor", identity.NextChoose: "Choose how you sign in"}
	s.Frame = b.bare(v.r, titles[next])
	if next == identity.NextEnrol && problem == "" {
		if s.App, err = b.picture(v.r); err != nil {
			return err
		}
	}
	b.write(v.w, v.r, status, s.Write())
	return nil
}

// picture begins an enrolment: another picture is another secret.
func (b *bench) picture(r *http.Request) (page.App, error) {
	e, err := b.Desk.BeginEnrolment(r.Context())
	if err != nil {
		return page.App{}, err
	}
	return page.App{Secret: spaced(e.Secret), QR: "data:image/png;base64," + base64.StdEncoding.EncodeToString(e.QR)}, nil
}

// spaced is a text in fours, as people type it in.
func spaced(text string) string {
	var out []string
	for len(text) > 4 {
		out, text = append(out, text[:4]), text[4:]
	}
	return strings.Join(append(out, text), " ")
}

func (b *bench) code(v *visit) error {
	if err := b.Desk.ConfirmCode(v.r.Context(), v.r.PostFormValue("code"), v.from); err != nil {
		status, text := b.answer(v.r, err)
		return b.sayStep(v, status, text)
	}
	return v.to(v.next)
}

// enrol takes the first code of an app and shows the recovery codes, this once.
func (b *bench) enrol(v *visit) error {
	codes, err := b.Desk.FinishEnrolment(v.r.Context(), v.r.PostFormValue("code"), v.from)
	if err != nil {
		status, text := b.answer(v.r, err)
		if next, _, err := b.Desk.Pending(v.r.Context()); err == nil && next == identity.NextNothing {
			return b.sayApp(v, status, page.App{}, text)
		}
		return b.sayStep(v, status, text)
	}
	return b.sayCodes(v, codes)
}

func (b *bench) sayCodes(v *visit, codes []string) error {
	p := page.Codes{Codes: codes, Next: v.next, Frame: b.bare(v.r, "Keep your recovery codes")}
	b.write(v.w, v.r, http.StatusOK, p.Write())
	return nil
}

func (b *bench) choose(v *visit) error {
	next, err := b.Desk.SetPassword(v.r.Context(), v.r.PostFormValue("password"), v.from)
	if err != nil {
		status, text := b.answer(v.r, err)
		return b.sayStep(v, status, text)
	}
	return v.onward(next)
}

// askPasskey begins a sign-in with a passkey, or adding one; the page's script
// puts the question to the browser.
func (b *bench) askPasskey(v *visit) error {
	var options []byte
	var err error
	if v.r.PostFormValue("what") == "add" {
		options, err = b.Desk.BeginPasskey(v.r.Context())
	} else {
		options, err = b.Desk.BeginPasskeySignIn(v.r.Context(), v.from)
	}
	if err != nil {
		return b.tell(v, err)
	}
	v.w.Header().Set("Content-Type", "application/json")
	_, _ = v.w.Write(options) // the browser has gone if this fails
	return nil
}

// takePasskey takes the browser's answer.
func (b *bench) takePasskey(v *visit) error {
	answer := []byte(v.r.PostFormValue("answer"))
	var err error
	if v.r.PostFormValue("what") == "add" {
		_, err = b.Desk.FinishPasskey(v.r.Context(), v.r.PostFormValue("name"), answer, v.from)
	} else {
		err = b.Desk.FinishPasskeySignIn(v.r.Context(), answer, v.from)
	}
	if err != nil {
		return b.tell(v, err)
	}
	v.w.WriteHeader(http.StatusNoContent)
	return nil
}

// tell answers a script with a refusal.
func (b *bench) tell(v *visit, err error) error {
	status, text := b.answer(v.r, err)
	v.w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	v.w.WriteHeader(status)
	_, _ = io.WriteString(v.w, text) // the browser has gone if this fails
	return nil
}

// beginProvider sends the browser to a provider; a page of another site sends
// nobody there.
func (b *bench) beginProvider(v *visit) error {
	if v.r.Header.Get("Sec-Fetch-Site") == "cross-site" {
		return identity.ErrCeremony
	}
	location, err := b.Desk.BeginProvider(v.r.Context(), v.r.PathValue("provider"), v.from)
	if err != nil {
		return err
	}
	return v.to(location)
}

func (b *bench) endProvider(v *visit) error {
	if err := b.Desk.FinishProvider(v.r.Context(), v.r.PathValue("provider"), v.r.URL.Query(), v.from); err != nil {
		return err
	}
	c, err := b.Desk.Caller(v.r)
	if err != nil {
		return err
	}
	if err := b.Accounts.Arrive(v.r.Context(), c, v.from); err != nil {
		return err
	}
	return v.to("/")
}

func (b *bench) signOut(v *visit) error {
	if err := b.Desk.SignOut(v.r.Context(), v.from); err != nil {
		return err
	}
	if v.next == "/" {
		return v.to("/sign-in")
	}
	return v.to(address("/sign-in", "next", v.next))
}

// offer says what a link is for. It uses nothing up: programs that look at links
// before their reader does press no buttons.
func (b *bench) offer(v *visit) error { return b.sayOffer(v, http.StatusOK, page.Join{}) }

func (b *bench) sayOffer(v *visit, status int, p page.Join) error {
	p.Link = v.r.FormValue("link")
	o, err := b.Desk.Look(v.r.Context(), p.Link, v.from)
	if err != nil {
		return err
	}
	p.Kind, p.Person, p.Role, p.Exists, p.By = o.Kind, o.Person, string(o.Role), o.Exists, o.By
	if o.Email != "" {
		p.Email = o.Email
	}
	if org, err := b.Accounts.Organization(v.r.Context()); err == nil && (o.Org == "" || o.Org == org.ID) {
		p.Organization = org.Body.Name
	}
	if next, a, err := b.Desk.Pending(v.r.Context()); err == nil && next == identity.NextNothing {
		p.SignedIn = a.Email
	}
	titles := map[string]string{"set-up": "Set up Tickmark", "invitation": "You are invited", "reset": "Choose a new way to sign in"}
	p.Frame = b.bare(v.r, titles[p.Kind])
	b.write(v.w, v.r, status, p.Write())
	return nil
}

// join accepts what a link offers. The records are asked first whether there is
// an organization to come to: a link is used up once.
func (b *bench) join(v *visit) error {
	f := v.r.PostFormValue
	o, err := b.Desk.Look(v.r.Context(), f("link"), v.from)
	if err != nil {
		return err
	}
	if _, err := b.Accounts.Organization(v.r.Context()); err != nil && o.Kind != "reset" {
		return b.sayOffer(v, http.StatusConflict, page.Join{Problem: sentence(err.Error()), Name: f("name"), Email: f("email")})
	}
	if err := b.Accounts.Fits(v.r.Context(), o.Invitation); err != nil && o.Kind == "invitation" {
		return err
	}
	done, err := b.Desk.Accept(v.r.Context(), f("link"), identity.Profile{Name: f("name"), Display: f("display"), Email: f("email"), Password: f("password")}, v.from)
	if err != nil {
		status, text := b.answer(v.r, err)
		return b.sayOffer(v, status, page.Join{Problem: text, Name: f("name"), Email: f("email"), Display: f("display")})
	}
	b.Log.Info("link accepted", "kind", done.Kind, "account", done.Account.ID)
	switch done.Kind {
	case "set-up":
		err = b.Accounts.Found(v.r.Context(), done.Account)
	case "invitation":
		err = b.Accounts.Welcome(v.r.Context(), done.Invitation)
	}
	if err != nil {
		return err
	}
	return v.onward(done.Next)
}
