package page

import "net/url"

// Entrance is where people with accounts sign in.
type Entrance struct {
	Frame
	Problem   string
	Email     string
	Next      string // where to go then
	Providers []Link
}

// App is what an authenticator app is given: a picture, or its text.
type App struct {
	Secret string
	QR     string // a data address
}

// Step is what a sign-in that is under way asks for: code, enrol or choose.
type Step struct {
	Frame
	Kind      string
	Problem   string
	Next      string
	Email     string
	App       App  // of enrol; without a picture, the one shown before still holds
	Anew      bool // the app takes the place of another one
	Providers []Link
}

// Codes are recovery codes, shown once.
type Codes struct {
	Frame
	Codes []string
	Next  string
}

// Join is the page behind a link: set-up, invitation or reset.
type Join struct {
	Frame
	Kind         string
	Link         string
	Problem      string
	Organization string
	Person       string // the name that the invitation gives
	Role         string
	By           string
	Name         string // of a set-up, the person's to give
	Display      string
	Email        string
	Exists       bool   // there is an account with the address
	SignedIn     string // the address of who looks at it
}

// Account is one's own account.
type Account struct {
	Frame
	Problem   string
	Stale     bool // it needs a recent sign-in
	Done      string
	Name      string
	Display   string
	Email     string
	Sessions  []Session
	Passkeys  []Passkey
	Tokens    []APIToken
	Token     string // just made, shown once
	Recovery  int    // codes that are left
	Providers []Link
}

// Session is a browser that is signed in. Instants are in UTC.
type Session struct {
	ID, Agent, Address, At, Seen, Ends string
	Current                            bool
}

// Passkey is one of an account.
type Passkey struct {
	ID, Name, At, Used, Suspect string
	Synced                      bool
}

// APIToken is a key to the API; Ended is when it was revoked or had run.
type APIToken struct {
	ID, Name, At, Ends, Used, From, Ended string
	Scopes                                []string
}

// People is who has which role on one side, and who is invited.
type People struct {
	Frame
	Problem      string
	Members      []Member
	Open         []Invited
	Roles        []string
	Engagements  []string
	OfEngagement bool   // every role is of an engagement
	Link         string // just made, shown once
	For          string
	// What was entered.
	Email, Name, Role, Where string
}

// Member is a person with a role.
type Member struct{ Name, Role, Where, Assigned, Email, State string }

// Invited is somebody who has not come yet.
type Invited struct{ ID, Name, Email, Role, Where, By, Until string }

func escaped(text string) string { return url.QueryEscape(text) }

// again is where another picture is had.
func again(p Step) string {
	if p.Anew {
		return "/account/app"
	}
	return "/sign-in/next?next=" + escaped(p.Next)
}

func stateTone(state string) Tone {
	switch state {
	case "active":
		return Good
	case "disabled":
		return Off
	}
	return Quiet
}
