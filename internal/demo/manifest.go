package demo

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"tickmark/internal/audit"
)

// described is what management writes by hand: the same at every size.
//
//go:embed all:meridian
var described embed.FS

// writeDescription copies the hand-written part of the workspace.
func (w *world) writeDescription(context.Context) error {
	return fs.WalkDir(described, "meridian", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := described.ReadFile(name)
		if err != nil {
			return err
		}
		return w.writeText(text, "workspace", strings.TrimPrefix(name, "meridian/"))
	})
}

// writeManifest lists the datasets in the order of their codes.
func (w *world) writeManifest(context.Context) error {
	slices.SortFunc(w.datasets, func(a, b audit.Dataset) int { return strings.Compare(a.Code, b.Code) })
	text, err := yaml.Marshal(w.datasets)
	if err != nil {
		return fmt.Errorf("manifest: %w", err)
	}
	return w.writeText(text, "workspace", "data", "manifest.yaml")
}
