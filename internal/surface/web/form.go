package web

import (
	"errors"
	"mime"
	"net/http"
	"strconv"
	"strings"
)

func inParts(r *http.Request) bool {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return kind == "multipart/form-data"
}

// bringsFile reports whether a request is to one of the addresses that take files.
func bringsFile(r *http.Request) bool {
	return strings.HasSuffix(r.URL.Path, "/respond") || r.URL.Path == "/import" || r.URL.Path == "/verify"
}

// readForm reads a form to its end before anything is done: one that is too
// large or broken does nothing. The addresses that take files read them on.
func readForm(r *http.Request) error {
	switch {
	case r.Method != http.MethodPost || inParts(r) && bringsFile(r):
		return nil
	case inParts(r):
		return problem{http.StatusUnsupportedMediaType, "This form could not be read", "No file is taken here."}
	}
	err := r.ParseForm()
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return problem{http.StatusRequestEntityTooLarge, "This form is too large", "A form of at most " + strconv.Itoa(maxForm>>20) + " MB is taken here."}
	}
	if err != nil {
		return problem{http.StatusBadRequest, "This form could not be read", err.Error()}
	}
	return nil
}
