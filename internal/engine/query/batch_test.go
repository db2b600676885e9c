package query

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
)

// mixed are tasks of every kind that meet in one child: good ones, one that asks
// for more than there is, one that is refused, and one that the procedure gate
// does not let through because it names the table of another.
func mixed(t *testing.T) []Task {
	t.Helper()
	path := fivePayments(t)
	d, err := digestFile(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	task := func(name, sql string, entire bool) Task {
		return Task{SQL: sql, Tables: []Table{{Name: name, Path: path, Rows: 5, Digest: d}}, Tested: name, Key: []string{"payment_id"}, Entire: entire}
	}
	clean := "SELECT payment_id AS item, true AS passed, '' AS reason FROM payments"
	return []Task{
		task("payments", released, true),
		task("payments", clean, true),
		task("payments", clean+" WHERE payment_id <> 'P1'", true),
		task("others", strings.ReplaceAll(clean, "payments", "others"), true),
		task("payments", strings.ReplaceAll(clean, "payments", "others"), true),
		task("payments", "SELECT payment_id AS item, len(list_sort(range(3000000000))) > 0 AS passed, '' AS reason FROM payments", true),
		task("payments", "SET threads=1", true),
		task("payments", released+" WHERE payment_id > 'P3'", false),
	}
}

// told is what matters of an attempt, with the bytes of its exceptions.
func told(t *testing.T, a Attempt) string {
	t.Helper()
	if a.Err != nil {
		return "failed: " + a.Err.Error()
	}
	text := fmt.Sprintf("%d tested, %d exceptions, of %d, %s", a.Tested, a.Exceptions, a.Population, a.Fence)
	if a.Detail != "" {
		text += " " + string(digest(t, a.Detail))
	}
	return text
}

// The exceptions that a shared child left as text are those of the file.
func TestExceptionsOfCompanyAreThoseOfTheFile(t *testing.T) {
	dir := t.TempDir()
	got := engine().PerformAll(t.Context(), dir, mixed(t))
	read := func(got []Attempt) (rows []string) {
		own := t.TempDir()
		err := engine().EachFlagged(t.Context(), own, got, func(i int, x audit.ExceptionRow) error {
			rows = append(rows, fmt.Sprint(i, x))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	left := read(got)
	lines := ""
	for i := range got {
		if got[i].lines != "" {
			lines = filepath.Join(got[i].lines, linesName(0))
		}
	}
	if lines == "" || len(left) == 0 {
		t.Fatal("no exceptions were left as text")
	}
	files := slices.Clone(got)
	for i := range files {
		files[i].lines = ""
	}
	if diff := cmp.Diff(read(files), left); diff != "" {
		t.Errorf("of the files (-), as text (+)\n%s", diff)
	}
	if err := os.WriteFile(lines, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	err := engine().EachFlagged(t.Context(), t.TempDir(), got, func(int, audit.ExceptionRow) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "exceptions were counted and 0 read") {
		t.Errorf("a text without its rows is taken: %v", err)
	}
}

// In company and alone, a task has the same counts, the same bytes of exceptions
// and the same words when it fails.
func TestInCompanyAsAlone(t *testing.T) {
	tasks := mixed(t)
	var want, got []string
	for _, task := range tasks {
		p, err := engine().Perform(t.Context(), t.TempDir(), task)
		want = append(want, told(t, Attempt{Performed: p, Err: err}))
	}
	for _, a := range engine().PerformAll(t.Context(), t.TempDir(), tasks) {
		got = append(got, told(t, a))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("alone (-), in company (+)\n%s", diff)
	}
	if !strings.HasPrefix(got[0], "5 tested, 2 exceptions, of 5") || !strings.HasPrefix(got[7], "2 tested, 1 exceptions, of 5") || !strings.HasPrefix(got[4], "failed: ") {
		t.Errorf("%q", got)
	}
}

// More tasks than one child serves, and a large one among them, come back in
// their order.
func TestManyInCompany(t *testing.T) {
	var tasks []Task
	for i := range company + 5 {
		task := mixed(t)[0]
		task.SQL = fmt.Sprintf("SELECT payment_id AS item, payment_id > 'P%d' AS passed, '' AS reason FROM payments", i%6)
		if i == 7 {
			task.Tables[0].Rows = smallRows + 1
		}
		tasks = append(tasks, task)
	}
	for i, a := range engine().PerformAll(t.Context(), t.TempDir(), tasks) {
		if a.Err != nil || a.Exceptions != int64(i%6) || (a.Detail == "") != (a.Exceptions == 0) {
			t.Errorf("%d: %+v", i, a)
		}
	}
}

// A child that ends, whoever ended it, costs its tasks nothing but time.
func TestACompanyWhoseChildDies(t *testing.T) {
	tasks := mixed(t)[:2]
	e, dir := engine(), t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dying := filepath.Join(t.TempDir(), "dying")
	script := fmt.Sprintf("#!/bin/sh\njob=$(cat)\ncase $job in *'\"Batch\"'*) exit 9;; esac\nprintf '%%s' \"$job\" | exec %s \"$@\"\n", self)
	if err := os.WriteFile(dying, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	e.Exe = append([]string{"/bin/sh", dying}, e.Exe[1:]...)
	for i, a := range e.PerformAll(t.Context(), dir, tasks) {
		if a.Err != nil || a.Tested != 5 {
			t.Errorf("%d: %+v", i, a)
		}
	}
}

// Evidence that was altered is found in company, too, for the tasks that read it
// and for no others.
func TestAlteredEvidenceInCompany(t *testing.T) {
	tasks := mixed(t)[:2]
	tasks = append(tasks, tasks[0])
	tasks[1].Tables = []Table{tasks[1].Tables[0]}
	tasks[1].Tables[0].Digest = audit.DigestOf([]byte("what was recorded"))
	got := engine().PerformAll(t.Context(), t.TempDir(), tasks)
	if got[0].Err != nil || !errors.Is(got[1].Err, ErrAltered) || got[2].Err != nil {
		t.Errorf("%v, %v, %v", got[0].Err, got[1].Err, got[2].Err)
	}
}

// Whoever stops waiting gets no results.
func TestACompanyThatIsStopped(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	for i, a := range engine().PerformAll(ctx, t.TempDir(), mixed(t)) {
		if !errors.Is(a.Err, context.Canceled) {
			t.Errorf("%d: %+v", i, a)
		}
	}
}

// What a task sees is gone for the next one on the same DuckDB, and its doors
// stay shut.
func TestCompanyDoesNotShareTables(t *testing.T) {
	path := fivePayments(t)
	d, err := job{Dir: t.TempDir(), MemoryMB: 512, Threads: 1}.open()
	if err != nil {
		t.Fatal(err)
	}
	defer d.db.Close()
	if err := d.shut([]string{path}); err != nil {
		t.Fatal(err)
	}
	first, second := d.again(), d.again()
	defer second.db.Close()
	if err := first.show([]Table{{Name: "payments", Path: path}}); err != nil {
		t.Fatal(err)
	}
	if err := first.exec("CREATE TEMP TABLE head AS SELECT * FROM payments"); err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{"SELECT * FROM payments", "SELECT * FROM head", "SELECT * FROM read_csv('/etc/passwd')", "SET threads=8", "SET TimeZone='Asia/Tokyo'"} {
		if err := second.exec(statement); err == nil {
			t.Errorf("%s: done by a task that has no part in it", statement)
		}
	}
	var zone string
	if err := second.row("SELECT current_setting('TimeZone')", nil, &zone); err != nil || zone != "UTC" {
		t.Errorf("the time zone is %q, %v", zone, err)
	}
	if err := errors.Join(first.db.Close(), second.show([]Table{{Name: "payments", Path: path}})); err != nil {
		t.Errorf("when one has ended, the other cannot begin: %v", err)
	}
}

// A test of some rows gives the same whether they are made twice, as of a small
// population, or kept, as of a large one.
func TestSomeRowsOfAFewAndOfMany(t *testing.T) {
	for name, sql := range map[string]string{
		"some": released + " WHERE payment_id > 'P2'", "all": released, "one twice": released + " UNION ALL (" + released + " WHERE payment_id = 'P1')",
		"a strange one": "SELECT 'P9' AS item, false AS passed, 'strange' AS reason FROM payments WHERE payment_id = 'P1'",
		"no verdict":    "SELECT payment_id AS item, NULL::BOOLEAN AS passed, '' AS reason FROM payments WHERE payment_id = 'P1'",
	} {
		var got []string
		for _, rows := range []int64{5, smallRows + 1} {
			task := mixed(t)[0]
			task.SQL, task.Entire, task.Tables[0].Rows = sql, false, rows
			p, err := engine().Perform(t.Context(), t.TempDir(), task)
			got = append(got, told(t, Attempt{Performed: p, Err: err}))
		}
		if got[0] != got[1] {
			t.Errorf("%s: of few %s, of many %s", name, got[0], got[1])
		}
		if wrong := strings.HasPrefix(got[0], "failed: "); wrong == (name == "some" || name == "all") {
			t.Errorf("%s: %s", name, got[0])
		}
	}
}
