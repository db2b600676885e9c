package api

import (
	"net/http"

	"tickmark/internal/engine/identity"
	"tickmark/internal/method/authority"
)

const (
	above = Prefix
	in    = Prefix + "/engagements/{engagement}"
)

// table is all routes, with the duty and the scope that each needs. What a
// person may do in a record's place the store decides again.
func table() []route {
	return append(reads(), acts()...)
}

func reads() []route {
	return []route{
		one(route{path: above + "/organization", id: "read-organization", tag: "Organization", says: "Whose records these are"}, readOrganization),
		one(route{path: above + "/status", id: "read-status", tag: "Organization", says: "Where everything stands: populations, results, conclusions, drafts, the history's root"}, readStatus),
		one(route{path: above + "/checkpoint", id: "read-checkpoint", tag: "Proof", says: "The signed size and root of the history as it is now"}, readCheckpoint),
		list(route{path: above + "/engagements", id: "list-engagements", tag: "Engagements", says: "All engagements with where they stand"}, keyEngagement, listEngagements),
		list(route{path: above + "/controls", id: "list-controls", tag: "Programme", says: "The controls as they are described now"}, keyControl, listControls),
		list(route{path: above + "/procedures", id: "list-procedures", tag: "Testing", says: "The procedures of the catalog and the organization's own"}, keyProcedure, listProcedures),
		list(route{path: above + "/populations", id: "list-populations", tag: "Evidence", says: "The newest collected population of each dataset and all of each connection"}, keyPopulation, listPopulations),
		list(route{path: above + "/collections", id: "list-collections", tag: "Evidence", says: "What was asked of source systems, and what came"}, keyCollection, listCollections),
		list(route{path: above + "/reports", id: "list-reports", tag: "Reports", says: "The newest draft or issued report of each engagement"}, keyReport, listReports),
		listed(route{path: above + "/trail", id: "list-trail", tag: "Proof", says: "The history: who recorded what, when, and the digest of the record"}, listTrail),
		listed(route{path: above + "/search", id: "search", asks: []string{"q"}, tag: "Organization", says: "The newest records in which all words stand, the best first, as far as the caller sees them"}, search),
		list(route{path: in + "/criteria", id: "list-criteria", tag: "Programme", says: "Each criterion or objective with its controls, and which of them were tested"}, keyCriterion, listCriteria),
		list(route{path: in + "/controls", id: "list-control-histories", tag: "Programme", says: "Each control in scope: how it stands now and stood over the period"}, keyHistory, listHistories),
		one(route{path: in + "/populations", id: "read-population-history", tag: "Evidence", says: "What was collected of each population over the period: snapshots, gaps, outages"}, readTimelines),
		one(route{path: in + "/gaps", id: "read-gaps", tag: "Programme", says: "How far the records carry what is asked: gaps and readiness with their reasons"}, readGaps),
		list(route{path: above + "/risks", id: "list-risks", tag: "Programme", says: "The risk register with what remains of each risk, term by term"}, keyRisk, listRisks),
		list(route{path: above + "/risk-snapshots", id: "list-risk-snapshots", tag: "Programme", says: "How every open risk was rated on days that were kept"}, keySnapshot, listSnapshots),
		one(route{path: above + "/plan", id: "read-plan", tag: "Programme", says: "The way to the report by the recorded decision: phases, critical path, warnings"}, readWay),
		one(route{path: above + "/oversight", id: "read-oversight", tag: "Programme", says: "Attestations of control owners, meetings, papers, evidence that schedules called for, and what is due"}, readOversight),
		list(route{path: in + "/tasks", id: "list-tasks", tag: "Programme", says: "What is to be done to close gaps, how each stands, and the proof under what is done"}, keyTask, listTasks),
		one(route{path: in + "/scope", id: "read-scope", tag: "Programme", says: "What of the scope's description is there, what is excluded and why, and who approved it"}, readGrown),
		list(route{path: in + "/results", id: "list-results", tag: "Testing", says: "The newest result of each procedure"}, keyResult, listResults),
		list(route{path: in + "/conclusions", id: "list-conclusions", tag: "Testing", says: "What the tests of each control amount to"}, keyConclusion, listConclusions),
		listed(route{path: in + "/procedures/{procedure}/exceptions", id: "list-exceptions", tag: "Testing", says: "The exceptions of a procedure with what people said of them"}, listExceptions),
		list(route{path: in + "/dispositions", id: "list-dispositions", tag: "Testing", says: "The newest judgment of each exception"}, keyDisposition, listDispositions),
		list(route{path: in + "/assignments", id: "list-assignments", tag: "Testing", says: "Who looks into which exceptions"}, keyAssignment, listAssignments),
		list(route{path: in + "/requests", id: "list-requests", tag: "Requests", says: "What the auditor asked for, with where each request stands"}, keyRequest, listRequests),
		one(route{path: in + "/requests/{code}", id: "read-request", tag: "Requests", says: "One request with all that happened to it, in order"}, readRequest),
		list(route{path: in + "/intakes", id: "list-intakes", tag: "Fieldwork", says: "Populations with what the auditor decided of each"}, keyIntake, listIntakes),
		list(route{path: in + "/samples", id: "list-samples", tag: "Fieldwork", says: "Draws; management sees those that were released"}, keySample, listSamples),
		list(route{path: in + "/workpapers", id: "list-workpapers", tag: "Fieldwork", says: "The auditor's papers with who signed each"}, keyPaper, listPapers),
		list(route{path: in + "/notes", id: "list-notes", tag: "Fieldwork", says: "The auditor's review notes"}, keyNote, listNotes),
		list(route{path: in + "/auditor-conclusions", id: "list-auditor-conclusions", tag: "Fieldwork", says: "What the auditor concludes, and what speaks against each by now"}, keyConcluded, listConcluded),
		list(route{path: in + "/deviations", id: "list-deviations", tag: "Testing", says: "The failures of controls that the auditor recorded"}, keyDeviation, listDeviations),
		list(route{path: above + "/proposals", id: "list-proposals", tag: "Proposals", says: "What assistants proposed to the caller"}, keyProposal, listProposals),
	}
}

func acts() []route {
	return []route{
		act(route{path: in + "/procedures/{procedure}/dispositions", id: "judge-exceptions", tag: "Testing", says: "Judge exceptions, one or many, for the auditor", duty: authority.DutyJudge}, http.StatusOK, judge),
		act(route{path: in + "/procedures/{procedure}/assignments", id: "assign-exceptions", tag: "Testing", says: "Say who looks into exceptions, for management", duty: authority.DutyDelegate}, http.StatusOK, assign),
		act(route{path: in + "/performances", id: "perform-tests", tag: "Testing", says: "Collect from datasets, perform the tests whose inputs changed, and conclude", duty: authority.DutyPerform}, http.StatusOK, perform),
		act(route{path: above + "/collections", id: "collect", tag: "Evidence", says: "Put a collection of a connection into the queue of the worker", duty: authority.DutyCollect}, http.StatusAccepted, collect),
		act(route{path: in + "/requests", id: "ask", tag: "Requests", says: "Ask management for something", duty: authority.DutyRequest}, http.StatusCreated, ask),
		act(route{path: in + "/requests/{code}/responses", id: "respond", tag: "Requests", says: "Answer a request with words, a population or a file", duty: authority.DutyRespond, largest: largestAnswer}, http.StatusCreated, respond),
		act(route{path: in + "/requests/{code}/states", id: "say-of-request", tag: "Requests", says: "Return, reopen, close or withdraw a request", duty: authority.DutyRequest}, http.StatusOK, say),
		act(route{path: in + "/requests/{code}/comments", id: "comment", tag: "Requests", says: "Remark on a request, for both sides to see", duty: authority.DutyComment}, http.StatusCreated, comment),
		act(route{path: in + "/requests/{code}/delegations", id: "delegate", tag: "Requests", says: "Say who answers a request", duty: authority.DutyDelegate}, http.StatusOK, delegate),
		act(route{path: in + "/samples", id: "draw", tag: "Fieldwork", says: "Draw from an accepted population", duty: authority.DutySample}, http.StatusCreated, draw),
		act(route{path: in + "/samples/{sample}/release", id: "release", tag: "Fieldwork", says: "Let management see a draw", duty: authority.DutyRelease}, http.StatusOK, release),
		act(route{path: in + "/sign-offs", id: "sign-off", tag: "Fieldwork", says: "Put one's name under a paper or conclusion as it stands", duty: authority.DutySignOff}, http.StatusCreated, signOff),
		act(route{path: in + "/notes", id: "raise-note", tag: "Fieldwork", says: "Ask a question about something of the auditor's file", duty: authority.DutyNote}, http.StatusCreated, raiseNote),
		act(route{path: in + "/notes/{note}/answer", id: "answer-note", tag: "Fieldwork", says: "Answer a review note", duty: authority.DutyNote}, http.StatusOK, answerNote),
		act(route{path: in + "/notes/{note}/clear", id: "clear-note", tag: "Fieldwork", says: "Settle a review note", duty: authority.DutyNote}, http.StatusOK, clearNote),
		act(route{path: ProposalsPath, id: "propose", tag: "Proposals", says: "Leave something for the token's person to accept, as an assistant", duty: authority.DutyRead, scope: identity.Propose}, http.StatusCreated, propose),
		act(route{path: above + "/proposals/{proposal}/accept", id: "accept-proposal", tag: "Proposals", says: "Do what an assistant proposed, in one's own name", duty: authority.DutyRead, scope: identity.Write}, http.StatusOK, accept),
		act(route{path: above + "/proposals/{proposal}/decline", id: "decline-proposal", tag: "Proposals", says: "Say no to what an assistant proposed", duty: authority.DutyRead, scope: identity.Write}, http.StatusOK, decline),
	}
}
