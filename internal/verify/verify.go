// Package verify is the stranger's check of a bundle: offline, with nothing but
// this binary. It stands beside the pipeline, uses no database and no vault, and
// believes nothing the bundle says that it cannot derive again. It does not
// know who the organization is, nor whether its key is the right one.
package verify

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/confine"
	"tickmark/internal/engine/bundle"
	"tickmark/internal/engine/coffer"
	"tickmark/internal/engine/query"
	"tickmark/internal/engine/trail"
	"tickmark/internal/stage/publish"
)

// Verifier checks bundles.
type Verifier struct {
	Query    query.Engine
	Schemas  map[string]audit.Schema // canonical populations, by name
	Key      string                  // the organization's public key, got by another way; "" to take the bundle's
	Coffer   coffer.Key              // opens a bundle that is encrypted; zero when there is none
	Since    string                  // an earlier bundle of the same organization, whose history this one must continue
	Scratch  string
	Progress func(text string)
}

// Again is one procedure performed again.
type Again struct {
	Engagement string       `json:"engagement"`
	Procedure  string       `json:"procedure"`
	Status     audit.Status `json:"status"`
	Tested     int64        `json:"tested"`
	Exceptions int64        `json:"exceptions"`
	Same       bool         `json:"same"`
	Why        string       `json:"why,omitempty"`
}

// Finding is all that the check found.
type Finding struct {
	Organization string     `json:"organization"`
	Side         audit.Side `json:"side"` // whose bundle it is
	Key          string     `json:"key"`
	Pinned       bool       `json:"key_given"`              // the key came from the reader, not from the bundle
	Recipient    string     `json:"encrypted_to,omitempty"` // whose key opened it; "" of a plain bundle
	Entries      int        `json:"entries"`
	Records      int64      `json:"records"`
	Continues    int64      `json:"continues,omitempty"` // records of the earlier bundle that stand unchanged at the beginning
	Root         string     `json:"root"`
	Withheld     int64      `json:"withheld"` // records that the bundle's side does not see
	Performed    []Again    `json:"performed"`
	Drawn        []Drawn    `json:"drawn,omitempty"`
	Signed       int        `json:"signed,omitempty"` // names of the auditor's file that were checked
	Faults       []string   `json:"faults"`
}

// Sound reports whether nothing was found.
func (f Finding) Sound() bool { return len(f.Faults) == 0 }

// Bundle checks the bundle at path. Faults of the bundle are in the finding;
// the error is for what kept the check from being made.
func (v Verifier) Bundle(ctx context.Context, path string) (Finding, error) {
	dir, done, err := confine.Scratch(v.Scratch)
	if err != nil {
		return Finding{}, err
	}
	defer done()
	c := check{Verifier: v, dir: dir}
	c.say("reading every byte")
	m, recipient, faults, err := v.unpack(path, dir)
	if err != nil {
		return Finding{}, err
	}
	c.manifest, c.found.Recipient = m, recipient
	c.found.Organization, c.found.Side, c.found.Entries = m.Organization, m.Side, len(m.Entries)
	for _, f := range faults {
		c.fault("%v", f)
	}
	if c.fatal() {
		return c.found, nil
	}
	c.say("checking the signatures and the history")
	c.signature()
	c.history()
	c.records()
	c.counts()
	c.reports()
	c.references()
	c.names()
	if v.Since != "" {
		if err := c.continues(v.Since); err != nil {
			return c.found, err
		}
	}
	if err := c.again(ctx); err != nil {
		return c.found, err
	}
	return c.found, c.draws(ctx)
}

// check is one check in progress.
type check struct {
	Verifier
	dir      string
	manifest bundle.Manifest
	leaves   [][]byte
	bodies   [][]byte
	events   []audit.Event
	found    Finding
}

func (c *check) say(format string, args ...any) {
	if c.Progress != nil {
		c.Progress(fmt.Sprintf(format, args...))
	}
}

func (c *check) fault(format string, args ...any) {
	c.found.Faults = append(c.found.Faults, fmt.Sprintf(format, args...))
}

// fatal is true when the archive was not even unpacked.
func (c *check) fatal() bool {
	_, err := os.Stat(filepath.Join(c.dir, bundle.ManifestName))
	return err != nil
}

func (c *check) read(name string) []byte {
	b, err := os.ReadFile(c.at(name))
	if err != nil && !c.alreadyMissing(name) {
		c.fault("%s is missing", name)
	}
	return b
}

func (c *check) alreadyMissing(name string) bool {
	for _, f := range c.found.Faults {
		if strings.HasPrefix(f, name+" ") {
			return true
		}
	}
	return false
}

// signature checks that the key signed this very manifest.
func (c *check) signature() {
	c.found.Key = strings.TrimSpace(string(c.read(publish.KeyName)))
	if c.Key != "" {
		c.found.Pinned = true
		if given := strings.TrimSpace(c.Key); given != c.found.Key {
			c.fault("%s is not the key that was given: the bundle was made with another one", publish.KeyName)
			c.found.Key = given
		}
	}
	signed := c.read(bundle.SignatureName)
	text, err := trail.OpenText(signed, c.found.Key)
	if err != nil {
		c.fault("%s: %v", bundle.SignatureName, err)
		return
	}
	if !bytes.Equal(text, publish.ManifestText(c.read(bundle.ManifestName))) {
		c.fault("%s signs another manifest than %s", bundle.SignatureName, bundle.ManifestName)
	}
}

// history checks that the leaves are exactly those under the signed checkpoint.
func (c *check) history() {
	c.leaves = lines(c.read(publish.LeavesName))
	root, err := trail.RootOf(trail.Each(c.leaves))
	if err != nil {
		c.fault("%s: %v", publish.LeavesName, err)
		return
	}
	c.found.Root, c.found.Records = root.String(), int64(len(c.leaves))
	_, size, signed, err := trail.Open(c.read(publish.CheckpointName), c.found.Key)
	switch {
	case err != nil:
		c.fault("%s: %v", publish.CheckpointName, err)
	case size != int64(len(c.leaves)):
		c.fault("%s has %d leaves; the signed checkpoint counts %d", publish.LeavesName, len(c.leaves), size)
	case signed != root:
		c.fault("%s was changed or reordered: its root is not the one in the signed checkpoint", publish.LeavesName)
	}
}

// continues checks that the history of an earlier bundle is the beginning of
// this one: nothing that was shown before was taken back or changed.
func (c *check) continues(earlier string) error {
	dir, done, err := confine.Scratch(c.dir)
	if err != nil {
		return err
	}
	defer done()
	_, _, faults, err := c.unpack(earlier, dir)
	if err != nil {
		return err
	}
	if len(faults) > 0 {
		return fmt.Errorf("the earlier bundle %s is itself not sound: %w", earlier, errors.Join(faults...))
	}
	text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(publish.LeavesName)))
	if err != nil {
		return fmt.Errorf("the earlier bundle %s: %w", earlier, err)
	}
	old := lines(text)
	if len(old) > len(c.leaves) {
		c.fault("%s has %d leaves; the earlier bundle already had %d", publish.LeavesName, len(c.leaves), len(old))
	}
	for i := range min(len(old), len(c.leaves)) {
		if !bytes.Equal(old[i], c.leaves[i]) {
			c.fault("%s: leaf %d is not the one that the earlier bundle showed: this is another history", publish.LeavesName, i)
			return nil
		}
	}
	c.found.Continues = int64(len(old))
	return nil
}

// records checks the record behind each leaf, in order.
func (c *check) records() {
	c.bodies = lines(c.read(publish.RecordsName))
	if len(c.bodies) != len(c.leaves) {
		c.fault("%s has %d records for %d leaves", publish.RecordsName, len(c.bodies), len(c.leaves))
	}
	for i, leaf := range c.leaves {
		var e audit.Event
		if err := json.Unmarshal(leaf, &e); err != nil {
			c.fault("%s: leaf %d cannot be read: %v", publish.LeavesName, i, err)
			continue
		}
		if e.Sequence != int64(i) {
			c.fault("%s: leaf %d says it is number %d: the history was reordered", publish.LeavesName, i, e.Sequence)
		}
		if i < len(c.bodies) && !c.withheld(i) && audit.DigestOf(c.bodies[i]) != e.Digest {
			c.fault("%s: record %d (%s %s) is not the one that was recorded", publish.RecordsName, i, e.Kind, e.Subject)
		}
		c.events = append(c.events, e)
	}
}

// reports checks that the newest report of each engagement and kind is there
// and is the one that was recorded.
func (c *check) reports() {
	newest := map[string]audit.Report{}
	for i, e := range c.events {
		var r audit.Report
		if e.Kind == audit.KindReport && i < len(c.bodies) && json.Unmarshal(c.bodies[i], &r) == nil {
			newest[strings.TrimSuffix(r.Engagement+" "+string(r.Kind), " ")] = r
		}
	}
	for _, engagement := range slices.Sorted(maps.Keys(newest)) {
		name := publish.ReportName(newest[engagement].PDF)
		got, _, err := bundle.DigestFile(c.at(name))
		switch {
		case err != nil && !c.alreadyMissing(name):
			c.fault("%s is missing: it is the report of %s", name, engagement)
		case err == nil && got != newest[engagement].PDF:
			c.fault("%s is not the report that was recorded for %s", name, engagement)
		}
	}
}

// lines splits text into lines that keep their newline.
func lines(text []byte) [][]byte {
	var out [][]byte
	r := bufio.NewReader(bytes.NewReader(text))
	for {
		line, err := r.ReadBytes('\n')
		if len(line) > 0 {
			out = append(out, line)
		}
		if errors.Is(err, io.EOF) {
			return out
		}
	}
}
