// Command bundle makes what a browser loads: one style sheet, one script, one
// font and one sheet of icons, from pinned npm packages and the sources of the
// workbench, with the digest of each in its name. It stands beside the other
// scripts and is run by scripts/assets.sh. It does not know the pages; it looks
// into their sources only for the names of classes.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

const (
	pages = "internal/surface/web"
	from  = pages + "/asset/src"
	to    = pages + "/asset/dist"
	kit   = "node_modules/@tabler/core/dist/css/tabler.css"
	icons = "node_modules/@tabler/icons/icons"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bundle:", err)
		os.Exit(1)
	}
}

func run() error {
	css, err := style()
	if err != nil {
		return err
	}
	built, err := esbuild(css)
	if err != nil {
		return err
	}
	sheet, err := sprite(filepath.Join(from, "icons.txt"))
	if err != nil {
		return err
	}
	built["icons.svg"] = file{hashed("icons.svg", sheet), sheet}
	return write(built)
}

// file is one built file with the name under which it is served.
type file struct {
	name string
	text []byte
}

// esbuild bundles script and style. The font comes along with the style.
func esbuild(css string) (map[string]file, error) {
	dir, err := os.MkdirTemp("", "bundle")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	sheet := filepath.Join(dir, "app.css")
	if err := os.WriteFile(sheet, []byte(css), 0o600); err != nil {
		return nil, err
	}
	modules, err := filepath.Abs("node_modules")
	if err != nil {
		return nil, err
	}
	r := api.Build(api.BuildOptions{
		EntryPoints: []string{from + "/app.js", sheet}, NodePaths: []string{modules}, Outdir: "/", Bundle: true,
		MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true, LegalComments: api.LegalCommentsEndOfFile,
		EntryNames: "[name]-[hash]", AssetNames: "[name]-[hash]", Target: api.ES2022,
		Loader: map[string]api.Loader{".woff2": api.LoaderFile, ".svg": api.LoaderFile},
	})
	if len(r.Errors) > 0 {
		return nil, errors.New(strings.Join(api.FormatMessages(r.Errors, api.FormatMessagesOptions{}), "\n"))
	}
	out := map[string]file{}
	for _, f := range r.OutputFiles {
		name := filepath.Base(f.Path)
		out[plain(name)] = file{name, f.Contents}
	}
	return out, nil
}

// plain is a name without its digest: app.css of app-ABCDEFGH.css.
func plain(name string) string {
	ext := filepath.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	return stem[:strings.LastIndex(stem, "-")] + ext
}

func hashed(name string, text []byte) string {
	sum, ext := sha256.Sum256(text), filepath.Ext(name)
	return strings.TrimSuffix(name, ext) + "-" + hex.EncodeToString(sum[:4]) + ext
}

// write replaces what is in the folder, but for the file that keeps it there.
func write(built map[string]file) error {
	old, err := filepath.Glob(to + "/*.*")
	if err != nil {
		return err
	}
	for _, name := range old {
		if !strings.HasPrefix(filepath.Base(name), ".") {
			if err := os.Remove(name); err != nil {
				return err
			}
		}
	}
	names := map[string]string{}
	for plain, f := range built {
		names[plain] = f.name
		if err := os.WriteFile(filepath.Join(to, f.name), f.text, 0o644); err != nil {
			return err
		}
	}
	list, err := json.MarshalIndent(names, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(to, "manifest.json"), append(list, '\n'), 0o644)
}
