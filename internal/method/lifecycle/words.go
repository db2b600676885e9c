package lifecycle

import (
	"fmt"
	"slices"

	"tickmark/internal/audit"
)

// Standing are the signatures under a statement as it stands, and Fallen those
// under an earlier version.
func Standing(w Word, all []audit.Signature) (standing, fallen []audit.Signature) {
	for _, s := range all {
		if s.Engagement != w.Engagement || s.Kind != w.Kind || s.Code != w.Code {
			continue
		}
		if s.Digest == w.Digest {
			standing = append(standing, s)
		} else {
			fallen = append(fallen, s)
		}
	}
	return standing, fallen
}

// word finds the newest statement of a kind that is of nothing in particular.
func (f Facts) word(kind audit.StatementKind) (Word, bool) {
	i := slices.IndexFunc(f.Words, func(w Word) bool { return w.Kind == kind && w.Code == "" })
	if i < 0 {
		return Word{}, false
	}
	return f.Words[i], true
}

// undersigned finds a standing signature of a role.
func (f Facts) undersigned(w Word, role audit.Role) (audit.Signature, bool) {
	standing, _ := Standing(w, f.Signed)
	i := slices.IndexFunc(standing, func(s audit.Signature) bool { return s.Role == role })
	if i < 0 {
		return audit.Signature{}, false
	}
	return standing[i], true
}

// unsigned says why a statement of management does not count, or "".
func (f Facts) unsigned(kind audit.StatementKind) (Word, audit.Signature, string) {
	w, ok := f.word(kind)
	if !ok {
		return w, audit.Signature{}, "it is not recorded"
	}
	s, ok := f.undersigned(w, audit.ManagementAdmin)
	if !ok {
		if _, fallen := Standing(w, f.Signed); len(fallen) > 0 {
			return w, s, "it was rewritten after it was signed, and nobody of management signed it as it stands"
		}
		return w, s, "nobody of management signed it"
	}
	return w, s, ""
}

func againstLetter(f Facts) []string {
	w, ok := f.word(audit.EngagementLetter)
	if !ok {
		return []string{"it is not recorded"}
	}
	var against []string
	if _, ok := f.undersigned(w, audit.ManagementAdmin); !ok {
		against = append(against, "nobody of management signed it as it stands")
	}
	if _, ok := f.undersigned(w, audit.AuditorPartner); !ok {
		against = append(against, "no partner of the firm signed it as it stands")
	}
	return against
}

func againstAssertion(f Facts) []string {
	w, s, why := f.unsigned(audit.Assertion)
	date := f.Opinion.ReportDate
	switch {
	case why != "":
		return []string{why}
	case date == "":
		return []string{"there is no report date to compare with"}
	case w.Dated > date:
		return []string{fmt.Sprintf("it is dated %s, after the report date, %s", w.Dated, date)}
	case f.day(s.At) > date:
		return []string{fmt.Sprintf("it was signed on %s, after the report date, %s", f.day(s.At), date)}
	}
	return nil
}

func againstRepresentations(f Facts) []string { return f.asOfReport(audit.Representation) }

func againstEvents(f Facts) []string { return f.asOfReport(audit.SubsequentEvents) }

// asOfReport is for what speaks up to the report date: it bears that date.
func (f Facts) asOfReport(kind audit.StatementKind) []string {
	w, _, why := f.unsigned(kind)
	switch date := f.Opinion.ReportDate; {
	case why != "":
		return []string{why}
	case date == "":
		return []string{"there is no report date to compare with"}
	case w.Dated != date:
		return []string{fmt.Sprintf("it is dated %s, and the report %s", w.Dated, date)}
	}
	return nil
}

// What an assertion says of a subject, as its answers hold it.
const (
	SaysYes    = "yes"    // it holds
	SaysExcept = "except" // it holds, except for what the text names
	SaysNo     = "no"     // it does not hold
)

// Comparison is what management asserts of a subject beside the auditor's
// opinion on it. Neither is ever changed for the other.
type Comparison struct {
	Subject   audit.Subject `json:"subject"`
	Assertion string        `json:"assertion"` // yes, except, no; "" when it says nothing
	Opinion   audit.Form    `json:"opinion"`   // "" when there is none
	Affected  []string      `json:"affected,omitempty"`
	Agrees    bool          `json:"agrees"`
	Says      string        `json:"says"`
}

// Compare lays the assertion beside the opinion, subject by subject.
func Compare(engagement audit.Engagement, assertion audit.Statement, o audit.Opinion) []Comparison {
	subjects := []audit.Subject{audit.OfDescription, audit.OfDesign}
	if engagement.Type == 2 {
		subjects = append(subjects, audit.OfOperation)
	}
	var list []Comparison
	for _, s := range subjects {
		c := Comparison{Subject: s, Assertion: assertion.Answers[string(s)]}
		for _, x := range o.Subjects {
			if x.Subject == s {
				c.Opinion, c.Affected = x.Form, x.Affected
			}
		}
		c.Agrees, c.Says = agrees(c.Assertion, c.Opinion)
		list = append(list, c)
	}
	return list
}

func agrees(assertion string, opinion audit.Form) (bool, string) {
	like := map[audit.Form]string{audit.Unmodified: SaysYes, audit.Qualified: SaysExcept, audit.Adverse: SaysNo}
	switch {
	case assertion == "":
		return false, "the assertion says nothing of it"
	case opinion == "":
		return false, "there is no opinion on it"
	case opinion == audit.Disclaimer:
		return false, "the auditor gives no opinion on it; the assertion is management's alone"
	case like[opinion] == assertion:
		return true, "they agree"
	case assertion == SaysYes:
		return false, "management asserts without exception what the opinion modifies: management should reconsider its assertion, and the report says so if it does not"
	}
	return false, "management and auditor differ: both stand as they are"
}
