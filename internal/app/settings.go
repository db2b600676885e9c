package app

import (
	"context"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
	"tickmark/internal/surface/web"
)

// settings is what the settings' page reads and sets.
type settings struct{ *App }

// CredentialsOf lists the credentials that a person may set, and never a value.
func (s settings) CredentialsOf(ctx context.Context, p audit.Person) ([]web.Credential, error) {
	all, err := s.Secrets(ctx)
	if err != nil {
		return nil, err
	}
	var out []web.Credential
	for _, x := range all {
		if s.collects(ctx, p, x.Connection) == nil {
			out = append(out, web.Credential(x))
		}
	}
	return out, nil
}

// SetCredential seals a credential, for whoever may collect with it.
func (s settings) SetCredential(ctx context.Context, p audit.Person, connection, name, value string) error {
	if err := s.collects(ctx, p, connection); err != nil {
		return err
	}
	return s.SetSecret(ctx, connection, name, value)
}

// collects refuses who may not collect from a connection.
func (a *App) collects(ctx context.Context, p audit.Person, connection string) error {
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
	_, err = g.RequireIn(authority.DutyCollect, authority.In{About: []string{connection}, Today: audit.Date(a.clock().UTC().Format("2006-01-02"))})
	return err
}

// About says what runs here.
func (s settings) About() web.About {
	database, _, _ := strings.Cut(s.Config.Database, ":")
	x := web.About{Version: Version, Go: runtime.Version(), Database: "SQLite, in a file of this machine"}
	if strings.HasPrefix(database, "postgres") {
		x.Database = "PostgreSQL"
	}
	x.Vault = "a folder of this machine"
	if strings.HasPrefix(s.Config.Vault, "s3:") {
		x.Vault = "a bucket"
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, d := range info.Deps {
			x.Modules = append(x.Modules, web.Module{Path: d.Path, Version: d.Version})
		}
	}
	slices.SortFunc(x.Modules, func(a, b web.Module) int { return strings.Compare(a.Path, b.Path) })
	return x
}
