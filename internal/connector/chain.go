package connector

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"time"

	"tickmark/internal/audit"
)

// chain is the account of one request asked once: its pages, its records and
// what the source says there should be.
type chain struct {
	run     *run
	request audit.Request
	asked   *audit.Asked
	parent  string
	records int64
	empty   int64 // number of the first page without a record; 0 when there is none
	total   string
}

// keep records a page and counts it.
func (c *chain) keep(ctx context.Context, p page) (*audit.PageProof, error) {
	r := c.run
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if len(r.pages) >= r.limits.Pages {
		return nil, stop{fmt.Errorf("the limit of %s pages was reached: raise limits.pages of the source when there is that much", audit.Count(int64(r.limits.Pages)))}
	}
	if int64(len(p.body)) > r.limit() {
		return nil, r.tooLarge(c.asked.Pages + 1)
	}
	if r.secrets.in(p.body) {
		return nil, fmt.Errorf("page %d repeats a secret that was sent to the source, and was not kept", c.asked.Pages+1)
	}
	digest, err := r.job.Keep(ctx, p.body)
	if err != nil {
		return nil, kept{fmt.Errorf("keep page %d of %s: %w", c.asked.Pages+1, c.request.Name, err)}
	}
	c.asked.Pages++
	proof := &audit.PageProof{
		Request: c.request.Name, Number: c.asked.Pages, Text: p.text, Status: p.status,
		Digest: digest, Size: int64(len(p.body)), Each: c.parent, Tries: p.tries,
		At: r.job.Now().UTC().Format(time.RFC3339Nano),
	}
	r.pages = append(r.pages, proof)
	return proof, c.count(p, proof)
}

// limit is how many bytes a page may have.
func (r *run) limit() int64 { return int64(r.limits.PageMB) << 20 }

func (r *run) tooLarge(page int64) error {
	return fmt.Errorf("page %d is larger than %d MB and was not kept: ask for smaller pages, or raise limits.page_mb of the source", page, r.limits.PageMB)
}

// count reads how many records a kept page holds, and what it says of them.
func (c *chain) count(p page, proof *audit.PageProof) error {
	if !p.none {
		n, err := count(c.request, p.body, &c.run.tallies[c.request.Name].shape)
		if err != nil {
			return fmt.Errorf("page %d: %w", proof.Number, err)
		}
		proof.Records = n
	}
	c.records += proof.Records
	c.asked.Records += proof.Records
	if proof.Records == 0 && c.empty == 0 {
		c.empty = proof.Number
	}
	if c.run.job.Progress != nil {
		c.run.job.Progress(c.request.Name, c.asked.Pages, c.asked.Records)
	}
	if p.none {
		return nil
	}
	return c.note(p, proof)
}

// note remembers the total that the source tells with a page.
func (c *chain) note(p page, proof *audit.PageProof) error {
	if c.request.Total == "" {
		return nil
	}
	told, ok, err := look(c.request, p, c.request.Total)
	if err != nil {
		return fmt.Errorf("page %d: total: %w", proof.Number, err)
	}
	if !ok || told == "" {
		return nil
	}
	n, ok := new(big.Int).SetString(told, 10)
	if !ok || n.Sign() < 0 {
		return fmt.Errorf("page %d: the source's total is %q, which is no number of records", proof.Number, short(told))
	}
	if c.total == "" {
		c.total = n.String()
		t := c.run.tallies[c.request.Name]
		t.total.Add(t.total, n)
		t.told++
		return nil
	}
	if c.total != n.String() {
		return fmt.Errorf("the source's total changed from %s to %s on page %d: ask again when nothing is being changed there", c.total, n, proof.Number)
	}
	return nil
}

// complete holds what came against what the source says there is.
func (c *chain) complete() error {
	if c.total == "" || c.total == fmt.Sprint(c.records) {
		return nil
	}
	said := fmt.Sprintf("the source says there are %s, and gave %s", plural(c.total), audit.Plural(c.records, "record"))
	if c.empty > 0 {
		said += fmt.Sprintf("; page %d was empty", c.empty)
	}
	return errors.New(said)
}

func plural(n string) string {
	if n == "1" {
		return "1 record"
	}
	return n + " records"
}
