package report

import (
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/method/elements"
)

// forms are those of an opinion, worse ones later, with what they are called.
var forms = []struct {
	form    audit.Form
	heading word
	basis   word
}{
	{audit.Unmodified, "Opinion", ""},
	{audit.Qualified, "Qualified opinion", "Basis for qualified opinion on "},
	{audit.Disclaimer, "Disclaimer of opinion", "Basis for disclaimer of opinion on "},
	{audit.Adverse, "Adverse opinion", "Basis for adverse opinion on "},
}

func rank(f audit.Form) int {
	for i, x := range forms {
		if x.form == f {
			return i
		}
	}
	return 0
}

var subjects = map[audit.Subject]word{
	audit.OfDescription: "the description", audit.OfDesign: "the design of controls", audit.OfOperation: "the operating effectiveness of controls",
}

// opined writes the recorded opinion into the letter.
func (b Book) opined(l *letter) {
	o := b.Filed.Opinion
	if o == nil {
		return
	}
	on := slices.Clone(o.Subjects)
	order := []audit.Subject{audit.OfDescription, audit.OfDesign, audit.OfOperation}
	slices.SortStableFunc(on, func(x, y audit.SubjectOpinion) int {
		return slices.Index(order, x.Subject) - slices.Index(order, y.Subject)
	})
	var worst audit.SubjectOpinion
	worst.Form = audit.Unmodified
	for _, s := range on {
		title := forms[rank(s.Form)].basis + subjects[s.Subject]
		if s.Form != audit.Unmodified {
			l.Modified = append(l.Modified, basis{title, paragraphs(s.Basis), b.aims(s.Affected), b.contradicted(s)})
		}
		if s.Form == audit.Disclaimer {
			l.Disclaimed = title
		}
		if rank(s.Form) > rank(worst.Form) {
			worst.Form = s.Form
		}
		worst.Affected = append(worst.Affected, s.Affected...)
	}
	l.Heading = headings(on)
	l.Excluded = b.excluded()
	if b.soc3() { // one subject, which inherits every modification
		slices.Sort(worst.Affected)
		worst.Affected = slices.Compact(worst.Affected)
		on, l.Heading = []audit.SubjectOpinion{worst}, forms[rank(worst.Form)].heading
	}
	plain := *l
	for _, s := range on {
		l.Subjects = append(l.Subjects, opined{plain, string(s.Subject), string(s.Form), b.basisOf(s, plain), toWords(s.Affected)})
	}
}

// basisOf is under which title the matter of a modified subject stands; of a SOC
// 3, where the first of them stands.
func (b Book) basisOf(s audit.SubjectOpinion, l letter) word {
	if !b.soc3() {
		return forms[rank(s.Form)].basis + subjects[s.Subject]
	}
	for _, x := range l.Modified {
		if strings.HasPrefix(string(x.Title), string(forms[rank(s.Form)].basis)) {
			return x.Title
		}
	}
	return ""
}

// headings names every form that the opinion has, but unmodified beside others.
func headings(on []audit.SubjectOpinion) word {
	var names []string
	for _, f := range forms[1:] {
		if slices.ContainsFunc(on, func(s audit.SubjectOpinion) bool { return s.Form == f.form }) {
			names = append(names, string(f.heading))
		}
	}
	if len(names) == 0 {
		return forms[0].heading
	}
	for i := range names[1:] {
		names[i+1] = lower(names[i+1])
	}
	return word(enumerate(names))
}

// paragraphs splits a text where a line is empty.
func paragraphs(s string) []word {
	var out []word
	for _, p := range strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n\n") {
		if strings.TrimSpace(p) != "" {
			out = append(out, word(p))
		}
	}
	return out
}

// aims are the objectives, criteria or commitments with their texts.
func (b Book) aims(codes []string) []aim {
	var out []aim
	for _, code := range codes {
		out = append(out, aim{word(code), word(b.text(code))})
	}
	return out
}

func (b Book) text(code string) string {
	for _, r := range b.measures() {
		if r.Code == code {
			return r.Text
		}
	}
	for _, c := range b.Commitments {
		if c.Code == code {
			return c.Text
		}
	}
	return ""
}

// excluded are the aims to which the opinion on operation does not extend: no
// occasion arose for any control that serves them.
func (b Book) excluded() []aim {
	var out []aim
	for _, r := range b.measures() {
		if len(r.Controls) > 0 && b.type2() && !slices.ContainsFunc(r.Controls, func(c audit.Control) bool { return !b.rested(c.Code) }) {
			out = append(out, aim{word(r.Code), word(r.Text)})
		}
	}
	return out
}

// rested reports whether the auditor concluded that a control did not operate.
func (b Book) rested(control string) bool {
	c, ok := b.concluded(audit.OnControl, control)
	return ok && c.Operation == audit.DidNotOperate
}

func (b Book) concluded(on audit.ConclusionOn, code string) (audit.AuditorConclusion, bool) {
	i := slices.IndexFunc(b.Filed.Concluded, func(c audit.AuditorConclusion) bool { return c.On == on && c.Code == code })
	if i < 0 {
		return audit.AuditorConclusion{}, false
	}
	return b.Filed.Concluded[i], true
}

// contradicted reports whether management's assertion says without exception
// what the opinion modifies.
func (b Book) contradicted(s audit.SubjectOpinion) bool {
	x, ok := b.statement(audit.Assertion, "")
	return ok && s.Form != audit.Unmodified && x.Answers[string(s.Subject)] == "yes"
}

// partner is who signed the opinion as it stands, as a partner.
func (b Book) partner() string {
	now, err := digestOf(b.Filed.Opinion)
	if b.Filed.Opinion == nil || err != nil {
		return ""
	}
	for _, s := range b.Filed.Signs {
		if s.Subject == "opinion" && s.As == audit.AsPartner && s.Withdrawn == "" && s.Digest == now {
			return s.By
		}
	}
	return ""
}

// digestOf is the digest of a record as the store keeps it.
func digestOf(record any) (audit.Digest, error) {
	text, err := audit.Canonical(record)
	return audit.DigestOf(text), err
}

// facts are what decides which elements the report has to have.
func (b Book) facts() elements.Facts {
	f := elements.Facts{CUECs: len(b.cuecs()) > 0, Deviations: len(b.Filed.Deviations) > 0, NoOccasion: len(b.excluded()) > 0, Plus: len(b.plus()) > 0}
	for _, s := range b.Subservices {
		f.Inclusive = f.Inclusive || s.Method == inclusive
		f.CarveOut = f.CarveOut || s.Method != inclusive
		f.CSOCs = f.CSOCs || s.Method != inclusive && len(b.csocs(s)) > 0
	}
	for _, r := range b.Rows {
		f.Unserved = f.Unserved || r.Gap()
	}
	for _, c := range b.inScope() {
		f.Changed = f.Changed || len(b.wordings(c)) > 1
		f.Rested = f.Rested || b.rested(c.Code)
	}
	for _, d := range b.Filed.Deviations {
		_, answered := b.statement(audit.ManagementAnswer, d.Code)
		f.Answered = f.Answered || answered
	}
	if b.Filed.Opinion != nil {
		for _, s := range b.Filed.Opinion.Subjects {
			f.Modified = f.Modified || s.Form != audit.Unmodified
			f.Contradicts = f.Contradicts || b.contradicted(s)
		}
	}
	return f
}
