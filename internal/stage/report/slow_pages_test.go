//go:build slow

package report

import (
	"bytes"
	"fmt"
	"testing"

	"tickmark/internal/audit"
)

// TestEveryPage: every kind in every form on its pages, twice in the same bytes.
func TestEveryPage(t *testing.T) {
	r := told(t)
	for _, k := range kinds {
		for _, form := range []audit.Form{audit.Unmodified, audit.Qualified, audit.Adverse, audit.Disclaimer} {
			name := fmt.Sprintf("%s-%s", k.name, form)
			t.Run(name, func(t *testing.T) {
				d := r.issuedAs(k.order, formed(form, k.typ, k.codes...))
				p := r.print(name, d)
				p.check(t)
				again, _, err := r.stage(staff).Paper.PDF(r.ctx, d)
				r.Must(err)
				if !bytes.Equal(p.pdf, again) {
					t.Error("the second time it has other bytes")
				}
			})
		}
	}
}
