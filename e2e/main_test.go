// Package e2e_test drives Tickmark as its users do: by its command line, on
// whole folders, to the reports and bundles that come out. It stands outside
// the house and imports the command line from above. What a script in
// testdata/script says is documentation: it is how Tickmark behaves.
package e2e_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	_ "time/tzdata" // as in the real program

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"

	"tickmark/internal/cli"
)

// asProgram makes this test binary be the program, for a test that must start
// and kill a real process.
const asProgram = "TICKMARK_TEST_MAIN"

// TestMain lets this test binary be the program and its confined children,
// which get no environment.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "worker" || os.Getenv(asProgram) != "" {
		os.Exit(cli.Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	testscript.Main(suite{m}, map[string]func(){
		"tickmark": func() { os.Exit(cli.Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
}

// shared is a folder for what is made once for all tests.
const shared = "TICKMARK_TEST_FOLDER"

// suite is all tests of this package, with a folder that goes with them.
type suite struct{ *testing.M }

func (s suite) Run() int {
	dir, err := os.MkdirTemp("", "tickmark-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	os.Setenv(shared, dir)
	return s.M.Run()
}

// meridian is the sample organization as `tickmark demo --people 100` leaves it,
// made once. Whoever changes it takes a copy.
var meridian = sync.OnceValues(func() (string, error) {
	var said bytes.Buffer
	dir := filepath.Join(os.Getenv(shared), "meridian")
	if status := cli.Run([]string{"demo", "--dir", dir, "--people", "100"}, strings.NewReader(""), &said, &said); status != 0 {
		return "", fmt.Errorf("demo: exit status %d\n%s", status, said.String())
	}
	return dir, nil
})

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               prepare,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "signs": signsSeen, "replace": replace, "flip": flip, "jsonkeys": jsonKeys, "meridian": copyMeridian,
		},
	})
}

// prepare gives every script the sample organization of testdata/larkspur, its
// auditor's folder, and the files that cannot be written as text.
func prepare(e *testscript.Env) error {
	e.Setenv("TICKMARK_CACHE", cache())
	e.Setenv("NL", "\n")
	e.Setenv("TICKMARK_PERSON", "Compliance lead")
	for _, folder := range []string{"larkspur", "auditor"} {
		if err := os.CopyFS(filepath.Join(e.WorkDir, folder), os.DirFS(filepath.Join("testdata", folder))); err != nil {
			return err
		}
	}
	for name, recorded := range map[string]string{"check.json": "powerpipe-json/check.json", "findings.asff.json": "asff/powerpipe.asff.json"} {
		text, err := os.ReadFile(filepath.Join("..", "catalog", "sources", "recorded", recorded))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(e.WorkDir, name), text, 0o600); err != nil {
			return err
		}
	}
	latin := "worker_id,full_name,kind,hired_on\nW-01,Zo\xeb Vale,employee,2021-05-03\nW-02,Tobias Renn,employee,2022-01-10\n"
	return errors.Join(
		os.WriteFile(filepath.Join(e.WorkDir, "latin1.csv"), []byte(latin), 0o600),
		os.WriteFile(filepath.Join(e.WorkDir, "zeros.csv"), make([]byte, 4096), 0o600),
		workbook(filepath.Join(e.WorkDir, "people.xlsx"), ""),
		workbook(filepath.Join(e.WorkDir, "formula.xlsx"), `CONCAT("W-","03")`),
		bomb(filepath.Join(e.WorkDir, "bomb.xlsx")),
	)
}

// cache is where the translated PDF compiler is kept, outside every script's home.
func cache() string {
	if dir := os.Getenv("TICKMARK_CACHE"); dir != "" {
		return dir
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return os.TempDir()
	}
	return filepath.Join(dir, "tickmark")
}

// workbook writes two people as a sheet; with a formula, the third is calculated.
func workbook(path, formula string) error {
	f := excelize.NewFile()
	defer f.Close()
	rows := [][]any{
		{"worker_id", "full_name", "kind", "hired_on"},
		{"W-01", "Imogen Vale", "employee", "2021-05-03"},
		{"W-02", "Tobias Renn", "employee", "2022-01-10"},
	}
	for i, row := range rows {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			return err
		}
	}
	if formula != "" {
		if err := f.SetCellFormula("Sheet1", "A4", formula); err != nil {
			return err
		}
	}
	return f.SaveAs(path)
}

// bomb writes an archive of a workbook's shape that unpacks to 100 MB of spaces.
func bomb(path string) error {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestCompression) })
	w, err := z.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		return err
	}
	for range 100 {
		if _, err := w.Write(bytes.Repeat([]byte(" "), 1<<20)); err != nil {
			return err
		}
	}
	return errors.Join(z.Close(), os.WriteFile(path, b.Bytes(), 0o600))
}

// meridian FOLDER writes what `tickmark demo --dir FOLDER --people 100` does.
func copyMeridian(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: meridian FOLDER")
	}
	dir, err := meridian()
	ts.Check(err)
	ts.Check(os.CopyFS(ts.MkAbs(args[0]), os.DirFS(dir)))
}

// exits STATUS COMMAND... runs a command and wants exactly that exit status.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

// signsSeen COMMAND... runs a command that signs nothing, but shows the digest of
// what would be signed; and again, signing that. When there is nothing to sign,
// once.
func signsSeen(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: signs COMMAND...")
	}
	if err := ts.Exec(args[0], args[1:]...); err == nil {
		return
	}
	shown := regexp.MustCompile(`--digest ([0-9a-f]{12})\b`).FindStringSubmatch(ts.ReadFile("stderr"))
	if shown == nil {
		ts.Fatalf("no digest of what is to be signed was shown")
	}
	ts.Check(ts.Exec(args[0], append(args[1:], "--digest", shown[1])...))
}

// replace FILE OLD NEW replaces the first OLD, which must be there.
func replace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: replace FILE OLD NEW")
	}
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("%s does not contain %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Replace(text, args[1], args[2], 1)), 0o600))
}

// flip FILE TEXT flips one bit of the first byte of TEXT in FILE.
func flip(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: flip FILE TEXT")
	}
	b := []byte(ts.ReadFile(args[0]))
	at := bytes.Index(b, []byte(args[1]))
	if at < 0 {
		ts.Fatalf("%s does not contain %q", args[0], args[1])
	}
	b[at] ^= 1
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b, 0o600))
}

// jsonkeys KEY... wants standard output to be one JSON object with exactly
// these keys.
func jsonKeys(ts *testscript.TestScript, neg bool, args []string) {
	var object map[string]json.RawMessage
	d := json.NewDecoder(strings.NewReader(ts.ReadFile("stdout")))
	ts.Check(d.Decode(&object))
	if neg || d.More() {
		ts.Fatalf("standard output is not one JSON object")
	}
	for _, key := range args {
		if _, ok := object[key]; !ok {
			ts.Fatalf("no key %q in %s", key, ts.ReadFile("stdout"))
		}
		delete(object, key)
	}
	for key := range object {
		ts.Fatalf("key %q was not expected", key)
	}
}
