package web_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

func TestZZShot(t *testing.T) {
	openExamined(t)
	os.RemoveAll("/tmp/wb/org")
	if out, err := exec.Command("cp", "-r", filepath.Join(os.Getenv("TICKMARK_TEST_FOLDER"), "examined"), "/tmp/wb/org").CombinedOutput(); err != nil {
		t.Fatal(string(out))
	}
}
