package connector

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
)

// mariadb is a transaction of MariaDB or MySQL. Its moment is one for tables
// whose engine has transactions, which InnoDB has and MyISAM has not.
type mariadb struct {
	db   *sql.DB
	conn *sql.Conn
	gone bool
}

var _ database = (*mariadb)(nil)

func openMySQL(ctx context.Context, l login) (*mariadb, error) {
	c, err := l.mysql()
	if err != nil {
		return nil, err
	}
	connector, err := mysql.NewConnector(c)
	if err != nil {
		return nil, fmt.Errorf("the settings of the database: %w", err)
	}
	m := &mariadb{db: sql.OpenDB(connector)}
	if m.conn, err = m.db.Conn(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("connect to the database: %w", err), m.db.Close())
	}
	if err := m.begin(ctx, l.seconds); err != nil {
		return nil, errors.Join(fmt.Errorf("begin a read-only transaction: %w", err), m.close())
	}
	return m, nil
}

// begin says how long one statement may take in the way of the one and of the
// other server, and begins.
func (m *mariadb) begin(ctx context.Context, seconds int) error {
	var version string
	if err := m.conn.QueryRowContext(ctx, "SELECT VERSION()").Scan(&version); err != nil {
		return err
	}
	limit := fmt.Sprintf("SET SESSION max_execution_time = %d", seconds*1000)
	if strings.Contains(strings.ToLower(version), "mariadb") {
		limit = fmt.Sprintf("SET SESSION max_statement_time = %d", seconds)
	}
	for _, statement := range []string{
		limit, "SET SESSION time_zone = '+00:00'", "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ", "SET SESSION TRANSACTION READ ONLY",
		"START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
	} {
		if _, err := m.conn.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

func (l login) mysql() (*mysql.Config, error) {
	c := mysql.NewConfig()
	c.User, c.Passwd, c.DBName, c.Logger = l.user, l.password, l.name, &mysql.NopLogger{}
	c.Timeout = time.Duration(l.seconds) * time.Second
	port := l.port
	if port == "" {
		port = "3306"
	}
	c.Net, c.Addr = "tcp", net.JoinHostPort(l.host, port)
	if filepath.IsAbs(l.host) {
		c.Net, c.Addr = "unix", l.host
	}
	if l.sslmode == "disable" {
		return c, nil
	}
	c.TLS = &tls.Config{ServerName: l.host, MinVersion: tls.VersionTLS12}
	c.TLS.InsecureSkipVerify = l.sslmode == "require" // what the mode means, here as for PostgreSQL
	if l.sslrootcert == "" {
		return c, nil
	}
	roots, err := os.ReadFile(l.sslrootcert)
	if err != nil {
		return nil, fmt.Errorf("setting sslrootcert: %w", err)
	}
	c.TLS.RootCAs = x509.NewCertPool()
	if !c.TLS.RootCAs.AppendCertsFromPEM(roots) {
		return nil, fmt.Errorf("setting sslrootcert: %s holds no certificate", l.sslrootcert)
	}
	return c, nil
}

func (m *mariadb) parameter(int) string { return "?" }
func (m *mariadb) lost() bool           { return m.gone }

// argument writes an instant in the way that these databases compare with.
func (m *mariadb) argument(name, value string) string {
	if at, err := time.Parse(time.RFC3339, value); err == nil && strings.HasPrefix(name, "window.") {
		return at.UTC().Format(time.DateTime)
	}
	return value
}

func (m *mariadb) total(ctx context.Context, query string, args []string) (string, error) {
	total := ""
	return total, m.read(ctx, query, args, func(rows *sql.Rows) error {
		for rows.Next() {
			if err := rows.Scan(&total); err != nil {
				return err
			}
		}
		return nil
	})
}

func (m *mariadb) rows(ctx context.Context, query string, args []string, row func([]byte) error) error {
	return m.read(ctx, query, args, func(rows *sql.Rows) error {
		w, err := m.columns(rows)
		if err != nil {
			return err
		}
		values, into := make([]sql.RawBytes, len(w.names)), make([]any, len(w.names))
		for i := range values {
			into[i] = &values[i]
		}
		for n := 1; rows.Next(); n++ {
			if err := rows.Scan(into...); err != nil {
				return fmt.Errorf("row %d: %w", n, err)
			}
			line, err := w.row(func(i int) []byte { return values[i] })
			if err != nil {
				return fmt.Errorf("row %d: %w", n, err)
			}
			if err := row(line); err != nil {
				return err
			}
		}
		return nil
	})
}

func (m *mariadb) read(ctx context.Context, query string, args []string, each func(*sql.Rows) error) error {
	err := m.ask(ctx, query, args, each)
	if err != nil && !m.gone {
		m.gone = errors.Is(err, driver.ErrBadConn) || errors.Is(err, mysql.ErrInvalidConn) || m.conn.PingContext(ctx) != nil
	}
	return err
}

func (m *mariadb) ask(ctx context.Context, query string, args []string, each func(*sql.Rows) error) error {
	values := make([]any, len(args))
	for i, arg := range args {
		values[i] = arg
	}
	rows, err := m.conn.QueryContext(ctx, query, values...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // what went wrong is in Err
	if err := each(rows); err != nil {
		return err
	}
	return rows.Err()
}

func (m *mariadb) columns(rows *sql.Rows) (*rowWriter, error) {
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	var names []string
	var kinds []cell
	for _, t := range types {
		names = append(names, t.Name())
		kinds = append(kinds, map[string]cell{
			"TIMESTAMP": instantCell, "DATETIME": clockCell, "JSON": jsonCell, "BIT": bytesCell, "GEOMETRY": bytesCell,
			"BINARY": bytesCell, "VARBINARY": bytesCell, "TINYBLOB": bytesCell, "BLOB": bytesCell, "MEDIUMBLOB": bytesCell, "LONGBLOB": bytesCell,
		}[t.DatabaseTypeName()])
	}
	return columns(names, kinds)
}

// close gives the transaction up: there is nothing in it to be kept.
func (m *mariadb) close() error {
	_ = m.conn.Close() // it may be gone
	return m.db.Close()
}
