package connector

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"tickmark/internal/audit"
)

// cabinet is where the pages of a test's collection are kept.
type cabinet struct {
	mu     sync.Mutex
	pages  map[audit.Digest][]byte
	before func(n int, page []byte) // called before the n-th page is kept; may be nil
}

func (s *cabinet) keep(_ context.Context, page []byte) (audit.Digest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.before != nil {
		s.before(len(s.pages)+1, page)
	}
	d := audit.DigestOf(page)
	s.pages[d] = append([]byte{}, page...)
	return d, nil
}

func (s *cabinet) read(_ context.Context, d audit.Digest) ([]byte, error) {
	if page, ok := s.pages[d]; ok {
		return page, nil
	}
	return nil, errors.New("not kept")
}

// job is a collection by a source over a transport other than http.
func (s *cabinet) job(source audit.Source, settings, secrets map[string]string) Job {
	s.pages = map[audit.Digest][]byte{}
	source.ID, source.Version = "test", 1
	for name := range settings {
		source.Settings = append(source.Settings, audit.Setting{Name: name})
	}
	for name := range secrets {
		source.Secrets = append(source.Secrets, audit.Setting{Name: name})
	}
	return Job{
		Source: source, Settings: settings, Keep: s.keep, Read: s.read, Now: func() time.Time { return time.Unix(0, 0) },
		Window: audit.Period{From: "2025-01-01", To: "2025-06-30"}, Timezone: "Europe/Berlin",
		Secret: func(name string) (string, error) {
			if v, ok := secrets[name]; ok {
				return v, nil
			}
			return "", fmt.Errorf("no secret %s", name)
		},
	}
}

// text is the pages of a request, one after the other.
func (s *cabinet) text(c Collected, request string) string {
	var b strings.Builder
	for _, p := range c.Pages {
		if p.Request == request {
			b.Write(s.pages[p.Digest])
		}
	}
	return b.String()
}

// collects collects and wants it to be all there.
func collects(t *testing.T, j Job) Collected {
	t.Helper()
	c, err := Collect(t.Context(), j)
	if err != nil || c.Why != "" {
		t.Fatalf("incomplete: %s, %v", c.Why, err)
	}
	return c
}

// falls collects and wants it to be incomplete for a reason.
func falls(t *testing.T, j Job, why string) Collected {
	t.Helper()
	c, err := Collect(t.Context(), j)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(c.Why, why) || c.Why == "" {
		t.Fatalf("why it is incomplete: %q, want %q", c.Why, why)
	}
	return c
}
