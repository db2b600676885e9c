package review

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tickmark/internal/audit"
)

// Version is one version of a paper, and its number.
type Version struct {
	Number int             `json:"version"`
	Digest audit.Digest    `json:"digest"`
	Paper  audit.Workpaper `json:"workpaper"`
}

// History lists the versions of a paper, the first one first.
func (s Stage) History(ctx context.Context, engagement, code string) ([]Version, error) {
	all, err := s.Papers.WorkpaperHistory(ctx, engagement)
	if err != nil {
		return nil, err
	}
	var out []Version
	for _, p := range all {
		if p.Code != code {
			continue
		}
		d, err := digest(p)
		if err != nil {
			return nil, err
		}
		out = append(out, Version{Number: len(out) + 1, Digest: d, Paper: p})
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("there is no workpaper %q; see `tickmark workpaper list`", code)
	}
	return out, nil
}

// Change is what became of one field between two versions.
type Change struct {
	Path   string `json:"path"`
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

// Diff lists what differs between two papers, field by field; who recorded
// them and when is no difference.
func Diff(before, after audit.Workpaper) ([]Change, error) {
	a, err := flat(before)
	if err != nil {
		return nil, err
	}
	b, err := flat(after)
	if err != nil {
		return nil, err
	}
	paths := slices.Collect(maps.Keys(a))
	paths = slices.AppendSeq(paths, maps.Keys(b))
	slices.Sort(paths)
	var out []Change
	for _, p := range slices.Compact(paths) {
		if a[p] != b[p] && p != "by" && p != "at" {
			out = append(out, Change{Path: p, Before: a[p], After: b[p]})
		}
	}
	return out, nil
}

// flat writes a paper as one text for each path.
func flat(p audit.Workpaper) (map[string]string, error) {
	text, err := audit.Canonical(p)
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	out := map[string]string{}
	flatten(out, "", v)
	return out, nil
}

func flatten(out map[string]string, path string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, x := range v {
			flatten(out, strings.TrimPrefix(path+"."+name, "."), x)
		}
	case []any:
		for i, x := range v {
			flatten(out, path+"["+label(i, x)+"]", x)
		}
	default:
		out[path] = fmt.Sprint(v)
	}
}

// label names an element of a list by what it calls itself, so that one more at
// the front does not change all others.
func label(i int, x any) string {
	if m, ok := x.(map[string]any); ok {
		for _, key := range []string{"item", "code", "name"} {
			if name, ok := m[key].(string); ok {
				return name
			}
		}
	}
	return strconv.Itoa(i + 1)
}
