package authority

import (
	"slices"
	"strings"
	"testing"

	"github.com/cedar-policy/cedar-go/types"

	"tickmark/internal/audit"
	"tickmark/internal/program"
)

// The matrix as an auditor would read it: one row an object, one column a role.
//
// V view, E edit (and view), S sign (and view); a word is what may be done
// besides. † only what is assigned to him, ° only what is published. Whatever a
// cell does not name is refused.
const matrix = `
object              | admin       | owner      | employee   | internal audit | staff    | manager | partner | quality   | user entity | user auditor
controls            | E S         | E†         |            | V              | V        | V       | V       | V         | V°          | V°
policies            | E           | V          | V†         | V              | V        | V       | V       | V         |             |
evidence            | E           | E†         | E†         | V              | V        | V       | V       | V         |             |
risks               | E           | V†         |            | V              | V        | V       | V       | V         |             |
monitoring          | V           | V†         |            | V              | V        | V       | V       | V         |             |
requests            | V assign respond | V† respond† | V† respond† | V         | E        | E       | E       | V         |             |
populations         | V submit    | V† submit† |            | V              | V accept | V       | V       | V         |             |
samples             | V°          | V†°        |            | V°             | E        | E       | V       | V         |             |
workpapers          |             |            |            |                | E        | E S     | S       | V         |             |
exceptions          | V comment   | V† comment† |           | V              | E comment | E S comment | S comment | V    | V°          | V°
response            | E S         | E†         |            | V              | V        | V       | V       | V         | V°          | V°
opinion             | V           |            |            |                | E        | E       | V sign  | V concur  | V°          | V°
assertion           | E S         |            |            |                | V        | V       | V       | V         | V°          | V°
attestation         | V           |            |            |                | V        | V       | V       | V         | V† attest†  | V†
distribution        | E S         |            |            |                | V        | V       | V       |           | V† request  | V† request
`

// Two cells are not as a first reading of the practice would have them. Samples:
// internal audit works for management, which sees no sample before its release.
// Requests: whoever says who answers may answer himself.

var columns = []audit.Role{
	audit.ManagementAdmin, audit.ControlOwner, audit.Employee, audit.InternalAudit, audit.AuditorStaff,
	audit.AuditorManager, audit.AuditorPartner, audit.QualityReviewer, audit.UserEntity, audit.UserAuditor,
}

// deeds are what each word means for each object: the duties, with what they
// are of. V is of the kinds of records.
var deeds = map[string]map[string][]string{
	"controls":     {"V": {"scope/control", "scope/system", "scope/objective", "scope/commitment", "scope/subservice", "scope/cuec"}, "E": {"describe"}, "S": {"describe"}},
	"policies":     {"V": {"policy", "course"}, "E": {"program"}},
	"evidence":     {"V": {"evidence", "response"}, "E": {"respond"}},
	"risks":        {"V": {"risk", "risk-control", "risk-acceptance", "risk-assessment", "risk-snapshot"}, "E": {"risk"}},
	"monitoring":   {"V": {"result", "analysis", "conclusion"}},
	"requests":     {"V": {"request", "delegation", "response", "comment"}, "E": {"request"}, "assign": {"delegate"}, "respond": {"respond"}},
	"populations":  {"V": {"population", "collection"}, "submit": {"collect"}, "accept": {"accept"}},
	"samples":      {"V": {"sample"}, "E": {"sample", "release"}},
	"workpapers":   {"V": {"workpaper", "sign-off", "note", "intake", "auditor-conclusion"}, "E": {"test", "sign off:preparer"}, "S": {"sign off:reviewer"}},
	"exceptions":   {"V": {"deviation", "exceptions", "disposition"}, "E": {"find", "judge"}, "S": {"sign off:reviewer"}, "comment": {"comment:exception"}},
	"response":     {"V": {"statement/response", "signature/response"}, "E": {"state:response"}, "S": {"undersign:response"}},
	"opinion":      {"V": {"opinion"}, "E": {"opine"}, "sign": {"sign"}, "concur": {"concur"}},
	"assertion":    {"V": {"statement/assertion", "signature/assertion"}, "E": {"state:assertion"}, "S": {"undersign:assertion"}},
	"attestation":  {"V": {"attestation"}, "attest": {"attest"}},
	"distribution": {"V": {"distribution", "copy"}, "E": {"distribute"}, "S": {"distribute"}, "request": {"ask"}},
}

func TestEveryCellOfTheMatrix(t *testing.T) {
	cells := 0
	for _, line := range strings.Split(strings.TrimSpace(matrix), "\n")[1:] {
		parts := strings.Split(line, "|")
		object := strings.TrimSpace(parts[0])
		if len(parts) != len(columns)+1 || deeds[object] == nil {
			t.Fatalf("a row that cannot be read: %q", line)
		}
		for i, role := range columns {
			cells++
			t.Run(object+"/"+string(role), func(t *testing.T) { checkCell(t, object, role, strings.Fields(parts[i+1])) })
		}
	}
	if cells != 150 {
		t.Errorf("%d cells, want 15 objects of 10 roles", cells)
	}
}

// checkCell asks all that can be asked about an object, of things assigned and
// not, published and not, and compares with what the cell says.
func checkCell(t *testing.T, object string, role audit.Role, cell []string) {
	g := working(t, role)
	for word, asked := range deeds[object] {
		for _, what := range asked {
			for _, in := range situations() {
				want := allows(cell, object, word, in)
				if got := answer(g, word, what, in); got.Allowed != want {
					t.Errorf("%s %s, assigned %t, published %t: %t by %q, the matrix says %t",
						word, what, in.About != nil, in.Published, got.Allowed, got.Policy, want)
				} else if want && got.Policy == "" {
					t.Errorf("%s %s: allowed by no policy", word, what)
				}
			}
		}
	}
}

func situations() []In {
	var all []In
	for _, about := range [][]string{nil, {"AC-01"}} {
		for _, published := range []bool{false, true} {
			all = append(all, In{Engagement: "soc1", About: about, Published: published, Today: "2026-02-01"})
		}
	}
	return all
}

func answer(g Grant, word, what string, in In) Decision {
	if word == "V" {
		return g.See(what, in)
	}
	duty, variety, _ := strings.Cut(what, ":")
	in.What = variety
	return g.Decide(Duty(duty), in)
}

// allows reads a cell: does it name the word, or one that implies it, or another
// word of the object that is the same duty, in this situation?
func allows(cell []string, object, word string, in In) bool {
	for _, token := range cell {
		name := strings.TrimRight(token, "†°")
		if strings.Contains(token, "†") && in.About == nil || strings.Contains(token, "°") && !in.Published {
			continue
		}
		sameDuty := name != "V" && word != "V" && slices.Equal(deeds[object][name], deeds[object][word])
		if name == word || sameDuty || word == "V" && name != "comment" && name != "request" {
			return true
		}
	}
	return false
}

// working is somebody who is recorded in a role, of a licensed firm, with one
// control assigned to him, in an engagement that is being completed.
func working(t *testing.T, role audit.Role) Grant {
	t.Helper()
	g, err := Admit(audit.Person{Name: "Ada", Side: role.Side(), Role: role}, "org_1", recordedAs(role))
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func recordedAs(role audit.Role) Standing {
	m := audit.Member{Engagement: "soc1", Name: "Ada", Role: role, Assigned: []string{"AC-01"}}
	switch role.Side() {
	case audit.Auditor:
		m.Firm = "hale"
	case audit.Management:
		m.Engagement = ""
	}
	return Standing{
		Engagements: []audit.Engagement{{Code: "soc1", Period: audit.Period{From: "2025-01-01", To: "2025-12-31"}}},
		Firms:       []audit.Firm{{Code: "hale", License: "C-1", Licensed: audit.Period{From: "2020-01-01", To: "2029-12-31"}, CoolingOff: 12}},
		Members: []audit.Member{
			m, {Name: "Mara", Role: audit.ManagementAdmin}, {Engagement: "soc1", Name: "Ines", Role: audit.AuditorPartner, Firm: "hale"},
		},
		Steps: []audit.Step{{Engagement: "soc1", Phase: audit.Completion}},
	}
}

// The duties that no cell shows, for every role.
func TestTheOtherDuties(t *testing.T) {
	for duty, may := range map[Duty]string{
		DutyRead:    "management-admin control-owner employee internal-audit auditor-staff auditor-manager auditor-partner quality-reviewer user-entity user-auditor machine",
		DutyPerform: "management-admin auditor-staff auditor-manager auditor-partner machine",
		DutyPeople:  "management-admin",
		DutyFirm:    "auditor-manager auditor-partner",
		DutyStaff:   "auditor-manager auditor-partner",
		DutyDeclare: "auditor-staff auditor-manager auditor-partner quality-reviewer",
		DutyAdvance: "auditor-manager auditor-partner",
		DutyHold:    "auditor-manager auditor-partner",
		DutyAppend:  "auditor-staff auditor-manager auditor-partner",
		DutyNote:    "auditor-staff auditor-manager auditor-partner quality-reviewer",
		DutyCollect: "management-admin control-owner machine",
	} {
		for _, role := range audit.Roles {
			in := In{Engagement: "soc1", About: []string{"AC-01"}, Today: "2026-02-01"}
			got := working(t, role).Decide(duty, in)
			if want := slices.Contains(strings.Fields(may), string(role)); got.Allowed != want {
				t.Errorf("%s, %s: %t by %q", role, duty, got.Allowed, got.Policy)
			}
		}
	}
}

// Nothing is decided by a policy that nobody can name, and every kind of record
// is an object of which somebody decided who sees it.
func TestEveryPolicyIsNamedAndEveryKindPlaced(t *testing.T) {
	set, err := policies()
	if err != nil || len(set.names) < 40 {
		t.Fatal(len(set.names), err)
	}
	for id, p := range set.all {
		if p.Effect() == types.Forbid && p.Annotations()["says"] == "" {
			t.Errorf("policy %s forbids and does not say why", id)
		}
	}
	for _, kind := range append([]string{
		audit.KindOrganization, audit.KindScope, audit.KindSwitch, audit.KindCollection, audit.KindPopulation, audit.KindResult,
		audit.KindExceptions, audit.KindAssignment, audit.KindDisposition, audit.KindConclusion, audit.KindReport, audit.KindAnalysis,
		audit.KindFirm, audit.KindMember, audit.KindDeclaration, audit.KindStep, audit.KindHold, audit.KindAddition, audit.KindRequest,
		audit.KindDelegation, audit.KindResponse, audit.KindComment, audit.KindIntake, audit.KindSample, audit.KindRelease,
		audit.KindWorkpaper, audit.KindSignOff, audit.KindNote, audit.KindDeviation, audit.KindConcluded, audit.KindOpinion,
		audit.KindStatement, audit.KindSignature, audit.KindAttestation, audit.KindCopy,
	}, program.Kinds...) {
		for _, k := range varieties(kind) {
			if objects[k] == "" {
				t.Errorf("records of kind %s belong to no object", k)
			}
		}
	}
	if x := working(t, audit.ControlOwner).See("unheard of", In{Engagement: "soc1", About: []string{"AC-01"}, Published: true}); x.Allowed {
		t.Errorf("a kind that nobody placed is seen: %+v", x)
	}
}
