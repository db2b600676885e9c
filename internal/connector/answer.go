package connector

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
)

// Limits against an answer that unpacks to more than it is worth.
const (
	maxRatio  = 300
	ratioFrom = 16 << 20 // bytes unpacked
)

// answer is what came back for one call.
type answer struct {
	status int
	header http.Header
	body   []byte
	tries  int
	none   bool   // its status means that there is none
	why    string // why it is no use after all tries
	last   bool   // after it, nothing more is asked
}

// transient is an error that may be gone when asked again.
type transient struct{ error }

func (t transient) Unwrap() error { return t.error }

// body reads all of an answer, or says that it is too large or not whole.
func (w *web) body(resp *http.Response) ([]byte, error) {
	limit := w.run.limit()
	packed := &counted{r: resp.Body}
	var r io.Reader = packed
	switch encoding := strings.ToLower(resp.Header.Get("Content-Encoding")); encoding {
	case "", "identity":
	case "gzip", "x-gzip":
		unpacked, err := gzip.NewReader(packed)
		if err != nil {
			return nil, transient{fmt.Errorf("the answer is not the gzip it says it is: %w", err)}
		}
		r = unpacked
	default:
		return nil, fmt.Errorf("the answer is packed as %q, which was not asked for", encoding)
	}
	body, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, transient{fmt.Errorf("the answer broke off after %d bytes: %w", len(body), err)}
	}
	if r != io.Reader(packed) && len(body) > ratioFrom && int64(len(body)) > maxRatio*packed.n {
		return nil, fmt.Errorf("the answer unpacks to more than %d times its size and was not kept", maxRatio)
	}
	if int64(len(body)) > limit {
		return nil, fmt.Errorf("the answer is larger than %d MB and was not kept: ask for smaller pages, or raise limits.page_mb of the source", w.run.limits.PageMB)
	}
	return body, nil
}

// counted counts what is read through it.
type counted struct {
	r io.Reader
	n int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// wrong says why an answer, which is kept all the same, holds no records.
func (a answer) wrong(c call) error {
	switch {
	case a.why != "":
		return errors.New(c.text() + " " + a.why + ": " + begins(a.body))
	case a.none:
		return nil
	case a.status < 200 || a.status > 299:
		return fmt.Errorf("%s answered %s: %s", c.text(), status(a.status), begins(a.body))
	}
	media, _, _ := mime.ParseMediaType(a.header.Get("Content-Type"))
	if media == "text/html" {
		return fmt.Errorf("%s answered a web page: %s", c.text(), begins(a.body))
	}
	return nil
}

func status(code int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", code, http.StatusText(code)))
}
