package app

import (
	"context"

	"tickmark/internal/audit"
	"tickmark/internal/surface/web"
)

// engaged is what the pages of an engagement read and do: as the command line
// does, by the caller's own handle to the records.
func (a *App) engaged() web.Engaged {
	return web.Engaged{Between: a, File: a, Requests: a, Signing: a, Writing: a, Lots: a}
}

var (
	_ web.Between     = (*App)(nil)
	_ web.AuditorFile = (*App)(nil)
	_ web.RequestList = (*App)(nil)
	_ web.Signing     = (*App)(nil)
	_ web.Writing     = (*App)(nil)
	_ web.Lots        = (*App)(nil)
)

// Course is where an engagement stands, who works on it, and the firm that
// examines, as far as the person may see them.
func (a *App) Course(ctx context.Context, p audit.Person, engagement string) (web.Course, error) {
	shown, err := a.ShowEngagement(ctx, p, engagement)
	if err != nil {
		return web.Course{}, err
	}
	c := web.Course{
		Calendar: shown.Calendar, Gates: shown.Gates, Team: shown.Team, Steps: shown.Steps, Additions: shown.Additions, Comparison: shown.Comparison,
	}
	if c.People, err = unseen(a.People(ctx, p, engagement)); err != nil {
		return c, err
	}
	firms, err := unseen(a.Firms(ctx, p))
	c.Firm = examining(firms, c, shown.Engagement)
	return c, err
}

// examining is the firm of the recorded team; or the one that the engagement
// names; or the only one.
func examining(firms []audit.Firm, c web.Course, e audit.Engagement) audit.Firm {
	for _, m := range c.Team {
		for _, f := range firms {
			if f.Code == m.Firm && !m.Left {
				return f
			}
		}
	}
	for _, f := range firms {
		if f.Code == e.Auditor || f.Name == e.Auditor || len(firms) == 1 {
			return f
		}
	}
	return audit.Firm{}
}
