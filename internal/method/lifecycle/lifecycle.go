// Package lifecycle says through which gates an engagement goes from
// acceptance to the archive, and what stands against each of them. It stands
// with the pure decisions: it is given the facts and decides, in whatever order
// they come. It does not know where the facts are recorded or who asks.
package lifecycle

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// ErrForbidden is wrapped by every refusal of a step.
var ErrForbidden = errors.New("the engagement cannot take this step")

// Facts is all that the gates look at. Lists hold the newest version of each
// thing, in any order.
type Facts struct {
	Today audit.Date // in the engagement's time zone

	Engagement  audit.Engagement   // as described now; without a code when it is not described
	Terms       audit.Digest       // of it
	Engagements []audit.Engagement // all of the organization
	Step        audit.Step         // the newest; zero before the first

	Firms        []audit.Firm
	Members      []audit.Member // of all engagements and of the organization
	Declarations []audit.Declaration

	Described bool     // the system has a description
	Controls  []string // in scope
	Words     []Word
	Signed    []audit.Signature
	Requests  []Request

	// The auditor's file, which management does not see.
	Papers      []Paper
	SignOffs    []audit.SignOff
	Notes       []audit.Note
	Conclusions []audit.AuditorConclusion
	Opinion     audit.Opinion
	Opined      audit.Digest // of the opinion's newest version; "" when there is none
	Bundle      audit.Digest // of the archive's file, when it is written
}

// Request is an item of the request list, and whether an answer to it is newer
// than what the auditor said last.
type Request struct {
	Code     string
	State    audit.RequestState
	Answered bool
}

// Paper is the newest version of a workpaper with its digest, which is what
// sign-offs sign.
type Paper struct {
	audit.Workpaper
	Digest audit.Digest
}

// Word is the newest version of a statement with its digest, which is what
// signatures sign.
type Word struct {
	audit.Statement
	Digest audit.Digest
}

// Gate is one thing that must be so before an engagement arrives in a phase.
type Gate struct {
	ID      string      `json:"id"`
	Phase   audit.Phase `json:"phase"` // the first that asks it; those after it ask it again
	Asks    string      `json:"asks"`
	Met     bool        `json:"met"`
	Against []string    `json:"against,omitempty"` // what stands against it
	Do      string      `json:"do,omitempty"`      // about it
	File    bool        `json:"-"`                 // it looks into the auditor's file
}

// rule is a gate before anything is known.
type rule struct {
	id, asks, do string
	phase        audit.Phase
	file         bool
	against      func(Facts) []string
}

// rules are all gates, in the order of the phases.
var rules = []rule{
	{"terms", "The engagement is described, and as it was accepted", "describe it and `tickmark apply`; when its terms changed after acceptance, step back to acceptance and accept it anew", audit.Planning, false, againstTerms},
	{"people", "Management says who may sign for it", "`tickmark people add NAME management-admin`", audit.Planning, false, againstPeople},
	{"team", "The team has a partner, somebody who works under review, and a quality reviewer", "`tickmark team add NAME ROLE`", audit.Planning, false, againstTeam},
	{"independence", "Everybody on the team declared to be independent", "each of them: `tickmark team declare`", audit.Planning, true, againstIndependence},
	{"sides", "Nobody works on both sides of the wall in one period", "take the person off one of the sides: `tickmark team remove`, `tickmark people remove`", audit.Planning, false, againstSides},
	{"quality-reviewer", "The quality reviewer has no other part in the engagement", "name a quality reviewer who prepared and reviewed nothing: `tickmark team add NAME quality-reviewer`", audit.Planning, true, againstQualityReviewer},
	{"license", "The team works for one firm, whose license is in force", "`tickmark firm set firm.yaml`", audit.Planning, false, againstLicense},
	{"engagement-letter", "Both sides signed the engagement letter", "`tickmark statement draft engagement-letter`, `record` and, on each side, `sign`", audit.Planning, false, againstLetter},
	{"scope", "The system is described, and there are controls in scope", "write system.md and controls.yaml, and `tickmark apply`", audit.Walkthroughs, false, againstScope},
	{"walkthroughs", "Each control in scope was walked through or concluded on, or is named as not concluded", "record a walkthrough paper of each, or name it with `--not-concluded`", audit.Fieldwork, true, againstWalkthroughs},
	{"period", "The period has ended", "wait until it has", audit.Completion, false, againstPeriod},
	{"conclusions", "Each control in scope has the auditor's conclusion, or is named as not concluded", "record the conclusions, or name the control with `--not-concluded`", audit.Completion, true, againstConclusions},
	{"papers", "Each paper is signed, as it stands, by its preparer and by another person as reviewer", "sign off the newest version of each", audit.Completion, true, againstPapers},
	{"notes", "All review notes are cleared", "answer and clear them", audit.Completion, true, againstNotes},
	{"requests", "All requests are closed or withdrawn", "close what is answered, withdraw what is not needed", audit.Completion, false, againstRequests},
	{"opinion", "A partner of a firm that is licensed on the report date signed the opinion as it stands", "draft the opinion and have a partner sign it", audit.Issued, true, againstOpinion},
	{"quality-review", "The quality reviewer concurred with the opinion as it stands", "have the quality reviewer sign the same version as the partner", audit.Issued, true, againstQualityReview},
	{"assertion", "Management signed its assertion, dated not after the report", "`tickmark statement draft assertion`, `record` and `sign`", audit.Issued, false, againstAssertion},
	{"representations", "Management signed its representation letter, dated as of the report", "`tickmark statement draft representation`, `record` and `sign`", audit.Issued, false, againstRepresentations},
	{"subsequent-events", "Management answered, up to the report date, what happened after the period", "`tickmark statement draft subsequent-events`, `record` and `sign`", audit.Issued, false, againstEvents},
	{"report-date", "The report is dated after the period, on or after the day of the last evidence, and not in the future", "date the opinion anew, and have it signed again", audit.Issued, true, againstReportDate},
	{"released", "The report was released", "`tickmark engagement release --on DATE`", audit.Archived, false, againstReleased},
	{"bundle", "The archive is written", "write it, and name its file with `--bundle`", audit.Archived, false, againstBundle},
}

// Gates lists what must be so before an engagement arrives in a phase. What an
// earlier phase asked is asked again until the report is issued: a paper that
// changed, a member who joined or a letter that was rewritten closes the gate
// behind which it stood. The archive asks for itself only, because by then the
// file may be locked.
func Gates(to audit.Phase, f Facts) []Gate {
	var list []Gate
	for _, r := range rules {
		if !asked(r, to) {
			continue
		}
		g := Gate{ID: r.id, Phase: r.phase, Asks: r.asks, Against: r.against(f), File: r.file}
		slices.Sort(g.Against)
		g.Against = slices.Compact(g.Against)
		if g.Met = len(g.Against) == 0; !g.Met {
			g.Do = r.do
		}
		list = append(list, g)
	}
	return list
}

func asked(r rule, to audit.Phase) bool {
	if to == audit.Archived || r.phase == audit.Archived {
		return r.phase == to
	}
	return order(r.phase) <= order(to)
}

func order(p audit.Phase) int { return slices.Index(audit.Phases, p) }

// Phase is where the engagement stands; without a step, in acceptance.
func (f Facts) Phase() audit.Phase {
	if f.Step.Phase == "" {
		return audit.Acceptance
	}
	return f.Step.Phase
}

// Next is the phase after p, or "" after the last.
func Next(p audit.Phase) audit.Phase {
	i := order(p) + 1
	if i <= 0 || i >= len(audit.Phases) {
		return ""
	}
	return audit.Phases[i]
}

// Allows says why the engagement cannot go to a phase, or nil. Steps go forward
// one at a time, through the gates of the next phase; a step back needs a
// reason, and there is none once the report is issued.
func Allows(to audit.Phase, reason string, f Facts) error {
	from := f.Phase()
	switch {
	case order(to) < 0:
		return fmt.Errorf("%w: %q is no phase; the phases are %s", ErrForbidden, to, phases())
	case to == from:
		return fmt.Errorf("%w: it is in %s already", ErrForbidden, from)
	case from == audit.Archived, from == audit.Issued && order(to) < order(from):
		return fmt.Errorf("%w: it is %s, and no step leads back from there; what was found since is an addition (`tickmark engagement add`), or another report", ErrForbidden, from)
	case order(to) < order(from) && strings.TrimSpace(reason) == "":
		return fmt.Errorf("%w: a step back from %s to %s says why: give --reason", ErrForbidden, from, to)
	case order(to) < order(from):
		return nil
	case to != Next(from):
		return fmt.Errorf("%w: it is in %s, and steps go forward one at a time: %s is next", ErrForbidden, from, Next(from))
	}
	return closed(to, Gates(to, f))
}

func phases() string {
	names := make([]string, len(audit.Phases))
	for i, p := range audit.Phases {
		names[i] = string(p)
	}
	return strings.Join(names, ", ")
}

// closed names every gate that is not met with what stands against it.
func closed(to audit.Phase, gates []Gate) error {
	var lines []string
	for _, g := range gates {
		if !g.Met {
			lines = append(lines, fmt.Sprintf("  %s: %s\n    %s", g.ID, strings.Join(g.Against, "; "), g.Do))
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return fmt.Errorf("%w: of %d gates before %s not met: %d\n%s", ErrForbidden, len(gates), to, len(lines), strings.Join(lines, "\n"))
}
