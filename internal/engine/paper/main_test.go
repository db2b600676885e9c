package paper

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestMain is also the worker: the test binary runs itself as a child, as the
// real binary does.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "worker" {
		if err := Worker(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func renderer() Renderer { return Renderer{Exe: []string{"/proc/self/exe", "worker"}} }

func render(t *testing.T, d Document) ([]byte, int) {
	t.Helper()
	pdf, pages, err := renderer().PDF(context.Background(), d)
	if err != nil {
		t.Fatal(err)
	}
	return pdf, pages
}

// poppler runs one of poppler's tools on the file.
func poppler(t *testing.T, pdf []byte, tool string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(tool)
	if err != nil {
		t.Fatalf("%s is missing: install poppler-utils", tool)
	}
	file := filepath.Join(t.TempDir(), "document.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, append(args, file, "-")...)
	if tool != "pdftotext" {
		cmd = exec.Command(path, append(args, file)...)
	}
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v: %s", tool, err, complaints.String())
	}
	if complaints.Len() > 0 {
		t.Errorf("%s complains: %s", tool, complaints.String())
	}
	return string(out)
}

// keep writes a file into the folder that TICKMARK_SAMPLES names, to be looked at.
func keep(t *testing.T, name string, data []byte) {
	t.Helper()
	if dir := os.Getenv("TICKMARK_SAMPLES"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
