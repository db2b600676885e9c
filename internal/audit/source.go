package audit

import "time"

// Source says, in one file, how evidence is had from one kind of system: what
// is asked, how its answers are paged, what is recorded, and the SQL that turns
// the recorded pages into canonical populations. Adding one needs no Go.
//
// Texts marked "template" may name {settings.x}, {window.from}, {window.to},
// {window.start}, {window.end} (instants) and, in a request with Each,
// {each.path}, a value of the parent's record.
type Source struct {
	ID            string             `json:"id" yaml:"id"`
	Version       int                `json:"version" yaml:"version"`
	Title         string             `json:"title" yaml:"title"`
	Provider      string             `json:"provider" yaml:"provider"`           // whose interface, which version of it
	Documentation string             `json:"documentation" yaml:"documentation"` // where the provider publishes its shape
	Recording     string             `json:"recording" yaml:"recording"`         // where the recorded case comes from; says so when it was built from a published schema
	Transport     string             `json:"transport" yaml:"transport"`         // http, sql, exec, file, s3
	Settings      []Setting          `json:"settings,omitempty" yaml:"settings,omitempty"`
	Secrets       []Setting          `json:"secrets,omitempty" yaml:"secrets,omitempty"`
	Scopes        []string           `json:"scopes" yaml:"scopes"` // the exact read-only permissions it needs
	Check         *Check             `json:"check,omitempty" yaml:"check,omitempty"`
	Auth          *Auth              `json:"auth,omitempty" yaml:"auth,omitempty"`
	Limits        Limits             `json:"limits,omitempty" yaml:"limits,omitempty"`
	Detect        []Detect           `json:"detect,omitempty" yaml:"detect,omitempty"` // of an importer: how its format is known
	Requests      []Request          `json:"requests" yaml:"requests"`
	Populations   []SourcePopulation `json:"populations" yaml:"populations"`
}

// Setting is a value that a connection gives to its source.
type Setting struct {
	Name     string   `json:"name" yaml:"name"`
	Meaning  string   `json:"meaning" yaml:"meaning"`
	Default  string   `json:"default,omitempty" yaml:"default,omitempty"`
	Optional bool     `json:"optional,omitempty" yaml:"optional,omitempty"`
	Values   []string `json:"values,omitempty" yaml:"values,omitempty"`
}

// Auth is how a request over HTTP proves who asks. Each field that names a
// secret holds the secret's name, never its value.
type Auth struct {
	Kind     string   `json:"kind" yaml:"kind"`                               // bearer, basic, header, oauth2-client, oauth2-refresh, jwt, sigv4
	Secret   string   `json:"secret,omitempty" yaml:"secret,omitempty"`       // token, password, client secret, refresh token, private key
	User     string   `json:"user,omitempty" yaml:"user,omitempty"`           // template: user name, client id, access key id, issuer
	Header   string   `json:"header,omitempty" yaml:"header,omitempty"`       // of kind header
	Prefix   string   `json:"prefix,omitempty" yaml:"prefix,omitempty"`       // before the token, such as "SSWS "
	TokenURL string   `json:"token_url,omitempty" yaml:"token_url,omitempty"` // template
	Scopes   []string `json:"scopes,omitempty" yaml:"scopes,omitempty"`       // asked for with the token
	Audience string   `json:"audience,omitempty" yaml:"audience,omitempty"`   // template
	Subject  string   `json:"subject,omitempty" yaml:"subject,omitempty"`     // template: on whose behalf
	Client   string   `json:"client,omitempty" yaml:"client,omitempty"`       // of oauth2-refresh: the secret that holds the client secret
	Region   string   `json:"region,omitempty" yaml:"region,omitempty"`       // of sigv4: template
	Service  string   `json:"service,omitempty" yaml:"service,omitempty"`     // of sigv4
	Session  string   `json:"session,omitempty" yaml:"session,omitempty"`     // of sigv4: the secret that holds a session token
}

// Limits keep a collection polite and bounded. Reaching one makes it
// incomplete; nothing is ever cut off silently.
type Limits struct {
	PerMinute int `json:"per_minute,omitempty" yaml:"per_minute,omitempty"` // requests; default 300
	Retries   int `json:"retries,omitempty" yaml:"retries,omitempty"`       // of one request; default 5
	Seconds   int `json:"seconds,omitempty" yaml:"seconds,omitempty"`       // of one request; default 60
	PageMB    int `json:"page_mb,omitempty" yaml:"page_mb,omitempty"`       // of one page; default 64
	Pages     int `json:"pages,omitempty" yaml:"pages,omitempty"`           // of one collection; default 100,000
}

// Request is one thing that is asked, page by page. It becomes a table of the
// mapping SQL under its name, with the columns page, n, each and record.
type Request struct {
	Name     string            `json:"name" yaml:"name"`
	Each     string            `json:"each,omitempty" yaml:"each,omitempty"`         // an earlier request: asked once for each of its records
	Where    map[string]string `json:"where,omitempty" yaml:"where,omitempty"`       // of Each: only for records in which these paths have these values
	Format   string            `json:"format,omitempty" yaml:"format,omitempty"`     // json (default), ndjson, csv, xml, text
	Records  string            `json:"records,omitempty" yaml:"records,omitempty"`   // path of the records in a page; "" the page itself
	Total    string            `json:"total,omitempty" yaml:"total,omitempty"`       // path of the source's own total, or header:Name
	Prepare  string            `json:"prepare,omitempty" yaml:"prepare,omitempty"`   // a known transformation of a page before the mapping: dsse
	Optional bool              `json:"optional,omitempty" yaml:"optional,omitempty"` // the records' path may be absent
	Absent   []int             `json:"absent,omitempty" yaml:"absent,omitempty"`     // statuses that mean there is none, such as 404: recorded, and no record

	// Over HTTP.
	Method  string            `json:"method,omitempty" yaml:"method,omitempty"` // GET (default) or POST
	URL     string            `json:"url,omitempty" yaml:"url,omitempty"`       // template
	Headers map[string]string `json:"headers,omitempty" yaml:"headers,omitempty"`
	Body    string            `json:"body,omitempty" yaml:"body,omitempty"` // template
	Paging  *Paging           `json:"paging,omitempty" yaml:"paging,omitempty"`

	Query   string            `json:"query,omitempty" yaml:"query,omitempty"`     // over sql: one SELECT; {window.start} and the like become parameters
	Command []string          `json:"command,omitempty" yaml:"command,omitempty"` // over exec: program and fixed arguments, templates, no shell
	Env     map[string]string `json:"env,omitempty" yaml:"env,omitempty"`         // over exec: the program's whole environment; templates, or {secret.x} alone
	Files   string            `json:"files,omitempty" yaml:"files,omitempty"`     // over file and s3: a pattern of names, such as "users-*.json"
}

// Paging is how the next page is found.
type Paging struct {
	Kind      string `json:"kind" yaml:"kind"`                                 // link, cursor, offset, page, graphql, url
	Param     string `json:"param,omitempty" yaml:"param,omitempty"`           // query parameter, or GraphQL variable, of the cursor, offset or page number
	Next      string `json:"next,omitempty" yaml:"next,omitempty"`             // path of the next cursor (cursor, graphql) or of the next address (url), or header:Name
	More      string `json:"more,omitempty" yaml:"more,omitempty"`             // path of "there is more", true or false
	Size      int    `json:"size,omitempty" yaml:"size,omitempty"`             // records asked for in a page
	SizeParam string `json:"size_param,omitempty" yaml:"size_param,omitempty"` // query parameter of Size
	First     int    `json:"first,omitempty" yaml:"first,omitempty"`           // of page: the number of the first page; of offset: the first offset
}

// SourcePopulation is the SQL that turns a source's recorded pages into a population.
type SourcePopulation struct {
	Population string   `json:"population" yaml:"population"`
	Coverage   Coverage `json:"coverage" yaml:"coverage"`
	Inventory  string   `json:"inventory,omitempty" yaml:"inventory,omitempty"` // of failures-only: the population that holds all that was looked at
	Total      string   `json:"total,omitempty" yaml:"total,omitempty"`         // request whose own total must equal the rows
	Note       string   `json:"note,omitempty" yaml:"note,omitempty"`
	SQL        string   `json:"sql" yaml:"sql"`
}

// Check is a request that tells which permissions the secret has.
type Check struct {
	Method  string            `json:"method,omitempty" yaml:"method,omitempty"`
	URL     string            `json:"url" yaml:"url"`
	Headers map[string]string `json:"headers,omitempty" yaml:"headers,omitempty"`
	Body    string            `json:"body,omitempty" yaml:"body,omitempty"`
	Granted string            `json:"granted,omitempty" yaml:"granted,omitempty"` // path of the permissions, or header:Name; "" when the provider does not tell
	Split   string            `json:"split,omitempty" yaml:"split,omitempty"`     // what separates them; default ", " and space
}

// Detect is one set of marks by which a file's format is known: all must hold.
type Detect struct {
	Format string            `json:"format" yaml:"format"`               // json, ndjson, csv, xml
	Has    []string          `json:"has,omitempty" yaml:"has,omitempty"` // paths, columns or elements that must be there
	Is     map[string]string `json:"is,omitempty" yaml:"is,omitempty"`   // paths with their exact values; a value ending in * is a prefix
	Not    []string          `json:"not,omitempty" yaml:"not,omitempty"` // paths that must not be there
}

// Connection is one account at one source, as an organization describes it. Its
// secrets are kept apart, sealed, and are never described.
type Connection struct {
	Code     string            `json:"code" yaml:"code"`
	Source   string            `json:"source" yaml:"source"`
	Account  string            `json:"account" yaml:"account"` // which account, tenant or database it speaks for
	Settings map[string]string `json:"settings,omitempty" yaml:"settings,omitempty"`
	Schedule string            `json:"schedule,omitempty" yaml:"schedule,omitempty"` // cron, five fields, in Timezone
	Timezone string            `json:"timezone,omitempty" yaml:"timezone,omitempty"` // UTC when empty
	Paused   bool              `json:"paused,omitempty" yaml:"paused,omitempty"`
	Silence  int               `json:"silence_hours,omitempty" yaml:"silence_hours,omitempty"` // alert when nothing complete came for so long; default twice the schedule's step
	Coverage Coverage          `json:"coverage,omitempty" yaml:"coverage,omitempty"`           // of a file whose source cannot know: full, failures-only, sample
}

// Collection is one run of one connection and what proves that it is all there.
type Collection struct {
	ID         ID                `json:"id"`
	Connection string            `json:"connection"`
	Source     string            `json:"source"`
	Version    int               `json:"version"` // of the source
	Text       Digest            `json:"text"`    // of the source's canonical form
	Collector  string            `json:"collector"`
	Account    string            `json:"account"`
	Settings   map[string]string `json:"settings,omitempty"`
	Window     Period            `json:"window"`
	Timezone   string            `json:"timezone"`
	Started    string            `json:"started"` // instants, UTC; Started is the populations' observed_at
	Ended      string            `json:"ended"`
	Requests   []Asked           `json:"requests"`
	Pages      Digest            `json:"pages"` // NDJSON in the vault: one PageProof a line
	Complete   bool              `json:"complete"`
	Why        string            `json:"why,omitempty"` // why it is incomplete
	At         time.Time         `json:"at"`
}

// Asked is what became of one request of a collection, all its pages together.
type Asked struct {
	Name      string `json:"name"`
	Text      string `json:"text"` // method and address, query text or command, without secrets
	Pages     int64  `json:"pages"`
	Records   int64  `json:"records"`
	Total     string `json:"total,omitempty"` // the source's own, as its text
	Chain     string `json:"chain"`           // "unbroken", or where and how it broke
	Retries   int64  `json:"retries,omitempty"`
	Throttled int64  `json:"throttled,omitempty"`
	Why       string `json:"why,omitempty"` // why it is incomplete
}

// PageProof is one recorded page.
type PageProof struct {
	Request string `json:"request"`
	Number  int64  `json:"number"`           // from 1, within the request
	Text    string `json:"text"`             // as asked, without secrets
	Status  int    `json:"status,omitempty"` // over HTTP
	Digest  Digest `json:"digest"`
	Size    int64  `json:"size"`
	Records int64  `json:"records"`
	Each    string `json:"each,omitempty"` // the parent's record as JSON
	Next    string `json:"next,omitempty"` // cursor or address of the page after it
	Tries   int    `json:"tries"`
	At      string `json:"at"`
}

// Switch says that a connection's schedule or a procedure rests, or works
// again: who decided so, when and why. The newest of a subject counts.
type Switch struct {
	Subject SwitchKind `json:"subject"`
	Code    string     `json:"code"`
	Off     bool       `json:"off"`
	By      string     `json:"by"`
	Reason  string     `json:"reason"`
	At      time.Time  `json:"at"`
}

// SwitchKind is what can be switched off.
type SwitchKind string

// The things that can be switched off.
const (
	SwitchConnection SwitchKind = "connection"
	SwitchProcedure  SwitchKind = "procedure"
)
