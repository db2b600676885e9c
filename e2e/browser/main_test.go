// Package browser_test drives the workbench as its people do: in a real
// Chromium, without a mouse where keys will do. It stands outside the house,
// starts one server over the sample organization and one browser, and gives
// each person windows of his own. It needs Chromium, and node for the OpenID
// provider and axe-core; where one is missing a test fails and says so.
package browser_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	_ "time/tzdata" // as in the real program

	"tickmark/internal/cli"
)

// places are where the tests find and leave things.
var places struct {
	root  string // of the repository
	work  string // where the script's files are, and the organization in m
	shots string // of the pages, when TICKMARK_SCREENSHOTS names a folder; or ""
}

// TestMain lets this test binary be its own confined children, and works in a
// folder of its own, as a script does.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "worker" {
		os.Exit(cli.Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	status, err := inside(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		status = 1
	}
	os.Exit(status)
}

func inside(m *testing.M) (int, error) {
	var err error
	if places.root, err = filepath.Abs("../.."); err != nil {
		return 1, err
	}
	if places.work, err = os.MkdirTemp("", "tickmark-browser-"); err != nil {
		return 1, err
	}
	defer os.RemoveAll(places.work)
	if places.shots = os.Getenv("TICKMARK_SCREENSHOTS"); places.shots != "" {
		if err := os.MkdirAll(places.shots, 0o755); err != nil {
			return 1, err
		}
	}
	if err := os.Chdir(places.work); err != nil {
		return 1, err
	}
	defer chromium.close()
	return m.Run(), nil
}
