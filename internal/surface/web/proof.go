package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"tickmark/internal/audit"
	"tickmark/internal/confine"
	"tickmark/internal/engine/coffer"
	"tickmark/internal/surface/web/page"
)

// trail is the history of all records, the newest first.
func (b *bench) trail(c *call) error {
	l := page.Listing{
		Lead:      "Every record is a leaf of a Merkle tree: who recorded what, when, and the digest of it. A signed checkpoint fixes all of them.",
		Downloads: []page.Link{{Text: "Verify a bundle", Href: "/verify", Page: true}, {Text: "Checkpoint", Href: "/checkpoint"}, {Text: "Bundle for the auditor", Href: "/bundle"}},
	}
	var err error
	if l.Frame, err = b.frame(c, "Proof", "proof"); err != nil {
		return err
	}
	l.Table = page.Table{
		Caption: "The history, the newest first", Empty: nothingDescribed,
		Columns: []page.Column{{Name: "Leaf", Num: true}, {Name: "When (UTC)"}, {Name: "Who"}, {Name: "Side"}, {Name: "Did"}, {Name: "Kind"}, {Name: "Of what", Wide: true}, {Name: "Digest"}},
	}
	if kind := c.r.URL.Query().Get("kind"); kind != "" {
		return b.trailOf(c, l, kind)
	}
	from, to, pager := window(c, c.size, "record")
	l.Table.Pager = pager
	events, err := c.events(c.r.Context(), c.size-to, c.size-from)
	if err != nil {
		return err
	}
	for i := len(events) - 1; i >= 0; i-- {
		l.Table.Rows = append(l.Table.Rows, eventRow(events[i]))
	}
	return b.show(c, l.Write())
}

func eventRow(e audit.Event) page.Row {
	n := strconv.FormatInt(e.Sequence, 10)
	return page.Row{
		{Text: n, Href: path("trail", n)}, {Text: brief(e.At)}, {Text: e.Actor.Name}, {Text: string(e.Actor.Side)}, {Text: e.Verb},
		{Text: e.Kind, Href: address("/trail", "kind", e.Kind)}, {Text: e.Subject, Mono: true}, {Text: e.Digest.Short(), Mono: true},
	}
}

// readAtOnce is how many leaves are held in memory at a time.
const readAtOnce = 1000

// trailOf is the history of one kind of record. It is read from its beginning.
func (b *bench) trailOf(c *call, l page.Listing, kind string) error {
	var found []audit.Event
	for at := int64(0); at < c.size; at += readAtOnce {
		events, err := c.events(c.r.Context(), at, min(at+readAtOnce, c.size))
		if err != nil {
			return err
		}
		for _, e := range events {
			if e.Kind == kind {
				found = append(found, e)
			}
		}
	}
	of := int64(len(found))
	l.Filters = []page.Filter{{Name: "Kind", Choices: []page.Choice{
		{Link: page.Link{Text: "all", Href: "/trail"}, Count: c.size},
		{Link: page.Link{Text: kind, Href: with(c), Now: true}, Count: of},
	}}}
	from, to, pager := window(c, of, "record")
	l.Table.Pager = pager
	for i := from; i < to; i++ {
		l.Table.Rows = append(l.Table.Rows, eventRow(found[of-1-i]))
	}
	l.Table.Empty = page.Empty{Title: "No record is of that kind", Text: "Take the filter away.", Link: page.Link{Text: "All records", Href: "/trail"}}
	return b.show(c, l.Write())
}

var errFound = errors.New("found")

// leaf is one record of the history, with what it says.
func (b *bench) leaf(c *call) error {
	n := number(c.r.PathValue("sequence"), -1)
	if n < 0 || n >= c.size {
		return errNoPage
	}
	leaves, err := c.reader.TrailLeaves(c.r.Context(), n, n+1)
	if err != nil {
		return err
	}
	var e audit.Event
	if err := json.Unmarshal(leaves[0], &e); err != nil {
		return err
	}
	x := page.Leaf{Leaf: string(leaves[0]), Record: "This record is not shown to your side of the wall."}
	err = c.reader.Records(c.r.Context(), func(kind, subject string, digest audit.Digest, body []byte) error {
		if kind != e.Kind || subject != e.Subject || digest != e.Digest {
			return nil
		}
		x.Record = indented(body)
		return errFound
	})
	if err != nil && !errors.Is(err, errFound) {
		return err
	}
	x.Facts = []page.Fact{
		{Name: "Recorded", Value: page.Cell{Text: brief(e.At)}}, {Name: "By", Value: page.Cell{Text: e.Actor.Name + ", " + string(e.Actor.Side)}},
		{Name: "What", Value: page.Cell{Text: e.Verb + " " + e.Kind}}, {Name: "Subject", Value: page.Cell{Text: e.Subject, Mono: true}},
		{Name: "Digest of the record", Value: page.Cell{Text: string(e.Digest), Mono: true}},
	}
	if e.Policy != "" {
		x.Facts = append(x.Facts, page.Fact{Name: "Allowed by", Value: page.Cell{Text: e.Policy}})
	}
	if x.Frame, err = b.frame(c, "Leaf "+strconv.FormatInt(n, 10), "proof", page.Link{Text: "Proof", Href: "/trail"}); err != nil {
		return err
	}
	return b.show(c, x.Write())
}

func indented(body []byte) string {
	var out bytes.Buffer
	if err := json.Indent(&out, body, "", "  "); err != nil {
		return string(body)
	}
	return out.String()
}

// checkpoint is the signed size and root of the history as it is now.
func (b *bench) checkpoint(c *call) error {
	text, err := b.Work.Checkpoint(c.r.Context())
	if err != nil {
		return err
	}
	attach(c.w, "text/plain; charset=utf-8", "checkpoint")
	_, _ = c.w.Write(text) // the reader has gone if this fails
	return nil
}

// bundle hands over everything recorded that the person may see, as a file that verifies
// itself. It is made whole before the first byte is sent.
func (b *bench) bundle(c *call) error {
	dir, done, err := confine.Scratch(b.Scratch)
	if err != nil {
		return err
	}
	defer done()
	name := filepath.Join(dir, "bundle.zip")
	if _, err := b.Work.Bundle(c.r.Context(), c.person, name); err != nil {
		return err
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	if coffer.Locked(f) {
		attach(c.w, "application/octet-stream", "bundle.zip.age")
	} else {
		attach(c.w, "application/zip", "bundle.zip")
	}
	if info, err := f.Stat(); err == nil {
		c.w.Header().Set("Content-Length", strconv.FormatInt(info.Size(), 10))
	}
	_, _ = io.Copy(c.w, f) // the reader has gone if this fails
	return nil
}

// reports are the newest drafts.
func (b *bench) reports(c *call) error {
	f, err := c.scope(c.r.Context())
	if err != nil {
		return err
	}
	drafts, err := c.reportDrafts(c.r.Context())
	if err != nil {
		return err
	}
	l := page.Listing{Lead: "Drafts, assembled from the records. A draft is no opinion: that is the service auditor’s, and is signed by him."}
	if l.Frame, err = b.frame(c, "Reports", "reports"); err != nil {
		return err
	}
	l.Acts, l.Done = b.reportActs(c, f.Folder), recorded[c.r.URL.Query().Get("done")]
	l.Table = page.Table{
		Caption: "The newest draft of each engagement",
		Columns: []page.Column{{Name: "Engagement"}, {Name: "Title", Wide: true}, {Name: "Pages", Num: true}, {Name: "Assembled (UTC)"}, {Name: "Draft"}, {Name: "Before the issue"}, {Name: "SHA-256 of the PDF"}},
		Empty:   nothingDescribed,
	}
	for _, e := range f.Engagements {
		row := page.Row{{Text: e.Code, Href: path("engagements", e.Code), Mono: true}, {Text: title(e) + ", " + period(e.Period)}, {}, {Text: "not assembled yet", Tone: page.Quiet, Note: "tickmark report " + e.Code}, {}, {Text: "Checklist", Href: path("reports", e.Code, "check")}, {}}
		for _, d := range drafts {
			if d.Engagement == e.Code {
				row = page.Row{row[0], {Text: d.Title}, {Text: strconv.Itoa(d.Pages)}, {Text: brief(d.At)}, {Text: "Download PDF", Href: path("reports", e.Code)}, row[5], {Text: d.PDF.Short(), Mono: true}}
			}
		}
		l.Table.Rows = append(l.Table.Rows, row)
	}
	n := int64(len(l.Table.Rows))
	l.Table.Pager = page.Pager{From: 1, To: n, Of: n, Noun: "engagement"}
	return b.show(c, l.Write())
}

func (b *bench) reportPDF(c *call) error {
	drafts, err := c.reportDrafts(c.r.Context())
	if err != nil {
		return err
	}
	for _, d := range drafts {
		if d.Engagement != c.r.PathValue("engagement") {
			continue
		}
		f, err := b.Files.Open(c.r.Context(), d.PDF)
		if err != nil {
			return err
		}
		defer f.Close()
		pdf, err := io.ReadAll(f) // its digest is known when its end is read
		if err != nil {
			return err
		}
		attach(c.w, "application/pdf", d.Engagement+"-draft.pdf")
		_, _ = c.w.Write(pdf) // the reader has gone if this fails
		return nil
	}
	return errNoPage
}
