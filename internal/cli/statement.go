package cli

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/stage/declare"
)

func (e *env) statementCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "statement", Short: "Write and sign what management says, and the engagement letter", Args: args(cobra.NoArgs),
		Long: "The kinds are engagement-letter (both sides sign), design-questionnaire (--of a control), response (--of a deviation), assertion,\n" +
			"subsequent-events, representation and, after the report, bridge. `draft` writes one to edit from what is recorded; it never reads the opinion and answers\n" +
			"no question. `record` keeps a version; `sign` puts your name under the newest. A newer version is signed anew.",
		Example: "  tickmark --dir demo statement draft assertion -e soc1-2025 --out assertion.md\n  tickmark --dir demo statement record assertion -e soc1-2025 --file assertion.md\n  tickmark --dir demo statement sign assertion -e soc1-2025 --title 'Chief Financial Officer' --as 'D. Chen'\n  tickmark --dir demo statement certificate assertion -e soc1-2025",
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(e.statementDraft(), e.statementRecord(), e.statementSign(), e.statementList(), e.statementShow(), e.statementCertificate(), e.statementAttest(), e.statementAttestations())
	return c
}

// which names a statement.
type which struct {
	engagement, code string
}

func (w *which) flags(c *cobra.Command) {
	engagementFlag(c, &w.engagement)
	c.Flags().StringVar(&w.code, "of", "", "of a response: the deviation; of a design-questionnaire: the control")
}

func (e *env) statementDraft() *cobra.Command {
	var w which
	var out, dated string
	c := &cobra.Command{
		Use: "draft KIND", Short: "Write a statement to edit, as Markdown", Args: args(cobra.ExactArgs(1)),
		Example: "  tickmark --dir demo statement draft assertion -e soc1-2025 --out assertion.md",
	}
	w.flags(c)
	c.Flags().StringVar(&out, "out", "", "file to write, which must not be there; printed when not given")
	c.Flags().StringVar(&dated, "dated", "", "the day that it bears")
	c.RunE = func(c *cobra.Command, list []string) error {
		p, err := e.person()
		if err := errors.Join(err, dayOrNothing(audit.Date(dated))); err != nil {
			return err
		}
		return e.with(c.Context(), func(a *app.App) error {
			text, err := a.DraftStatement(c.Context(), p, w.engagement, audit.StatementKind(list[0]), w.code, audit.Date(dated))
			switch {
			case err != nil:
				return err
			case e.json:
				return e.printJSON(map[string]string{"kind": list[0], "draft": text})
			case out == "":
				e.printf("%s", text)
				return nil
			}
			return e.newFile(out, text)
		})
	}
	return c
}

// newFile writes a file that is not there yet: what somebody edited is not
// overwritten.
func (e *env) newFile(out, text string) error {
	f, err := os.OpenFile(out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s is there already: name another file with --out, or take it away", out)
	}
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", out, err)
	}
	e.printf("%s is written. Fill in its head and what stands in [[brackets]], then record it.\n", out)
	return nil
}

func (e *env) statementRecord() *cobra.Command {
	var engagement, file string
	c := &cobra.Command{
		Use: "record KIND", Short: "Record a version of a statement from a file", Args: args(cobra.ExactArgs(1)),
		Example: "  tickmark --dir demo statement record assertion -e soc1-2025 --file assertion.md",
	}
	engagementFlag(c, &engagement)
	c.Flags().StringVar(&file, "file", "", "the file, as `statement draft` writes it")
	c.RunE = func(c *cobra.Command, list []string) error {
		if file == "" {
			return usage{errors.New("say which file with --file")}
		}
		return e.acting(c, func(a *app.App, p audit.Person) error {
			s, changed, err := a.RecordStatement(c.Context(), p, engagement, audit.StatementKind(list[0]), file)
			return e.said(err, s, changed, "%s of %s, dated %s, is recorded. It counts when it is signed.\n", s.Title, s.Engagement, s.Dated)
		})
	}
	return c
}

func (e *env) statementSign() *cobra.Command {
	var w which
	var title, seen string
	c := &cobra.Command{
		Use: "sign KIND", Short: "Put your name under the newest version of a statement", Args: args(cobra.ExactArgs(1)),
		Long:    "Signs the version that you looked at, which must be the newest: `tickmark statement show` prints it with its digest. Management's\nstatements are signed by a management-admin, the engagement letter by one and by a partner of the firm.",
		Example: "  tickmark --dir demo statement sign assertion -e soc1-2025 --title 'Chief Financial Officer' --digest 5f0c61aa9e12 --as 'D. Chen'",
	}
	w.flags(c)
	c.Flags().StringVar(&title, "title", "", "as what you sign, such as 'Chief Financial Officer'")
	c.Flags().StringVar(&seen, "digest", "", "digest, or its beginning, of what you looked at")
	c.RunE = func(c *cobra.Command, list []string) error {
		return e.acting(c, func(a *app.App, p audit.Person) error {
			s, changed, err := a.SignStatement(c.Context(), p, w.engagement, audit.StatementKind(list[0]), w.code, title, audit.Digest(seen))
			return e.said(err, s, changed, "%s, %s, signed the %s of %s, SHA-256 %s.\n", s.By, s.Title, s.Kind, s.Engagement, s.Digest)
		})
	}
	return c
}

func (e *env) statementList() *cobra.Command {
	return e.reading("list", "List what was said in writing, and which signatures stand", "  tickmark --dir demo statement list -e soc1-2025",
		func(c *cobra.Command, a *app.App, p audit.Person, code string) error {
			all, err := a.Statements(c.Context(), p, code)
			if err != nil || e.json {
				return e.shown(err, all)
			}
			var rows [][]string
			for _, s := range all {
				rows = append(rows, []string{string(s.Kind), dash(s.Code), string(s.Dated), s.By, signatures(s)})
			}
			if len(rows) == 0 {
				e.printf("Nothing that you may see is recorded yet. `tickmark statement draft KIND` writes a statement to edit.\n")
				return nil
			}
			e.rows([]string{"KIND", "OF", "DATED", "RECORDED BY", "SIGNED"}, rows)
			return nil
		})
}

// signatures says whose signatures stand, and whose have fallen.
func signatures(s declare.Said) string {
	var list []string
	for _, x := range s.Signed {
		list = append(list, x.By+", "+x.Title)
	}
	for _, x := range s.Fallen {
		list = append(list, x.By+" (fallen: it was rewritten since)")
	}
	if len(list) == 0 {
		return "by nobody"
	}
	return strings.Join(list, "; ")
}

func (e *env) statementShow() *cobra.Command {
	var w which
	c := &cobra.Command{Use: "show KIND", Short: "Print the newest version of a statement", Args: args(cobra.ExactArgs(1)), Example: "  tickmark --dir demo statement show assertion -e soc1-2025"}
	w.flags(c)
	c.RunE = func(c *cobra.Command, list []string) error {
		return e.certified(c, list[0], w, func(x declare.Certificate) { e.printf("%s\nSHA-256 of this version: %s\n", x.Text, x.Digest) })
	}
	return c
}

// certified reads a statement with its signatures, and prints it.
func (e *env) certified(c *cobra.Command, kind string, w which, show func(declare.Certificate)) error {
	return e.acting(c, func(a *app.App, p audit.Person) error {
		x, err := a.Certificate(c.Context(), p, w.engagement, audit.StatementKind(kind), w.code)
		if err != nil || e.json {
			return e.shown(err, x)
		}
		show(x)
		return nil
	})
}

func (e *env) statementCertificate() *cobra.Command {
	var w which
	c := &cobra.Command{
		Use: "certificate KIND", Short: "Print who signed a statement, as what, when, and where that is recorded", Args: args(cobra.ExactArgs(1)),
		Long:    "Everything on the page can be checked: the digests are those of the records, and the numbers are their places in the history\nthat a bundle holds and `tickmark verify` checks.",
		Example: "  tickmark --dir demo statement certificate assertion -e soc1-2025",
	}
	w.flags(c)
	c.RunE = func(c *cobra.Command, list []string) error { return e.certified(c, list[0], w, e.certificate) }
	return c
}

func (e *env) certificate(x declare.Certificate) {
	e.printf("# Certificate of signatures\n\n%s: %s\n\n", x.Organization, x.Title)
	e.rows(nil, [][]string{
		{"Engagement", x.Engagement}, {"Statement", strings.TrimSpace(string(x.Kind) + " " + x.Code)}, {"Dated", string(x.Dated)},
		{"Recorded", x.At.Format("2006-01-02 15:04:05 UTC") + " by " + x.By}, {"SHA-256", string(x.Digest)}, {"In the history", "number " + audit.Count(x.Position+1)},
	})
	if len(x.Lines) == 0 {
		e.printf("\nNobody signed it.\n")
	}
	for _, l := range x.Lines {
		e.printf("\n## %s\n\n", l.By)
		e.rows(nil, [][]string{
			{"Title", l.Title}, {"Role", string(l.Role)}, {"Signed", l.At.Format("2006-01-02 15:04:05 UTC")},
			{"What was signed", string(l.Signature.Digest)}, {"Stands", yes(l.Stands, "yes: that is the version above", "no: the statement was rewritten since")},
			{"Signature's record", string(l.Record)}, {"In the history", "number " + audit.Count(l.Position+1)},
		})
	}
}

func (e *env) statementAttest() *cobra.Command {
	var x audit.Attestation
	c := &cobra.Command{
		Use: "attest CUEC", Short: "Say, for a user entity, whether it operates a complementary control", Args: args(cobra.ExactArgs(1)),
		Example: "  tickmark --dir demo statement attest CUEC-1 -e soc1-2025 --side users --role user-entity --as 'B. Lund' --entity 'Lund Bakery' --operates",
	}
	engagementFlag(c, &x.Engagement)
	c.Flags().StringVar(&x.Entity, "entity", "", "which user entity")
	c.Flags().BoolVar(&x.Operates, "operates", false, "it operates the control; --operates=false says that it does not")
	c.Flags().StringVar(&x.Note, "note", "", "how, or since when")
	c.RunE = func(c *cobra.Command, list []string) error {
		if !c.Flags().Changed("operates") {
			return usage{errors.New("say --operates or --operates=false")}
		}
		x.CUEC = list[0]
		return e.acting(c, func(a *app.App, p audit.Person) error {
			done, changed, err := a.Attest(c.Context(), p, x)
			return e.said(err, done, changed, "%s says of %s that it %s.\n", done.Entity, done.CUEC, yes(done.Operates, "operates it", "does not operate it"))
		})
	}
	return c
}

func (e *env) statementAttestations() *cobra.Command {
	return e.reading("attestations", "List what user entities said of their own controls", "  tickmark --dir demo statement attestations -e soc1-2025",
		func(c *cobra.Command, a *app.App, p audit.Person, code string) error {
			all, err := a.Attestations(c.Context(), p, code)
			if err != nil || e.json {
				return e.shown(err, all)
			}
			var rows [][]string
			for _, x := range all {
				rows = append(rows, []string{x.CUEC, x.Entity, yes(x.Operates, "operates it", "does not operate it"), x.By, x.At.Format("2006-01-02"), x.Note})
			}
			if len(rows) == 0 {
				e.printf("No user entity has said anything yet.\n")
				return nil
			}
			e.rows([]string{"CUEC", "USER ENTITY", "SAYS", "BY", "ON", "NOTE"}, rows)
			return nil
		})
}
