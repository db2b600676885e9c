package workspace

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// The codes of the two things of which an organization has one.
const (
	organizationCode = "organization"
	systemCode       = "system"
)

// Items gives the folder as scope items, in the order of the scope kinds and
// within one of their codes. Versions and times are for whoever records them.
func (f Folder) Items() ([]audit.ScopeItem, error) {
	f = clean(reflect.ValueOf(f)).Interface().(Folder)
	c := collector{}
	c.add(audit.ScopeOrganization, organizationCode, f.Organization)
	c.add(audit.ScopeSystem, systemCode, f.System)
	addAll(&c, audit.ScopeCommitment, f.Commitments)
	addAll(&c, audit.ScopeObjective, f.Objectives)
	addAll(&c, audit.ScopeControl, f.Controls)
	addAll(&c, audit.ScopeCUEC, f.CUECs)
	addAll(&c, audit.ScopeSubservice, f.Subservices)
	addAll(&c, audit.ScopeEngagement, f.Engagements)
	for _, p := range f.Procedures {
		c.add(audit.ScopeProcedure, p.Name, p)
	}
	addAll(&c, audit.ScopeDataset, f.Datasets)
	for _, s := range f.Sources {
		c.add(audit.ScopeSource, s.Name, s)
	}
	addAll(&c, audit.ScopeConnection, f.Connections)
	slices.SortStableFunc(c.items, byKindAndCode)
	return c.items, errors.Join(append(c.errs, twice(c.items))...)
}

// collector gathers items and what went wrong with them.
type collector struct {
	items []audit.ScopeItem
	errs  []error
}

func (c *collector) add(kind audit.ScopeKind, code string, noun any) {
	body, err := audit.Canonical(noun)
	if err != nil {
		c.errs = append(c.errs, fmt.Errorf("%s %s: %w", kind, code, err))
		return
	}
	c.items = append(c.items, audit.ScopeItem{
		Kind: kind, Code: code, Body: body, Digest: audit.DigestOf(body),
	})
}

func addAll[T any](c *collector, kind audit.ScopeKind, list []T) {
	for i, code := range codes(list) {
		c.add(kind, code, list[i])
	}
}

func byKindAndCode(a, b audit.ScopeItem) int {
	if a.Kind != b.Kind {
		return slices.Index(kinds, a.Kind) - slices.Index(kinds, b.Kind)
	}
	return strings.Compare(a.Code, b.Code)
}

// twice says which thing stands twice in sorted items, or is nil.
func twice(items []audit.ScopeItem) error {
	for i := 1; i < len(items); i++ {
		if byKindAndCode(items[i-1], items[i]) == 0 {
			return fmt.Errorf("%s %q is there twice; give one version of each thing",
				items[i].Kind, items[i].Code)
		}
	}
	return nil
}

// FromItems is the inverse of Items. Retired items are left out: they are not
// part of the description any more.
func FromItems(items []audit.ScopeItem) (Folder, error) {
	items = slices.Clone(items)
	items = slices.DeleteFunc(items, func(it audit.ScopeItem) bool { return it.Retired })
	slices.SortStableFunc(items, byKindAndCode)
	if err := twice(items); err != nil {
		return Folder{}, err
	}
	var f Folder
	var errs []error
	for _, it := range items {
		if err := f.take(it); err != nil {
			errs = append(errs, fmt.Errorf("%s %q: %w", it.Kind, it.Code, err))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return Folder{}, err
	}
	return clean(reflect.ValueOf(f)).Interface().(Folder), nil
}

// take puts one item in its place.
func (f *Folder) take(it audit.ScopeItem) error {
	if it.Digest != audit.DigestOf(it.Body) {
		return errors.New("its body is not the one whose digest was recorded")
	}
	switch it.Kind {
	case audit.ScopeOrganization:
		return single(it, organizationCode, &f.Organization)
	case audit.ScopeSystem:
		return single(it, systemCode, &f.System)
	case audit.ScopeCommitment:
		return grow(it, &f.Commitments)
	case audit.ScopeObjective:
		return grow(it, &f.Objectives)
	case audit.ScopeControl:
		return grow(it, &f.Controls)
	case audit.ScopeCUEC:
		return grow(it, &f.CUECs)
	case audit.ScopeSubservice:
		return grow(it, &f.Subservices)
	case audit.ScopeEngagement:
		return grow(it, &f.Engagements)
	case audit.ScopeProcedure:
		return growNamed(it, &f.Procedures, func(p ProcedureFile) string { return p.Name })
	case audit.ScopeDataset:
		return grow(it, &f.Datasets)
	case audit.ScopeSource:
		return growNamed(it, &f.Sources, func(s SourceFile) string { return s.Name })
	case audit.ScopeConnection:
		return grow(it, &f.Connections)
	}
	return errors.New("a folder has no place for this kind of item")
}

// single takes the one organization or the one system.
func single(it audit.ScopeItem, code string, target any) error {
	if it.Code != code {
		return fmt.Errorf("a folder describes one %s, with the code %q", it.Kind, code)
	}
	return noun(it.Body, target)
}

// grow appends the item's noun, whose code must be the item's.
func grow[T any](it audit.ScopeItem, list *[]T) error {
	var v T
	if err := noun(it.Body, &v); err != nil {
		return err
	}
	if code := codes([]T{v})[0]; code != it.Code {
		return fmt.Errorf("its body has the code %q", code)
	}
	*list = append(*list, v)
	return nil
}

// growNamed is grow for whole texts, which have a file's name for a code.
func growNamed[T any](it audit.ScopeItem, list *[]T, name func(T) string) error {
	var v T
	if err := noun(it.Body, &v); err != nil {
		return err
	}
	if name(v) != it.Code {
		return fmt.Errorf("its body has the name %q", name(v))
	}
	*list = append(*list, v)
	return nil
}

// noun decodes a body that holds one noun and nothing unknown.
func noun(body []byte, target any) error {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(target); err != nil {
		return fmt.Errorf("its body cannot be read: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("its body holds more than one value")
	}
	return nil
}

// clean returns a deep copy in which one meaning has one form: texts of YAML
// fields without space around them, and a list that is always written is never
// nil. Whole texts, which YAML does not hold, stay as they are.
func clean(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.String:
		out.SetString(strings.TrimSpace(v.String()))
	case reflect.Struct:
		out.Set(v)
		cleanFields(v, out)
	case reflect.Slice:
		if v.Len() > 0 {
			out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		}
		for i := range v.Len() {
			out.Index(i).Set(clean(v.Index(i)))
		}
	case reflect.Map:
		if v.Len() > 0 {
			out.Set(reflect.MakeMap(v.Type()))
		}
		for _, key := range v.MapKeys() {
			out.SetMapIndex(key, clean(v.MapIndex(key)))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(clean(v.Elem()))
		}
	default:
		out.Set(v)
	}
	return out
}

func cleanFields(v, out reflect.Value) {
	switch v.Interface().(type) {
	case ProcedureFile, SourceFile:
		return
	}
	if _, folder := v.Interface().(Folder); folder {
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				out.Field(i).Set(clean(v.Field(i)))
			}
		}
		return
	}
	for _, f := range fieldsOf(v.Type()) {
		c := clean(v.Field(f.index))
		if c.Kind() == reflect.Slice && c.IsNil() && !f.optional {
			c = reflect.MakeSlice(c.Type(), 0, 0)
		}
		out.Field(f.index).Set(c)
	}
}
