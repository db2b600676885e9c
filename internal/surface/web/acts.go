package web

import (
	"context"
	"errors"
	"net/http"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
	"tickmark/internal/method/sampling"
	"tickmark/internal/stage/advance"
	"tickmark/internal/stage/request"
	"tickmark/internal/stage/sample"
	"tickmark/internal/surface/web/page"
)

// Signing is putting one's name under what was seen.
type Signing interface {
	SignOff(ctx context.Context, p audit.Person, engagement, subject string, as audit.SignAs, seen audit.Digest) (audit.SignOff, error)
	SignStatement(ctx context.Context, p audit.Person, engagement string, kind audit.StatementKind, code, title string, seen audit.Digest) (audit.Signature, bool, error)
	SignOpinion(ctx context.Context, p audit.Person, engagement string, seen audit.Digest) (audit.SignOff, error)
	Concur(ctx context.Context, p audit.Person, engagement string, seen audit.Digest) (audit.SignOff, error)
}

// Writing is what people write down in an engagement besides their papers.
type Writing interface {
	RaiseNote(ctx context.Context, p audit.Person, n audit.Note) (audit.Note, error)
	AnswerNote(ctx context.Context, p audit.Person, engagement, note, answer string) (audit.Note, error)
	ClearNote(ctx context.Context, p audit.Person, engagement, note string) (audit.Note, error)
	DraftStatement(ctx context.Context, p audit.Person, engagement string, kind audit.StatementKind, code string, dated audit.Date) (string, error)
	WriteStatement(ctx context.Context, p audit.Person, engagement string, kind audit.StatementKind, text string) (audit.Statement, bool, error)
	AuditorConclude(ctx context.Context, p audit.Person, c audit.AuditorConclusion) (audit.AuditorConclusion, error)
	Ask(ctx context.Context, p audit.Person, engagement string, d request.Draft) (request.Change, error)
}

// Lots is what the auditor does with populations, and with the engagement.
type Lots interface {
	DecidePopulation(ctx context.Context, p audit.Person, engagement, population string, d audit.IPEDecision, checks []audit.IPECheck, reasons []string) (audit.Intake, error)
	DrawByTable(ctx context.Context, p audit.Person, engagement string, o sample.Order, risk sampling.Risk) (audit.Sample, error)
	ReleaseSample(ctx context.Context, p audit.Person, engagement string, id audit.ID) (audit.Release, error)
	PerformAgain(ctx context.Context, p audit.Person, engagement, paper string) (audit.Workpaper, error)
	Advance(ctx context.Context, p audit.Person, engagement string, to advance.To, file string) (audit.Step, error)
}

// holds reports whether the person holds a duty somewhere: what he does not hold
// is not offered to him.
func (c *call) holds(d authority.Duty) bool { return c.may(c.r.Context(), d) == nil }

// acted goes to where what was recorded is shown. When nothing was, it shows the
// page again with the reason and what was typed.
func (b *bench) acted(c *call, to, done string, err error, again func(*call) error) error {
	if err == nil {
		http.Redirect(c.w, c.r, address(to, "done", done), http.StatusSeeOther)
		return nil
	}
	var own problem
	if errors.Is(err, authority.ErrRefused) || errors.As(err, &own) {
		return err
	}
	c.fault, c.status = err.Error(), http.StatusUnprocessableEntity
	return again(c)
}

// stale refuses what was said of another version than the one that stands.
var stale = problem{http.StatusConflict, "This has changed", "Somebody recorded another version since this page was made. Open it again, and say it of that version."}

// offered are acts with what was typed into the one that was sent.
func (c *call) offered(all ...page.Act) []page.Act {
	if c.fault == "" {
		return all
	}
	for i := range all {
		if all[i].Action != c.r.URL.RequestURI() {
			continue
		}
		for j := range all[i].Fields {
			f := &all[i].Fields[j]
			if text, ok := c.r.PostForm[f.Name]; ok && f.Kind != page.FileField && f.Kind != page.SecretField {
				f.Value = text[0]
			}
		}
	}
	return all
}

// words are choices that are called by their values.
func words[T ~string](all ...T) []page.Word {
	var out []page.Word
	for _, x := range all {
		out = append(out, page.Word{Value: string(x), Text: string(x)})
	}
	return out
}
