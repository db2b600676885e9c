package api

import (
	"context"
	"errors"
	"net/http"

	"tickmark/internal/engine/identity"
)

// maxKey is the longest key that a caller may choose.
const maxKey = 200

// once does what is asked. Under a key it is done once, and the answer is given
// again to whoever asks the same under it: the caller may repeat a request whose
// answer he never saw. A refusal uses up no key.
func (s *server) once(w http.ResponseWriter, c *call) {
	key := c.r.Header.Get("Idempotency-Key")
	if key == "" {
		answer := &held{header: w.Header()}
		s.mux.ServeHTTP(answer, c.r)
		s.marked(w, c.r, answer.status, answer.body.Bytes())
		return
	}
	if len(key) > maxKey {
		fail(w, problem(http.StatusUnprocessableEntity, "A key has at most 200 bytes."))
		return
	}
	body, _ := c.ctx().Value(bodyKey{}).([]byte) // answer put it there
	given, known, err := s.Answers.Begin(c.ctx(), c.Account, key, c.r.Method+" "+c.r.URL.RequestURI()+"\n"+string(body))
	switch {
	case errors.Is(err, identity.ErrUnderWay):
		w.Header().Set("Retry-After", "1")
		fail(w, problem(http.StatusConflict, err.Error()))
	case errors.Is(err, identity.ErrOtherRequest):
		fail(w, problem(http.StatusUnprocessableEntity, err.Error()))
	case err != nil:
		s.sorry(w, c.r, err)
	case known:
		w.Header().Set("Content-Type", given.Kind)
		w.Header().Set("Idempotent-Replayed", "true")
		s.marked(w, c.r, given.Status, given.Body)
	default:
		s.first(w, c, key)
	}
}

// first does it, and keeps the answer before it is sent. What was not done is
// forgotten, also when the caller has gone.
func (s *server) first(w http.ResponseWriter, c *call, key string) {
	answer := &held{header: w.Header()}
	done := false
	after := context.WithoutCancel(c.ctx())
	defer func() {
		if done {
			return
		}
		if err := s.Answers.Forget(after, c.Account, key); err != nil {
			s.Log.Error("api", "path", c.r.URL.Path, "error", err)
		}
	}()
	s.mux.ServeHTTP(answer, c.r)
	if answer.status >= http.StatusOK && answer.status < http.StatusMultipleChoices {
		err := s.Answers.Answered(after, c.Account, key, identity.Given{Status: answer.status, Kind: w.Header().Get("Content-Type"), Body: answer.body.Bytes()})
		if done = err == nil; !done {
			s.Log.Error("api", "path", c.r.URL.Path, "error", err)
		}
	}
	s.marked(w, c.r, answer.status, answer.body.Bytes())
}
