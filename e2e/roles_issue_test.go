package e2e_test

import (
	"context"
	"testing"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
	"tickmark/internal/engine/store"
	"tickmark/internal/stage/report"
)

// reportsWait: a report is issued when the engagement is in that phase, its file
// is open, and a partner's name stands under the opinion; and it is never
// replaced, not by a draft either.
func reportsWait(t *testing.T, b *book, d deed) string {
	if d.kind != audit.KindReport {
		return ""
	}
	x := decoded[audit.Report](t, d.body)
	last, ok := b.heads[slashed(audit.KindReport, x.Engagement)]
	switch {
	case ok && !decoded[audit.Report](t, last.Body).Draft:
		return "what was issued is replaced"
	case x.Draft:
		return ""
	case b.step(x.Engagement).Phase != audit.Issued:
		return "the engagement is not issued"
	case b.locked(x.Engagement, d.today):
		return "the file is locked"
	case len(b.names(x.Engagement, "opinion", audit.AsPartner)) == 0:
		return "no partner signed the opinion as it stands"
	}
	return ""
}

// recipientsStay: to whom the firm's bundles are encrypted is replaced, and
// never taken away.
func recipientsStay(t *testing.T, b *book, d deed) string {
	if d.kind != audit.KindFirm {
		return ""
	}
	f := decoded[audit.Firm](t, d.body)
	if f.Recipient == "" && b.firms[f.Code].Recipient != "" {
		return "the firm has no recipient any more"
	}
	return ""
}

// byReports are the verbs of the auditor's conclusions and of what is issued on
// them. Nothing of a sequence is ever a whole report, so that the stage that
// issues one refuses each time; the store's verb is tried beside it.
var byReports = map[string]func(d dice) (audit.Person, attempt){
	"reach conclusion": func(d dice) (audit.Person, attempt) {
		c := d.conclusion()
		if d.chance(80) {
			c = d.onDescription()
			c.Engagement, c.Workpapers = "soc1", []string{"W-1"}
		}
		return d.somebody(audit.AuditorStaff, audit.AuditorManager), func(ctx context.Context, t *store.Tenant) error {
			_, err := d.reviews(t).Conclude(ctx, c)
			return err
		}
	},
	"issue report": func(d dice) (audit.Person, attempt) {
		e := pick(d, "soc1", d.engagement())
		return d.somebody(audit.AuditorPartner, audit.AuditorManager), func(ctx context.Context, t *store.Tenant) error {
			none := func(context.Context, []audit.Result, func(int, audit.ExceptionRow) error) error { return nil }
			s := report.Stage{
				Records: t, File: t, Words: t, Shelf: t, Given: t, Files: d.b.lots.vault, Catalog: &catalog.Catalog{},
				Paper: paper.Renderer{Exe: []string{"/proc/self/exe", "worker"}}, Exceptions: none, Who: t.Person(), Today: d.today,
			}
			_, err := s.Issue(ctx, report.Order{Engagement: e})
			return err
		}
	},
}
