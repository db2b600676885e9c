package web

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
	"tickmark/internal/method/evaluation"
	"tickmark/internal/stage/declare"
	"tickmark/internal/stage/review"
	"tickmark/internal/surface/web/page"
)

// deviations are the failures of controls that the auditor recorded, each with
// management's response.
func (b *bench) deviations(c *call) error {
	e, err := b.engaged(c)
	if err != nil {
		return err
	}
	all, err := b.Engaged.Between.Deviations(c.r.Context(), c.person, e.Code)
	if err != nil {
		return err
	}
	said, err := unseen(b.Engaged.Between.Statements(c.r.Context(), c.person, e.Code))
	if err != nil {
		return err
	}
	s := page.Sheet{}
	if s.Dossier, err = b.dossier(c, e, "deviations", ""); err != nil {
		return err
	}
	s.Lead = "Failures of controls as the auditor recorded them. Each stands in the report, with management’s response."
	t := page.Table{
		Caption: "Deviations by code",
		Columns: []page.Column{{Name: "Deviation"}, {Name: "Control"}, {Name: "Items", Num: true}, {Name: "Of tested", Num: true}, {Name: "Nature", Wide: true}, {Name: "Response"}, {Name: "Recorded (UTC)"}},
		Empty:   page.Empty{Title: "No deviation is recorded", Text: "An exception that the auditor judges a failure of the control becomes one.", Link: page.Link{Text: "Exceptions", Href: "/exceptions"}},
	}
	for _, d := range all {
		t.Rows = append(t.Rows, page.Row{
			{Text: d.Code, Href: of(e, "deviations", d.Code), Mono: true}, {Text: d.Control, Href: c.controlOf(e.Code, d.Control), Mono: true},
			{Text: audit.Count(int64(len(d.Items)))}, {Text: audit.Count(d.Tested)}, {Text: d.Nature}, responseCell(responseTo(said, d.Code)), {Text: brief(d.At)},
		})
	}
	s.Sections = []page.Section{{Table: paged(c, t, "deviation")}}
	return b.show(c, s.Write())
}

// unseen makes a list that the person may not see an empty one.
func unseen[T any](all []T, err error) ([]T, error) {
	if errors.Is(err, authority.ErrRefused) {
		return nil, nil
	}
	return all, err
}

func responseTo(said []declare.Said, code string) *declare.Said {
	for i, x := range said {
		if x.Kind == audit.ManagementAnswer && x.Code == code {
			return &said[i]
		}
	}
	return nil
}

func responseCell(x *declare.Said) page.Cell {
	switch {
	case x == nil:
		return page.Cell{Text: "none", Tone: page.Warn}
	case len(x.Signed) == 0:
		return page.Cell{Text: "not signed", Tone: page.Warn}
	}
	return page.Cell{Text: "signed", Tone: page.Good, Note: x.Signed[0].By}
}

// deviation is one of them with all that is said of it.
func (b *bench) deviation(c *call) error {
	e, err := b.engaged(c)
	if err != nil {
		return err
	}
	all, err := b.Engaged.Between.Deviations(c.r.Context(), c.person, e.Code)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(d audit.Deviation) bool { return d.Code == c.r.PathValue("code") })
	if i < 0 {
		return errNoPage
	}
	d := all[i]
	said, err := unseen(b.Engaged.Between.Statements(c.r.Context(), c.person, e.Code))
	if err != nil {
		return err
	}
	s := page.Sheet{}
	if s.Dossier, err = b.dossier(c, e, "deviations", d.Control+": "+d.Code); err != nil {
		return err
	}
	s.Over = e.Code + ", deviation"
	s.Figures = []page.Figure{{Value: audit.Count(int64(len(d.Items))), Of: "of " + audit.Count(d.Tested), Label: "items tested", Tone: page.Bad, Share: -1}}
	facts := known(fact("Nature", d.Nature), fact("Cause", d.Cause), fact("Extent", d.Extent), fact("Effect", d.Effect), fact("Compensating control", d.Compensating), fact("Why it would have found it", d.Precise), fact("Recorded by", d.By))
	if d.Intentional {
		facts = append(facts, fact("Intent", "an intentional act"))
	}
	if d.Procedure != "" {
		facts = append(facts, page.Fact{Name: "Found by", Value: page.Cell{Text: d.Procedure, Href: path("procedures", d.Procedure), Mono: true}})
	}
	if d.Workpaper != "" && c.leads(e, "workpapers") {
		facts = append(facts, page.Fact{Name: "Paper", Value: page.Cell{Text: d.Workpaper, Href: of(e, "workpapers", d.Workpaper), Mono: true}})
	}
	s.Sections = []page.Section{{Facts: facts}, {Title: "Items", List: d.Items}, responseSection(responseTo(said, d.Code))}
	return b.show(c, s.Write())
}

// leads reports whether a screen of an engagement leads the person somewhere.
func (c *call) leads(e audit.Engagement, screen string) bool {
	all, err := c.screens(c.r.Context(), e.Code)
	return err == nil && slices.ContainsFunc(all, func(t tab) bool { return t.name == screen })
}

func responseSection(x *declare.Said) page.Section {
	s := page.Section{Title: "Management’s response", Note: "None is recorded. Management drafts, records and signs one with tickmark statement draft response."}
	if x != nil {
		s.Note, s.Text, s.Table = "Dated "+days(x.Dated)+". "+signedWord(*x), x.Text, whole(signatureTable(*x), "signature")
	}
	return s
}

// conclusions are what the auditor concluded, with what speaks against it by
// now, and the opinion that all of it calls for.
func (b *bench) conclusions(c *call) error {
	e, err := b.engaged(c)
	if err != nil {
		return err
	}
	all, err := b.Engaged.File.AuditorConclusions(c.r.Context(), c.person, e.Code)
	if err != nil {
		return err
	}
	s := page.Sheet{}
	if s.Dossier, err = b.dossier(c, e, "conclusions", ""); err != nil {
		return err
	}
	s.Lead = "What the auditor concluded, on what, and what speaks against it by now. Management does not see this."
	t := page.Table{
		Caption: "Conclusions from the controls up",
		Columns: []page.Column{{Name: "On"}, {Name: "Code"}, {Name: "Stands"}, {Name: "Design"}, {Name: "Operation"}, {Name: "Reason", Wide: true}, {Name: "What speaks against it", Wide: true}, {Name: "Rests on"}, {Name: "By"}, {Name: "At (UTC)"}},
		Empty:   page.Empty{Title: "Nothing is concluded", Text: "A conclusion is a person’s own, and names the papers that it rests on.", Command: "tickmark auditor conclude control CODE --design … --reason …"},
	}
	for _, x := range all {
		t.Rows = append(t.Rows, conclusionRow(x))
	}
	s.Sections, s.Acts = []page.Section{{Table: paged(c, t, "conclusion")}}, b.concludeActs(c, e)
	proposal, err := b.Engaged.File.ProposeOpinion(c.r.Context(), c.person, e.Code)
	switch {
	case errors.Is(err, authority.ErrRefused):
		return err
	case err != nil:
		s.Sections = append(s.Sections, page.Section{Title: "The opinion that this calls for", Note: "Nothing can be proposed yet: " + err.Error()})
	default:
		s.Sections = append(s.Sections, page.Section{Title: "The opinion that this calls for", Note: "A proposal, and no opinion: only a partner’s signature makes one. It is not recorded.", Table: whole(proposalTable(proposal), "subject")})
	}
	return b.show(c, s.Write())
}

func conclusionRow(x review.Concluded) page.Row {
	k := x.Conclusion
	stands := page.Cell{Text: "stands", Tone: page.Good}
	if len(x.Against) > 0 {
		stands = page.Cell{Text: "does not stand", Tone: page.Bad}
	}
	operation := page.Cell{Text: string(k.Operation), Tone: operationTone(k.Operation)}
	if k.Pervasive {
		operation.Note = "pervasive"
	}
	rests := slices.Concat(k.Workpapers, k.Deviations, k.Rests)
	return page.Row{
		{Text: string(k.On)}, {Text: k.Code, Mono: true}, stands, {Text: string(k.Design), Tone: designTone(k.Design)}, operation,
		{Text: k.Reason}, lines(x.Against), {Text: strings.Join(rests, ", ")}, {Text: k.By}, {Text: brief(k.At)},
	}
}

func designTone(d audit.Design) page.Tone {
	switch d {
	case audit.Suitable, audit.Presented:
		return page.Good
	case audit.NotSuitable, audit.Misstated:
		return page.Bad
	}
	return page.Quiet
}

func operationTone(o audit.Operation) page.Tone {
	switch o {
	case audit.Effective:
		return page.Good
	case audit.EffectiveExcept:
		return page.Warn
	case audit.NotEffective:
		return page.Bad
	case "":
		return ""
	}
	return page.Quiet
}

func proposalTable(p evaluation.Proposal) page.Table {
	t := page.Table{Caption: "Proposed form by subject, with the reasons", Columns: []page.Column{{Name: "Subject"}, {Name: "Form"}, {Name: "Affected"}, {Name: "Reasons", Wide: true}, {Name: "To be judged first", Wide: true}}}
	for _, x := range p.Subjects {
		t.Rows = append(t.Rows, page.Row{
			{Text: string(x.Subject)}, formCell(audit.Form(x.Form)), {Text: strings.Join(x.Affected, ", ")}, lines(reasons(x.Reasons)), lines(reasons(x.Open)),
		})
	}
	return t
}

func reasons(all []evaluation.Reason) []string {
	var out []string
	for _, r := range all {
		out = append(out, strings.TrimPrefix(r.Code+": "+r.Text, ": "))
	}
	return out
}

func formCell(f audit.Form) page.Cell {
	switch f {
	case audit.Unmodified:
		return page.Cell{Text: string(f), Tone: page.Good}
	case "":
		return page.Cell{Text: "open", Tone: page.Quiet}
	}
	return page.Cell{Text: string(f), Tone: page.Bad}
}

// opinion is the draft with the names under it, beside what management asserts.
// Management sees the draft when the engagement has come to its completion.
func (b *bench) opinion(c *call) error {
	e, err := b.engaged(c)
	if err != nil {
		return err
	}
	said, err := b.Engaged.Between.Statements(c.r.Context(), c.person, e.Code)
	if err != nil {
		return err
	}
	s := page.Sheet{}
	if s.Dossier, err = b.dossier(c, e, "opinion", ""); err != nil {
		return err
	}
	s.Lead = "The draft of the opinion beside management’s assertion. Where they disagree both stand as they are."
	o, signed, err := b.Engaged.Between.Opinion(c.r.Context(), c.person, e.Code)
	switch {
	case errors.Is(err, authority.ErrRefused):
		s.Verdict = page.Verdict{Tone: page.Quiet, Status: "The draft is not shown to you.", Reason: err.Error()}
	case err != nil:
		s.Verdict = page.Verdict{Tone: page.Quiet, Status: "There is no draft yet.", Reason: err.Error()}
	default:
		if s.Sections, err = b.opinionSections(c, e, o, signed); err != nil {
			return err
		}
		if s.Acts, err = b.opinionActs(c, e); err != nil {
			return err
		}
	}
	s.Sections = append(s.Sections, assertionSection(said))
	return b.show(c, s.Write())
}

func (b *bench) opinionSections(c *call, e audit.Engagement, o audit.Opinion, signed []review.Signed) ([]page.Section, error) {
	x, err := b.Engaged.Between.Course(c.r.Context(), c.person, e.Code)
	if err != nil {
		return nil, err
	}
	t := page.Table{Caption: "Opinion and assertion by subject", Columns: []page.Column{{Name: "Subject"}, {Name: "Opinion"}, {Name: "Affected"}, {Name: "Basis", Wide: true}, {Name: "Management asserts"}, {Name: "Side by side", Wide: true}}}
	for _, one := range o.Subjects {
		row := page.Row{{Text: string(one.Subject)}, formCell(one.Form), {Text: strings.Join(one.Affected, ", ")}, {Text: one.Basis}, {Text: "nothing yet", Tone: page.Quiet}, {}}
		for _, k := range x.Comparison {
			if k.Subject == one.Subject {
				row[4], row[5] = page.Cell{Text: cmp.Or(k.Assertion, "nothing of it")}, page.Cell{Text: "differ", Tone: page.Warn, Note: k.Says}
				if k.Agrees {
					row[5] = page.Cell{Text: "agree", Tone: page.Good}
				}
			}
		}
		t.Rows = append(t.Rows, row)
	}
	out := []page.Section{
		{Facts: known(fact("Report date", days(o.ReportDate)), fact("City", o.City), fact("Firm", o.Firm), fact("Drafted by", o.By), fact("Departs from the proposal", o.Departure))},
		{Title: "By subject", Table: whole(t, "subject")},
	}
	if c.leads(e, "conclusions") {
		out = append(out, page.Section{Title: "Names", Table: whole(nameTable(signed), "name")})
	}
	return out, nil
}

func assertionSection(said []declare.Said) page.Section {
	for _, x := range said {
		if x.Kind == audit.Assertion {
			return page.Section{Title: "Management’s assertion", Note: "Dated " + days(x.Dated) + ". " + signedWord(x), Text: x.Text, Facts: answerFacts(x), Table: whole(signatureTable(x), "signature")}
		}
	}
	return page.Section{Title: "Management’s assertion", Note: "None is recorded. Management drafts, records and signs it with tickmark statement draft assertion."}
}

func answerFacts(x declare.Said) []page.Fact {
	var out []page.Fact
	for _, k := range slices.Sorted(maps.Keys(x.Answers)) {
		out = append(out, fact(k, x.Answers[k]))
	}
	return out
}

// signedWord says who signed a statement as it stands, and whose names fell.
func signedWord(x declare.Said) string {
	word := "Signed as it stands by " + audit.Plural(int64(len(x.Signed)), "person") + "."
	if len(x.Signed) == 0 {
		word = "Not signed as it stands."
	}
	if n := len(x.Fallen); n > 0 {
		word += " " + audit.Plural(int64(n), "signature") + " under an earlier version fell."
	}
	return word
}

func signatureTable(x declare.Said) page.Table {
	t := page.Table{
		Caption: "Signatures, each under the digest of one version", Columns: []page.Column{{Name: "Name"}, {Name: "Title", Wide: true}, {Name: "Role"}, {Name: "Stands"}, {Name: "Under"}, {Name: "At (UTC)"}},
		Empty: page.Empty{Title: "Nobody has signed", Text: "A statement counts when it is signed.", Command: "tickmark statement sign " + string(x.Kind)},
	}
	for i, g := range slices.Concat(x.Signed, x.Fallen) {
		stands := page.Cell{Text: "stands", Tone: page.Good}
		if i >= len(x.Signed) {
			stands = page.Cell{Text: "fallen: a newer version was recorded", Tone: page.Bad}
		}
		t.Rows = append(t.Rows, page.Row{{Text: g.By}, {Text: g.Title}, {Text: string(g.Role)}, stands, {Text: g.Digest.Short(), Mono: true}, {Text: brief(g.At)}})
	}
	return t
}

// statements are what is said in writing, and who signed it.
func (b *bench) statements(c *call) error {
	e, err := b.engaged(c)
	if err != nil {
		return err
	}
	all, err := b.Engaged.Between.Statements(c.r.Context(), c.person, e.Code)
	if err != nil {
		return err
	}
	s := page.Sheet{}
	if s.Dossier, err = b.dossier(c, e, "statements", ""); err != nil {
		return err
	}
	s.Lead = "Letters, assertions and answers, each with the signatures under its newest version."
	t := page.Table{
		Caption: "Statements in the order in which they are needed",
		Columns: []page.Column{{Name: "Statement"}, {Name: "Of"}, {Name: "Signed"}, {Name: "Title", Wide: true}, {Name: "Dated"}, {Name: "Recorded by"}, {Name: "At (UTC)"}},
		Empty:   page.Empty{Title: "Nothing is said in writing yet", Text: "A draft is made from what is recorded; it is edited, recorded and signed.", Command: "tickmark statement draft engagement-letter --out letter.md"},
	}
	for _, x := range all {
		signed := page.Cell{Text: "not signed", Tone: page.Warn}
		switch {
		case len(x.Signed) > 0:
			signed = page.Cell{Text: "signed", Tone: page.Good, Note: "by " + audit.Plural(int64(len(x.Signed)), "person")}
		case len(x.Fallen) > 0:
			signed = page.Cell{Text: "a signature has fallen", Tone: page.Bad}
		}
		t.Rows = append(t.Rows, page.Row{
			{Text: strings.ReplaceAll(string(x.Kind), "-", " "), Href: address(of(e, "statements", string(x.Kind)), "of", x.Code)}, {Text: x.Code, Mono: true}, signed, {Text: x.Title}, {Text: days(x.Dated)}, {Text: x.By}, {Text: brief(x.At)},
		})
	}
	s.Sections, s.Acts = []page.Section{{Table: paged(c, t, "statement")}}, b.draftActs(c, e)
	return b.show(c, s.Write())
}

// statement is one of them as it was written.
func (b *bench) statement(c *call) error {
	e, x, err := b.statementOf(c)
	if err != nil {
		return err
	}
	s := page.Sheet{}
	if s.Dossier, err = b.dossier(c, e, "statements", x.Title); err != nil {
		return err
	}
	s.Over, s.Lead = e.Code+", "+strings.ReplaceAll(string(x.Kind), "-", " "), signedWord(x)
	s.Acts = b.statementActs(c, e, x)
	s.Sections = []page.Section{
		{Facts: append(known(fact("Of", x.Code), fact("Dated", days(x.Dated)), fact("Recorded by", x.By+", "+instant(x.At)), page.Fact{Name: "Digest", Value: page.Cell{Text: string(x.Digest), Mono: true}}), answerFacts(x)...)},
		{Title: "As written", Text: x.Text}, {Title: "Signatures", Table: whole(signatureTable(x), "signature")},
	}
	return b.show(c, s.Write())
}
