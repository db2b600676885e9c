package connector

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver named pgx
)

const mariadbPassword = "an example of a password"

func execute(t *testing.T, driver, address, statement string) {
	t.Helper()
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(context.WithoutCancel(t.Context()), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// mariadbServer starts a private MariaDB. In each fresh database an account may
// read and execute, and insert besides, so that it takes the read-only
// transaction to stop it.
func mariadbServer(t *testing.T) func(*testing.T) server {
	t.Helper()
	dir, err := os.MkdirTemp("", "tickmark-my-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	data, socket := filepath.Join(dir, "data"), filepath.Join(dir, "socket")
	install := exec.CommandContext(t.Context(), mariadbProgram(t, "mariadb-install-db"), "--no-defaults", "--datadir="+data, "--auth-root-authentication-method=normal",
		"--skip-test-db", "--user="+os.Getenv("USER"), "--skip-name-resolve")
	if os.Geteuid() == 0 {
		install.Args[len(install.Args)-2] = "--user=root"
	}
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("mariadb-install-db: %v\n%s", err, out)
	}
	serve := exec.CommandContext(context.WithoutCancel(t.Context()), "/bin/sh", "-c", `log=$1; shift
		"$@" >"$log" 2>&1 </dev/null & server=$!
		read -r _; kill -KILL $server; wait $server; exit 0`, "sh", filepath.Join(dir, "log"),
		mariadbProgram(t, "mariadbd"), "--no-defaults", "--datadir="+data, "--socket="+socket, "--skip-networking", "--pid-file="+filepath.Join(dir, "pid"),
		"--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M", "--user=root")
	if os.Geteuid() != 0 {
		serve.Args = serve.Args[:len(serve.Args)-1]
	}
	input, err := serve.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = input.Close(); _ = serve.Wait() })
	root := "root@unix(" + socket + ")/"
	awaitMariaDB(t, root, filepath.Join(dir, "log"))
	execute(t, "mysql", root, `CREATE USER collector@localhost IDENTIFIED BY '`+mariadbPassword+`'`)
	n := 0
	return func(t *testing.T) server {
		n++
		return mariadbDatabase(t, root, socket, fmt.Sprintf("evidence%d", n))
	}
}

func mariadbDatabase(t *testing.T, root, socket, name string) server {
	t.Helper()
	execute(t, "mysql", root, "CREATE DATABASE "+name)
	execute(t, "mysql", root, "GRANT SELECT, INSERT, EXECUTE ON "+name+".* TO collector@localhost")
	return server{
		settings: map[string]string{"driver": "mysql", "host": socket, "port": "3306", "database": name, "user": "collector", "sslmode": "disable"},
		password: mariadbPassword,
		exec: func(t *testing.T, statement string) {
			t.Helper()
			execute(t, "mysql", root+name+"?multiStatements=true&time_zone=%27%2B00%3A00%27", statement)
		},
		dialect: map[string]string{
			"series": "SELECT n FROM (SELECT seq AS n FROM seq_1_to_120000) AS s", "sleep": "SELECT SLEEP(60) AS n", "timeout": "max_statement_time",
			"function": `CREATE FUNCTION write_it() RETURNS INTEGER MODIFIES SQL DATA BEGIN INSERT INTO written VALUES (1); RETURN 1; END`,
			"readonly": "READ ONLY",
		},
		cut:   "KILL CONNECTION USER collector@localhost",
		types: typesOfMariaDB,
	}
}

func mariadbProgram(t *testing.T, name string) string {
	t.Helper()
	for _, dir := range append(filepath.SplitList(os.Getenv("PATH")), "/usr/sbin", "/usr/bin", "/usr/local/sbin") {
		path := filepath.Join(dir, name)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path
		}
	}
	t.Fatalf("%s is not installed; install MariaDB (Debian: apt-get install mariadb-server)", name)
	return ""
}

func awaitMariaDB(t *testing.T, address, log string) {
	t.Helper()
	db, err := sql.Open("mysql", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	const tries = 1200
	for range tries {
		if err = db.PingContext(t.Context()); err == nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	said, _ := os.ReadFile(log)
	t.Fatalf("MariaDB does not answer: %v\n%s", err, said)
}
