package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver named pgx
)

// PostgreSQLVariable may hold the URL of a server to test on, for a role that
// may create databases. Without it a private server is started.
const PostgreSQLVariable = "TICKMARK_TEST_POSTGRES"

// PostgreSQL returns the URL of a new, empty database which belongs to an
// ordinary role, on a private server that runs until t ends. Take one server
// for a test process and further databases on it from Database.
func PostgreSQL(t *testing.T) string {
	t.Helper()
	server := os.Getenv(PostgreSQLVariable)
	if server == "" {
		server = startServer(t)
	}
	return Database(t, server)
}

// Database creates another empty database on the server of a URL that
// PostgreSQL returned, and drops it when t ends.
func Database(t *testing.T, server string) string {
	t.Helper()
	name := "tickmark_test_" + strings.ToLower(rand.Text())
	execute(t, server, `CREATE DATABASE `+name)
	t.Cleanup(func() { drop(t, server, name) })
	u := must(url.Parse(server))(t)
	u.Path = "/" + name
	return u.String()
}

// drop drops a database. While the server vacuums it by itself, which only its
// superuser may end, it has to wait.
func drop(t *testing.T, server, name string) {
	t.Helper()
	db := must(sql.Open("pgx", server))(t)
	defer func() { _ = db.Close() }()
	for again := 1; ; again++ {
		_, err := db.ExecContext(context.WithoutCancel(t.Context()), `DROP DATABASE `+name+` WITH (FORCE)`)
		if err == nil {
			return
		}
		if again == 40 {
			t.Errorf("drop %s: %v", name, err)
			return
		}
		time.Sleep(250 * time.Millisecond)
	}
}

func execute(t *testing.T, server, statement string) {
	t.Helper()
	db := must(sql.Open("pgx", server))(t)
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(context.WithoutCancel(t.Context()), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// Superuser returns the same URL for the superuser of a private server.
func Superuser(t *testing.T, server string) string {
	t.Helper()
	u := must(url.Parse(server))(t)
	u.User = url.User("postgres")
	return u.String()
}

// startServer makes a cluster in a folder of its own and serves it on a socket
// there, which only its owner (and root) can reach.
func startServer(t *testing.T) string {
	t.Helper()
	dir := must(os.MkdirTemp("", "tickmark-pg-"))(t)
	account := ordinaryAccount(t)
	if account != nil {
		if err := os.Chown(dir, int(account.Uid), int(account.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	data := filepath.Join(dir, "data")
	run := func(name string, args ...string) *exec.Cmd {
		// The test's context ends before its cleanups, which stop the server.
		cmd := exec.CommandContext(context.WithoutCancel(t.Context()), name, args...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "LC_ALL=C", "HOME="+dir)
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: account}
		return cmd
	}
	initdb := run(binary(t, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
	if out, err := initdb.CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	// The shell stops the server when its input ends: when the test closes it,
	// and also when the test process dies.
	log := filepath.Join(dir, "log")
	serve := run("/bin/sh", "-c", `dir=$1 log=$2; shift 2
		"$@" >"$log" 2>&1 </dev/null & server=$!
		read -r _; kill -INT $server; wait $server; rm -rf "$dir"`, "sh", dir, log,
		binary(t, "postgres"), "-D", data, "-k", dir, "-c", "listen_addresses=", "-c", "fsync=off")
	input := must(serve.StdinPipe())(t)
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, input, serve) })
	super := "postgres://postgres@/postgres?host=" + url.QueryEscape(dir) + "&sslmode=disable"
	await(t, super, log)
	execute(t, super, `CREATE ROLE tickmark LOGIN CREATEDB`)
	return strings.Replace(super, "//postgres@", "//tickmark@", 1)
}

func stop(t *testing.T, input io.Closer, serve *exec.Cmd) {
	if err := input.Close(); err != nil {
		t.Error(err)
	}
	if err := serve.Wait(); err != nil {
		t.Errorf("stopping PostgreSQL: %v", err)
	}
}

// await returns when the server answers.
func await(t *testing.T, server, log string) {
	t.Helper()
	db := must(sql.Open("pgx", server))(t)
	defer func() { _ = db.Close() }()
	const tries = 600
	var err error
	for range tries {
		if err = db.PingContext(t.Context()); err == nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	said, _ := os.ReadFile(log)
	t.Fatalf("PostgreSQL does not answer: %v\n%s", err, said)
}

// ordinaryAccount is whom to run the server as: PostgreSQL refuses to be root.
// Nil means as ourselves.
func ordinaryAccount(t *testing.T) *syscall.Credential {
	t.Helper()
	if os.Geteuid() != 0 {
		return nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid := must(strconv.ParseUint(u.Uid, 10, 32))(t)
		gid := must(strconv.ParseUint(u.Gid, 10, 32))(t)
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	t.Fatal("running as root, and there is no account postgres or nobody to run PostgreSQL as; run the tests as an ordinary user")
	return nil
}

// binary finds a program of PostgreSQL on the path or where Debian puts it.
func binary(t *testing.T, name string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name) // the pattern is well formed
	if len(found) == 0 {
		t.Fatalf("%s is not installed; install PostgreSQL (Debian: apt-get install postgresql), "+
			"or give the URL of a server in %s", name, PostgreSQLVariable)
	}
	slices.Sort(found)
	return found[len(found)-1]
}
