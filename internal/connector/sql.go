package connector

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"tickmark/internal/audit"
)

// queries asks a database in one read-only transaction, in which all requests
// see the same moment when the database can do that. The setting driver is
// postgres, or mysql, which is MariaDB too; the others are host (a path is a
// socket's), port, database, user, sslmode and sslrootcert, and the secret is
// password. Steampipe is PostgreSQL on port 9193, with database and user
// steampipe: so its plugins are sources.
//
// A page is NDJSON: one object a row, its columns by name. Numbers are texts,
// exactly as the database writes them; instants are ISO 8601 in UTC, and what
// has no time zone gets none; bytes are base64; JSON is itself; NULL is null.
type queries struct {
	run *run
	db  database
}

// database is one open transaction.
type database interface {
	// parameter is how the n-th parameter stands in a query; argument is what is
	// given for it.
	parameter(n int) string
	argument(name, value string) string
	// total asks for a single value.
	total(ctx context.Context, query string, args []string) (string, error)
	// rows gives each row as a line of JSON, which it may use again.
	rows(ctx context.Context, query string, args []string, row func(line []byte) error) error
	// lost reports whether the transaction is over, so that asking on is in vain.
	lost() bool
	close() error
}

// login is how a database is reached.
type login struct {
	host, port, name, user, password string
	sslmode, sslrootcert             string
	seconds                          int // of one statement, and of connecting
}

var _ transport = (*queries)(nil)

func openSQL(ctx context.Context, r *run) (transport, error) {
	l, err := loginOf(r)
	if err != nil {
		return nil, err
	}
	timed, cancel := context.WithTimeout(ctx, 2*time.Duration(l.seconds)*time.Second)
	defer cancel()
	var db database
	switch driver := r.job.Settings["driver"]; driver {
	case "postgres", "postgresql":
		db, err = openPostgres(timed, l)
	case "mysql", "mariadb":
		db, err = openMySQL(timed, l)
	default:
		return nil, fmt.Errorf("setting driver is %q: give postgres or mysql", driver)
	}
	if err != nil {
		return nil, err
	}
	return &queries{r, db}, nil
}

func loginOf(r *run) (login, error) {
	set := r.job.Settings
	l := login{
		host: set["host"], port: set["port"], name: set["database"], user: set["user"],
		sslmode: set["sslmode"], sslrootcert: set["sslrootcert"], seconds: r.limits.Seconds,
	}
	if l.host == "" || l.name == "" || l.user == "" {
		return l, errors.New("transport sql needs the settings host, database and user")
	}
	modes := []string{"disable", "require", "verify-ca", "verify-full"}
	if l.sslmode == "" {
		l.sslmode = "verify-full"
	}
	if !slices.Contains(modes, l.sslmode) {
		return l, fmt.Errorf("setting sslmode is %q: give one of %s", l.sslmode, strings.Join(modes, ", "))
	}
	i := slices.IndexFunc(r.job.Source.Secrets, func(s audit.Setting) bool { return s.Name == "password" })
	if i < 0 {
		return l, nil
	}
	var err error
	if l.password, err = r.secrets.value("password"); err != nil && r.job.Source.Secrets[i].Optional {
		return l, nil
	}
	return l, err
}

func (s *queries) close() error { return s.db.close() }

func (s *queries) fetch(ctx context.Context, a *ask, keep keeper) error {
	query, args, err := s.bound(a)
	if err != nil {
		return err
	}
	err = s.ask(ctx, a, query, args, keep)
	if err != nil && s.db.lost() && !errors.As(err, &kept{}) {
		return stop{fmt.Errorf("%w; the connection is gone, and with it the moment that all requests are to see", err)}
	}
	return err
}

// selects is how a query may begin; that it does nothing else is the business
// of the transaction, and of being a table in the query for its total.
var selects = regexp.MustCompile(`(?i)^(SELECT|WITH)\b`)

// bound makes parameters of the placeholders of a query.
func (s *queries) bound(a *ask) (string, []string, error) {
	template := strings.TrimRight(strings.TrimSpace(a.request.Query), "; \t\r\n")
	if !selects.MatchString(template) {
		return "", nil, fmt.Errorf("the query must be one SELECT: %q", short(template))
	}
	if f := FormatOf(a.request); f != "ndjson" {
		return "", nil, fmt.Errorf("what a database gives is recorded as ndjson, not as %s: write format: ndjson", f)
	}
	args := []string{}
	query, err := expand(template, func(name string) (string, error) {
		value, err := a.values.get(name)
		args = append(args, s.db.argument(name, value))
		return s.db.parameter(len(args)), err
	})
	return query, args, err
}

// ask asks for the total and for the rows, and holds the one against the other.
func (s *queries) ask(ctx context.Context, a *ask, query string, args []string, keep keeper) error {
	total, err := s.timed(ctx, func(ctx context.Context) (string, error) {
		return s.db.total(ctx, "SELECT count(*) FROM (\n"+query+"\n) AS counted", args)
	})
	if err != nil {
		return fmt.Errorf("count the rows: %w", err)
	}
	if err := add(a.asked, total); err != nil {
		return err
	}
	p := &rowPages{text: described(query, args), keep: keep, full: min(chunkSize, int(s.run.limit()/2))}
	_, err = s.timed(ctx, func(limited context.Context) (string, error) {
		return "", s.db.rows(limited, query, args, func(line []byte) error { return p.row(ctx, line) })
	})
	if keeping := p.end(ctx); p.failed != nil || keeping != nil {
		return errors.Join(p.failed, keeping)
	}
	if err != nil {
		return fmt.Errorf("after %s of %s: %w", audit.Plural(p.rows, "row"), total, err)
	}
	if total != fmt.Sprint(p.rows) {
		return fmt.Errorf("the database counts %s rows, and gave %d", total, p.rows)
	}
	return nil
}

// timed gives up on a server that no longer answers: one that does ends its
// statements itself, earlier.
func (s *queries) timed(ctx context.Context, do func(context.Context) (string, error)) (string, error) {
	const slack = 10 * time.Second
	limited, cancel := context.WithTimeout(ctx, time.Duration(s.run.limits.Seconds)*time.Second+slack)
	defer cancel()
	return do(limited)
}

func described(query string, args []string) string {
	if len(args) == 0 {
		return query
	}
	return fmt.Sprintf("%s with %q", query, args)
}

// rowPages gathers rows into pages.
type rowPages struct {
	text   string
	keep   keeper
	full   int // bytes
	body   []byte
	held   int64 // rows in body
	rows   int64 // in all
	pages  int64
	failed error // of keeping, which is not the database's fault
}

func (p *rowPages) row(ctx context.Context, line []byte) error {
	p.body = append(append(p.body, line...), '\n')
	p.held, p.rows = p.held+1, p.rows+1
	if p.held < chunkRows && len(p.body) < p.full {
		return nil
	}
	p.failed = p.flush(ctx)
	return p.failed
}

// end keeps the rows that fill no page; no rows at all are a page too.
func (p *rowPages) end(ctx context.Context) error {
	if p.failed == nil && (p.held > 0 || p.pages == 0) {
		return p.flush(ctx)
	}
	return nil
}

func (p *rowPages) flush(ctx context.Context) error {
	text := fmt.Sprintf("%s; rows %d to %d", p.text, p.rows-p.held+1, p.rows)
	if p.rows == 0 {
		text = p.text + "; no rows"
	}
	_, err := p.keep(ctx, page{text: text, body: p.body, tries: 1})
	p.body, p.held, p.pages = nil, 0, p.pages+1
	return err
}
