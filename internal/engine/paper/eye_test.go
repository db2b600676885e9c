package paper

import (
	"os"
	"testing"
)

func TestEye(t *testing.T) {
	pdf, pages := render(t, everything())
	t.Log(pages)
	os.WriteFile("/tmp/paper/all.pdf", pdf, 0o600)
}
