// Package publish hands an examination over: a bundle with the populations,
// the procedures, the results, whatever records refer to, and the whole history,
// which a stranger can verify offline. Management's is its evidence package; the
// auditor's is the archive of his file, and holds all that the other holds. It
// is the last stage. It writes no records, and does not know who may see what:
// the store hands it what the person sees.
package publish

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"tickmark/internal/audit"
	"tickmark/internal/confine"
	"tickmark/internal/engine/bundle"
	"tickmark/internal/engine/query"
	"tickmark/internal/engine/trail"
)

// records is all that publish may see of the store. It reads only.
type records interface {
	trail.Log
	Results(ctx context.Context, engagement string) ([]audit.Result, error)
	Reports(ctx context.Context) ([]audit.Report, error)
	Records(ctx context.Context, yield func(kind, subject string, digest audit.Digest, body []byte) error) error
}

// files is where populations, texts of tests, exceptions and reports are.
type files interface {
	Open(ctx context.Context, d audit.Digest) (io.ReadCloser, error)
}

// Stage publishes.
type Stage struct {
	Records  records
	Files    files
	Signer   string // private key
	Verifier string // public key, which goes into the bundle
	Side     audit.Side
	Lock     bundle.Lock // what the bundle is encrypted by; nil when it is written plain
	Scratch  string
}

// The bundle's layout.
const (
	LeavesName     = "trail/leaves.ndjson"
	CheckpointName = "trail/checkpoint"
	KeyName        = "trail/key"
	RecordsName    = "records.ndjson"
)

// ProcedureName is where a procedure's text is, by its digest.
func ProcedureName(d audit.Digest) string { return "procedures/" + string(d) + ".sql" }

// PopulationName is where a population's rows are.
func PopulationName(d audit.Digest) string { return "populations/" + string(d) + ".parquet" }

// ExceptionsName is where a result's exceptions are.
func ExceptionsName(d audit.Digest) string { return "exceptions/" + string(d) + ".parquet" }

// FileName is where a file that records refer to is: an answer to a request, or
// what a workpaper rests on.
func FileName(d audit.Digest) string { return "files/" + string(d) }

// Withheld is the line of a record that the bundle's side does not see.
const Withheld = "null\n"

// ReportName is where a report is.
func ReportName(d audit.Digest) string { return "reports/" + string(d) + ".pdf" }

// Bundle writes the bundle of everything recorded so far to out.
func (s Stage) Bundle(ctx context.Context, organization string, out string) (bundle.Manifest, error) {
	dir, done, err := confine.Scratch(s.Scratch)
	if err != nil {
		return bundle.Manifest{}, err
	}
	defer done()
	w := &writer{Stage: s, dir: dir, written: map[string]bool{}}
	for _, step := range []func(context.Context) error{w.history, w.evidence, w.reports, w.readme} {
		if err := step(ctx); err != nil {
			return bundle.Manifest{}, fmt.Errorf("bundle: %w", err)
		}
	}
	m := bundle.Manifest{Organization: organization, Side: s.Side, Engine: query.Version, Counts: w.counts.List()}
	return bundle.Seal(dir, out, m, func(text []byte) ([]byte, error) { return trail.SignText(ManifestText(text), s.Signer) }, s.Lock)
}

// ManifestText is what the manifest's signature is of.
func ManifestText(manifest []byte) []byte {
	return fmt.Appendf(nil, "tickmark bundle\n%s\n", audit.DigestOf(manifest))
}

// writer fills the folder that is sealed.
type writer struct {
	Stage
	dir     string
	written map[string]bool
	counts  Counts
}

func (w *writer) put(name string, text []byte) error {
	return w.stream(name, bytes.NewReader(text))
}

func (w *writer) stream(name string, r io.Reader) error {
	path := filepath.Join(w.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Close())
}

// keep copies bytes of the vault into the bundle, once, checked on the way.
func (w *writer) keep(ctx context.Context, name string, d audit.Digest) error {
	if w.written[name] {
		return nil
	}
	w.written[name] = true
	r, err := w.Files.Open(ctx, d)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	defer r.Close()
	return w.stream(name, r)
}

// history writes the trail's leaves, the record behind each, and the signed
// checkpoint over them.
func (w *writer) history(ctx context.Context) error {
	checkpoint, err := trail.Sign(ctx, w.Records, w.Signer)
	if err != nil {
		return err
	}
	_, size, _, err := trail.Open(checkpoint, w.Verifier)
	if err != nil {
		return err
	}
	if err := errors.Join(w.put(CheckpointName, checkpoint), w.put(KeyName, []byte(w.Verifier+"\n"))); err != nil {
		return err
	}
	if err := w.leaves(ctx, size); err != nil {
		return err
	}
	return w.bodies(ctx, size)
}

const page = 1000

func (w *writer) leaves(ctx context.Context, size int64) error {
	var all bytes.Buffer
	for from := int64(0); from < size; from += page {
		leaves, err := w.Records.TrailLeaves(ctx, from, min(from+page, size))
		if err != nil {
			return err
		}
		for _, l := range leaves {
			all.Write(l)
		}
	}
	return w.put(LeavesName, all.Bytes())
}

// bodies writes one line for each leaf: canonical records are one line of JSON,
// and a record that the side does not see is Withheld. What records refer to is
// copied as they pass.
func (w *writer) bodies(ctx context.Context, size int64) error {
	f, err := os.Create(filepath.Join(w.dir, RecordsName))
	if err != nil {
		return err
	}
	defer f.Close()
	out, n := bufio.NewWriter(f), int64(0)
	var refers References
	err = w.Records.Records(ctx, func(kind, _ string, _ audit.Digest, body []byte) error {
		n++
		if n > size {
			return nil // recorded while the bundle was being made
		}
		w.counts.Add(kind, body != nil)
		if body == nil {
			body = []byte(Withheld)
		} else if err := refers.Read(kind, body); err != nil {
			return err
		}
		_, err := out.Write(body)
		return err
	})
	if err := errors.Join(err, out.Flush(), f.Close()); err != nil {
		return err
	}
	if err := w.whole(); err != nil {
		return err
	}
	for _, r := range refers.List() {
		if err := w.keep(ctx, r.Name, r.Digest); err != nil {
			return fmt.Errorf("%s: %w", r.What, err)
		}
	}
	return nil
}

// whole refuses a bundle that its side may not leave so much out of.
func (w *writer) whole() error {
	for _, x := range w.counts.List() {
		if x.Withheld > 0 && (w.Side != audit.Management || !slices.Contains(audit.AuditorFile, x.Kind)) {
			return fmt.Errorf("%s of kind %s may not be seen by whoever makes this bundle: let management's administrator or a member of every auditor's team make it", audit.Plural(x.Withheld, "record"), x.Kind)
		}
	}
	return nil
}

// evidence writes what the standing results were made from and what they found.
func (w *writer) evidence(ctx context.Context) error {
	results, err := w.Records.Results(ctx, "")
	if err != nil {
		return err
	}
	for _, r := range results {
		if err := w.result(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) result(ctx context.Context, r audit.Result) error {
	err := w.keep(ctx, ProcedureName(r.SQL), r.SQL)
	for _, in := range r.Inputs {
		err = errors.Join(err, w.keep(ctx, PopulationName(in.File), in.File))
	}
	if r.Detail != "" {
		err = errors.Join(err, w.keep(ctx, ExceptionsName(r.Detail), r.Detail))
	}
	return err
}

func (w *writer) reports(ctx context.Context) error {
	reports, err := w.Records.Reports(ctx)
	if err != nil {
		return err
	}
	for _, r := range reports {
		if err := w.keep(ctx, ReportName(r.PDF), r.PDF); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) readme(context.Context) error {
	return w.put("README.txt", []byte(`This is a Tickmark bundle: the evidence behind a SOC examination, to be verified by anyone.

  tickmark verify BUNDLE.zip

(with --key FIRM.key when it is encrypted to a firm) needs no network, no account and no trust in whoever made it. It checks every byte against the manifest,
the manifest and the history against the key in trail/key, and performs every procedure again.
Compare the key with one that the organization gave you by another way: --key FILE.

  manifest.json   every file with its SHA-256; manifest.sig signs it
  trail/          the history: one leaf for each record, and the signed checkpoint over all of them
  records.ndjson  the record behind each leaf, one to a line, in the same order
  procedures/     the tests as SQL; populations/ the rows they read, as Parquet
  exceptions/     what they flagged, as Parquet; reports/ the drafts made from them
  files/          what else records refer to, by its SHA-256: answers, workpapers' evidence

A line "null" in records.ndjson is a record that the bundle's side does not see: the manifest counts them.
`))
}
