package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
	"tickmark/internal/engine/workspace"
	"tickmark/internal/method/lifecycle"
	"tickmark/internal/stage/engage"
)

// opened is an engagement, or all of them, opened for a person.
type opened struct {
	tenant     *store.Tenant
	folder     workspace.Folder
	engagement audit.Engagement // zero when none was asked for
	today      audit.Date       // where the engagement is; in UTC without one
}

// openFor opens the records for a person, and finds the engagement.
func (a *App) openFor(ctx context.Context, p audit.Person, engagement string) (opened, error) {
	o, err := a.openAll(ctx, p)
	if err != nil {
		return o, err
	}
	o.engagement, err = chooseEngagement(o.folder.Engagements, engagement)
	o.today = lifecycle.DayOf(a.clock(), o.engagement.Timezone)
	return o, err
}

// openAll opens the records for a person, for what is of no engagement.
func (a *App) openAll(ctx context.Context, p audit.Person) (opened, error) {
	o := opened{today: lifecycle.DayOf(a.clock(), "UTC")}
	var err error
	if o.folder, _, err = a.described(ctx); err != nil {
		return o, err
	}
	o.tenant, err = a.tenant(ctx, p)
	return o, err
}

// chooseEngagement finds an engagement by its code; the only one without.
func chooseEngagement(all []audit.Engagement, code string) (audit.Engagement, error) {
	var codes string
	for _, e := range all {
		if e.Code == code || code == "" && len(all) == 1 {
			return e, nil
		}
		codes += " " + e.Code
	}
	switch {
	case len(all) == 0:
		return audit.Engagement{}, fmt.Errorf("no engagement is described: write engagements.yaml and run `tickmark apply`")
	case code == "":
		return audit.Engagement{}, fmt.Errorf("say which engagement with --engagement; there are%s", codes)
	}
	return audit.Engagement{}, fmt.Errorf("there is no engagement %q; there are%s", code, codes)
}

func (o opened) engage() engage.Stage {
	return engage.Stage{Records: o.tenant, Engagements: o.folder.Engagements, Today: o.today}
}

// SetFirm records the firm that a file describes.
func (a *App) SetFirm(ctx context.Context, p audit.Person, path string) (audit.Firm, bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return audit.Firm{}, false, err
	}
	defer f.Close()
	firm, err := engage.ReadFirm(filepath.Base(path), f)
	if err != nil {
		return firm, false, err
	}
	o, err := a.openAll(ctx, p)
	if err != nil {
		return firm, false, err
	}
	return o.engage().Set(ctx, firm)
}

// Firms lists the firms that are recorded.
func (a *App) Firms(ctx context.Context, p audit.Person) ([]audit.Firm, error) {
	o, err := a.openAll(ctx, p)
	if err != nil {
		return nil, err
	}
	return o.tenant.Firms(ctx)
}

// AddMember gives somebody a role. One of management's is of the organization
// unless an engagement is named; all others are of an engagement.
func (a *App) AddMember(ctx context.Context, p audit.Person, m audit.Member) (audit.Member, bool, error) {
	if m.Role.Side() == audit.Management && m.Engagement == "" {
		o, err := a.openAll(ctx, p)
		if err != nil {
			return m, false, err
		}
		return o.engage().Add(ctx, m)
	}
	o, err := a.openFor(ctx, p, m.Engagement)
	if err != nil {
		return m, false, err
	}
	m.Engagement = o.engagement.Code
	return o.engage().Add(ctx, m)
}

// RemoveMember says that somebody left the team, or management's people.
func (a *App) RemoveMember(ctx context.Context, p audit.Person, engagement, name string, side audit.Side) (audit.Member, error) {
	o, err := a.openAll(ctx, p)
	if err == nil && (side == audit.Auditor || engagement != "") {
		o, err = a.openFor(ctx, p, engagement)
	}
	if err != nil {
		return audit.Member{}, err
	}
	return o.engage().Remove(ctx, o.engagement.Code, name, side)
}

// Team lists the auditor's people of an engagement with what they declared.
func (a *App) Team(ctx context.Context, p audit.Person, engagement string) (audit.Engagement, []engage.Seat, error) {
	o, err := a.openFor(ctx, p, engagement)
	if err != nil {
		return o.engagement, nil, err
	}
	team, err := o.engage().Team(ctx, o.engagement.Code)
	return o.engagement, team, err
}

// People lists management's people and those of user entities; with an
// engagement, those of the organization and of that engagement.
func (a *App) People(ctx context.Context, p audit.Person, engagement string) ([]audit.Member, error) {
	o, err := a.openAll(ctx, p)
	if err == nil && engagement != "" {
		o, err = a.openFor(ctx, p, engagement)
	}
	if err != nil {
		return nil, err
	}
	return o.engage().People(ctx, o.engagement.Code)
}

// Declare records the caller's own declaration of independence.
func (a *App) Declare(ctx context.Context, p audit.Person, d audit.Declaration) (audit.Declaration, bool, error) {
	o, err := a.openFor(ctx, p, d.Engagement)
	if err != nil {
		return d, false, err
	}
	d.Engagement, d.Name = o.engagement.Code, p.Name
	return o.engage().Declare(ctx, d)
}

// CheckParties says what stands against accepting an engagement, as to who
// takes part in it.
func (a *App) CheckParties(ctx context.Context, p audit.Person, engagement string) ([]lifecycle.Gate, error) {
	o, err := a.openFor(ctx, p, engagement)
	if err != nil {
		return nil, err
	}
	return o.engage().Check(ctx, o.engagement.Code)
}
