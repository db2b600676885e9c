package advice

// Duty is one activity on the way to a report, with who is responsible (R),
// accountable (A), consulted (C) or informed (I), by role. A role that has no
// letter has no part in it.
type Duty struct {
	Activity string            `json:"activity"`
	Phases   []string          `json:"phases"` // ids of the phases it belongs to
	Roles    map[string]string `json:"roles"`
	Note     string            `json:"note,omitempty"`
}

// Parts are the columns of the table, in order.
var Parts = []string{"sponsor", "compliance", "owner", "auditor", "legal", "users"}

// RACI is who does what. The service auditor has no part in what would be
// examined: deciding, designing, operating.
func RACI() []Duty {
	duty := func(activity string, phases []string, letters ...string) Duty {
		d := Duty{Activity: activity, Phases: phases, Roles: map[string]string{}}
		for i, l := range letters {
			if l != "" {
				d.Roles[Parts[i]] = l
			}
		}
		return d
	}
	all := []Duty{
		duty("Choose the report", []string{"decide"}, "A", "R", "C", "C", "C", "I"),
		duty("State scope and description", []string{"scope"}, "A", "R", "C", "I", "C"),
		duty("Assess risks, state objectives, design controls", []string{"risk"}, "A", "R", "R"),
		duty("Operate controls, keep evidence", []string{"remediate", "period"}, "I", "A", "R"),
		duty("Review readiness", []string{"gaps"}, "I", "A", "C", "C"),
		duty("Test, sample", []string{"planning", "fieldwork", "type1"}, "", "I", "C", "A/R"),
		duty("Establish the facts of exceptions", []string{"fieldwork", "type1"}, "I", "A", "R", "C"),
		duty("Respond to exceptions", []string{"draft", "type1-report"}, "A", "R", "C", "I", "C"),
		duty("Assertion and representations", []string{"draft", "type1-report"}, "A/R", "R", "", "I", "C"),
		duty("Opinion", []string{"draft", "type1-report"}, "", "", "", "A/R"),
		duty("Distribute the report", []string{"draft", "type1-report"}, "A", "R", "", "", "C", "I"),
		duty("Operate complementary user entity controls", []string{"period"}, "I", "C", "", "", "", "A/R"),
	}
	all[4].Note = "the auditor advises only, before acceptance or with safeguards"
	return all
}
