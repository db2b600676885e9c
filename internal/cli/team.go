package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/stage/engage"
)

func (e *env) teamCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "team", Short: "Say who is on the auditor's team, and who is independent", Args: args(cobra.NoArgs),
		Long:    "Each member has one role in an engagement: auditor-staff, auditor-manager, auditor-partner or quality-reviewer, who stands\noutside the team. Each declares for himself or herself to be independent. Nobody works on both sides of the wall in one period.",
		Example: "  tickmark --dir demo team add 'P. Hale' auditor-partner -e soc1-2025 --side auditor\n  tickmark --dir demo team declare -e soc1-2025 --side auditor --as 'P. Hale' --independent --prior none\n  tickmark --dir demo team check -e soc1-2025 --side auditor",
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(e.memberAdd(audit.Auditor), e.memberRemove(audit.Auditor), e.teamList(), e.teamDeclare(), e.teamCheck())
	return c
}

func (e *env) peopleCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "people", Short: "Say who has which role on management's side, and at user entities", Args: args(cobra.NoArgs),
		Long:    "Management's roles are management-admin, who signs for management, control-owner and employee, who see what is assigned to\nthem, and internal-audit. They are of the organization unless --engagement names one. user-entity and user-auditor are of an\nengagement. As long as nobody is recorded, whoever comes on management's side acts as management-admin.",
		Example: "  tickmark --dir demo people add 'D. Chen' management-admin\n  tickmark --dir demo people add 'T. Renn' control-owner --assigned CHG-01,CHG-02\n  tickmark --dir demo people list",
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(e.memberAdd(audit.Management), e.memberRemove(audit.Management), e.peopleList())
	return c
}

// engagementFlag is the flag of every command about one engagement.
func engagementFlag(c *cobra.Command, code *string) {
	c.Flags().StringVarP(code, "engagement", "e", "", "code of the engagement; the only one when not given")
}

func (e *env) memberAdd(side audit.Side) *cobra.Command {
	var m audit.Member
	c := &cobra.Command{Use: "add NAME ROLE", Short: "Give somebody a role, or another one", Args: args(cobra.ExactArgs(2))}
	engagementFlag(c, &m.Engagement)
	roles := "auditor-staff, auditor-manager, auditor-partner or quality-reviewer"
	if side == audit.Auditor {
		c.Example = "  tickmark --dir demo team add 'M. Ortiz' auditor-manager -e soc1-2025 --side auditor"
		c.Flags().StringVar(&m.Firm, "firm", "", "code of the firm; the only one when not given")
	} else {
		roles = "management-admin, control-owner, employee, internal-audit, user-entity or user-auditor"
		c.Example = "  tickmark --dir demo people add 'T. Renn' control-owner --assigned CHG-01,CHG-02"
		c.Flags().StringSliceVar(&m.Assigned, "assigned", nil, "codes of the controls that are the person's, such as CHG-01,CHG-02")
		c.Flags().StringVar(&m.Entity, "entity", "", "of a user entity's people: which one")
	}
	c.Long = "ROLE is " + roles + "."
	c.RunE = func(c *cobra.Command, list []string) error {
		m.Name, m.Role = list[0], audit.Role(list[1])
		if s := m.Role.Side(); s == "" || m.Role == audit.Machine || (s == audit.Auditor) != (side == audit.Auditor) {
			return usage{fmt.Errorf("ROLE is %s, not %q", roles, m.Role)}
		}
		return e.addMember(c, m)
	}
	return c
}

func (e *env) addMember(c *cobra.Command, m audit.Member) error {
	return e.acting(c, func(a *app.App, p audit.Person) error {
		done, changed, err := a.AddMember(c.Context(), p, m)
		return e.said(err, done, changed, "%s is %s%s.\n", done.Name, done.Role, memberIn(done))
	})
}

// memberIn says where a member has a role.
func memberIn(m audit.Member) string {
	text := " in the organization"
	if m.Engagement != "" {
		text = " in " + m.Engagement
	}
	if len(m.Assigned) > 0 {
		text += ", with " + strings.Join(m.Assigned, ", ")
	}
	return text
}

func (e *env) memberRemove(side audit.Side) *cobra.Command {
	var engagement string
	c := &cobra.Command{
		Use: "remove NAME", Short: "Say that somebody has left; the records keep what was", Args: args(cobra.ExactArgs(1)),
		Example: "  tickmark --dir demo team remove 'M. Ortiz' -e soc1-2025 --side auditor",
	}
	if side != audit.Auditor {
		c.Example = "  tickmark --dir demo people remove 'T. Renn'"
	}
	engagementFlag(c, &engagement)
	c.RunE = func(c *cobra.Command, list []string) error {
		return e.acting(c, func(a *app.App, p audit.Person) error {
			m, err := a.RemoveMember(c.Context(), p, engagement, list[0], side)
			return e.said(err, m, true, "%s, %s%s, has left.\n", m.Name, m.Role, memberIn(m))
		})
	}
	return c
}

func (e *env) teamList() *cobra.Command {
	var engagement string
	c := &cobra.Command{
		Use: "list", Short: "List the team with what each member declared", Args: args(cobra.NoArgs),
		Example: "  tickmark --dir demo team list -e soc1-2025 --side auditor",
	}
	engagementFlag(c, &engagement)
	c.RunE = func(c *cobra.Command, _ []string) error {
		return e.acting(c, func(a *app.App, p audit.Person) error {
			g, team, err := a.Team(c.Context(), p, engagement)
			if err != nil || e.json {
				return e.shown(err, team)
			}
			e.printf("%s, %s\n\n", g.Code, audit.Plural(int64(len(team)), "member"))
			e.team(team)
			return nil
		})
	}
	return c
}

func (e *env) team(team []engage.Seat) {
	var rows [][]string
	for _, s := range team {
		rows = append(rows, []string{s.Name, string(s.Role), s.Firm, independence(s)})
	}
	e.rows([]string{"NAME", "ROLE", "FIRM", "INDEPENDENCE"}, rows)
}

// independence says what a member declared and whether it suffices.
func independence(s engage.Seat) string {
	switch {
	case s.Left:
		return "has left"
	case s.Why != "":
		return s.Why
	case s.Declaration == nil:
		return "" // management does not see it
	}
	text := "independent, declared on " + s.Declaration.At.Format("2006-01-02")
	if s.Declaration.Prior != audit.NoPriorWork {
		text += "; prior work: " + string(s.Declaration.Prior)
	}
	if s.Declaration.Safeguards != "" {
		text += "; safeguards: " + s.Declaration.Safeguards
	}
	return text
}

func (e *env) peopleList() *cobra.Command {
	var engagement string
	c := &cobra.Command{
		Use: "list", Short: "List management's people and those of user entities", Args: args(cobra.NoArgs),
		Example: "  tickmark --dir demo people list",
	}
	c.Flags().StringVarP(&engagement, "engagement", "e", "", "only those of the organization and of this engagement")
	c.RunE = func(c *cobra.Command, _ []string) error {
		return e.acting(c, func(a *app.App, p audit.Person) error {
			all, err := a.People(c.Context(), p, engagement)
			if err != nil || e.json {
				return e.shown(err, all)
			}
			e.people(all)
			return nil
		})
	}
	return c
}

func (e *env) people(all []audit.Member) {
	if len(all) == 0 {
		e.printf("Nobody is recorded: whoever comes on management's side acts as management-admin. Say who may: `tickmark people add`.\n")
		return
	}
	var rows [][]string
	for _, m := range all {
		assigned := strings.Join(m.Assigned, ", ")
		if m.Left {
			assigned = "has left"
		}
		rows = append(rows, []string{m.Name, string(m.Role), dash(m.Engagement), dash(m.Entity), dash(assigned)})
	}
	e.rows([]string{"NAME", "ROLE", "ENGAGEMENT", "ENTITY", "ASSIGNED"}, rows)
}

func (e *env) teamDeclare() *cobra.Command {
	var d audit.Declaration
	c := &cobra.Command{
		Use: "declare", Short: "Declare your own independence for an engagement", Args: args(cobra.NoArgs),
		Long:    "In your own words, for yourself alone. --prior is what you did for the client before: none, readiness-advice (which needs\n--safeguards), design, operation or readiness-decision (after which the firm's cooling-off runs from --ended).",
		Example: "  tickmark --dir demo team declare -e soc1-2025 --side auditor --as 'P. Hale' --independent --prior none\n  tickmark --dir demo team declare -e soc1-2025 --side auditor --as 'S. Quill' --independent --prior readiness-advice \\\n    --ended 2024-06-30 --safeguards 'Tests no control that the advice was about.'",
	}
	engagementFlag(c, &d.Engagement)
	c.Flags().BoolVar(&d.Independent, "independent", false, "you are independent; --independent=false says that you are not")
	c.Flags().StringVar((*string)(&d.Prior), "prior", "", "none, readiness-advice, design, operation or readiness-decision")
	c.Flags().StringVar((*string)(&d.Ended), "ended", "", "the last day of that work")
	c.Flags().StringVar(&d.Conflicts, "conflicts", "", "interests and relationships that could be thought to sway you")
	c.Flags().StringVar(&d.Safeguards, "safeguards", "", "what keeps them from doing so")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if !c.Flags().Changed("independent") || d.Prior == "" {
			return usage{errors.New("say both: --independent or --independent=false, and --prior")}
		}
		return e.acting(c, func(a *app.App, p audit.Person) error {
			done, changed, err := a.Declare(c.Context(), p, d)
			return e.said(err, done, changed, "%s declared for %s: %s, prior work %s.\n", done.Name, done.Engagement, yes(done.Independent, "independent", "not independent"), done.Prior)
		})
	}
	return c
}

func yes(so bool, then, otherwise string) string {
	if so {
		return then
	}
	return otherwise
}

func (e *env) teamCheck() *cobra.Command {
	var engagement string
	c := &cobra.Command{
		Use: "check", Short: "Say what stands against accepting an engagement, as to who works on it", Args: args(cobra.NoArgs),
		Example: "  tickmark --dir demo team check -e soc1-2025 --side auditor",
	}
	engagementFlag(c, &engagement)
	c.RunE = func(c *cobra.Command, _ []string) error {
		return e.acting(c, func(a *app.App, p audit.Person) error {
			gates, err := a.CheckParties(c.Context(), p, engagement)
			if err != nil || e.json {
				return e.shown(err, gates)
			}
			e.gates(gates)
			return nil
		})
	}
	return c
}
