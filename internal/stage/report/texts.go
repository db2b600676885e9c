package report

import (
	"fmt"

	"tickmark/internal/audit"
	"tickmark/internal/method/claims"
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
		for _, c := range claims.Find(x.text) {
			out = append(out, Passage{x.where, c})
		}
	}
	for _, c := range b.CUECs {
		if len(c.Objectives)+len(c.Criteria) == 0 {
			out = append(out, Passage{"user entity control " + c.Code, claims.Claim{Line: 1, Words: c.Code, Why: "it is needed for no objective and no criterion", Say: "name what it is needed for, or leave it out: only controls that are needed are listed"}})
		}
	}
	return out
}
