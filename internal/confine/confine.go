// Package confine runs one job in a child process of this same binary and
// keeps the child in bounds: time, address space, and which files it may see.
// It stands between the decisions and the engines, which use it for work on
// text and files from strangers. It does not know what the jobs do.
package confine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// ErrTimeout is returned when the child was killed because its time was up.
var ErrTimeout = errors.New("time limit reached")

// Child says how to start the confined process and how long it may run.
type Child struct {
	Exe     []string // command that serves the job, such as {"/proc/self/exe", "worker", "query"}
	Timeout time.Duration
	Env     []string // the whole environment; the parent's is not inherited
}

// reply is what the child answers on its standard output.
type reply struct {
	Error string          `json:"error,omitempty"`
	Value json.RawMessage `json:"value,omitempty"`
}

// Call sends job as JSON to a new child and decodes its answer into value.
// The child dies when the time is up, when ctx ends and when this process dies.
func (c Child) Call(ctx context.Context, job, value any) error {
	in, err := json.Marshal(job)
	if err != nil {
		return fmt.Errorf("encode job: %w", err)
	}
	limited, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	var out bytes.Buffer
	errs := tail{keep: 4096}
	if err := c.start(limited, in, &out, &errs); err != nil {
		return c.explain(ctx, limited, err, errs.String())
	}
	var r reply
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		return fmt.Errorf("the confined process answered nothing readable: %w; it said: %s", err, errs.String())
	}
	if r.Error != "" {
		return errors.New(r.Error)
	}
	return json.Unmarshal(r.Value, value)
}

// start runs the child to its end. Pdeathsig is tied to the thread that forks,
// so the thread is held until the child is gone.
func (c Child) start(ctx context.Context, in []byte, out io.Writer, errs io.Writer) error {
	cmd := exec.CommandContext(ctx, c.Exe[0], c.Exe[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(in), out, errs
	cmd.Env = append([]string{"GOTRACEBACK=none"}, c.Env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	return cmd.Run()
}

func (c Child) explain(ctx, limited context.Context, err error, said string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if limited.Err() != nil {
		return fmt.Errorf("%w after %s: the work was stopped and nothing was kept", ErrTimeout, c.Timeout)
	}
	return fmt.Errorf("the confined process ended (%w), most likely at its memory limit: %s", err, firstLine(said))
}

// Serve reads one job from in, handles it and answers on out. It is what the
// child runs.
func Serve[J any](in io.Reader, out io.Writer, handle func(J) (any, error)) error {
	var job J
	if err := json.NewDecoder(in).Decode(&job); err != nil {
		return fmt.Errorf("read job: %w", err)
	}
	value, err := handle(job)
	if err != nil {
		return json.NewEncoder(out).Encode(reply{Error: err.Error()})
	}
	raw, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	return json.NewEncoder(out).Encode(reply{Value: raw})
}

// tail keeps the first bytes of what a child says on its standard error: the
// cause stands first, the stack after it.
type tail struct {
	keep int
	buf  bytes.Buffer
}

func (t *tail) Write(p []byte) (int, error) {
	if room := t.keep - t.buf.Len(); room > 0 {
		t.buf.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

func (t *tail) String() string { return strings.TrimSpace(t.buf.String()) }

func firstLine(s string) string {
	if s == "" {
		return "it said nothing"
	}
	line, _, _ := strings.Cut(s, "\n")
	return line
}
