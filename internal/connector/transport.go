package connector

import (
	"context"
	"fmt"
	"net/http"

	"tickmark/internal/audit"
)

// transport asks requests over one technology.
type transport interface {
	// fetch asks one request once, its templates filled from a.values, and gives
	// every page to keep, in order, as received. It returns why the answer is not
	// all there, as an error in words for a reader of the collection: the frame
	// records it, and goes on with what else is to be asked. A stop ends the whole
	// collection. An error of keep is returned as it is.
	fetch(ctx context.Context, a *ask, keep keeper) error
	close() error
}

// keeper records one page, counts its records and returns its proof, to which
// a transport may add Next before it gives the page after it.
type keeper func(ctx context.Context, p page) (*audit.PageProof, error)

// ask is one request with what fills its templates.
type ask struct {
	request audit.Request
	values  values
	asked   *audit.Asked // to which a transport adds Retries and Throttled, and Chain when the chain broke
}

// page is one page as received, before anything is made of it.
type page struct {
	text   string // what was asked for it, without secrets
	status int
	header http.Header // of totals that stand in a header; nil when there is none
	body   []byte
	tries  int
	none   bool // the source says there is none: recorded, and no record
}

// stop is why the whole collection ends here: asking on would be impolite or
// in vain.
type stop struct{ error }

func (s stop) Unwrap() error { return s.error }

// transport opens the technology that the source names.
func (r *run) transport(ctx context.Context) (transport, error) {
	switch r.job.Source.Transport {
	case "http":
		return openHTTP(ctx, r)
	case "sql":
		return openSQL(ctx, r)
	case "exec":
		return openExec(ctx, r)
	case "file":
		return openFile(ctx, r)
	case "s3":
		return openS3(ctx, r)
	default:
		return nil, fmt.Errorf("source %s has transport %q: there are http, sql, exec, file and s3", r.job.Source.ID, r.job.Source.Transport)
	}
}
