package risk

import (
	"context"
	"fmt"

	"tickmark/internal/audit"
	"tickmark/internal/method/exposure"
	"tickmark/internal/program"
)

// State is the register as it stands on a day, with every figure and what is due.
type State struct {
	On          audit.Date            `json:"on"`
	Policy      program.RiskPolicy    `json:"policy"`
	Risks       []program.Risk        `json:"risks"`
	Rated       []program.Rated       `json:"rated"` // of the open ones, in the same order
	Ties        []program.RiskControl `json:"controls"`
	Acceptances []program.Acceptance  `json:"acceptances"`
	Assessments []program.Assessment  `json:"assessments"`
	Triggers    []program.Trigger     `json:"triggers"`
	Notices     []exposure.Notice     `json:"due"`
	Assumptions []string              `json:"assumptions"`
	records     map[string]audit.Digest
}

// State reads the register and rates it.
func (r Register) State(ctx context.Context, standings map[string]exposure.Standing) (State, error) {
	s := State{On: r.Today, Assumptions: exposure.Assumptions, Rated: []program.Rated{}}
	records := map[string]audit.Digest{}
	s.records = records
	var err error
	for _, read := range []func() error{
		func() (err error) { s.Policy, err = r.Policy(ctx); return err },
		func() (err error) { s.Risks, err = r.Records.Risks(ctx); return err },
		func() (err error) { s.Ties, err = r.Records.RiskControls(ctx); return err },
		func() (err error) { s.Acceptances, err = r.Records.Acceptances(ctx); return err },
		func() (err error) { s.Assessments, err = r.Records.Assessments(ctx); return err },
		func() (err error) { s.Triggers, err = r.Records.Triggers(ctx); return err },
	} {
		if err := read(); err != nil {
			return s, err
		}
	}
	for _, x := range s.Risks {
		if records[x.Code], _, err = r.Records.DigestOf(ctx, program.KindRisk, x.Code); err != nil {
			return s, err
		}
		if x.Closed != "" && x.Closed < r.Today {
			continue
		}
		rated := exposure.Rate(x, s.Ties, standings, s.Policy.Appetite, r.Today)
		rated.Accepted = x.Treatment == program.AcceptIt && exposure.Accepted(x.Code, records[x.Code], s.Acceptances, r.Today)
		s.Rated = append(s.Rated, rated)
	}
	s.Notices = exposure.Register{
		Policy: s.Policy, Risks: s.Risks, Acceptances: s.Acceptances, Records: records, Assessments: s.Assessments, Triggers: s.Triggers,
	}.Notices(r.Today)
	return s, nil
}

// Tables publishes the register: the populations that the procedures of risk
// assessment read. A closed risk is rated as it was entered.
func (s State) Tables(standings map[string]exposure.Standing) []program.Table {
	return []program.Table{s.risks(), s.controls(standings), s.assessments(), s.triggers(), s.commitments()}
}

func (s State) risks() program.Table {
	t := program.Table{Population: "risks", Columns: []string{
		"risk_id", "title", "fraud", "identified_on", "likelihood", "impact", "owner_id", "treatment", "decided_on", "treat_by",
		"treated_on", "accepted_by", "accepted_until", "closed_on",
	}}
	residual := map[string]program.Rated{}
	for _, x := range s.Rated {
		residual[x.Risk] = x
	}
	for _, x := range s.Risks {
		likelihood := x.Likelihood
		if rated, open := residual[x.Code]; open {
			likelihood = exposure.Likelihood(rated)
		}
		by, until := "", audit.Date("")
		for _, a := range s.Acceptances {
			if a.Risk == x.Code && a.Digest == s.records[x.Code] {
				by, until = a.By, a.Until
			}
		}
		t.Rows = append(t.Rows, []string{
			x.Code, x.Title, fmt.Sprint(x.Fraud), string(x.Identified), fmt.Sprint(likelihood), fmt.Sprint(x.Impact), x.Owner, string(x.Treatment),
			string(x.Decided), string(x.TreatBy), string(x.Treated), by, string(until), string(x.Closed),
		})
	}
	return t
}

func (s State) controls(standings map[string]exposure.Standing) program.Table {
	t := program.Table{Population: "risk_controls", Columns: []string{"link_id", "risk_id", "control", "from_on", "to_on", "conclusion"}}
	for _, x := range s.Ties {
		t.Rows = append(t.Rows, []string{x.Risk + "/" + x.Control, x.Risk, x.Control, string(x.From), string(x.To), concluded(standings[x.Control])})
	}
	return t
}

// concluded is what the tests of a control amount to, in the words of the
// population; nothing while judgments are missing.
func concluded(s exposure.Standing) string {
	switch {
	case s.Tested == 0:
		return "not-tested"
	case s.Deviations > s.Compensated:
		return "not-effective"
	case s.Pending > 0:
		return ""
	case s.Deviations > 0:
		return "effective-with-deviation"
	}
	return "effective"
}

func (s State) assessments() program.Table {
	t := program.Table{Population: "risk_assessments", Columns: []string{
		"assessment_id", "scope", "completed_on", "performed_by", "approved_on", "approved_by", "fraud_considered", "changes_considered",
	}}
	for _, x := range s.Assessments {
		t.Rows = append(t.Rows, []string{x.Code, x.Scope, string(x.Completed), x.Performer, string(x.Approved), x.Approver, fmt.Sprint(x.Fraud), fmt.Sprint(x.Changes)})
	}
	return t
}

func (s State) triggers() program.Table {
	t := program.Table{Population: "change_triggers", Columns: []string{"trigger_id", "kind", "title", "occurred_on", "reassessed_on", "reassessed_by", "sponsor_id"}}
	for _, x := range s.Triggers {
		t.Rows = append(t.Rows, []string{x.Code, x.What, x.Title, string(x.Occurred), string(x.Reassessed), x.Reassessor, x.Sponsor})
	}
	return t
}

func (s State) commitments() program.Table {
	t := program.Table{Population: "commitment_risks", Columns: []string{"link_id", "commitment_id", "risk_id"}}
	for _, x := range s.Risks {
		for _, c := range x.Commitments {
			t.Rows = append(t.Rows, []string{c + "/" + x.Code, c, x.Code})
		}
	}
	return t
}
