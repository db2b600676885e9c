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
	Exe      []string // command that serves the job, such as {"/proc/self/exe", "worker", "query"}
	Timeout  time.Duration
	Env      []string              // the whole environment; the parent's is not inherited
	Progress func(json.RawMessage) // called with what the child tells while it works; nil to hear nothing
}

// reply is what the child answers on its standard output, after any lines of
// progress.
type reply struct {
	Error    string          `json:"error,omitempty"`
	Value    json.RawMessage `json:"value,omitempty"`
	Progress json.RawMessage `json:"progress,omitempty"`
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
	out := answer{progress: c.Progress}
	errs := tail{keep: 4096}
	if err := c.start(limited, in, &out, &errs); err != nil {
		if out.over != nil {
			return out.over
		}
		return c.explain(ctx, limited, err, errs.String())
	}
	var r reply
	if err := json.Unmarshal(out.buf.Bytes(), &r); err != nil {
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
	return ServeTelling(in, out, func(j J, _ func(any)) (any, error) { return handle(j) })
}

// ServeTelling is Serve for jobs that take long: handle may tell how far it is,
// from one goroutine at a time and never after it returned.
func ServeTelling[J any](in io.Reader, out io.Writer, handle func(J, func(any)) (any, error)) error {
	letGo()
	var job J
	if err := json.NewDecoder(in).Decode(&job); err != nil {
		return fmt.Errorf("read job: %w", err)
	}
	value, err := handle(job, func(progress any) {
		if raw, err := json.Marshal(progress); err == nil {
			_ = json.NewEncoder(out).Encode(reply{Progress: raw}) // a parent that has gone hears nothing
		}
	})
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
