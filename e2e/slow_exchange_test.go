//go:build slow

package e2e_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// office converts a workbook in LibreOffice, as a person opens and saves it.
func office(t *testing.T, file, to string) string {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.Command("soffice", "-env:UserInstallation=file://"+dir+"/profile", "--headless", "--convert-to", to, "--outdir", dir, file)
	cmd.Env = append(os.Environ(), "HOME="+dir)
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("soffice (of libreoffice-calc): %v: %s", err, said)
	}
	return filepath.Join(dir, strings.TrimSuffix(filepath.Base(file), ".xlsx")+"."+to)
}

// LibreOffice opens every workbook, and one that a person opened and saved there
// says the same. It needs LibreOffice Calc (libreoffice-calc-nogui on Debian).
func TestWorkbooksInLibreOffice(t *testing.T) {
	dir, out := larkspur(t), t.TempDir()
	on := func(args ...string) []string { return append([]string{"--dir", dir, "workbook"}, args...) }
	first := filepath.Join(out, "first.xlsx")
	program(t, on("export", "matrix", "-e", "soc1-2025", "--out", first)...)
	writeCells(t, first, "Controls", map[string]string{"B2": "=1+1", "G2": "00123456789012345678"})
	program(t, on("import", "matrix", first, "-e", "soc1-2025", "--apply")...)
	for _, kind := range []string{"matrix", "coverage", "exceptions", "cuecs", "csocs", "mapping"} {
		file := filepath.Join(out, kind+".xlsx")
		program(t, on("export", kind, "-e", "soc1-2025", "--out", file)...)
		csv, err := os.ReadFile(office(t, file, "csv"))
		if err != nil || len(csv) == 0 {
			t.Errorf("%s does not open: %v", kind, err)
		}
		if kind == "matrix" && (!bytes.Contains(csv, []byte("=1+1")) || !bytes.Contains(csv, []byte("00123456789012345678"))) {
			t.Errorf("a text became something else: %.600s", csv)
		}
		if x := imported(t, on("import", kind, office(t, file, "xlsx"), "-e", "soc1-2025", "--json")...); len(x.Changes)+len(x.Unread)+len(x.Ignored)+len(x.Absent) > 0 {
			t.Errorf("%s: %+v", kind, x.Difference)
		}
	}
}
