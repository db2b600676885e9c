package bench

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// family is a process and all that descend from it.
type family int

// members lists the family as it is now.
func (f family) members() []int {
	all := []int{int(f)}
	for i := 0; i < len(all); i++ {
		tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", all[i])) // the pattern is well formed
		for _, t := range tasks {
			for _, text := range strings.Fields(contents(t)) {
				if pid, err := strconv.Atoi(text); err == nil {
					all = append(all, pid)
				}
			}
		}
	}
	return all
}

// kilobytes is what the family holds in memory: all that is a process's own,
// and once what several map together.
func (f family) kilobytes() int64 {
	var own, file, shared int64
	for _, pid := range f.members() {
		status := contents(fmt.Sprintf("/proc/%d/status", pid))
		own += field(status, "RssAnon:")
		file = max(file, field(status, "RssFile:"))
		shared = max(shared, field(status, "RssShmem:"))
	}
	return own + file + shared
}

func field(status, name string) int64 {
	_, rest, ok := strings.Cut(status, "\n"+name)
	if !ok {
		return 0
	}
	var n int64
	_, _ = fmt.Sscan(rest, &n) // a process that is gone holds nothing
	return n
}

// processor is what the family has used, those that ended and were waited for
// included.
func (f family) processor() time.Duration {
	var ticks int64
	for _, pid := range f.members() {
		text := contents(fmt.Sprintf("/proc/%d/stat", pid))
		_, rest, ok := strings.Cut(text, ") ")
		fields := strings.Fields(rest)
		if !ok || len(fields) < 15 {
			continue
		}
		for _, i := range []int{11, 12, 13, 14} { // utime, stime, cutime, cstime
			n, _ := strconv.ParseInt(fields[i], 10, 64)
			ticks += n
		}
	}
	return time.Duration(ticks) * (time.Second / 100)
}

// watched samples the family's memory until stop is called.
func (f family) watched() (stop func() int64) {
	var peak int64
	done := make(chan struct{})
	var gone sync.WaitGroup
	gone.Go(func() {
		for tick := time.NewTicker(25 * time.Millisecond); ; {
			select {
			case <-done:
				tick.Stop()
				return
			case <-tick.C:
				peak = max(peak, f.kilobytes())
			}
		}
	})
	return func() int64 { close(done); gone.Wait(); return peak }
}

// call has a side do an order in a process of its own. When the work is done
// by a server, that is the family that is measured.
func call(o order, server *server) (answer, error) {
	var a answer
	in, err := json.Marshal(o)
	if err != nil {
		return a, err
	}
	self, err := os.Executable()
	if err != nil {
		return a, err
	}
	var out, errs bytes.Buffer
	cmd := exec.Command(self, "side")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(in), &out, &errs
	cmd.Env = append(os.Environ(), "SQLITE_TMPDIR="+o.Dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return a, err
	}
	who := family(cmd.Process.Pid)
	if server != nil {
		who = family(server.cmd.Process.Pid)
	}
	used, stop := who.processor(), who.watched()
	err = cmd.Wait()
	peak := stop()
	if err := errors.Join(err, decoded(out.Bytes(), &a)); err != nil {
		return a, fmt.Errorf("%s of %s: %w\n%s", o.Side, o.Case, err, errs.String())
	}
	if server != nil {
		time.Sleep(300 * time.Millisecond) // until the server has seen its children off
		a.CPU, a.PeakKB = who.processor()-used, 0
	}
	a.PeakKB = max(a.PeakKB, peak)
	return a, nil
}

func decoded(text []byte, a *answer) error {
	if len(text) == 0 {
		return errors.New("it answered nothing")
	}
	return json.Unmarshal(text, a)
}

// free is what a disk has left for us.
func free(dir string) (int64, error) {
	var s syscall.Statfs_t
	err := syscall.Statfs(dir, &s)
	return int64(s.Bavail) * s.Bsize, err
}
