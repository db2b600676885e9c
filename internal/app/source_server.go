package app

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"tickmark/catalog"
)

// recordedServer answers the exchanges of one case, each once, and writes down
// what it was asked besides.
type recordedServer struct {
	url       string
	server    *http.Server
	exchanges []catalog.Exchange
	recorded  fs.FS
	folder    string

	mu     sync.Mutex
	asked  []bool
	faults []string
}

// serveCase starts a server that only this machine reaches. What is given as
// before stands before it.
func serveCase(ctx context.Context, k KnownSource, c catalog.SourceCase, before func(http.Handler) http.Handler) (*recordedServer, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start a server for the case: %w", err)
	}
	s := &recordedServer{
		url: "http://" + l.Addr().String(), exchanges: c.Exchanges, recorded: k.Recorded, folder: k.ID, asked: make([]bool, len(c.Exchanges)),
	}
	s.server = &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	if before != nil {
		s.server.Handler = before(s)
	}
	go func() { _ = s.server.Serve(l) }() // ends when verdict closes it
	return s, nil
}

// ServeHTTP answers with the first exchange of this request that was not asked
// yet. What no exchange knows is a fault of the case.
func (s *recordedServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body) // what cannot be read is in no exchange
	x, ok := s.take(r, string(body))
	if !ok {
		s.fault("no exchange of the case answers " + r.Method + " " + r.URL.RequestURI() + after(" with the body ", string(body)))
		http.Error(w, "no exchange of the case answers this", http.StatusInternalServerError)
		return
	}
	answer := []byte(x.Body)
	if x.File != "" {
		var err error
		if answer, err = fs.ReadFile(s.recorded, path.Join(s.folder, x.File)); err != nil {
			s.fault(err.Error())
		}
	}
	for name, value := range x.Headers {
		w.Header().Set(name, s.here(value))
	}
	if w.Header().Get("Content-Type") == "" && answers(answer, "{", "[") {
		w.Header().Set("Content-Type", "application/json")
	}
	if x.Status != 0 {
		w.WriteHeader(x.Status)
	}
	_, _ = io.WriteString(w, s.here(string(answer))) // a client that went away is the client's affair
}

func answers(body []byte, beginnings ...string) bool {
	text := strings.TrimSpace(string(body))
	return slices.ContainsFunc(beginnings, func(b string) bool { return strings.HasPrefix(text, b) })
}

func after(words, text string) string {
	if text == "" {
		return ""
	}
	return words + text
}

// here puts the server's address into a text.
func (s *recordedServer) here(text string) string { return strings.ReplaceAll(text, "{server}", s.url) }

func (s *recordedServer) fault(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Contains(s.faults, text) {
		s.faults = append(s.faults, text)
	}
}

func (s *recordedServer) take(r *http.Request, body string) (catalog.Exchange, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, x := range s.exchanges {
		if !s.asked[i] && sameRequest(x.Request, r) && strings.Contains(body, x.BodyHas) {
			s.asked[i] = true
			return x, true
		}
	}
	return catalog.Exchange{}, false
}

// sameRequest compares method, path and query; the order of the query's
// parameters does not count.
func sameRequest(want string, r *http.Request) bool {
	method, address, _ := strings.Cut(want, " ")
	u, err := url.Parse(address)
	return err == nil && method == r.Method && u.EscapedPath() == r.URL.EscapedPath() && u.Query().Encode() == r.URL.Query().Encode()
}

// verdict closes the server and says what was asked in vain or never.
func (s *recordedServer) verdict() []string {
	_ = s.server.Close() // nobody asks any more
	s.mu.Lock()
	defer s.mu.Unlock()
	faults := s.faults
	for i, x := range s.exchanges {
		if !s.asked[i] {
			faults = append(faults, fmt.Sprintf("exchange %d was never asked: %s%s", i+1, x.Request, after(" with the body ", x.BodyHas)))
		}
	}
	return faults
}
