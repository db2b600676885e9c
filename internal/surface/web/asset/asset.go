// Package asset owns what a browser loads beside the pages: style, script, font
// and icons, built by scripts/bundle and embedded. It stands below the pages
// and gives each file the name that holds its digest. It knows no person and
// no record, so that anybody may have it and keep it for good.
package asset

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed all:dist
var dist embed.FS

// Prefix is the path below which files are served.
const Prefix = "/assets/"

// ErrNotBuilt is returned by a binary that was built without `make assets`.
var ErrNotBuilt = errors.New("the workbench's assets are not built into this binary: run `make assets` and build again")

// Files are the built files.
type Files struct {
	names map[string]string // plain name -> name with its digest
	files map[string]file   // by name with its digest
}

type file struct {
	kind        string
	text, small []byte // small is compressed; nil when that makes it no smaller
}

// Load reads what was built in. Without it, every name is "" and the pages are
// plain.
func Load() (Files, error) { return load(dist) }

func load(from fs.FS) (Files, error) {
	f := Files{names: map[string]string{}, files: map[string]file{}}
	list, err := fs.ReadFile(from, "dist/manifest.json")
	if err != nil {
		return f, ErrNotBuilt
	}
	if err := json.Unmarshal(list, &f.names); err != nil {
		return f, fmt.Errorf("the list of assets: %w", err)
	}
	for _, name := range f.names {
		text, err := fs.ReadFile(from, "dist/"+name)
		if err != nil {
			return f, err
		}
		one := file{kind: kind(name), text: text}
		if small := Compress(text); len(small) < len(text) {
			one.small = small
		}
		f.files[name] = one
	}
	return f, nil
}

func kind(name string) string {
	if path.Ext(name) == ".woff2" {
		return "font/woff2"
	}
	return mime.TypeByExtension(path.Ext(name))
}

// Compress is text in gzip form.
func Compress(text []byte) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is a valid one
	_, _ = w.Write(text)                                  // a buffer takes everything
	_ = w.Close()
	return b.Bytes()
}

// URL is where a file is, by its plain name; "" if it was not built.
func (f Files) URL(plain string) string {
	if name := f.names[plain]; name != "" {
		return Prefix + name
	}
	return ""
}

// Weight is what a file costs on the wire.
func (f Files) Weight(plain string) int {
	one := f.files[f.names[plain]]
	if one.small != nil {
		return len(one.small)
	}
	return len(one.text)
}

// ServeHTTP serves a file by its name. Its bytes never change under that name.
func (f Files) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	one, ok := f.files[strings.TrimPrefix(r.URL.Path, Prefix)]
	if !ok {
		http.NotFound(w, r)
		return
	}
	text, h := one.text, w.Header()
	h.Set("Content-Type", one.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	if one.small != nil {
		h.Set("Vary", "Accept-Encoding")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			text = one.small
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(text)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(text) // the browser has gone if this fails
	}
}
