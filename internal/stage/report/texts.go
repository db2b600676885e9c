package report

import (
	"fmt"
	"slices"

	"tickmark/internal/audit"
	"tickmark/internal/method/claims"
	"tickmark/internal/method/coverage"
)

// Passage is a claim with where it stands.
type Passage struct {
	Where string `json:"where"`
	claims.Claim
}

// text is one that a person wrote and that stands in the report.
type text struct{ where, text string }

// texts are all that people wrote.
func (b Book) texts() []text {
	out := []text{{"system.md", b.System.Description}}
	for i, s := range b.System.Services {
		out = append(out, text{fmt.Sprintf("system.yaml, service %d", i+1), s})
	}
	for _, c := range b.System.Components {
		out = append(out, text{"system.yaml, component " + c.Name, c.Description})
	}
	for _, c := range b.Commitments {
		out = append(out, text{"commitment " + c.Code, c.Text})
	}
	for _, o := range b.Objectives {
		out = append(out, text{"objective " + o.Code, o.Text})
	}
	for _, c := range b.inScope() {
		out = append(out, text{"control " + c.Code, c.Title + "\n" + c.Text})
		for _, w := range c.Earlier {
			out = append(out, text{"control " + c.Code + ", earlier wording", w.Text + "\n" + w.Change})
		}
	}
	for _, c := range b.CUECs {
		out = append(out, text{"user entity control " + c.Code, c.Text})
	}
	for _, s := range b.Subservices {
		out = append(out, text{"subservice organization " + s.Code, s.Service + "\n" + s.Monitoring})
		for _, c := range s.CSOCs {
			out = append(out, text{"subservice control " + c.Code, c.Text})
		}
	}
	return append(out, b.spoken()...)
}

// spoken are the texts of statements, papers and the opinion.
func (b Book) spoken() []text {
	var out []text
	for _, x := range b.Said.Statements {
		if x.Kind == audit.Assertion || x.Kind == audit.ManagementAnswer {
			out = append(out, text{string(x.Kind) + " " + x.Code, x.Text})
		}
	}
	for _, c := range b.inScope() {
		for _, p := range b.papers(c.Code) {
			out = append(out, text{"workpaper " + p.Code + ", narrative", p.Narrative})
			for i, s := range p.Steps {
				out = append(out, text{fmt.Sprintf("workpaper %s, step %d", p.Code, i+1), s.Text})
			}
		}
	}
	for _, d := range b.Filed.Deviations {
		out = append(out, text{"deviation " + d.Code, d.Nature})
	}
	if b.Filed.Opinion != nil {
		for _, s := range b.Filed.Opinion.Subjects {
			out = append(out, text{"opinion, basis on " + string(s.Subject), s.Basis})
		}
	}
	return out
}

// passages are what these texts should say otherwise.
func (b Book) passages() []Passage {
	out := []Passage{}
	for _, x := range b.texts() {
		for _, c := range slices.Concat(claims.Find(x.text), claims.Periods(x.text, b.Engagement.Period)) {
			out = append(out, Passage{x.where, c})
		}
	}
	out = append(out, b.counted()...)
	out = append(out, b.unmapped()...)
	return append(out, b.disagreeing()...)
}

// unmapped are complementary controls that are needed for nothing that is
// examined, or for something that is not.
func (b Book) unmapped() []Passage {
	var out []Passage
	needed := func(where, code string, list []string) {
		if len(list) == 0 {
			out = append(out, Passage{where, claims.Claim{Line: 1, Words: code, Why: "it is needed for no objective and no criterion", Say: "name what it is needed for, or leave it out: only controls that are needed are listed"}})
		}
	}
	outside := func(where, code string, list []string) {
		for _, id := range list {
			if !slices.ContainsFunc(b.Rows, func(r coverage.Row) bool { return r.Code == id }) {
				out = append(out, Passage{where, claims.Claim{Line: 1, Words: code, Why: "it is needed for " + id + ", which is not examined", Say: "name what is examined, or leave it out of what it is needed for"}})
			}
		}
	}
	here := func(objectives, criteria []string) []string {
		if b.soc1() {
			return objectives
		}
		return criteria
	}
	for _, c := range b.CUECs {
		needed("user entity control "+c.Code, c.Code, slices.Concat(c.Objectives, c.Criteria))
		outside("user entity control "+c.Code, c.Code, here(c.Objectives, c.Criteria))
	}
	for _, s := range b.Subservices {
		for _, c := range s.CSOCs {
			needed("subservice control "+c.Code, c.Code, slices.Concat(c.Objectives, c.Criteria))
			outside("subservice control "+c.Code, c.Code, here(c.Objectives, c.Criteria))
		}
	}
	return out
}

// disagreeing are the subjects on which management's assertion and the opinion
// say different things. Both stand as they are.
func (b Book) disagreeing() []Passage {
	x, ok := b.statement(audit.Assertion, "")
	if !ok || b.Filed.Opinion == nil {
		return nil
	}
	var out []Passage
	for _, s := range b.Filed.Opinion.Subjects {
		said := x.Answers[string(s.Subject)]
		if modified := s.Form != audit.Unmodified; said == "" || modified == (said != "yes") {
			continue
		}
		out = append(out, Passage{"assertion", claims.Claim{Line: 1, Words: string(s.Subject) + ": " + said, Why: "the opinion on it is " + string(s.Form), Say: "what management believes; where the two go on to differ, the auditor reports accordingly"}})
	}
	return out
}
