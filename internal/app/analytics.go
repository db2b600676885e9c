package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/stage/analyze"
	"tickmark/internal/stage/conclude"
)

// Analyzed is what became of one analytic.
type Analyzed = analyze.Analyzed

// Analytics are the catalog's analytics and those in dir. A folder that is not
// there, or "", holds none.
func Analytics(c *catalog.Catalog, dir string) (map[string]audit.Analytic, error) {
	texts := map[string]string{}
	if dir == "" {
		return c.WithAnalytics(texts)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.sql"))
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		texts[f] = string(text)
	}
	return c.WithAnalytics(texts)
}

// Analyze runs analytics for an engagement and hands over each as it is done.
// Without any named ones it runs all whose populations were collected.
func (a *App) Analyze(ctx context.Context, engagement string, all []audit.Analytic, only, again bool,
	tell func(what string, n, of int64), done func(Analyzed) error,
) error {
	f, t, err := a.described(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(f.Engagements, func(e audit.Engagement) bool { return e.Code == engagement })
	if i < 0 {
		return fmt.Errorf("there is no engagement %q", engagement)
	}
	have, err := standing(ctx, t, f)
	if err != nil {
		return err
	}
	s := analyze.Stage{Records: t, Files: a.vault, Query: a.Query(), Schemas: a.Catalog.Populations, Scratch: a.state("scratch"), Tell: tell}
	for _, x := range all {
		if !only && !collected(have, x.Populations) {
			continue
		}
		got, err := s.Analytic(ctx, f.Engagements[i], x, have, again)
		if err != nil {
			return fmt.Errorf("analytic %s: %w", x.ID, err)
		}
		if err := done(got); err != nil {
			return err
		}
	}
	return nil
}

func collected(have []audit.Population, names []string) bool {
	return !slices.ContainsFunc(names, func(n string) bool {
		return !slices.ContainsFunc(have, func(p audit.Population) bool { return p.Name == n })
	})
}

// Analyses are the newest analyses of an engagement.
func (a *App) Analyses(ctx context.Context, engagement string) ([]audit.Analysis, error) {
	t, err := a.tenant(ctx, machine())
	if err != nil {
		return nil, err
	}
	return t.Analyses(ctx, engagement)
}

// JudgedLead is a lead with what a person made of it, if anybody did.
type JudgedLead struct {
	audit.Lead
	Disposition *audit.Disposition `json:"disposition,omitempty"`
}

// EachLead reads the leads of the newest analysis by an analytic, with their
// dispositions.
func (a *App) EachLead(ctx context.Context, x audit.Analysis, visit func(JudgedLead) error) error {
	t, err := a.tenant(ctx, machine())
	if err != nil {
		return err
	}
	all, err := t.Dispositions(ctx, x.Engagement)
	if err != nil {
		return err
	}
	judged := map[string]*audit.Disposition{}
	for i, d := range all {
		if d.Procedure == x.Analytic {
			judged[d.Item] = &all[i]
		}
	}
	return conclude.EachLead(ctx, a.vault, x, func(l audit.Lead) error { return visit(JudgedLead{l, judged[l.Item]}) })
}

// JudgeLead records what a person made of a lead.
func (a *App) JudgeLead(ctx context.Context, p audit.Person, d audit.Disposition) (bool, error) {
	t, err := a.tenant(ctx, p)
	if err != nil {
		return false, err
	}
	now := time.Now
	if a.Now != nil {
		now = a.Now
	}
	d.By, d.On = p.Name, audit.Date(now().UTC().Format(time.DateOnly))
	n, err := conclude.Leads{Records: t, Files: a.vault}.Judge(ctx, []audit.Disposition{d})
	return n > 0, err
}
