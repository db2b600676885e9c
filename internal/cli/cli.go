// Package cli is the command line: it parses, calls and prints. It stands on
// the top floor. What it prints for people it can also print as JSON; it
// decides nothing.
package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"os/user"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
	"tickmark/internal/engine/query"
	"tickmark/internal/engine/secret"
	"tickmark/internal/engine/sheet"
)

// The exit statuses.
const (
	exitOK     = 0
	exitError  = 1 // what was asked could not be done
	exitUsage  = 2 // the command line was not understood
	exitFaults = 3 // verify found faults
	exitPart   = 4 // what was collected is recorded, and is not all there
)

// errFaults makes verify end with its own status.
var errFaults = errors.New("the bundle has faults")

// errIncomplete makes collect end with its own status.
var errIncomplete = errors.New("the collection is recorded as incomplete")

// usage is an error in the command line itself.
type usage struct{ error }

// Run runs one command line and returns the exit status.
func Run(args []string, in io.Reader, out, errs io.Writer) int {
	if len(args) == 2 && args[0] == "worker" {
		return worker(args[1], in, out, errs)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := newRoot(&env{out: out, errs: errs})
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errs)
	err := root.ExecuteContext(ctx)
	return status(err, errs)
}

func status(err error, errs io.Writer) int {
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errFaults):
		return exitFaults
	case errors.Is(err, errIncomplete):
		fmt.Fprintf(errs, "tickmark: %v\n", err)
		return exitPart
	case errors.As(err, &usage{}):
		fmt.Fprintf(errs, "tickmark: %v\nTry `tickmark --help`.\n", err)
		return exitUsage
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(errs, "tickmark: stopped; what was recorded stands, and the same command goes on from there")
		return exitError
	}
	fmt.Fprintf(errs, "tickmark: %v\n", err)
	return exitError
}

// worker serves one confined job: this binary is its own child.
func worker(name string, in io.Reader, out, errs io.Writer) int {
	serve := map[string]func(io.Reader, io.Writer) error{"query": query.Worker, "sheet": sheet.Worker, "paper": paper.Worker}[name]
	if serve == nil {
		fmt.Fprintf(errs, "tickmark: no worker %q\n", name)
		return exitUsage
	}
	if err := serve(in, out); err != nil {
		fmt.Fprintln(errs, err)
		return exitError
	}
	return exitOK
}

// env is what the commands share: where to print, and the global flags.
type env struct {
	out, errs io.Writer
	dir       string
	database  string
	vault     string
	as        string
	side      string
	role      string
	json      bool
	memoryMB  int
	threads   int
	timeout   time.Duration
}

const long = `Tickmark runs a service organization's SOC programme as data: evidence goes in at one end,
and a SOC 1 or SOC 2 draft report that can be believed comes out at the other. Whole populations
are tested; every figure can be traced to the rows behind it and performed again by a stranger.

  tickmark demo --dir demo            see all of it on a sample organization
  tickmark init myorg                 start your own
  tickmark --dir myorg apply          record what the folder describes
  tickmark --dir myorg run            collect, test, conclude
  tickmark --dir myorg report soc2    write the draft report
  tickmark --dir myorg bundle b.zip   hand it over
  tickmark verify b.zip               check it, anywhere, offline

Exit status: 0 done; 1 could not be done; 2 the command line was not understood; 3 verify found faults;
4 what was collected is recorded, and is not all there.`

func newRoot(e *env) *cobra.Command {
	root := &cobra.Command{
		Use: "tickmark", Short: "From evidence to a SOC report that can be believed", Long: long,
		SilenceErrors: true, SilenceUsage: true, SuggestionsMinimumDistance: 2, Args: noSuchCommand,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	f := root.PersistentFlags()
	f.StringVar(&e.dir, "dir", fromEnv("TICKMARK_DIR", "."), "folder of this Tickmark: its records are in .tickmark below it")
	f.StringVar(&e.database, "database", os.Getenv("TICKMARK_DATABASE"), "postgres://… instead of SQLite in the folder")
	f.StringVar(&e.vault, "vault", os.Getenv("TICKMARK_VAULT"), "s3://bucket?region=…&endpoint=… instead of a folder, for the evidence")
	f.StringVar(&e.as, "as", os.Getenv("TICKMARK_PERSON"), "who is acting; your account's name when not given")
	f.StringVar(&e.side, "side", os.Getenv("TICKMARK_SIDE"), "side on which the person works: management (default), auditor or users")
	f.StringVar(&e.role, "role", "", "role of a person who is not recorded yet, such as auditor-partner")
	f.BoolVar(&e.json, "json", false, "print JSON")
	f.IntVar(&e.memoryMB, "memory", 0, "megabytes that one test may use (default 4096)")
	f.IntVar(&e.threads, "threads", 0, "threads that one test may use (default: all cores)")
	f.DurationVar(&e.timeout, "timeout", 0, "time that one test or one file may take (default 1h)")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage{err} })
	root.AddCommand(
		e.initCommand(), e.demoCommand(), e.applyCommand(), e.exportCommand(), e.importCommand(), e.runCommand(),
		e.reportCommand(), e.letterCommand(), e.bundleCommand(), e.verifyCommand(), e.statusCommand(), e.procedureCommand(), e.sourceCommand(), e.analyticsCommand(), e.tableCommand(),
		e.exceptionsCommand(), e.collectCommand(), e.secretCommand(), e.scheduleCommand(), e.workCommand(), e.serveCommand(), e.adviseCommand(), e.gapsCommand(), e.lintCommand(), e.warmCommand(),
		e.accountCommand(), e.firmCommand(), e.teamCommand(), e.peopleCommand(), e.engagementCommand(), e.statementCommand(),
		e.requestCommand(), e.intakeCommand(), e.sampleCommand(),
		e.workpaperCommand(), e.noteCommand(), e.deviationCommand(), e.auditorCommand(), e.oscalCommand(), e.workbookCommand(),
		e.riskCommand(), e.oversightCommand(), e.planCommand(), e.scopeCommand(), e.controlCommand(), e.frameworkCommand(), e.mcpCommand(),
	)
	e.overServer(root)
	return root
}

func fromEnv(name, otherwise string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return otherwise
}

// noSuchCommand is what the root says of a word that is none of its commands.
func noSuchCommand(c *cobra.Command, list []string) error {
	if len(list) == 0 {
		return nil
	}
	text := fmt.Sprintf("unknown command %q", list[0])
	if like := c.SuggestionsFor(list[0]); len(like) > 0 {
		text += "; did you mean " + strings.Join(like, " or ") + "?"
	}
	return usage{errors.New(text)}
}

// args makes cobra's complaint about arguments a usage error.
func args(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, list []string) error {
		if err := check(c, list); err != nil {
			return usage{fmt.Errorf("%s: %w", c.CommandPath(), err)}
		}
		return nil
	}
}

// config is what the flags say. TICKMARK_CLOCK holds the clock still, for
// whoever must get the same bytes twice.
func (e *env) config() (app.Config, error) {
	self, err := os.Executable()
	if err != nil {
		return app.Config{}, err
	}
	c := app.Config{Dir: e.dir, Database: e.database, Vault: e.vault, Self: self, MemoryMB: e.memoryMB, Threads: e.threads, Timeout: e.timeout}
	c.SecretKey = secret.New(os.Getenv(secret.Variable))
	c.SignKey, c.SignCert = os.Getenv("TICKMARK_SIGN_KEY"), os.Getenv("TICKMARK_SIGN_CERT")
	if text := os.Getenv("TICKMARK_CLOCK"); text != "" {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return c, usage{fmt.Errorf("TICKMARK_CLOCK: %w", err)}
		}
		c.Now = func() time.Time { return at }
	}
	return c, nil
}

// with opens the Tickmark for one command.
func (e *env) with(ctx context.Context, do func(*app.App) error) error {
	c, err := e.config()
	if err != nil {
		return err
	}
	a, err := app.Open(ctx, c)
	if err != nil {
		return err
	}
	return errors.Join(do(a), a.Close())
}

// person is who acts: by name, on a side, in a role. Whoever is recorded acts in
// the role that is recorded.
func (e *env) person() (audit.Person, error) {
	p := audit.Person{Name: e.as, Side: audit.Side(cmp.Or(e.side, string(audit.Role(e.role).Side()), string(audit.Management))), Role: audit.Role(e.role)}
	switch {
	case p.Side != audit.Management && p.Side != audit.Auditor && p.Side != audit.Users:
		return p, usage{fmt.Errorf("--side is management, auditor or users, not %q", e.side)}
	case p.Role != "" && p.Role.Side() != p.Side:
		return p, usage{fmt.Errorf("--role %s is no role of the side %s", p.Role, p.Side)}
	}
	if p.Name == "" {
		u, err := user.Current()
		if err != nil {
			return p, fmt.Errorf("who is acting? Say it with --as: %w", err)
		}
		p.Name = u.Username
	}
	return p, nil
}

// acting opens the Tickmark for whoever acts.
func (e *env) acting(c *cobra.Command, do func(*app.App, audit.Person) error) error {
	p, err := e.person()
	if err != nil {
		return err
	}
	return e.with(c.Context(), func(a *app.App) error { return do(a, p) })
}

// shown is the error, or the value as JSON when there is none.
func (e *env) shown(err error, v any) error {
	if err != nil {
		return err
	}
	return e.printJSON(v)
}

func (e *env) printf(format string, args ...any) { fmt.Fprintf(e.out, format, args...) }

func (e *env) printJSON(v any) error {
	enc := json.NewEncoder(e.out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// printLine prints one row as one line of JSON.
func (e *env) printLine(v any) error {
	enc := json.NewEncoder(e.out)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
