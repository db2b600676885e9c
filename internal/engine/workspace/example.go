package workspace

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
)

//go:embed example
var example embed.FS

// Example writes a small commented workspace for an organization of the given
// name: enough to read, to change and to run. It refuses a folder that holds
// anything.
func Example(dir, name string) error {
	name = strings.TrimSpace(name)
	if name == "" {
		return fmt.Errorf("workspace %s is not written: the organization has no name", dir)
	}
	empty, err := vacant(dir)
	if err != nil {
		return err
	}
	if !empty {
		return fmt.Errorf("workspace %s is not written: %w; choose a new folder", dir, ErrOther)
	}
	return staged(dir, func(tmp string) error {
		if err := copyExample(tmp, name); err != nil {
			return err
		}
		_, err := Read(tmp)
		return err
	})
}

// copyExample writes the embedded files with the organization's name: quoted
// in YAML, as it is in Markdown.
func copyExample(dir, name string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	return fs.WalkDir(example, "example", func(file string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := example.ReadFile(file)
		if err != nil {
			return err
		}
		written := name
		if path.Ext(file) == ".yaml" {
			written = quoted(name)
		}
		body := strings.ReplaceAll(string(text), "{{name}}", written)
		return put(root, strings.TrimPrefix(file, "example/"), []byte(body))
	})
}
