package connector

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// hidden stands in a text where a secret was.
const hidden = "[secret]"

// secrets are the values that this collection was given or was handed out by a
// token endpoint. None of them may stand in anything that is written.
type secrets struct {
	get   func(name string) (string, error)
	texts []string
}

// value asks for a secret by its name.
func (s *secrets) value(name string) (string, error) {
	if s.get == nil {
		return "", fmt.Errorf("secret %s is not set: give it with tickmark secret set", name)
	}
	v, err := s.get(name)
	if err != nil {
		return "", fmt.Errorf("secret %s: %w", name, err)
	}
	if v == "" {
		return "", fmt.Errorf("secret %s is empty: give it with tickmark secret set", name)
	}
	s.remember(v)
	return v, nil
}

// remember makes scrub take v out of texts, in the forms in which it travels.
func (s *secrets) remember(v string) {
	const shortest = 4 // shorter ones are no secrets, and would tear texts apart
	v = strings.TrimSpace(v)
	if len(v) < shortest {
		return
	}
	quoted, _ := json.Marshal(v)
	s.texts = append(s.texts, v, url.QueryEscape(v), url.PathEscape(v), strings.Trim(string(quoted), `"`),
		base64.StdEncoding.EncodeToString([]byte(v)), base64.RawURLEncoding.EncodeToString([]byte(v)))
	slices.SortStableFunc(s.texts, func(a, b string) int { return len(b) - len(a) }) // the longest first: one may be part of another
}

// in reports whether a page repeats a secret. A word that is short enough to
// stand there by itself is no sign of that.
func (s *secrets) in(page []byte) bool {
	const shortest = 12
	return slices.ContainsFunc(s.texts, func(t string) bool { return len(t) >= shortest && bytes.Contains(page, []byte(t)) })
}

func (s *secrets) scrub(text string) string {
	for _, secret := range s.texts {
		text = strings.ReplaceAll(text, secret, hidden)
	}
	return text
}

// scrubbed is err without secrets. What it wraps is given up, since that would
// still say them, but for a stop and for a page that could not be kept.
func (s *secrets) scrubbed(err error) error {
	if err == nil {
		return nil
	}
	clean := errors.New(s.scrub(err.Error()))
	if st := (stop{}); errors.As(err, &st) {
		return stop{clean}
	}
	if k := (kept{}); errors.As(err, &k) {
		return err
	}
	return clean
}
