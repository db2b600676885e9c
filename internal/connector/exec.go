package connector

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"tickmark/internal/audit"
)

const (
	mostSaid  = 64 << 10 // bytes kept of what a program says on its standard error
	saidMore  = "; and it said more for other records"
	chunkRows = 50_000   // records in a page of a stream
	chunkSize = 16 << 20 // bytes in a page of a stream, from which on it is full
)

// programs runs the program of each request and reads what it prints. Its
// arguments are the ones of the source, each filled in and never split; no
// shell reads them. It gets an empty folder, no input, and of the environment
// only what the request names. When it ends, or its time or its room is up, its
// whole process group is killed.
type programs struct {
	run *run
	dir string
}

var _ transport = (*programs)(nil)

func openExec(_ context.Context, r *run) (transport, error) {
	dir, err := os.MkdirTemp("", "tickmark-exec-")
	if err != nil {
		return nil, kept{fmt.Errorf("make a folder to run programs in: %w", err)}
	}
	return &programs{run: r, dir: dir}, nil
}

func (p *programs) close() error { return os.RemoveAll(p.dir) }

func (p *programs) fetch(ctx context.Context, a *ask, keep keeper) error {
	cmd, program, err := p.command(a)
	if err != nil {
		return err
	}
	if a.asked.Pages == 0 && !strings.Contains(a.asked.Text, program) {
		a.asked.Text += "; " + program
	}
	limit := time.Duration(p.run.limits.Seconds) * time.Second
	timed, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	out := &printed{ask: a, limit: p.run.limit(), text: strings.Join(cmd.Args, " ") + "; " + program}
	out.keep = func(pg page) error { _, err := keep(ctx, pg); return err }
	said := &limited{most: mostSaid}
	cmd.Stderr = said
	err = p.read(timed, cmd, out)
	if err != nil && ctx.Err() == nil && timed.Err() != nil {
		err = fmt.Errorf("it was stopped after %s: raise limits.seconds of the source when it needs longer", limit)
	}
	return p.explain(a.asked, said.String(), err)
}

// explain adds what the program said to why it failed; when it did not fail it
// is noted beside what was asked.
func (p *programs) explain(asked *audit.Asked, said string, err error) error {
	said = p.run.secrets.scrub(said)
	switch {
	case said == "":
		return err
	case err != nil:
		return fmt.Errorf("%w; it said: %s", err, said)
	case len(asked.Text) < mostSaid:
		asked.Text += "; it said: " + said
	case !strings.HasSuffix(asked.Text, saidMore):
		asked.Text += saidMore
	}
	return nil
}

// command finds the program and fills its arguments and environment.
func (p *programs) command(a *ask) (*exec.Cmd, string, error) {
	if len(a.request.Command) == 0 {
		return nil, "", errors.New("a request over exec needs a command: the program and its arguments")
	}
	args := make([]string, len(a.request.Command))
	for i, template := range a.request.Command {
		var err error
		if args[i], err = a.values.fill(template); err != nil {
			return nil, "", err
		}
	}
	path, err := exec.LookPath(args[0])
	if err == nil && !filepath.IsAbs(path) {
		err = fmt.Errorf("%s is neither a whole path nor a name on the PATH", args[0])
	}
	if err != nil {
		return nil, "", fmt.Errorf("find the program: %w", err)
	}
	sum, err := digestOfFile(path)
	if err != nil {
		return nil, "", fmt.Errorf("read the program: %w", err)
	}
	env, err := p.environment(a)
	cmd := &exec.Cmd{Path: path, Args: args, Env: env, Dir: p.dir, SysProcAttr: &syscall.SysProcAttr{Setpgid: true}}
	return cmd, fmt.Sprintf("%s has SHA-256 %s", path, sum), err
}

// environment is never nil, which would mean the one of this process.
func (p *programs) environment(a *ask) ([]string, error) {
	env := []string{}
	for _, name := range sortedKeys(a.request.Env) {
		template := a.request.Env[name]
		var value string
		var err error
		if secret, ok := p.run.secretOf(template); ok {
			value, err = p.run.secrets.value(secret)
		} else {
			value, err = a.values.fill(template)
		}
		if err != nil {
			return nil, fmt.Errorf("environment variable %s: %w", name, err)
		}
		env = append(env, name+"="+value)
	}
	return env, nil
}

// secretOf is the name of the secret that a variable is given whole.
func (r *run) secretOf(template string) (string, bool) {
	name, ok := strings.CutPrefix(template, "{secret.")
	return strings.TrimSuffix(name, "}"), ok
}

func digestOfFile(path string) (audit.Digest, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }() // nothing was written
	h := sha256.New()
	_, err = io.Copy(h, f)
	return audit.Digest(hex.EncodeToString(h.Sum(nil))), err
}

// read starts the program, keeps what it prints and says why it is not all.
func (p *programs) read(ctx context.Context, cmd *exec.Cmd, out *printed) error {
	r, w, err := os.Pipe()
	if err != nil {
		return kept{err}
	}
	defer func() { _ = r.Close() }() // nothing was written
	cmd.Stdout = w
	cmd.WaitDelay = time.Second // for its standard error, when something else still holds it
	err = cmd.Start()
	if closing := w.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return fmt.Errorf("start the program: %w", err)
	}
	kill := func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) } // there may be nobody left
	stopping := context.AfterFunc(ctx, func() { kill(); _ = r.Close() })
	defer stopping()
	ended := make(chan error, 1)
	go func() {
		ended <- cmd.Wait()
		kill() // what it left behind, so that the pipe ends too
	}()
	reading := out.all(r)
	if out.cut {
		kill()
	}
	status := <-ended
	switch {
	case ctx.Err() != nil && !errors.As(reading, &kept{}):
		return ctx.Err()
	case out.cut || status == nil || errors.Is(status, exec.ErrWaitDelay):
		return reading
	case reading == nil:
		return fmt.Errorf("the program did not end well: %w", status)
	default:
		return fmt.Errorf("the program did not end well: %w; %w", status, reading)
	}
}

// printed turns what a program prints into pages: NDJSON in pages of many
// lines as it comes, anything else as one page when the program has ended.
type printed struct {
	ask   *ask
	text  string
	limit int64
	keep  func(page) error
	cut   bool // no more was read than this, though there may be more
}

func (p *printed) all(r io.Reader) error {
	if FormatOf(p.ask.request) == "ndjson" {
		return p.lines(r)
	}
	body, err := io.ReadAll(io.LimitReader(r, p.limit+1))
	p.cut = err != nil || int64(len(body)) > p.limit
	if err != nil {
		return fmt.Errorf("read what the program prints: %w", err)
	}
	return p.keep(page{text: p.text, body: body, tries: 1})
}

func (p *printed) lines(r io.Reader) error {
	in := bufio.NewReaderSize(r, 1<<16)
	full := min(chunkSize, p.limit/2)
	for part := 1; ; part++ {
		body, err := p.part(in, full)
		p.cut = err == nil
		if len(body) > 0 || part == 1 {
			text := fmt.Sprintf("%s; part %d", p.text, part)
			if keeping := p.keep(page{text: text, body: body, tries: 1}); keeping != nil {
				return keeping
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read what the program prints: %w", err)
		}
	}
}

// part reads whole lines until a page is full; a line that is longer than a
// page may be is broken off, and refused where pages are kept.
func (p *printed) part(in *bufio.Reader, full int64) ([]byte, error) {
	var body []byte
	rows := 0
	for {
		line, err := in.ReadSlice('\n')
		body = append(body, line...)
		switch {
		case err == nil:
			rows++
			if rows == chunkRows || int64(len(body)) >= full {
				return body, nil
			}
		case !errors.Is(err, bufio.ErrBufferFull):
			return body, err
		case int64(len(body)) > p.limit:
			return body, nil
		}
	}
}

// limited keeps the beginning of what is written to it and counts the rest.
type limited struct {
	mu   sync.Mutex
	most int
	text []byte
	lost int64
}

func (l *limited) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := min(len(b), l.most-len(l.text))
	l.text = append(l.text, b[:n]...)
	l.lost += int64(len(b) - n)
	return len(b), nil
}

func (l *limited) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	said := strings.TrimSpace(strings.ToValidUTF8(string(l.text), "?"))
	if l.lost > 0 {
		said += fmt.Sprintf(" … and %s more", audit.Plural(l.lost, "byte"))
	}
	return said
}
