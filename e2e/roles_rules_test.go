package e2e_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tickmark/internal/audit"
)

// invariants are what holds besides the table: each says why a deed breaks it.
var invariants = []func(*testing.T, *book, deed) string{
	nobodyDependentExamines, nothingOfALockedFileChanges, stepsGoOn, datesStand, membersAreOnOneSide, theReviewerIsOutside,
	everybodyDeclaresForHimself, samplesSayWhy, onlyWhatIsThere, noOwnAddition, notesAreClearedByOthers, signaturesAreOfTheNewest,
	namesAreOfTheNewest, nobodyReviewsHimself, opinionsWait, conclusionsWait, firmsChangeThemselves,
	reportsWait, recipientsStay,
}

// 2: whoever designed, operated or decided for the client does not examine it
// until his firm's cooling-off has run; nor does who is not independent.
func nobodyDependentExamines(_ *testing.T, b *book, d deed) string {
	if d.who.Side != audit.Auditor || d.kind == audit.KindDeclaration {
		return ""
	}
	var said audit.Declaration
	for _, x := range b.declared {
		if same(x.Name, d.who.Name) && x.Engagement == d.engagement {
			said = x
		}
	}
	switch prior := said.Prior; {
	case said.Name == "":
		return ""
	case !said.Independent:
		return "he declared not to be independent"
	case prior != audit.PriorDesign && prior != audit.PriorOperate && prior != audit.PriorDecision:
		return ""
	case said.Ended == "" || d.today < b.cooled(d.who, d.engagement, said.Ended):
		return "his prior work has not cooled off"
	}
	return ""
}

// cooled is the first day after a firm's cooling-off.
func (b *book) cooled(who audit.Person, engagement string, ended audit.Date) audit.Date {
	for _, m := range b.mine(who) {
		f, ok := b.firms[m.Firm]
		at, err := time.Parse(time.DateOnly, string(ended))
		if m.Engagement == engagement && ok && err == nil {
			return dayOf(at.AddDate(0, f.CoolingOff, 0))
		}
	}
	return "9999-12-31"
}

// ofTheFile are the kinds of records that do not change once the file is locked.
var ofTheFile = []string{
	audit.KindDeclaration, audit.KindStep, audit.KindRequest, audit.KindDelegation, audit.KindResponse, audit.KindComment,
	audit.KindIntake, audit.KindSample, audit.KindRelease, audit.KindWorkpaper, audit.KindSignOff, audit.KindNote,
	audit.KindDeviation, audit.KindConcluded, audit.KindOpinion, audit.KindStatement, audit.KindSignature, audit.KindDisposition,
}

func nothingOfALockedFileChanges(t *testing.T, b *book, d deed) string {
	if !slices.Contains(ofTheFile, d.kind) || !b.locked(d.engagement, d.today) {
		return ""
	}
	if d.kind == audit.KindStep && decoded[audit.Step](t, d.body).Phase == audit.Archived {
		return ""
	}
	return "the file is locked"
}

func stepsGoOn(_ *testing.T, b *book, d deed) string {
	if d.kind == audit.KindStep && b.step(d.engagement).Phase == audit.Archived {
		return "nothing comes after the archive"
	}
	return ""
}

// datesStand keeps what the lock counts from: a step that is recorded carries
// the dates on, one that is wanted must not contradict them.
func datesStand(t *testing.T, b *book, d deed) string {
	if d.kind != audit.KindStep {
		return ""
	}
	x, last := decoded[audit.Step](t, d.body), b.step(d.engagement)
	recorded := x.By != ""
	for _, day := range []struct{ was, is audit.Date }{{last.ReportDate, x.ReportDate}, {last.Released, x.Released}} {
		if day.was != "" && day.is != day.was && (recorded || day.is != "") {
			return "a date of the report that stood has changed"
		}
	}
	if last.Released == "" && x.Released > dayAfter(d.today, 1) {
		return "it is released on a day that has not come"
	}
	return ""
}

// 2: nobody is on both sides of one period, whatever he was recorded as before.
func membersAreOnOneSide(t *testing.T, b *book, d deed) string {
	if d.kind != audit.KindMember {
		return ""
	}
	m := decoded[audit.Member](t, d.body)
	var last audit.Member
	for _, x := range b.members {
		if x.Engagement == m.Engagement && same(x.Name, m.Name) {
			last = x
		}
	}
	switch side := m.Role.Side(); {
	case side == "" || side == audit.Automation:
		return "it is no role of a person"
	case side != audit.Management && m.Engagement == "":
		return "the role is of an engagement, and none is named"
	case last.Name != "" && last.Name != m.Name:
		return "the person is recorded there under another spelling"
	case last.Name != "" && last.Role.Side() != side:
		return "what the person was on the other side would be forgotten"
	case m.Left && last.Name == "":
		return "he leaves what he never was"
	case m.Left:
		return ""
	}
	m.At = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	after := &book{members: append(slices.Clone(b.members), m), periods: b.periods}
	for _, e := range after.engagements() {
		management, auditor := after.sidesOf(m.Name, e)
		if management && auditor && (m.Engagement == "" || m.Engagement == e) {
			return "he would be on both sides of the period of " + e
		}
	}
	return ""
}

// 1: the quality reviewer is outside the team, and always was.
func theReviewerIsOutside(t *testing.T, b *book, d deed) string {
	if d.kind != audit.KindMember {
		return ""
	}
	m := decoded[audit.Member](t, d.body)
	for _, x := range b.members {
		ours := x.Engagement == m.Engagement && same(x.Name, m.Name) && x.Role.Side() == audit.Auditor && m.Role.Side() == audit.Auditor
		if ours && (x.Role == audit.QualityReviewer) != (m.Role == audit.QualityReviewer) {
			return "he would be on the team and outside it"
		}
	}
	return ""
}

func everybodyDeclaresForHimself(t *testing.T, _ *book, d deed) string {
	if d.kind == audit.KindDeclaration && decoded[audit.Declaration](t, d.body).Name != d.who.Name {
		return "he declares for somebody else"
	}
	return ""
}

func samplesSayWhy(t *testing.T, b *book, d deed) string {
	if d.kind != audit.KindSample {
		return ""
	}
	x := decoded[audit.Sample](t, d.body)
	if b.draws[slashed(x.Engagement, x.Control, x.Name)] > 0 && x.Why == "" {
		return "a second draw says why"
	}
	return ""
}

// onlyWhatIsThere: what is answered, released, concluded on or withdrawn is there
// before.
func onlyWhatIsThere(t *testing.T, b *book, d deed) string {
	there := true
	switch d.kind {
	case audit.KindResponse:
		_, there = b.asked[slashed(d.engagement, decoded[audit.Response](t, d.body).Request)]
	case audit.KindRelease:
		s, ok := b.samples[decoded[audit.Release](t, d.body).Sample]
		there = ok && s.Engagement == d.engagement
	case audit.KindStatement:
		if x := decoded[audit.Statement](t, d.body); x.Kind == audit.ManagementAnswer {
			_, there = b.deviations[slashed(d.engagement, x.Code)]
		}
	case audit.KindConcluded:
		for _, code := range decoded[audit.AuditorConclusion](t, d.body).Deviations {
			_, ok := b.deviations[slashed(d.engagement, code)]
			there = there && ok
		}
	}
	if !there {
		return "what it is about is not there"
	}
	return ""
}

func noOwnAddition(t *testing.T, _ *book, d deed) string {
	if d.kind == audit.KindAddition && same(decoded[audit.Addition](t, d.body).Reviewer, d.who.Name) {
		return "he reviews his own addition"
	}
	return ""
}

// notesAreClearedByOthers than those who answered them; who raised a note may
// settle it himself.
func notesAreClearedByOthers(t *testing.T, b *book, d deed) string {
	if d.kind != audit.KindNote {
		return ""
	}
	x := decoded[audit.Note](t, d.body)
	last := b.notes[slashed(x.Engagement, x.Code)]
	raised, answered, cleared := last.By, last.AnsweredBy, last.ClearedBy
	if raised == "" {
		raised = d.who.Name
	}
	if x.Answer != last.Answer {
		answered = d.who.Name
	}
	if x.Cleared && !last.Cleared {
		cleared = d.who.Name
	}
	if x.Cleared && cleared != raised && same(cleared, answered) {
		return "who answered the note clears it"
	}
	return ""
}

func signaturesAreOfTheNewest(t *testing.T, b *book, d deed) string {
	if d.kind != audit.KindSignature {
		return ""
	}
	x := decoded[audit.Signature](t, d.body)
	if now, ok := b.statement(x.Engagement, x.Kind, x.Code); !ok || now.Digest != x.Digest {
		return "what is signed is not the newest version"
	}
	return ""
}

func namesAreOfTheNewest(t *testing.T, b *book, d deed) string {
	if d.kind != audit.KindSignOff {
		return ""
	}
	x := decoded[audit.SignOff](t, d.body)
	now, ok := b.signable(x)
	mine := slices.ContainsFunc(b.signed, func(s audit.SignOff) bool {
		return s.Engagement == x.Engagement && s.Subject == x.Subject && s.As == x.As && s.By == d.who.Name
	})
	switch {
	case x.Withdrawn != "" && !mine:
		return "he withdraws a name that he never gave"
	case x.Withdrawn == "" && (!ok || now.Digest != x.Digest):
		return "what is signed is not the newest version"
	}
	return ""
}

// 1: nobody reviews what he prepared or wrote.
func nobodyReviewsHimself(t *testing.T, b *book, d deed) string {
	if d.kind != audit.KindSignOff {
		return ""
	}
	x := decoded[audit.SignOff](t, d.body)
	if x.Withdrawn != "" || x.As == audit.AsPartner {
		return ""
	}
	other := audit.AsPreparer
	if x.As == audit.AsPreparer {
		other = audit.AsReviewer
	} else if slices.ContainsFunc(b.written[slashed(x.Engagement, x.Subject)], func(by string) bool { return same(by, d.who.Name) }) {
		return "he wrote what he reviews"
	}
	for _, s := range b.signed {
		if s.Engagement == x.Engagement && s.Subject == x.Subject && s.As == other && same(s.By, d.who.Name) {
			return "he prepares and reviews one paper"
		}
	}
	return ""
}

// 6: a partner's name makes an opinion when his firm is licensed, all review is
// cleared, and the assertion and the representations are signed and dated not
// after the report.
func opinionsWait(t *testing.T, b *book, d deed) string {
	if d.row != "sign-off partner" {
		return ""
	}
	x := decoded[audit.SignOff](t, d.body)
	if !b.licensed(d) {
		return "his firm has no license in force"
	}
	if x.Subject != "opinion" || x.Withdrawn != "" {
		return ""
	}
	for at, n := range b.notes {
		if strings.HasPrefix(at, x.Engagement+"/") && !n.Cleared {
			return "a review note is not cleared"
		}
	}
	now, _ := b.signable(x)
	report := decoded[audit.Opinion](t, now.Body).ReportDate
	for _, kind := range []audit.StatementKind{audit.Assertion, audit.Representation} {
		said, ok := b.statement(x.Engagement, kind, "")
		signed := slices.ContainsFunc(b.undersigned, func(s audit.Signature) bool {
			return s.Engagement == x.Engagement && s.Digest == said.Digest && s.Kind == kind && s.Role == audit.ManagementAdmin
		})
		if !ok || !signed {
			return "management has not signed its " + string(kind)
		}
		if dated := decoded[audit.Statement](t, said.Body).Dated; dated == "" || dated > report {
			return "the " + string(kind) + " is dated after the report"
		}
	}
	return ""
}

func (b *book) licensed(d deed) bool {
	return slices.ContainsFunc(b.mine(d.who), func(m audit.Member) bool {
		f := b.firms[m.Firm]
		inForce := f.Licensed == audit.Period{} || f.Licensed.From <= d.today && d.today <= f.Licensed.To
		return m.Engagement == d.engagement && strings.TrimSpace(f.License) != "" && inForce
	})
}

// conclusionsWait for the papers on which they rest, each signed by a preparer
// and a reviewer as it stands.
func conclusionsWait(t *testing.T, b *book, d deed) string {
	if d.kind != audit.KindConcluded {
		return ""
	}
	for _, code := range decoded[audit.AuditorConclusion](t, d.body).Workpapers {
		for _, as := range []audit.SignAs{audit.AsPreparer, audit.AsReviewer} {
			if len(b.names(d.engagement, "workpaper/"+code, as)) == 0 {
				return "paper " + code + " has no " + string(as) + " who signed it as it stands"
			}
		}
	}
	return ""
}

// names are who signed a subject as it stands.
func (b *book) names(engagement, subject string, as audit.SignAs) []string {
	standing := map[string]bool{}
	now, ok := b.signable(audit.SignOff{Engagement: engagement, Subject: subject})
	for _, s := range b.signed {
		if s.Engagement == engagement && s.Subject == subject && s.As == as {
			standing[s.By] = ok && s.Withdrawn == "" && s.Digest == now.Digest
		}
	}
	var out []string
	for name, stands := range standing {
		if stands {
			out = append(out, name)
		}
	}
	return out
}

// firmsChangeThemselves: once people of a firm are recorded, only they change it,
// and none of them who reviews the quality of an engagement.
func firmsChangeThemselves(t *testing.T, b *book, d deed) string {
	if d.kind != audit.KindFirm {
		return ""
	}
	code := decoded[audit.Firm](t, d.body).Code
	theirs := slices.DeleteFunc(b.now(), func(m audit.Member) bool {
		return m.Left || m.Firm != code || m.Role.Side() != audit.Auditor
	})
	if len(theirs) > 0 && !slices.ContainsFunc(theirs, func(m audit.Member) bool { return m.Name == d.who.Name }) {
		return "it is the firm of others"
	}
	if roles, _ := b.roles(d.who, ""); slices.Contains(roles, audit.QualityReviewer) {
		return "the quality reviewer prepares nothing"
	}
	return ""
}
