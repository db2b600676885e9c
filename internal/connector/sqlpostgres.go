package connector

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// postgres is a transaction of PostgreSQL, or of what speaks its protocol.
// Everything comes as PostgreSQL's own texts.
type postgres struct {
	conn    *pgconn.PgConn
	seconds int
}

var _ database = (*postgres)(nil)

// opening makes the transaction and the texts in it what rows promises. SET LOCAL
// goes through connection pools that refuse options at the start.
const opening = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL statement_timeout = %d; SET LOCAL lock_timeout = %[1]d; SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD';
SET LOCAL IntervalStyle = 'iso_8601'; SET LOCAL extra_float_digits = 3; SET LOCAL bytea_output = 'hex';`

func openPostgres(ctx context.Context, l login) (*postgres, error) {
	c, err := pgconn.ParseConfig(l.conninfo())
	if err != nil {
		return nil, fmt.Errorf("the settings of the database: %w", err)
	}
	// What the machine's environment says is not for this connection.
	c.Password, c.ValidateConnect, c.AfterConnect = l.password, nil, nil
	c.RuntimeParams = map[string]string{"application_name": "tickmark", "client_encoding": "UTF8"}
	c.ConnectTimeout = time.Duration(l.seconds) * time.Second
	conn, err := pgconn.ConnectConfig(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("connect to the database: %w", err)
	}
	p := &postgres{conn, l.seconds}
	if _, err := conn.Exec(ctx, fmt.Sprintf(opening, l.seconds*1000)).ReadAll(); err != nil {
		_ = p.close() // the reason is that it did not begin
		return nil, fmt.Errorf("begin a read-only transaction: %w", err)
	}
	return p, nil
}

// conninfo names every parameter for which the machine could have a default.
func (l login) conninfo() string {
	quote := strings.NewReplacer(`\`, `\\`, `'`, `\'`)
	port := l.port
	if port == "" {
		port = "5432"
	}
	var b strings.Builder
	for _, p := range [][2]string{
		{"host", l.host}, {"port", port}, {"dbname", l.name}, {"user", l.user}, {"sslmode", l.sslmode}, {"sslrootcert", l.sslrootcert},
		{"sslcert", ""}, {"sslkey", ""}, {"sslpassword", ""}, {"passfile", "/dev/null"},
	} {
		fmt.Fprintf(&b, "%s='%s' ", p[0], quote.Replace(p[1]))
	}
	return b.String()
}

func (p *postgres) parameter(n int) string          { return fmt.Sprintf("$%d", n) }
func (p *postgres) argument(_, value string) string { return value }
func (p *postgres) lost() bool                      { return p.conn.IsClosed() }

func (p *postgres) total(ctx context.Context, query string, args []string) (string, error) {
	total := ""
	err := p.read(ctx, query, args, func(r *pgconn.ResultReader) error {
		for r.NextRow() {
			total = string(r.Values()[0])
		}
		return nil
	})
	return total, err
}

func (p *postgres) rows(ctx context.Context, query string, args []string, row func([]byte) error) error {
	return p.read(ctx, query, args, func(r *pgconn.ResultReader) error {
		w, err := p.columns(r)
		if err != nil {
			return err
		}
		for n := 1; r.NextRow(); n++ {
			values := r.Values()
			var wrong error
			line, err := w.row(func(i int) []byte {
				value, err := p.value(w.kinds[i], values[i])
				if err != nil {
					wrong = err
				}
				return value
			})
			if wrong != nil || err != nil {
				return fmt.Errorf("row %d: %w", n, cmp.Or(wrong, err))
			}
			if err := row(line); err != nil {
				return err
			}
		}
		return nil
	})
}

// read asks one statement, the only number of them that the extended protocol
// knows, behind a savepoint: when it fails the transaction goes on.
func (p *postgres) read(ctx context.Context, query string, args []string, each func(*pgconn.ResultReader) error) error {
	if _, err := p.conn.Exec(ctx, "SAVEPOINT request").ReadAll(); err != nil {
		return err
	}
	values := make([][]byte, len(args))
	for i, arg := range args {
		values[i] = []byte(arg)
	}
	r := p.conn.ExecParams(ctx, query, values, nil, nil, nil)
	reading := each(r)
	_, err := r.Close()
	if reading == nil && err == nil {
		return nil
	}
	if !p.conn.IsClosed() {
		_, _ = p.conn.Exec(ctx, "ROLLBACK TO SAVEPOINT request").ReadAll() // a failure shows in the next request
	}
	return cmp.Or(reading, err)
}

func (p *postgres) columns(r *pgconn.ResultReader) (*rowWriter, error) {
	var names []string
	var kinds []cell
	for _, field := range r.FieldDescriptions() {
		names = append(names, field.Name)
		kinds = append(kinds, map[uint32]cell{
			pgtype.BoolOID: boolCell, pgtype.ByteaOID: bytesCell, pgtype.JSONOID: jsonCell, pgtype.JSONBOID: jsonCell,
			pgtype.TimestamptzOID: instantCell, pgtype.TimestampOID: clockCell,
		}[field.DataTypeOID])
	}
	return columns(names, kinds)
}

// value takes PostgreSQL's text of bytes apart.
func (p *postgres) value(kind cell, value []byte) ([]byte, error) {
	if kind != bytesCell || value == nil {
		return value, nil
	}
	text, ok := strings.CutPrefix(string(value), `\x`)
	b, err := hex.DecodeString(text)
	if !ok || err != nil {
		return nil, fmt.Errorf("%q are no bytes", short(string(value)))
	}
	return b, nil
}

// close gives the transaction up: there is nothing in it to be kept.
func (p *postgres) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if p.conn.IsClosed() {
		return nil
	}
	return p.conn.Close(ctx)
}
