package browser_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"tickmark/internal/app"
	"tickmark/internal/cli"
)

// examination plays the script of an examination as far as a test wants it, so
// that the browser comes to records which people made, and goes on from there.
type examination struct {
	lines []string
	next  int
	env   map[string]string
	clock atomic.Pointer[time.Time]
}

// newExamination makes the sample organization in the folder m, with the files
// of the script beside it.
func newExamination() (*examination, error) {
	d := app.Demo{Config: config(nil), Seed: 1, People: 100}
	if _, err := d.Run(context.Background()); err != nil {
		return nil, err
	}
	a, err := txtar.ParseFile(filepath.Join(places.root, "e2e/testdata/script/examination-soc1.txtar"))
	if err != nil {
		return nil, err
	}
	for _, f := range a.Files {
		if err := os.WriteFile(f.Name, f.Data, 0o600); err != nil {
			return nil, err
		}
	}
	x := &examination{lines: strings.Split(string(a.Comment), "\n"), env: map[string]string{}}
	start := app.DemoClock()
	x.clock.Store(&start)
	return x, nil
}

// now is the time at which the script stands.
func (x *examination) now() time.Time { return *x.clock.Load() }

// until plays the script up to the first line that begins so, and not that line.
func (x *examination) until(line string) error {
	for ; x.next < len(x.lines); x.next++ {
		if strings.HasPrefix(x.lines[x.next], line) {
			return nil
		}
		if err := x.play(words(x.lines[x.next])); err != nil {
			return fmt.Errorf("%s: %w", x.lines[x.next], err)
		}
	}
	return fmt.Errorf("the script has no line %q from here", line)
}

// skip leaves out the line at which the script stands: the browser did that.
func (x *examination) skip() { x.next++ }

func (x *examination) play(line []string) error {
	if len(line) == 0 {
		return nil
	}
	for i := range line {
		line[i] = os.Expand(line[i], func(k string) string { return x.env[k] })
	}
	switch {
	case line[0] == "env":
		return x.set(line[1:])
	case line[0] == "exec" && line[1] == "tickmark":
		return program(line[2:]...)
	case line[0] == "signs":
		return signs(line[2:])
	case line[0] == "replace":
		text, err := os.ReadFile(line[1])
		if err != nil {
			return err
		}
		return os.WriteFile(line[1], []byte(strings.ReplaceAll(string(text), line[2], line[3])), 0o600)
	}
	return nil // what the script looks at, it looks at in its own test
}

func (x *examination) set(all []string) error {
	for _, one := range all {
		k, v, _ := strings.Cut(one, "=")
		x.env[k] = v
		if k == "TICKMARK_CLOCK" {
			t, err := time.Parse(time.RFC3339, v)
			if err != nil {
				return err
			}
			x.clock.Store(&t)
		}
		if err := os.Setenv(k, v); err != nil {
			return err
		}
	}
	return nil
}

// program runs one command line in this process.
func program(args ...string) error {
	var out, errs bytes.Buffer
	if status := cli.Run(args, strings.NewReader(""), &out, &errs); status != 0 {
		return fmt.Errorf("exit status %d: %s%s", status, out.String(), errs.String())
	}
	return nil
}

var shown = regexp.MustCompile(`--digest ([0-9a-f]{12})\b`)

// signs puts a name under what the command line shows first, by its digest.
func signs(args []string) error {
	err := program(args...)
	if err == nil {
		return nil
	}
	seen := shown.FindStringSubmatch(err.Error())
	if seen == nil {
		return err
	}
	return program(append(args, "--digest", seen[1])...)
}

// words parts a line of a script: single quotes hold words together, and two of
// them inside are one.
func words(line string) []string {
	var out []string
	var word strings.Builder
	quoted, open := false, false
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case quoted && c == '\'' && i+1 < len(line) && line[i+1] == '\'':
			word.WriteByte(c)
			i++
		case c == '\'':
			quoted, open = !quoted, true
		case !quoted && c == '#':
			i = len(line)
		case !quoted && (c == ' ' || c == '\t'):
			if open {
				out = append(out, word.String())
			}
			word.Reset()
			open = false
		default:
			word.WriteByte(c)
			open = true
		}
	}
	if open {
		out = append(out, word.String())
	}
	return out
}

// skipTo leaves out lines up to one: the browser did them.
func (x *examination) skipTo(t *testing.T, line string) {
	t.Helper()
	for ; x.next < len(x.lines); x.next++ {
		if strings.HasPrefix(x.lines[x.next], line) {
			return
		}
	}
	t.Fatalf("the script has no line %q from here", line)
}
