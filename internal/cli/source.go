package cli

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tickmark/catalog"
	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/connector"
)

func (e *env) sourceCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "source", Short: "List, explain, try and write sources of evidence",
		Long:    "A source is one YAML text: what is asked of a system, how its answers are paged, and the SQL that makes populations of the recorded pages. Tickmark ships many; an organization writes its own in workspace/sources, with the same powers.",
		Example: "  tickmark source list\n  tickmark source explain github\n  tickmark source test okta",
	}
	c.AddCommand(e.sourceList(), e.sourceExplain(), e.sourceTest(), e.sourceNew(), e.sourceCheck())
	return c
}

// sources are the shipped ones and, where there is a workspace, its own.
func (e *env) sources() (*catalog.Catalog, map[string]app.KnownSource, error) {
	known, err := catalog.LoadWithCases()
	if err != nil {
		return nil, nil, err
	}
	all, err := app.KnownSources(known, filepath.Join(e.dir, "workspace", "sources"))
	return known, all, err
}

func (e *env) sourceList() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List all sources and importers", Args: args(cobra.NoArgs), Example: "  tickmark source list --json",
		RunE: func(*cobra.Command, []string) error {
			_, all, err := e.sources()
			if err != nil {
				return err
			}
			ids := slices.Sorted(maps.Keys(all))
			if e.json {
				list := make([]audit.Source, 0, len(ids))
				for _, id := range ids {
					list = append(list, all[id].Source)
				}
				return e.printJSON(list)
			}
			for _, id := range ids {
				s := all[id]
				e.printf("%-26s %s\n%-26s   %s; gives %s\n", id, s.Title, "", s.Transport, gives(s.Source))
			}
			e.printf("%s.\n", audit.Plural(int64(len(ids)), "source"))
			return nil
		},
	}
}

// gives names the populations of a source, with a coverage that is not full.
func gives(s audit.Source) string {
	var names []string
	for _, p := range s.Populations {
		name := p.Population
		if p.Coverage != audit.Full {
			name += " (" + string(p.Coverage) + ")"
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

func (e *env) sourceExplain() *cobra.Command {
	return &cobra.Command{
		Use: "explain ID", Short: "Say what a source asks, which permissions it needs, and what it gives", Args: args(cobra.ExactArgs(1)),
		Example: "  tickmark source explain github",
		RunE: func(_ *cobra.Command, list []string) error {
			_, all, err := e.sources()
			if err != nil {
				return err
			}
			s, err := pickSource(all, list[0])
			if err != nil {
				return err
			}
			if e.json {
				return e.printJSON(s.Source)
			}
			e.explainSource(s.Source)
			return nil
		},
	}
}

func pickSource(all map[string]app.KnownSource, id string) (app.KnownSource, error) {
	s, ok := all[id]
	if !ok {
		return s, fmt.Errorf("there is no source %q; `tickmark source list` shows all", id)
	}
	return s, nil
}

func (e *env) explainSource(s audit.Source) {
	e.printf("%s, version %d: %s\n\n", s.ID, s.Version, s.Title)
	e.printf("Provider     %s\nPublished    %s\nRecording    %s\nTransport    %s\n", s.Provider, s.Documentation, s.Recording, s.Transport)
	if len(s.Scopes) > 0 {
		e.printf("Permissions  %s\n", strings.Join(s.Scopes, ", "))
	}
	for _, v := range s.Settings {
		e.printf("Setting      %s%s: %s\n", v.Name, otherwise(v), v.Meaning)
	}
	for _, v := range s.Secrets {
		e.printf("Secret       %s: %s\n", v.Name, v.Meaning)
	}
	for _, r := range s.Requests {
		e.printf("Asks         %s: %s\n", r.Name, asks(r))
	}
	for _, p := range s.Populations {
		e.printf("\nGives %s, coverage %s%s\n", p.Population, p.Coverage, within(p.Inventory))
		if p.Note != "" {
			e.printf("%s\n", p.Note)
		}
		e.printf("\n%s\n", strings.TrimRight(p.SQL, "\n"))
	}
}

func otherwise(v audit.Setting) string {
	switch {
	case len(v.Values) > 0:
		return " (" + strings.Join(v.Values, " or ") + "; default " + v.Default + ")"
	case v.Default != "":
		return " (default " + v.Default + ")"
	case v.Optional:
		return " (optional)"
	}
	return ""
}

func within(inventory string) string {
	if inventory == "" {
		return ""
	}
	return " of " + inventory
}

// asks is what a request asks, in one line.
func asks(r audit.Request) string {
	text := r.URL
	switch {
	case r.Query != "":
		text = strings.Join(strings.Fields(r.Query), " ")
	case len(r.Command) > 0:
		text = strings.Join(r.Command, " ")
	case r.Files != "":
		text = r.Files
	case r.URL == "":
		text = "the files that are given to it"
	case r.Method != "":
		text = r.Method + " " + text
	}
	if r.Each != "" {
		text += ", for each of " + r.Each
	}
	return text
}

func (e *env) sourceTest() *cobra.Command {
	return &cobra.Command{
		Use: "test [ID...]", Short: "Try sources on their recorded cases",
		Long:    "Collects each recorded case of a source (default: all) from a server on this machine, which answers what the provider answered, makes populations of the pages in the same confined engine that does it for good, and names every row that differs. No network is used. Exit status 1 when any differs.",
		Example: "  tickmark source test\n  tickmark source test okta github", Args: args(cobra.ArbitraryArgs),
		RunE: func(c *cobra.Command, list []string) error {
			known, all, err := e.sources()
			if err != nil {
				return err
			}
			if len(list) == 0 {
				list = slices.Sorted(maps.Keys(all))
			}
			config, err := e.config()
			if err != nil {
				return err
			}
			cases, faults := 0, 0
			for _, id := range list {
				s, err := pickSource(all, id)
				if err != nil {
					return err
				}
				tried, err := config.TrySource(c.Context(), known, s)
				if err != nil {
					return fmt.Errorf("source %s: %w", id, err)
				}
				cases += len(tried)
				faults += e.triedSource(id, tried)
			}
			e.printf("%s of %s tried.\n", audit.Plural(int64(cases), "case"), audit.Plural(int64(len(list)), "source"))
			if faults > 0 {
				return fmt.Errorf("%s", audit.Plural(int64(faults), "case")+" did not give what was expected")
			}
			return nil
		},
	}
}

// triedSource prints what differs and counts the cases in which something does.
func (e *env) triedSource(id string, list []app.SourceTried) int {
	n := 0
	for _, t := range list {
		if len(t.Faults) == 0 {
			continue
		}
		n++
		e.printf("%s: %s\n", id, t.Case)
		for _, f := range t.Faults {
			e.printf("    %s\n", f)
		}
	}
	if len(list) == 0 {
		e.printf("%s: it has no cases\n", id)
	}
	return n
}

func (e *env) sourceNew() *cobra.Command {
	var gives string
	c := &cobra.Command{
		Use: "new ID", Short: "Start a source of your own", Args: args(cobra.ExactArgs(1)),
		Long:    "Writes workspace/sources/ID.yaml and ID.cases.yaml to change into a source of your own. Nothing that is there is changed.",
		Example: "  tickmark --dir myorg source new helpdesk --gives accounts",
	}
	c.Flags().StringVar(&gives, "gives", "", "population that it gives (required)")
	_ = c.MarkFlagRequired("gives") // fails only for a flag that does not exist
	c.RunE = func(_ *cobra.Command, list []string) error {
		known, all, err := e.sources()
		if err != nil {
			return err
		}
		if _, taken := all[list[0]]; taken {
			return fmt.Errorf("there is a source %q already", list[0])
		}
		schema, ok := known.Populations[gives]
		if !ok {
			return usage{fmt.Errorf("there is no population %q", gives)}
		}
		dir := filepath.Join(e.dir, "workspace", "sources")
		source, cases := sourceSkeleton(list[0], schema)
		if _, err := catalog.ParseSource(list[0]+".yaml", []byte(source)); err != nil {
			return usage{err}
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		for name, text := range map[string]string{list[0] + ".yaml": source, list[0] + ".cases.yaml": cases} {
			if err := writeNew(filepath.Join(dir, name), text); err != nil {
				return err
			}
		}
		e.printf("Wrote %s and its case. Edit them, then:\n  tickmark --dir %s source test %s\n", filepath.Join(dir, list[0]+".yaml"), e.dir, list[0])
		return nil
	}
	return c
}

func (e *env) sourceCheck() *cobra.Command {
	return &cobra.Command{
		Use: "check CONNECTION", Short: "Ask a source which permissions a connection has, and compare", Args: args(cobra.ExactArgs(1)),
		Long:    "Says which permissions are missing and which are more than needed: of a credential, of a role on a\ndatabase, on a bucket and a folder, and of a program whether others could change it. Nothing is changed by\nasking. Exit status 1 when any is missing.\nMore than needed is told: a credential that only reads what it must is the one to keep.",
		Example: "  tickmark --dir myorg source check github",
		RunE: func(c *cobra.Command, list []string) error {
			return e.with(c.Context(), func(a *app.App) error {
				p, err := a.CheckConnection(c.Context(), list[0])
				if err != nil || e.json {
					return e.shown(err, p)
				}
				return e.permissions(p)
			})
		},
	}
}

func (e *env) permissions(p connector.Permissions) error {
	if p.Unknown != "" {
		e.printf("The permissions cannot be compared: %s\n", p.Unknown)
		return nil
	}
	for _, g := range p.Granted {
		e.printf("granted      %s\n", g)
	}
	for _, b := range p.Beyond {
		e.printf("not needed   %s\n", b)
	}
	for _, u := range p.Untold {
		e.printf("not told     %s\n", u)
	}
	for _, m := range p.Missing {
		e.printf("MISSING      %s\n", m)
	}
	if len(p.Missing) > 0 {
		return fmt.Errorf("%s missing: grant them, and no more", audit.Plural(int64(len(p.Missing)), "permission"))
	}
	return nil
}
