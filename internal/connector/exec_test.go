package connector

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"tickmark/internal/audit"
)

// program writes a script and returns a job that runs it.
func program(t *testing.T, c *cabinet, script, format string, args ...string) (Job, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return c.job(audit.Source{
		Transport: "exec", Limits: audit.Limits{Seconds: 30, PageMB: 1},
		Requests: []audit.Request{{Name: "out", Format: format, Command: append([]string{path}, args...)}},
	}, map[string]string{"who": "a b; $(touch x) *"}, map[string]string{"token": "an-example-of-a-token"}), path
}

func TestProgramsThatEndWell(t *testing.T) {
	for _, c := range []struct {
		name, script, format, want string
		records                    int64
	}{
		{"lines", `echo '{"a":1}'; echo '{"a":2}'`, "ndjson", "{\"a\":1}\n{\"a\":2}\n", 2},
		{"last line without an end", `printf '{"a":1}\n{"a":2}'`, "ndjson", "{\"a\":1}\n{\"a\":2}", 2},
		{"nothing", `exit 0`, "ndjson", "", 0},
		{"JSON", `echo '[{"a":1},{"a":2}]'`, "json", "[{\"a\":1},{\"a\":2}]\n", 2},
		{"CSV", `printf 'a,b\n1,2\n3,4\n'`, "csv", "a,b\n1,2\n3,4\n", 2},
		{"it leaves a child behind", `sleep 1000 & echo '{"a":1}'`, "ndjson", "{\"a\":1}\n", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			shelf := &cabinet{}
			j, _ := program(t, shelf, c.script, c.format)
			got := collects(t, j)
			if text := shelf.text(got, "out"); text != c.want || got.Requests[0].Records != c.records {
				t.Errorf("got %q, %d records", text, got.Requests[0].Records)
			}
		})
	}
}

func TestProgramsThatMisbehave(t *testing.T) {
	for _, c := range []struct{ name, script, format, why string }{
		{"half a line, and dead", `echo '{"a":1}'; printf '{"a":'; kill -9 $$`, "ndjson", "did not end well: signal: killed"},
		{"half a line, and well", `echo '{"a":1}'; printf '{"a":'`, "ndjson", "is not JSON: it ends too early"},
		{"half a document", `printf '[{"a":1},'; exit 3`, "json", "exit status 3"},
		{"an error", `echo '{"a":1}'; echo "no rights" >&2; exit 1`, "ndjson", "exit status 1; it said: no rights"},
		{"a flood of lines", `yes '{"a":1}'`, "ndjson", "the limit of 4 pages was reached"},
		{"a flood without lines", `yes | tr -d '\n'`, "ndjson", "larger than 1 MB"},
		{"a flood of JSON", `yes '[1,'`, "json", "larger than 1 MB"},
		{"a flood of complaints", `head -c 200000 /dev/zero | tr '\0' x >&2; exit 1`, "ndjson", "… and 134,464 bytes more"},
		{"a page of HTML", `echo '<html>'`, "json", "is not JSON"},
		{"it prints a secret", `echo "{\"a\":\"$TOKEN\"}"`, "ndjson", "repeats a secret"},
		{"it says a secret", `echo "no: $TOKEN" >&2; exit 1`, "ndjson", "it said: no: [secret]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			shelf := &cabinet{}
			j, _ := program(t, shelf, c.script, c.format)
			j.Source.Limits.Pages = 4
			j.Source.Requests[0].Env = map[string]string{"PATH": "/usr/bin:/bin", "TOKEN": "{secret.token}"}
			got := falls(t, j, c.why)
			if text := fmt.Sprint(got) + shelf.text(got, "out"); strings.Contains(text, "an-example-of-a-token") {
				t.Errorf("the secret is there: %s", text)
			}
		})
	}
}

func TestAProgramThatTakesTooLong(t *testing.T) {
	j, _ := program(t, &cabinet{}, `echo '{"a":1}'; sleep 1000`, "ndjson")
	j.Source.Limits.Seconds = 1
	falls(t, j, "it was stopped after 1s")
}

// Arguments are filled in and never split or read by a shell; of the
// environment there is what was named, and nothing else.
func TestArgumentsAndEnvironment(t *testing.T) {
	t.Setenv("TICKMARK_DATABASE", "must not be seen")
	shelf := &cabinet{}
	j, _ := program(t, shelf, `for a; do echo "{\"arg\":\"$a\"}"; done; /usr/bin/env | /bin/sed 's/.*/{"env":"&"}/'; pwd >/dev/null`, "ndjson", "--who={settings.who}", "{window.start}", "")
	j.Source.Requests[0].Env = map[string]string{"ZONE": "{window.from}", "NAME": "{settings.who}"}
	got := shelf.text(collects(t, j), "out")
	for _, want := range []string{
		`{"arg":"--who=a b; $(touch x) *"}`, `{"arg":"2024-12-31T23:00:00Z"}`, `{"arg":""}`, `{"env":"ZONE=2025-01-01"}`, `{"env":"NAME=a b; $(touch x) *"}`,
	} {
		if !strings.Contains(got, want+"\n") {
			t.Errorf("%s is missing in\n%s", want, got)
		}
	}
	if strings.Contains(got, "must not be seen") || strings.Contains(got, "HOME=") {
		t.Errorf("got %s", got)
	}
}

func TestTheProgramIsRecorded(t *testing.T) {
	shelf := &cabinet{}
	j, path := program(t, shelf, `echo "careful" >&2; echo '{"a":1}'`, "ndjson", "-x")
	script, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got := collects(t, j)
	for _, want := range []string{path + " -x", path + " has SHA-256 " + string(audit.DigestOf(script)), "it said: careful"} {
		if text := got.Requests[0].Text; !strings.Contains(text, want) {
			t.Errorf("%q is missing in %q", want, text)
		}
	}
}

func TestProgramsThatAreNotThere(t *testing.T) {
	for _, c := range []struct{ name, command, why string }{
		{"unknown", "no-such-program-anywhere", "find the program"},
		{"relative", "bin/report", "find the program"},
		{"a folder", "/tmp", "find the program"},
	} {
		t.Run(c.name, func(t *testing.T) {
			j, _ := program(t, &cabinet{}, ``, "ndjson")
			j.Source.Requests[0].Command = []string{c.command}
			falls(t, j, c.why)
		})
	}
}

// The whole process group is gone when the collection is over.
func TestNothingIsLeftRunning(t *testing.T) {
	note := filepath.Join(t.TempDir(), "pid")
	shelf := &cabinet{}
	j, _ := program(t, shelf, `/bin/sleep 1000 & echo $! > "$1"; echo '{"a":1}'`, "ndjson", note)
	collects(t, j)
	text, err := os.ReadFile(note)
	if err != nil {
		t.Fatal(err)
	}
	var pid int
	if _, err := fmt.Sscan(string(text), &pid); err != nil {
		t.Fatal(err)
	}
	for range 1000 { // killed, it may take a moment to be gone
		if err := syscall.Kill(pid, 0); err != nil || zombie(pid) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("process %d still runs", pid)
}

func zombie(pid int) bool {
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return strings.Contains(string(stat), ") Z ")
}
