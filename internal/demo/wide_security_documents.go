package demo

import (
	"strings"

	"tickmark/internal/audit"
)

// documents govern Meridian: kind and author of each.
var documents = []string{
	"Information security policy|policy|MP-0016", "Code of conduct|policy|MP-0009", "Access control policy|policy|MP-0016", "Incident response policy|policy|MP-0016",
	"Encryption standard|standard|MP-0016", "Change management procedure|procedure|MP-0012", "Payments procedure|procedure|MP-0014", "Vendor policy|policy|MP-0006",
	"Risk policy|policy|MP-0020", "Retention schedule|standard|MP-0015", "Continuity policy|policy|MP-0017", "Backup standard|standard|MP-0017",
	"Tax table procedure|procedure|MP-0013", "Specification of the payroll register|specification|MP-0011",
}

func (g *wide) policyVersions() {
	g.from("policies", "Policy portal", "Every version in force on any day of 2025 of every document of the list of policies")
	for n, line := range documents {
		what := strings.Split(line, "|")
		month := 3 + n/4 // those of March are acknowledged in April
		for i, y := range []int{2024, year} {
			approved := g.calendar.day(y, month, 20-10*i+g.IntN(4))
			row := audit.Values{"version_id": id("DOC-", int64(n+1), 2) + "-" + []string{"2024.1", "2025.1"}[i], "policy": what[0], "kind": what[1], "version": []string{"2024.1", "2025.1"}[i],
				"author_id": what[2], "approved_on": dayText(approved), "approved_by": "MP-0001", "effective_on": dayText(approved.AddDate(0, 0, 3))}
			if n == 7 && i == 1 {
				row["approved_by"] = what[2]
				g.plant("policy-review-lapsed", row["version_id"], "was approved by its author %s", what[2])
			}
			g.row("policies", row)
		}
	}
	g.lines("policies", "version_id policy kind version author_id approved_on approved_by effective_on reviewed_on",
		"DOC-21-1.0|Standard of clean desks|standard|1.0|MP-0017|2022-03-14|MP-0001|2022-04-01|2025-03-11",
		"DOC-22-1.2|Specification of the bank interface|specification|1.2|MP-0012|2023-06-05|MP-0002|2023-06-12|2025-05-28",
		"DOC-23-1.0|Plan for pandemics|plan|1.0|MP-0017|2021-11-02|MP-0001|2021-11-08|2024-02-06",
	)
	g.plant("policy-review-lapsed", "DOC-23-1.0", "the plan for pandemics was last reviewed on 2024-02-06")
}

// services that are kept up, with the departments that answer for them.
var services = []string{"Payroll computation|Payroll Operations", "Payments|Treasury", "Tax deposits|Tax", "Client portal|Client Services", "Sign-in|Information Technology", "Monitoring|Information Security"}

func (g *wide) continuity() {
	g.from("continuity_plans", "Continuity register", "Every plan and analysis that the continuity policy calls for, those not written yet included")
	g.from("continuity_events", "Continuity register", "Every approval, review and exercise of a plan in 2024 and 2025")
	for _, line := range services {
		service, department, _ := strings.Cut(line, "|")
		for _, kind := range []string{"impact-analysis", "continuity-plan", "recovery-plan"} {
			key := id("CP-", int64(len(g.rows["continuity_plans"])+1), 2)
			exercised := kind == "recovery-plan"
			g.row("continuity_plans", audit.Values{"plan_id": key, "kind": kind, "service": service, "owner_id": g.team(department)[0],
				"required_from": "2021-01-01", "exercise_required": yes(exercised)})
			g.keptUp(key, exercised)
		}
	}
	g.row("continuity_plans", audit.Values{"plan_id": "CP-19", "kind": "crisis-plan", "service": "Whole organization", "owner_id": "MP-0001", "required_from": "2021-01-01", "exercise_required": "true"})
	g.keptUp("CP-19", true)
	g.plant("continuity-plan-stale", "CP-05", "the review of the continuity plan of payments came 40 days late")
	g.plant("continuity-plan-stale", "CP-12", "the exercise of the recovery plan of the portal missed its objectives and was not repeated")
}

// keptUp adds the reviews of a plan and its exercises.
func (g *wide) keptUp(plan string, exercised bool) {
	add := func(kind, outcome, day string) {
		g.row("continuity_events", audit.Values{"event_id": id("CE-", int64(len(g.rows["continuity_events"])+1), 3), "plan_id": plan, "kind": kind,
			"performed_on": day, "outcome": outcome, "performed_by": one(g.dice, g.team("Information Technology"))})
	}
	month := g.between(2, 6)
	former := g.calendar.day(2024, month, g.between(20, 26))
	now := g.calendar.day(year, month, g.between(4, 15))
	if plan == "CP-05" {
		now = former.AddDate(1, 0, 40)
	}
	add("approval", "", dayText(former))
	add("review", "", dayText(now))
	if !exercised {
		return
	}
	month = g.between(9, 11)
	outcome := "met"
	if plan == "CP-12" {
		outcome = "not-met"
	}
	add("exercise", "met", dayText(g.calendar.day(2024, month, g.between(20, 26))))
	add("exercise", outcome, dayText(g.calendar.day(year, month, g.between(4, 15))))
}
