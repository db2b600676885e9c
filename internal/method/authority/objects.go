package authority

import (
	"slices"
	"strings"

	"github.com/cedar-policy/cedar-go"

	"tickmark/internal/audit"
	"tickmark/internal/program"
)

// objects says to which objects of the matrix the records of a kind belong, as
// the policies on sight name them. The last lines are of registers and surfaces
// that keep their records elsewhere.
var objects = map[string]string{
	audit.KindOrganization: "frame",
	"scope/organization":   "frame",
	"scope/engagement":     "frame",
	audit.KindFirm:         "frame",
	"scope/system":         "description",
	"scope/commitment":     "description",
	"scope/objective":      "description",
	"scope/control":        "description",
	"scope/cuec":           "description report",
	"scope/subservice":     "description",
	"scope/procedure":      "settings",
	"scope/dataset":        "settings",
	"scope/source":         "settings",
	"scope/connection":     "settings",
	audit.KindSwitch:       "settings",
	audit.KindCollection:   "populations",
	audit.KindPopulation:   "populations",
	audit.KindResult:       "monitoring",
	audit.KindAnalysis:     "monitoring",
	audit.KindConclusion:   "monitoring",
	audit.KindExceptions:   "facts",
	audit.KindAssignment:   "facts",
	audit.KindDisposition:  "facts",
	audit.KindDeviation:    "facts report",
	audit.KindRequest:      "requests",
	audit.KindDelegation:   "requests",
	audit.KindComment:      "requests",
	audit.KindResponse:     "requests evidence",
	audit.KindSample:       "samples",
	audit.KindRelease:      "samples",
	audit.KindIntake:       "auditor-file",
	audit.KindWorkpaper:    "auditor-file",
	audit.KindSignOff:      "auditor-file",
	audit.KindNote:         "auditor-file",
	audit.KindConcluded:    "auditor-file",
	audit.KindDeclaration:  "auditor-file",
	audit.KindHold:         "auditor-file",
	audit.KindAddition:     "auditor-file",
	audit.KindOpinion:      "opinion report",
	audit.KindReport:       "draft-report",
	audit.KindAttestation:  "attestation",
	audit.KindCopy:         "distribution",
	audit.KindMember:       "team",
	audit.KindStep:         "team",

	"statement/assertion":            "assertion report",
	"signature/assertion":            "assertion report",
	"statement/response":             "management-response report",
	"signature/response":             "management-response report",
	"statement/design-questionnaire": "design-questionnaire",
	"signature/design-questionnaire": "design-questionnaire",
	"statement/representation":       "letters",
	"signature/representation":       "letters",
	"statement/subsequent-events":    "letters",
	"signature/subsequent-events":    "letters",
	"statement/bridge":               "letters",
	"signature/bridge":               "letters",
	"statement/engagement-letter":    "letters",
	"signature/engagement-letter":    "letters",

	program.KindAdvice:        "programme",
	program.KindAdviceSign:    "programme",
	program.KindApproval:      "programme",
	program.KindSuggestion:    "programme",
	program.KindFramework:     "programme",
	program.KindApplicability: "programme",
	program.KindTask:          "programme",
	program.KindClosing:       "programme",
	program.KindQuestion:      "programme",
	program.KindOwnerWord:     "programme",
	program.KindRisk:          "risks",
	program.KindRiskPolicy:    "risks",
	program.KindRiskControl:   "risks",
	program.KindAcceptance:    "risks",
	program.KindAssessment:    "risks",
	program.KindTrigger:       "risks",
	program.KindSnapshot:      "risks",
	program.KindMeeting:       "risks",
	program.KindPack:          "risks",

	"trail":        "history",
	"policy":       "programme",
	"course":       "programme",
	"evidence":     "evidence", // files that were handed over
	"distribution": "distribution",
}

func objectsOf(kind string) []cedar.EntityUID {
	var uids []cedar.EntityUID
	for _, o := range strings.Fields(objects[kind]) {
		uids = append(uids, cedar.NewEntityUID("Object", cedar.String(o)))
	}
	return uids
}

// varieties are those of a kind, or the kind itself.
func varieties(kind string) []string {
	var all []string
	for k := range objects {
		if strings.HasPrefix(k, kind+"/") {
			all = append(all, k)
		}
	}
	if len(all) == 0 {
		return []string{kind}
	}
	slices.Sort(all)
	return all
}
