package confine

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// job is what the children of these tests are told.
type job struct {
	Do   string
	Path string
}

// TestMain lets this test binary be the child, and the parent of a child.
func TestMain(m *testing.M) {
	switch {
	case len(os.Args) > 1 && os.Args[1] == "worker":
		if err := ServeTelling(os.Stdin, os.Stdout, work); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	case len(os.Args) > 1 && os.Args[1] == "parent":
		parent(os.Args[2])
	default:
		os.Exit(m.Run())
	}
}

// parent calls a child that never ends.
func parent(path string) {
	var pid int
	c := Child{Exe: []string{"/proc/self/exe", "worker"}, Timeout: time.Hour}
	fmt.Println(c.Call(context.Background(), job{"sleep", path}, &pid))
}

// work is what the child does. Those that sleep first write their number to a
// pipe: the test reads it and knows that they run.
func work(j job, tell func(any)) (any, error) {
	switch j.Do {
	case "tell":
		for i := range 3 {
			tell(i)
		}
	case "tell too much":
		tell(strings.Repeat("x", maxProgress))
	case "flood":
		for {
			fmt.Print(strings.Repeat("x", 1<<20))
		}
	case "environment":
		return os.Environ(), nil
	case "fail":
		return nil, errors.New("row 7: that is no date")
	case "crash":
		panic("out of everything")
	case "leave":
		os.Exit(0)
	case "sleep":
		return nil, sleep(j.Path)
	case "grandchild":
		c := exec.Command("/proc/self/exe", "worker")
		c.Stdin = strings.NewReader(fmt.Sprintf(`{"Do":"sleep","Path":%q}`, j.Path))
		return nil, c.Run()
	case "confined":
		return confined(j.Path)
	}
	return j.Do, nil
}

func sleep(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(f, os.Getpid()); err != nil {
		return err
	}
	select {} // the pipe stays open for as long as this process lives
}

// confined says which of the doings work after the limits are imposed.
func confined(dir string) (any, error) {
	secret, own := filepath.Join(dir, "secret"), filepath.Join(dir, "own")
	fence, err := Limits{AddressMB: 4096, ReadOnly: []string{filepath.Join(dir, "given")}, ReadWrite: []string{own}}.Apply()
	if err != nil {
		return nil, err
	}
	var done []string
	try := func(name string, err error) {
		if err == nil {
			done = append(done, name)
		}
	}
	_, err = os.ReadFile(secret)
	try("read another file", err)
	_, err = os.ReadFile(filepath.Join(dir, "given"))
	try("read the given file", err)
	try("write the given file", os.WriteFile(filepath.Join(dir, "given"), nil, 0o600))
	try("write in its own folder", os.WriteFile(filepath.Join(own, "x"), nil, 0o600))
	try("write elsewhere", os.WriteFile(filepath.Join(dir, "x"), nil, 0o600))
	return map[string]any{"fence": fence, "done": done}, nil
}

func child() Child {
	return Child{Exe: []string{"/proc/self/exe", "worker"}, Timeout: time.Minute, Env: []string{"TZ=UTC"}}
}

func TestTheAnswerComesBack(t *testing.T) {
	var got string
	if err := child().Call(t.Context(), job{Do: "echo"}, &got); err != nil || got != "echo" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestTheChildTellsHowFarItIs(t *testing.T) {
	var got, told string
	c := child()
	c.Progress = func(raw json.RawMessage) { told += string(raw) + " " }
	if err := c.Call(t.Context(), job{Do: "tell"}, &got); err != nil || got != "tell" || told != "0 1 2 " {
		t.Errorf("got %q after %q, %v", got, told, err)
	}
}

// However the bytes of a child are cut, lines of progress are told apart from
// the answer.
func TestTheAnswerIsPutTogether(t *testing.T) {
	const text = `{"progress":1}` + "\n" + `{"progress":{"rows":2}}` + "\n" + `{"value":"{\"progress\":3}"}` + "\n"
	for size := 1; size <= len(text); size++ {
		told := ""
		a := answer{progress: func(raw json.RawMessage) { told += string(raw) }}
		for part := range slices.Chunk([]byte(text), size) {
			if n, err := a.Write(part); err != nil || n != len(part) {
				t.Fatalf("%d of %d bytes taken: %v", n, len(part), err)
			}
		}
		if told != `1{"rows":2}` || a.buf.String() != `{"value":"{\"progress\":3}"}`+"\n" {
			t.Fatalf("cut at %d: told %q, answer %q", size, told, a.buf.String())
		}
	}
}

func TestTheEnvironmentIsNotInherited(t *testing.T) {
	t.Setenv("DATABASE_PASSWORD", "hunter2")
	var got []string
	if err := child().Call(t.Context(), job{Do: "environment"}, &got); err != nil {
		t.Fatal(err)
	}
	slices.Sort(got)
	if want := []string{"GOTRACEBACK=none", "TZ=UTC"}; !slices.Equal(got, want) {
		t.Errorf("the child's environment is %q, want %q", got, want)
	}
}

func TestWhatGoesWrongIsSaid(t *testing.T) {
	for do, want := range map[string]string{
		"fail":          "row 7: that is no date",
		"crash":         "the confined process ended (exit status 2), most likely at its memory limit: panic: out of everything",
		"leave":         "the confined process answered nothing readable",
		"flood":         "the confined process answered more than 256 MB: the answer is refused",
		"tell too much": "the confined process answered nothing readable",
	} {
		if err := child().Call(t.Context(), job{Do: do}, new(string)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", do, err, want)
		}
	}
}

// pipe is a named pipe into which children write their number; ended waits for
// all who write to it to be gone.
func pipe(t *testing.T) (path string, pid func() int, ended func()) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "pid")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	opened := make(chan *bufio.Reader, 1)
	go func() {
		f, err := os.Open(path) // returns when the child opens the other end
		if err == nil {
			opened <- bufio.NewReader(f)
		}
	}()
	var r *bufio.Reader
	pid = func() int {
		r = <-opened
		line, err := r.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		n, err := strconv.Atoi(strings.TrimSpace(line))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	ended = func() {
		if _, err := io.ReadAll(r); err != nil { // ends when the last writer dies
			t.Fatal(err)
		}
	}
	return path, pid, ended
}

func TestTheTimeLimitKillsTheChildAndItsChildren(t *testing.T) {
	for _, do := range []string{"sleep", "grandchild"} {
		t.Run(do, func(t *testing.T) {
			path, pid, ended := pipe(t)
			c := child()
			c.Timeout = 2 * time.Second
			err := c.Call(t.Context(), job{do, path}, new(string))
			if !errors.Is(err, ErrTimeout) || !strings.Contains(err.Error(), "time limit reached after 2s: the work was stopped and nothing was kept") {
				t.Errorf("got %v", err)
			}
			pid()
			ended()
		})
	}
}

func TestCancellingKillsTheChild(t *testing.T) {
	path, pid, ended := pipe(t)
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error, 1)
	go func() { failed <- child().Call(ctx, job{"sleep", path}, new(string)) }()
	pid()
	cancel()
	if err := <-failed; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	ended()
}

func TestTheChildDiesWithItsParent(t *testing.T) {
	path, pid, ended := pipe(t)
	c := exec.Command("/proc/self/exe", "parent", path)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if n := pid(); n == c.Process.Pid {
		t.Fatalf("process %d is the parent itself", n)
	}
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait() // it was killed
	ended()
}

// On a kernel with Landlock a child reads the files it was given, writes in its
// own folder, and that is all.
func TestFilesAreFenced(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"secret", "given"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "own"), 0o700); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Fence string   `json:"fence"`
		Done  []string `json:"done"`
	}
	if err := child().Call(t.Context(), job{"confined", dir}, &got); err != nil {
		t.Fatal(err)
	}
	want := []string{"read the given file", "write in its own folder"}
	if got.Fence == "none" {
		want = []string{"read another file", "read the given file", "write the given file", "write in its own folder", "write elsewhere"}
	}
	if !slices.Equal(got.Done, want) {
		t.Errorf("behind fence %s the child could %q, want %q", got.Fence, got.Done, want)
	}
}
