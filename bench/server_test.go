package bench

import (
	"database/sql"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver named pgx
)

// server is a private PostgreSQL, on a socket in a folder of its own.
type server struct {
	url   string
	cmd   *exec.Cmd
	input io.Closer
	dir   string
}

// settings are those of a careful person with this machine to spare.
var settings = []string{
	"listen_addresses=", "shared_buffers=2GB", "work_mem=512MB", "maintenance_work_mem=1GB", "effective_cache_size=8GB",
	"max_parallel_workers_per_gather=2", "max_parallel_maintenance_workers=2", "synchronous_commit=off", "fsync=off", "full_page_writes=off",
	"max_wal_size=8GB", "random_page_cost=1.1", "autovacuum=off",
}

// startServer makes a cluster and serves it until stop.
func startServer(b *testing.B, parent string) *server {
	b.Helper()
	s := &server{dir: filepath.Join(parent, "postgres")}
	account := ordinaryAccount(b)
	if err := os.Mkdir(s.dir, 0o700); err != nil {
		b.Fatal(err)
	}
	if account != nil {
		if err := os.Chown(s.dir, int(account.Uid), int(account.Gid)); err != nil {
			b.Fatal(err)
		}
	}
	run := func(name string, args ...string) *exec.Cmd {
		cmd := exec.Command(name, args...)
		cmd.Dir, cmd.Env = s.dir, append(os.Environ(), "LC_ALL=C", "HOME="+s.dir)
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: account}
		return cmd
	}
	data := filepath.Join(s.dir, "data")
	if out, err := run(binary(b, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync").CombinedOutput(); err != nil {
		b.Fatalf("initdb: %v\n%s", err, out)
	}
	// The shell stops the server when its input ends: also when this process dies.
	args := []string{"-c", `log=$1; shift; "$@" >"$log" 2>&1 </dev/null & server=$!; read -r _; kill -INT $server; wait $server`,
		"sh", filepath.Join(s.dir, "log"), binary(b, "postgres"), "-D", data, "-k", s.dir}
	for _, setting := range settings {
		args = append(args, "-c", setting)
	}
	s.cmd = run("/bin/sh", args...)
	input, err := s.cmd.StdinPipe()
	if err == nil {
		err = s.cmd.Start()
	}
	if err != nil {
		b.Fatal(err)
	}
	s.input, s.url = input, "postgres://postgres@/postgres?host="+url.QueryEscape(s.dir)+"&sslmode=disable"
	s.await(b)
	return s
}

func (s *server) await(b *testing.B) {
	b.Helper()
	db, err := sql.Open("pgx", s.url)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	for range 600 {
		if err = db.Ping(); err == nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	b.Fatalf("PostgreSQL does not answer: %v\n%s", err, contents(filepath.Join(s.dir, "log")))
}

// version is what the server calls itself.
func (s *server) version() string {
	db, err := sql.Open("pgx", s.url)
	if err != nil {
		return err.Error()
	}
	defer db.Close()
	var text string
	if err := db.QueryRow("SHOW server_version").Scan(&text); err != nil {
		return err.Error()
	}
	return text
}

func (s *server) stop() {
	_ = s.input.Close()
	_ = s.cmd.Wait()
	_ = os.RemoveAll(s.dir)
}

// ordinaryAccount is whom to run the server as: PostgreSQL refuses to be root.
// Nil means as ourselves.
func ordinaryAccount(b *testing.B) *syscall.Credential {
	b.Helper()
	if os.Geteuid() != 0 {
		return nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errU := strconv.ParseUint(u.Uid, 10, 32)
		gid, errG := strconv.ParseUint(u.Gid, 10, 32)
		if errU == nil && errG == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		}
	}
	b.Fatal("running as root, and there is no account postgres or nobody to run PostgreSQL as")
	return nil
}

// binary finds a program of PostgreSQL on the path or where Debian puts it.
func binary(b *testing.B, name string) string {
	b.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name) // the pattern is well formed
	if len(found) == 0 {
		b.Fatal(fmt.Errorf("%s is not installed; install PostgreSQL (Debian: apt-get install postgresql)", name))
	}
	slices.Sort(found)
	return found[len(found)-1]
}
