package cli

import (
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
)

func (e *env) exceptionsCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "exceptions", Short: "Look through exceptions: list, group, follow, assign, disposition", Args: args(cobra.NoArgs),
		Long: "An exception is an item that a procedure flagged. It keeps its identity from run to run: a disposition stands as long as the item is flagged.\nWhether it is a deviation is the auditor's to say.",
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(e.exceptionsList(), e.exceptionsGroups(), e.exceptionsTrend(), e.exceptionsAssign(), e.exceptionsDisposition())
	return c
}

// choice says which exceptions are meant.
type choice struct {
	engagement, group string
	open              bool
	items             []string
}

func (o *choice) flags(c *cobra.Command, narrow bool) {
	c.Flags().StringVarP(&o.engagement, "engagement", "e", "", "code of the engagement")
	if narrow {
		c.Flags().StringVar(&o.group, "group", "", "only those whose reason is this, as `exceptions groups` shows it")
		c.Flags().BoolVar(&o.open, "open", false, "only those that nobody dispositioned")
		c.Flags().StringArrayVar(&o.items, "item", nil, "only this item; may be given several times")
	}
}

func (o choice) takes(x app.Exception) bool {
	return (o.group == "" || x.Group == o.group) && (!o.open || x.Disposition == nil) && (len(o.items) == 0 || slices.Contains(o.items, x.Item))
}

func (o choice) check() error {
	if o.engagement == "" {
		return usage{errors.New("say which engagement with --engagement")}
	}
	return nil
}

func (e *env) exceptionsList() *cobra.Command {
	var o choice
	c := &cobra.Command{
		Use: "list PROCEDURE", Short: "List the exceptions of a procedure, none left out", Args: args(cobra.ExactArgs(1)),
		Example: "  tickmark --dir demo exceptions list access-leaver-active -e soc2-2025 --open",
	}
	o.flags(c, true)
	c.RunE = func(c *cobra.Command, list []string) error {
		if err := o.check(); err != nil {
			return err
		}
		return e.with(c.Context(), func(a *app.App) error {
			f, err := a.Flagged(c.Context(), o.engagement, list[0])
			if err != nil {
				return err
			}
			shown := int64(0)
			err = a.EachFlagged(c.Context(), f, func(x app.Exception) error {
				if !o.takes(x) {
					return nil
				}
				shown++
				return e.exception(x)
			})
			if err == nil && !e.json {
				e.printf("%s shown of %s, of %s tested.\n", audit.Count(shown), audit.Plural(f.Result.Exceptions, "exception"), audit.Count(f.Result.Tested))
			}
			return err
		})
	}
	return c
}

func (e *env) exception(x app.Exception) error {
	if e.json {
		return e.printLine(x)
	}
	e.printf("%-24s %s%s\n", x.Item, x.Reason, columns(x.Columns))
	if d := x.Disposition; d != nil {
		e.printf("    %s, by %s on %s: %s%s\n", d.Judgment, d.Whose(), d.On, d.Reason, relation(*d))
	}
	if s := x.Assigned; s != nil {
		e.printf("    assigned to %s by %s, due %s  %s\n", s.To, s.By, dash(string(s.Due)), s.Note)
	}
	return nil
}

// relation says what else a disposition names.
func relation(d audit.Disposition) string {
	switch {
	case d.Of != "":
		return " (of " + d.Of + ")"
	case d.Compensating != "":
		return " (made up for by " + d.Compensating + ")"
	}
	return ""
}

func (e *env) exceptionsGroups() *cobra.Command {
	var o choice
	c := &cobra.Command{
		Use: "groups PROCEDURE", Short: "Count the exceptions of a procedure by reason", Args: args(cobra.ExactArgs(1)),
		Long:    "A reason is the words of an exception with the names of columns, or #, for what belongs to its item alone.",
		Example: "  tickmark --dir demo exceptions groups access-leaver-active -e soc2-2025",
	}
	o.flags(c, false)
	c.RunE = func(c *cobra.Command, list []string) error {
		if err := o.check(); err != nil {
			return err
		}
		return e.with(c.Context(), func(a *app.App) error {
			f, err := a.Flagged(c.Context(), o.engagement, list[0])
			if err != nil {
				return err
			}
			if e.json {
				return e.printJSON(f.List.Groups)
			}
			for _, g := range f.List.Groups {
				e.printf("%10s  %s\n", audit.Count(g.Count), g.Reason)
			}
			e.printf("%s by reason, of %s tested.\n", audit.Plural(f.Result.Exceptions, "exception"), audit.Count(f.Result.Tested))
			return nil
		})
	}
	return c
}

func (e *env) exceptionsTrend() *cobra.Command {
	var o choice
	c := &cobra.Command{
		Use: "trend PROCEDURE", Short: "Show how the exceptions of a procedure came and went, run after run", Args: args(cobra.ExactArgs(1)),
		Example: "  tickmark --dir demo exceptions trend access-leaver-active -e soc2-2025",
	}
	o.flags(c, false)
	c.RunE = func(c *cobra.Command, list []string) error {
		if err := o.check(); err != nil {
			return err
		}
		return e.with(c.Context(), func(a *app.App) error {
			all, err := a.Trend(c.Context(), o.engagement, list[0])
			if err != nil || e.json {
				return e.shown(err, all)
			}
			for _, x := range all {
				e.printf("%s  %s: %s of %s tested, %s new, %s gone\n", x.At, x.Status, audit.Plural(x.Exceptions, "exception"), audit.Count(x.Tested), audit.Count(x.New), audit.Count(x.Gone))
			}
			return nil
		})
	}
	return c
}

func (e *env) exceptionsAssign() *cobra.Command {
	var o choice
	var a audit.Assignment
	c := &cobra.Command{
		Use: "assign PROCEDURE", Short: "Say who looks into exceptions, for management", Args: args(cobra.ExactArgs(1)),
		Long:    "Without --item, --group or --open, all exceptions of the procedure are assigned, those of later runs as well.",
		Example: "  tickmark --dir demo exceptions assign access-leaver-active -e soc2-2025 --to 'T. Renn' --due 2026-02-01",
	}
	o.flags(c, true)
	c.Flags().StringVar(&a.To, "to", "", "who")
	c.Flags().StringVar((*string)(&a.Due), "due", "", "until when")
	c.Flags().StringVar(&a.Note, "note", "", "what is to be found out")
	c.RunE = func(c *cobra.Command, list []string) error {
		a.Engagement, a.Procedure = o.engagement, list[0]
		if err := errors.Join(o.check(), dayOrNothing(a.Due)); err != nil || a.To == "" {
			return errors.Join(err, usage{errors.New("say to whom with --to")})
		}
		return e.assign(c, o, a)
	}
	return c
}

func dayOrNothing(d audit.Date) error {
	if d == "" {
		return nil
	}
	return d.Valid()
}

func (e *env) assign(c *cobra.Command, o choice, one audit.Assignment) error {
	return e.acting(c, func(a *app.App, p audit.Person) error {
		all := []audit.Assignment{one}
		if o.group != "" || o.open || len(o.items) > 0 {
			chosen, err := chosen(c, a, o, one.Procedure)
			if err != nil {
				return err
			}
			all = nil
			for _, x := range chosen {
				one.Item = x.Item
				all = append(all, one)
			}
		}
		n, err := a.Assign(c.Context(), p, all)
		if err == nil {
			e.printf("%s recorded.\n", audit.Plural(int64(n), "assignment"))
		}
		return err
	})
}

// chosen are the exceptions that a choice takes; none is an error.
func chosen(c *cobra.Command, a *app.App, o choice, procedure string) ([]app.Exception, error) {
	f, err := a.Flagged(c.Context(), o.engagement, procedure)
	if err != nil {
		return nil, err
	}
	var out []app.Exception
	err = a.EachFlagged(c.Context(), f, func(x app.Exception) error {
		if o.takes(x) {
			out = append(out, x)
		}
		return nil
	})
	if err == nil && len(out) == 0 {
		err = errors.New("no exception is meant: see `tickmark exceptions list` and `groups`")
	}
	return out, err
}

func (e *env) exceptionsDisposition() *cobra.Command {
	var o choice
	var d audit.Disposition
	c := &cobra.Command{
		Use: "disposition PROCEDURE", Short: "Judge exceptions, one or many, for the auditor", Args: args(cobra.ExactArgs(1)),
		Long:    "Judges the exceptions that --item, --group or --open name. A judgment is deviation, not-a-deviation, duplicate (--of names the item that counts)\nor timing. A deviation may name with --compensating the control that made up for it, which must have been tested itself.",
		Example: "  tickmark --dir demo exceptions disposition access-leaver-active -e soc2-2025 --side auditor \\\n    --item A-17 --judgment deviation --reason 'No removal ticket was raised.'",
	}
	o.flags(c, true)
	c.Flags().StringVar((*string)(&d.Judgment), "judgment", "", "deviation, not-a-deviation, duplicate or timing")
	c.Flags().StringVar(&d.Reason, "reason", "", "why")
	c.Flags().StringVar(&d.Of, "of", "", "of a duplicate: the item that counts")
	c.Flags().StringVar(&d.Compensating, "compensating", "", "of a deviation: the control that made up for it")
	c.RunE = func(c *cobra.Command, list []string) error {
		known := []audit.Judgment{audit.IsDeviation, audit.IsNotDeviation, audit.IsDuplicate, audit.IsTiming}
		switch {
		case o.check() != nil:
			return o.check()
		case !slices.Contains(known, d.Judgment):
			return usage{errors.New("--judgment is deviation, not-a-deviation, duplicate or timing")}
		case d.Reason == "":
			return usage{errors.New("say why with --reason")}
		case o.group == "" && !o.open && len(o.items) == 0:
			return usage{errors.New("say which exceptions with --item, --group or --open")}
		}
		d.Engagement, d.Procedure = o.engagement, list[0]
		return e.dispose(c, o, d)
	}
	return c
}

func (e *env) dispose(c *cobra.Command, o choice, d audit.Disposition) error {
	return e.acting(c, func(a *app.App, p audit.Person) error {
		chosen, err := chosen(c, a, o, d.Procedure)
		if err != nil {
			return err
		}
		var all []audit.Disposition
		for _, x := range chosen {
			d.Item = x.Item
			all = append(all, d)
		}
		n, err := a.Dispose(c.Context(), p, all)
		if err == nil {
			e.printf("%s recorded.\n", audit.Plural(int64(n), "disposition"))
		}
		return err
	})
}
