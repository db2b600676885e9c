// Package pipeline lists the stages in their order, runs them, and says when a
// schedule calls for a collection. It stands above the stages, which never call
// one another: each reads the records that earlier ones wrote and adds its own
// kinds. It does not know who asked.
package pipeline

import (
	"tickmark/internal/audit"
	"tickmark/internal/program"
)

// Step says what a stage reads and what it alone writes.
type Step struct {
	Name   string
	Reads  []string
	Writes []string
}

// Order is the product: evidence at one end, a report at the other. The steps of
// an engagement from phase to phase are written near its end and say in which
// phase all the others are, as a clock does: any stage may read them.
var Order = []Step{
	{"scope", nil, []string{
		audit.KindOrganization, audit.KindScope, audit.KindSwitch, program.KindAdvice, program.KindAdviceSign, program.KindApproval,
		program.KindSuggestion, program.KindFramework, program.KindApplicability,
	}},
	{"engage", []string{audit.KindScope}, []string{audit.KindFirm, audit.KindMember, audit.KindDeclaration}},
	{"collect", []string{audit.KindScope}, []string{audit.KindCollection, audit.KindPopulation}},
	{"perform", []string{audit.KindScope, audit.KindPopulation}, []string{audit.KindResult, audit.KindExceptions}},
	{"analyze", []string{audit.KindScope, audit.KindPopulation}, []string{audit.KindAnalysis}},
	{"conclude", []string{audit.KindScope, audit.KindResult, audit.KindExceptions, audit.KindAnalysis}, []string{audit.KindAssignment, audit.KindDisposition, audit.KindConclusion}},
	{"register/risk", []string{audit.KindScope, audit.KindConclusion}, []string{
		program.KindRiskPolicy, program.KindRisk, program.KindRiskControl, program.KindAcceptance, program.KindAssessment, program.KindTrigger, program.KindSnapshot,
	}},
	{"register/task", []string{audit.KindScope, audit.KindPopulation, audit.KindResult, audit.KindConclusion}, []string{program.KindTask, program.KindClosing}},
	{
		"register/oversight", []string{audit.KindScope, audit.KindCollection},
		[]string{program.KindQuestion, program.KindOwnerWord, program.KindMeeting, program.KindPack},
	},
	{"request", []string{audit.KindPopulation}, []string{audit.KindRequest, audit.KindDelegation, audit.KindResponse, audit.KindComment}},
	{"sample", []string{audit.KindScope, audit.KindFirm, audit.KindPopulation}, []string{audit.KindIntake, audit.KindSample, audit.KindRelease}},
	{"declare", []string{audit.KindScope}, []string{audit.KindStatement, audit.KindSignature, audit.KindAttestation}},
	{
		"review",
		[]string{audit.KindScope, audit.KindFirm, audit.KindMember, audit.KindPopulation, audit.KindResult, audit.KindDisposition, audit.KindResponse, audit.KindIntake, audit.KindSample, audit.KindStatement, audit.KindSignature},
		[]string{audit.KindWorkpaper, audit.KindSignOff, audit.KindNote, audit.KindDeviation, audit.KindConcluded, audit.KindOpinion},
	},
	{
		"advance",
		[]string{audit.KindFirm, audit.KindMember, audit.KindDeclaration, audit.KindRequest, audit.KindResponse, audit.KindStatement, audit.KindSignature, audit.KindWorkpaper, audit.KindSignOff, audit.KindNote, audit.KindConcluded, audit.KindOpinion},
		[]string{audit.KindStep, audit.KindHold, audit.KindAddition},
	},
	{
		"report",
		[]string{
			audit.KindScope, audit.KindFirm, audit.KindPopulation, audit.KindResult, audit.KindDisposition, audit.KindConclusion, audit.KindSample, audit.KindStatement,
			audit.KindSignature, audit.KindWorkpaper, audit.KindSignOff, audit.KindDeviation, audit.KindConcluded, audit.KindOpinion, audit.KindStep,
		},
		[]string{audit.KindReport, audit.KindCopy},
	},
	{"exchange", []string{audit.KindScope, audit.KindResult, audit.KindDisposition, audit.KindConclusion, audit.KindSample}, nil},
	{"publish", []string{audit.KindPopulation, audit.KindResult, audit.KindSample, audit.KindResponse, audit.KindWorkpaper, audit.KindAddition, audit.KindReport}, nil},
}
