// Package pipeline lists the stages in their order, runs them, and says when a
// schedule calls for a collection. It stands above the stages, which never call
// one another: each reads the records that earlier ones wrote and adds its own
// kinds. It does not know who asked.
package pipeline

import "tickmark/internal/audit"

// Step says what a stage reads and what it alone writes.
type Step struct {
	Name   string
	Reads  []string
	Writes []string
}

// Order is the product: evidence at one end, a report at the other.
var Order = []Step{
	{"scope", nil, []string{audit.KindOrganization, audit.KindScope, audit.KindSwitch}},
	{"collect", []string{audit.KindScope}, []string{audit.KindCollection, audit.KindPopulation}},
	{"perform", []string{audit.KindScope, audit.KindPopulation}, []string{audit.KindResult, audit.KindExceptions}},
	{"analyze", []string{audit.KindScope, audit.KindPopulation}, []string{audit.KindAnalysis}},
	{"conclude", []string{audit.KindScope, audit.KindResult, audit.KindExceptions, audit.KindAnalysis}, []string{audit.KindAssignment, audit.KindDisposition, audit.KindConclusion}},
	{"report", []string{audit.KindScope, audit.KindPopulation, audit.KindResult, audit.KindDisposition, audit.KindConclusion}, []string{audit.KindReport}},
	{"publish", []string{audit.KindPopulation, audit.KindResult, audit.KindReport}, nil},
}
