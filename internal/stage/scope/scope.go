// Package scope writes down what is examined: the organization, its system,
// commitments, controls, objectives, engagements, datasets and connections, as a
// folder describes them, and what of it rests. It is the first stage, and the only
// writer of scope items and switches. It does not read what is inside a dataset's
// files.
package scope

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/engine/workspace"
)

// records is all that scope may see of the store.
type records interface {
	Scope(ctx context.Context, kinds ...audit.ScopeKind) ([]audit.ScopeItem, error)
	ApplyScope(ctx context.Context, items []audit.ScopeItem) (int, error)
	AddSwitch(ctx context.Context, s audit.Switch) (audit.Switch, bool, error)
}

// files is where a dataset's bytes are recorded.
type files interface {
	PutFile(ctx context.Context, path string) (audit.Digest, int64, error)
	Open(ctx context.Context, d audit.Digest) (io.ReadCloser, error)
}

// Stage applies folders and writes them back.
type Stage struct {
	Records records
	Files   files
	Catalog *catalog.Catalog
}

// Change is one difference between a folder and the records.
type Change struct {
	Kind audit.ScopeKind `json:"kind"`
	Code string          `json:"code"`
	What string          `json:"what"` // added, changed, retired, or kept (not in the folder)
}

// Plan says what applying the folder would change. With retire, what the
// folder no longer holds is retired; without, it is kept and said.
func (s Stage) Plan(ctx context.Context, f workspace.Folder, retire bool) ([]Change, error) {
	_, changes, err := s.difference(ctx, f, retire)
	return changes, err
}

// Apply makes the records say what the folder says, data files first, in one
// step that either happens or does not.
func (s Stage) Apply(ctx context.Context, dir string, f workspace.Folder, retire bool) ([]Change, error) {
	items, changes, err := s.difference(ctx, f, retire)
	if err != nil || len(items) == 0 {
		return changes, err
	}
	if err := beginnings(dir, f.Datasets); err != nil {
		return nil, err
	}
	for _, d := range f.Datasets {
		for _, file := range d.Files {
			if err := s.keep(ctx, dir, file); err != nil {
				return nil, err
			}
		}
	}
	_, err = s.Records.ApplyScope(ctx, items)
	return changes, err
}

// beginnings looks at the beginning of every file before any is kept.
func beginnings(dir string, datasets []audit.Dataset) error {
	var errs []error
	for _, d := range datasets {
		for _, file := range d.Files {
			errs = append(errs, sniff(filepath.Join(dir, "data", filepath.FromSlash(file.Name)), "data/"+file.Name, d))
		}
	}
	return errors.Join(errs...)
}

func (s Stage) keep(ctx context.Context, dir string, file audit.File) error {
	got, _, err := s.Files.PutFile(ctx, filepath.Join(dir, "data", filepath.FromSlash(file.Name)))
	if err == nil && got != file.Digest {
		err = fmt.Errorf("data/%s changed while it was being read: apply again", file.Name)
	}
	return err
}

// File keeps the file of a dataset that is to be added, and says why it cannot be.
func (s Stage) File(ctx context.Context, d audit.Dataset, path string) (audit.Dataset, error) {
	if _, ok := s.Catalog.Populations[d.Population]; !ok {
		return d, fmt.Errorf("no population %q: it is one of %s", d.Population, names(s.Catalog.Populations))
	}
	if err := errors.Join(s.onlyOne(ctx, d), sniff(path, filepath.Base(path), d)); err != nil {
		return d, err
	}
	digest, size, err := s.Files.PutFile(ctx, path)
	d.Files = []audit.File{{Name: filepath.Base(path), Digest: digest, Size: size}}
	return d, err
}

// Add applies one dataset beside what is there.
func (s Stage) Add(ctx context.Context, d audit.Dataset) error {
	body, err := audit.Canonical(d)
	if err != nil {
		return err
	}
	_, err = s.Records.ApplyScope(ctx, []audit.ScopeItem{{Kind: audit.ScopeDataset, Code: d.Code, Body: body, Digest: audit.DigestOf(body)}})
	return err
}

// Connect describes one connection beside what is there.
func (s Stage) Connect(ctx context.Context, c audit.Connection) error {
	items, err := s.Records.Scope(ctx)
	if err != nil {
		return err
	}
	f, err := workspace.FromItems(items)
	if err != nil {
		return err
	}
	f.Connections = append(slices.DeleteFunc(f.Connections, func(o audit.Connection) bool { return o.Code == c.Code }), c)
	if err := Check(s.Catalog, f); err != nil {
		return err
	}
	body, err := audit.Canonical(c)
	if err != nil {
		return err
	}
	_, err = s.Records.ApplyScope(ctx, []audit.ScopeItem{{Kind: audit.ScopeConnection, Code: c.Code, Body: body, Digest: audit.DigestOf(body)}})
	return err
}

// onlyOne refuses a second dataset for a population under another code.
func (s Stage) onlyOne(ctx context.Context, d audit.Dataset) error {
	items, err := s.Records.Scope(ctx, audit.ScopeDataset)
	if err != nil {
		return err
	}
	f, err := workspace.FromItems(items)
	if err != nil {
		return err
	}
	for _, other := range f.Datasets {
		if other.Population == d.Population && other.Code != d.Code {
			return fmt.Errorf("dataset %s already gives population %s: import with --code %s to replace it, or put all its files into one dataset of the manifest", other.Code, d.Population, other.Code)
		}
	}
	return nil
}

// Switch records that a connection's schedule or a procedure rests, or works
// again. Who rests something says why.
func (s Stage) Switch(ctx context.Context, w audit.Switch) (bool, error) {
	if strings.TrimSpace(w.Reason) == "" {
		return false, errors.New("say why: a switch without a reason is not recorded")
	}
	items, err := s.Records.Scope(ctx)
	if err != nil {
		return false, err
	}
	f, err := workspace.FromItems(items)
	if err != nil {
		return false, err
	}
	if err := s.switchable(f, w); err != nil {
		return false, err
	}
	_, changed, err := s.Records.AddSwitch(ctx, w)
	return changed, err
}

func (s Stage) switchable(f workspace.Folder, w audit.Switch) error {
	switch w.Subject {
	case audit.SwitchConnection:
		if !slices.ContainsFunc(f.Connections, func(c audit.Connection) bool { return c.Code == w.Code }) {
			return fmt.Errorf("there is no connection %q", w.Code)
		}
	case audit.SwitchProcedure:
		all, err := s.Catalog.With(f.Texts())
		if err != nil {
			return err
		}
		if _, ok := all[w.Code]; !ok {
			return fmt.Errorf("there is no procedure %q", w.Code)
		}
	default:
		return fmt.Errorf("%q can be switched neither on nor off", w.Subject)
	}
	return nil
}

// Export writes the current records as a folder. With replace, a folder that
// says something else is replaced, unless a data file would be lost.
func (s Stage) Export(ctx context.Context, dir string, replace bool) error {
	items, err := s.Records.Scope(ctx)
	if err != nil {
		return err
	}
	f, err := workspace.FromItems(items)
	if err != nil {
		return err
	}
	write := workspace.Write
	if replace {
		write = workspace.Replace
	}
	return write(dir, f, func(file audit.File) (io.ReadCloser, error) { return s.Files.Open(ctx, file.Digest) })
}

func (s Stage) difference(ctx context.Context, f workspace.Folder, retire bool) ([]audit.ScopeItem, []Change, error) {
	if err := Check(s.Catalog, f); err != nil {
		return nil, nil, err
	}
	want, err := f.Items()
	if err != nil {
		return nil, nil, err
	}
	have, err := s.Records.Scope(ctx)
	if err != nil {
		return nil, nil, err
	}
	items, changes := additions(want, have)
	gone, lost := missing(want, have, retire)
	return append(items, gone...), append(changes, lost...), nil
}

func additions(want, have []audit.ScopeItem) (items []audit.ScopeItem, changes []Change) {
	for _, w := range want {
		i := slices.IndexFunc(have, func(h audit.ScopeItem) bool { return h.Kind == w.Kind && h.Code == w.Code })
		switch {
		case i < 0:
			items, changes = append(items, w), append(changes, Change{w.Kind, w.Code, "added"})
		case have[i].Digest != w.Digest:
			items, changes = append(items, w), append(changes, Change{w.Kind, w.Code, "changed"})
		}
	}
	return items, changes
}

func missing(want, have []audit.ScopeItem, retire bool) (items []audit.ScopeItem, changes []Change) {
	for _, h := range have {
		if slices.ContainsFunc(want, func(w audit.ScopeItem) bool { return h.Kind == w.Kind && h.Code == w.Code }) {
			continue
		}
		if !retire {
			changes = append(changes, Change{h.Kind, h.Code, "kept (not in the folder)"})
			continue
		}
		h.Retired = true
		items, changes = append(items, h), append(changes, Change{h.Kind, h.Code, "retired"})
	}
	return items, changes
}

func names[V any](m map[string]V) string {
	return strings.Join(slices.Sorted(maps.Keys(m)), ", ")
}
