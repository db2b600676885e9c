// Package program is the vocabulary of management's programme: what it decides,
// which risks it runs, what it has set out to do and what it took over from
// others' suggestions. It stands right above audit, whose words it uses, declares
// plain structs and no interface. It knows no database, no
// clock and no rule of who may write what.
package program

import "slices"

// Record kinds of the programme, as they stand in the trail. Every kind has
// exactly one writer.
const (
	KindAdvice        = "advice"
	KindAdviceSign    = "advice-signature"
	KindApproval      = "scope-approval"
	KindSuggestion    = "suggestion"
	KindFramework     = "framework"
	KindApplicability = "applicability"
	KindRiskPolicy    = "risk-policy"
	KindRisk          = "risk"
	KindRiskControl   = "risk-control"
	KindAcceptance    = "risk-acceptance"
	KindAssessment    = "risk-assessment"
	KindTrigger       = "risk-trigger"
	KindSnapshot      = "risk-snapshot"
	KindTask          = "task"
	KindClosing       = "task-closing"
	KindQuestion      = "owner-question"
	KindOwnerWord     = "owner-attestation"
	KindMeeting       = "meeting"
	KindPack          = "board-pack"
)

// Kinds are all of them.
var Kinds = []string{
	KindAdvice, KindAdviceSign, KindApproval, KindSuggestion, KindFramework, KindApplicability, KindRiskPolicy, KindRisk,
	KindRiskControl, KindAcceptance, KindAssessment, KindTrigger, KindSnapshot, KindTask, KindClosing,
	KindQuestion, KindOwnerWord, KindMeeting, KindPack,
}

// Known reports whether a word is among those that are expected.
func Known[T ~string](word T, among []T) bool { return slices.Contains(among, word) }
