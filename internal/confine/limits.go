package confine

import (
	"fmt"
	"os"
	"syscall"

	"github.com/landlock-lsm/go-landlock/landlock"
	llsys "github.com/landlock-lsm/go-landlock/landlock/syscall"
)

// Limits is what a child imposes on itself before it touches anything foreign.
// It cannot be undone.
type Limits struct {
	AddressMB int      // address space; 0 for none
	ReadOnly  []string // files that may be read
	ReadWrite []string // folders that may be written
}

// Apply imposes the limits and says how files are confined: "landlock-4", or
// "none" on a kernel without Landlock, where the engine's own settings are the
// only fence.
func (l Limits) Apply() (string, error) {
	if l.AddressMB > 0 {
		limit := uint64(l.AddressMB) << 20
		if err := syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
			return "", fmt.Errorf("limit address space: %w", err)
		}
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}); err != nil {
		return "", fmt.Errorf("forbid core files: %w", err)
	}
	rules := []landlock.Rule{
		landlock.ROFiles(l.ReadOnly...),
		landlock.RWDirs(l.ReadWrite...),
		landlock.RODirs("/proc/self", "/sys/fs/cgroup", "/usr/share/zoneinfo").IgnoreIfMissing(),
	}
	if err := landlock.V5.BestEffort().RestrictPaths(rules...); err != nil {
		return "", fmt.Errorf("confine files: %w", err)
	}
	return fence(), nil
}

func fence() string {
	if v, err := llsys.LandlockGetABIVersion(); err == nil && v > 0 {
		return fmt.Sprintf("landlock-%d", v)
	}
	return "none"
}

// Scratch makes a private folder for one job; the returned function removes it
// with all it holds.
func Scratch(parent string) (string, func(), error) {
	dir, err := os.MkdirTemp(parent, "tickmark-job-")
	if err != nil {
		return "", nil, fmt.Errorf("make a folder for the job: %w", err)
	}
	return dir, func() { os.RemoveAll(dir) }, nil
}
