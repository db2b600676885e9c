package connector

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// Permissions are what a secret may do, held against what its source needs.
type Permissions struct {
	Granted []string // as the provider tells them; or the requests that it answers, when it tells none
	Missing []string // needed and not granted
	Beyond  []string // granted and not needed
	Untold  []string `json:",omitempty"` // what could not be told, each with the reason
	Unknown string   // why it cannot be told; then the others are empty
}

// Check asks the provider which permissions the connection's secret has, and tries
// what the source asks where the provider does not say; of programs, folders and
// buckets, what this process may do there. Nothing is changed by it. The error is for when it could not be asked, or refused the
// secret altogether.
func Check(ctx context.Context, j Job) (Permissions, error) {
	if j.Keep == nil { // nothing is kept of a check
		j.Keep = func(context.Context, []byte) (audit.Digest, error) { return "", nil }
	}
	r, err := newRun(j)
	if err != nil {
		return Permissions{}, err
	}
	switch j.Source.Transport {
	case "sql":
		return r.checkSQL(ctx)
	case "exec":
		return r.checkExec()
	case "file":
		return r.checkFile(ctx)
	case "s3":
		return r.checkS3(ctx)
	}
	c := j.Source.Check
	if c == nil || c.Granted == "" {
		return r.checkTried(ctx)
	}
	got, err := r.ask(ctx, checking(*c))
	if err != nil {
		return Permissions{}, fmt.Errorf("check: %w", err)
	}
	granted, told, err := r.granted(got, *c)
	if err != nil {
		return Permissions{}, fmt.Errorf("check: %w", err)
	}
	if !told {
		return Permissions{Unknown: fmt.Sprintf("the provider's answer holds nothing at %q", c.Granted)}, nil
	}
	return Permissions{Granted: granted, Missing: without(j.Source.Scopes, granted), Beyond: without(granted, j.Source.Scopes)}, nil
}

func checking(c audit.Check) request {
	return request{Name: "check", Method: c.Method, URL: c.URL, Headers: c.Headers, Body: c.Body}
}

// ask asks one request over HTTP and keeps nothing.
func (r *run) ask(ctx context.Context, q request) (answer, error) {
	w, err := openWeb(ctx, r)
	if err != nil {
		return answer{}, r.secrets.scrubbed(err)
	}
	defer func() { _ = w.close() }()
	c, err := w.call(q, r.values)
	if err != nil {
		return answer{}, err
	}
	got, err := w.get(ctx, &ask{request: q, values: r.values, asked: &audit.Asked{}}, c)
	if err == nil {
		err = got.wrong(c)
	}
	return got, r.secrets.scrubbed(err)
}

// granted reads the permissions from a check's answer: a text that is split, a
// list of texts, or an object whose members read as name:value.
func (r *run) granted(got answer, c audit.Check) ([]string, bool, error) {
	q := request{Format: "json"}
	if strings.HasPrefix(c.Granted, "header:") {
		text, told, err := look(q, page{header: got.header}, c.Granted)
		return split(text, c.Split), told, err
	}
	value, err := find(got.body, c.Granted)
	if errors.Is(err, errAbsent) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	kind := kindOf(value)
	if kind != "list" && kind != "object" {
		text, err := scalar(value)
		return split(text, c.Split), kind != "null", err
	}
	var all []string
	err = each(value, func(key string, raw json.RawMessage) error {
		text, err := scalar(raw)
		if key != "" {
			text = key + ":" + text
		}
		all = append(all, text)
		return err
	})
	return all, true, err
}

func split(text, separator string) []string {
	if separator == "" {
		text, separator = strings.NewReplacer(",", " ", "\t", " ").Replace(text), " "
	}
	var parts []string
	for part := range strings.SplitSeq(text, separator) {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// without are those of a that b does not name, whatever their case, each once.
func without(a, b []string) []string {
	var left []string
	for _, scope := range a {
		same := func(other string) bool { return strings.EqualFold(scope, other) }
		if !slices.ContainsFunc(b, same) && !slices.ContainsFunc(left, same) {
			left = append(left, scope)
		}
	}
	return left
}
