package web

import (
	"slices"
	"strconv"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
	"tickmark/internal/stage/declare"
	"tickmark/internal/stage/review"
	"tickmark/internal/surface/web/page"
)

// paperActs are what the person may do about a paper as it stands.
func (b *bench) paperActs(c *call, e audit.Engagement, x review.PaperState, notes []audit.Note) []page.Act {
	var out []page.Act
	at := of(e, "workpapers", x.Paper.Code)
	if c.holds(authority.DutyTest) && x.Paper.Result != "" {
		out = append(out, page.Act{Title: "Perform the procedure again", Note: "With the same text over the same population, by you. What comes out stands in the paper.", Action: at + "/rerun", Button: "Perform again", Minor: true})
	}
	if c.holds(authority.DutySignOff) {
		out = append(out, page.Act{
			Title: "Put your name under this version", Note: "Your name stands under digest " + x.Digest.Short() + " and falls when the paper changes.", Action: at + "/sign",
			Hidden: map[string]string{"digest": string(x.Digest)}, Button: "Sign",
			Fields: []page.Field{{Name: "as", Label: "As", Kind: page.ChoiceField, Choices: words(audit.AsPreparer, audit.AsReviewer)}},
		})
	}
	if c.holds(authority.DutyNote) {
		out = append(out, b.noteActs(at+"/notes", notes)...)
	}
	return c.offered(out...)
}

// noteActs are what may be said of open notes, and a new one.
func (b *bench) noteActs(action string, notes []audit.Note) []page.Act {
	var out []page.Act
	for _, n := range notes {
		switch {
		case n.Cleared:
		case n.Answer == "":
			out = append(out, page.Act{
				Title: "Answer note " + n.Code, Note: n.Text, Action: action, Hidden: map[string]string{"code": n.Code, "do": "answer"}, Button: "Answer", Minor: true,
				Fields: []page.Field{{Name: "text", Label: "Answer", Kind: page.AreaField, Needed: true}},
			})
		default:
			out = append(out, page.Act{Title: "Clear note " + n.Code, Note: n.Text + " — " + n.Answer, Action: action, Hidden: map[string]string{"code": n.Code, "do": "clear"}, Button: "Clear", Minor: true})
		}
	}
	return append(out, page.Act{
		Title: "Raise a note", Note: "A question that is answered and cleared before anybody signs as reviewer.", Action: action, Hidden: map[string]string{"do": "raise"}, Button: "Raise", Minor: true,
		Fields: []page.Field{{Name: "text", Label: "Question", Kind: page.AreaField, Needed: true}},
	})
}

// signPaper puts the person's name under the version that the page showed.
func (b *bench) signPaper(c *call) error {
	e, x, err := b.paperOf(c)
	if err != nil {
		return err
	}
	seen := audit.Digest(c.r.PostFormValue("digest"))
	if seen != x.Digest {
		return stale
	}
	_, err = b.Engaged.Signing.SignOff(c.r.Context(), c.person, e.Code, "workpaper/"+x.Paper.Code, audit.SignAs(c.r.PostFormValue("as")), seen)
	return b.acted(c, of(e, "workpapers", x.Paper.Code), "sign", err, b.workpaper)
}

// rerun performs the procedure of a paper again, as the auditor.
func (b *bench) rerun(c *call) error {
	e, x, err := b.paperOf(c)
	if err != nil {
		return err
	}
	_, err = b.Engaged.Lots.PerformAgain(c.r.Context(), c.person, e.Code, x.Paper.Code)
	return b.acted(c, of(e, "workpapers", x.Paper.Code), "rerun", err, b.workpaper)
}

// notePaper raises, answers or clears a note on a paper.
func (b *bench) notePaper(c *call) error {
	e, x, err := b.paperOf(c)
	if err != nil {
		return err
	}
	err = b.noted(c, e, "workpaper/"+x.Paper.Code)
	return b.acted(c, of(e, "workpapers", x.Paper.Code), "note", err, b.workpaper)
}

// noteOpinion does the same of the opinion.
func (b *bench) noteOpinion(c *call) error {
	e, err := b.engaged(c)
	if err != nil {
		return err
	}
	return b.acted(c, of(e, "opinion"), "note", b.noted(c, e, "opinion"), b.opinion)
}

func (b *bench) noted(c *call, e audit.Engagement, subject string) error {
	ctx, code, text := c.r.Context(), c.r.PostFormValue("code"), c.r.PostFormValue("text")
	all, err := b.Engaged.File.Notes(ctx, c.person, e.Code)
	if err != nil {
		return err
	}
	if do := c.r.PostFormValue("do"); do != "raise" {
		if !slices.ContainsFunc(all, func(n audit.Note) bool { return n.Code == code && n.Subject == subject }) {
			return errNoPage
		}
		if do == "answer" {
			_, err = b.Engaged.Writing.AnswerNote(ctx, c.person, e.Code, code, text)
		} else {
			_, err = b.Engaged.Writing.ClearNote(ctx, c.person, e.Code, code)
		}
		return err
	}
	_, err = b.Engaged.Writing.RaiseNote(ctx, c.person, audit.Note{Engagement: e.Code, Code: nextNote(all), Subject: subject, Text: text})
	return err
}

// nextNote is the first code N-1, N-2, … that no note has.
func nextNote(all []audit.Note) string {
	for i := len(all) + 1; ; i++ {
		code := "N-" + strconv.Itoa(i)
		if !slices.ContainsFunc(all, func(n audit.Note) bool { return n.Code == code }) {
			return code
		}
	}
}

// opinionActs are the names that may be put under the opinion, and notes on it.
func (b *bench) opinionActs(c *call, e audit.Engagement) ([]page.Act, error) {
	digest, err := c.opinionDigest(e)
	if err != nil {
		return nil, err
	}
	var out []page.Act
	hidden := map[string]string{"digest": string(digest)}
	if c.holds(authority.DutyConcur) {
		out = append(out, page.Act{Title: "Concur", Note: "As the engagement quality reviewer, with the draft under digest " + digest.Short() + ".", Action: of(e, "opinion", "concur"), Hidden: hidden, Button: "Concur with the opinion"})
	}
	if c.holds(authority.DutySign) {
		out = append(out, page.Act{Title: "Sign the opinion", Note: "As a partner of the licensed firm, under digest " + digest.Short() + ". What keeps it from being signed is said.", Action: of(e, "opinion", "sign"), Hidden: hidden, Button: "Sign the opinion"})
	}
	if !c.holds(authority.DutyNote) {
		return c.offered(out...), nil
	}
	notes, err := b.Engaged.File.Notes(c.r.Context(), c.person, e.Code)
	notes = slices.DeleteFunc(notes, func(n audit.Note) bool { return n.Subject != "opinion" })
	return c.offered(append(out, b.noteActs(of(e, "opinion", "notes"), notes)...)...), err
}

// opinionDigest is of the draft as it stands.
func (c *call) opinionDigest(e audit.Engagement) (audit.Digest, error) {
	d, _, err := c.reader.DigestOf(c.r.Context(), audit.KindOpinion, e.Code)
	return d, err
}

func (b *bench) signOpinion(c *call) error {
	return b.nameUnderOpinion(c, b.Engaged.Signing.SignOpinion)
}
func (b *bench) concur(c *call) error { return b.nameUnderOpinion(c, b.Engaged.Signing.Concur) }

func (b *bench) nameUnderOpinion(c *call, sign signs) error {
	e, err := b.engaged(c)
	if err != nil {
		return err
	}
	digest, err := c.opinionDigest(e)
	if err != nil {
		return err
	}
	if c.r.PostFormValue("digest") != string(digest) {
		return stale
	}
	_, err = sign(c.r.Context(), c.person, e.Code, digest)
	return b.acted(c, of(e, "opinion"), "sign", err, b.opinion)
}

// statementActs are what the person may do about a statement as it stands.
func (b *bench) statementActs(c *call, e audit.Engagement, x declare.Said) []page.Act {
	var out []page.Act
	at := of(e, "statements", string(x.Kind))
	if c.holds(authority.DutyUndersign) && c.speaks(x.Kind) {
		out = append(out, page.Act{
			Title: "Put your name under this version", Note: "Your name stands under digest " + x.Digest.Short() + " and falls when the text changes.", Action: address(at+"/sign", "of", x.Code),
			Hidden: map[string]string{"digest": string(x.Digest)}, Button: "Sign",
			Fields: []page.Field{{Name: "title", Label: "Your title", Hint: "such as Chief Operating Officer", Needed: true}},
		})
	}
	return c.offered(out...)
}

// speaks reports whether a statement is of the person's side.
func (c *call) speaks(kind audit.StatementKind) bool {
	return c.person.Side == audit.Management || kind == audit.EngagementLetter
}

func (b *bench) signStatement(c *call) error {
	e, x, err := b.statementOf(c)
	if err != nil {
		return err
	}
	if c.r.PostFormValue("digest") != string(x.Digest) {
		return stale
	}
	_, _, err = b.Engaged.Signing.SignStatement(c.r.Context(), c.person, e.Code, x.Kind, x.Code, c.r.PostFormValue("title"), x.Digest)
	return b.acted(c, address(of(e, "statements", string(x.Kind)), "of", x.Code), "sign", err, b.statement)
}
