package app

import (
	"context"
	"log/slog"

	"tickmark/internal/audit"
	"tickmark/internal/engine/identity"
	"tickmark/internal/engine/store"
	"tickmark/internal/engine/trail"
	"tickmark/internal/method/authority"
	"tickmark/internal/surface/web"
)

// Door is a door to the workbench, by links that work once.
func (a *App) Door(secure bool) *web.Door { return web.NewDoor(secure, a.clock) }

// Workbench is all that the pages of this organization need, for people who come
// by links.
func (a *App) Workbench(d *web.Door, log *slog.Logger) web.Workbench {
	w := a.workbench(log)
	w.Callers, w.Door = d, d
	return w
}

// WorkbenchAt is the same for people with accounts.
func (a *App) WorkbenchAt(d *identity.Desk, log *slog.Logger) web.Workbench {
	w, here := a.workbench(log), accounts{a, d}
	w.Callers, w.Desk, w.Accounts = here, d, here
	return w
}

func (a *App) workbench(log *slog.Logger) web.Workbench {
	return web.Workbench{
		Records: a, Work: a, Engaged: a.engaged(), Hands: a, Ready: ready{programs{a}}, Settings: settings{a}, Files: a.vault, Lists: a.lists(), Query: a.Query(), Scratch: a.state("scratch"),
		Catalog: a.Catalog, Now: a.clock, Health: a.Health, Log: log,
	}
}

var (
	_ web.Records = (*App)(nil)
	_ web.Work    = (*App)(nil)
)

// Reader opens the organization's records for a person, as far as he may see
// them now.
func (a *App) Reader(ctx context.Context, p audit.Person) (*store.Reader, error) {
	t, err := a.tenant(ctx, p)
	if err != nil {
		return nil, err
	}
	return t.Reader, nil
}

// May refuses a person who does not hold a duty, with the reason.
func (a *App) May(ctx context.Context, p audit.Person, d authority.Duty) error {
	org, err := a.organization(ctx)
	if err != nil {
		return err
	}
	known, err := a.db.Standing(ctx, org.ID)
	if err != nil {
		return err
	}
	g, err := authority.Admit(p, org.ID, known)
	if err != nil {
		return err
	}
	return g.Require(d)
}

// Sees says of which kinds a person may see some records.
func (a *App) Sees(ctx context.Context, p audit.Person, kinds ...string) (map[string]bool, error) {
	org, err := a.organization(ctx)
	if err != nil {
		return nil, err
	}
	known, err := a.db.Standing(ctx, org.ID)
	if err != nil {
		return nil, err
	}
	g, err := authority.Admit(p, org.ID, known)
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for _, k := range kinds {
		all, some := g.Sees(k)
		out[k] = all || len(some) > 0
	}
	return out, nil
}

// Checkpoint is the signed size and root of the history as it is now.
func (a *App) Checkpoint(ctx context.Context) ([]byte, error) {
	t, err := a.tenant(ctx, machine())
	if err != nil {
		return nil, err
	}
	org, err := a.organization(ctx)
	if err != nil {
		return nil, err
	}
	signer, _, err := a.keys(org.ID)
	if err != nil {
		return nil, err
	}
	return trail.Sign(ctx, t, signer)
}
