package e2e_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
)

// Who may see what, as the practice has it.
//
// x all of it
// s samples that are released
// a what is assigned to him, delegated to him, or written by him
// b what is assigned to him, of samples that are released
// d the draft, once the engagement is in completion
// p what the report shows, once it is released
// i what is issued, once it is released
// . nothing
const maySee = `
               admin owner employee internal staff manager partner quality entity reader machine
organization   x     x     x        x        x     x       x       x       x      x      x
firm           x     x     x        x        x     x       x       x       x      x      x
engagement     x     x     x        x        x     x       x       x       x      x      x
control        x     a     .        x        x     x       x       x       .      .      x
switch         x     .     .        x        x     x       x       x       .      .      x
population     x     a     .        x        x     x       x       x       .      .      x
collection     x     a     .        x        x     x       x       x       .      .      x
result         x     a     .        x        x     x       x       x       .      .      x
analysis       x     a     .        x        x     x       x       x       .      .      x
conclusion     x     a     .        x        x     x       x       x       .      .      x
exceptions     x     a     .        x        x     x       x       x       .      .      x
assignment     x     a     .        x        x     x       x       x       .      .      x
disposition    x     a     .        x        x     x       x       x       .      .      x
deviation      x     a     .        x        x     x       x       x       p      p      x
request        x     a     a        x        x     x       x       x       .      .      x
delegation     x     a     a        x        x     x       x       x       .      .      x
response       x     a     a        x        x     x       x       x       .      .      x
comment        x     a     a        x        x     x       x       x       .      .      x
sample         s     b     .        s        x     x       x       x       .      .      .
release        x     a     .        x        x     x       x       x       .      .      .
intake         .     .     .        .        x     x       x       x       .      .      .
workpaper      .     .     .        .        x     x       x       x       .      .      .
sign-off       .     .     .        .        x     x       x       x       .      .      .
note           .     .     .        .        x     x       x       x       .      .      .
auditor-conclusion . .     .        .        x     x       x       x       .      .      .
declaration    .     .     .        .        x     x       x       x       .      .      .
hold           .     .     .        .        x     x       x       x       .      .      .
addition       .     .     .        .        x     x       x       x       .      .      .
opinion        d     .     .        .        x     x       x       x       p      p      .
report         x     .     .        .        x     x       x       x       i      i      x
copy           x     .     .        .        x     x       x       .       a      a      .
attestation    x     .     .        .        x     x       x       x       a      a      .
member         x     x     x        x        x     x       x       x       .      .      x
step           x     x     x        x        x     x       x       x       .      .      x
assertion      x     .     .        .        x     x       x       x       p      p      x
response-statement x a     .        x        x     x       x       x       p      p      x
design-questionnaire x a   .        .        x     x       x       x       .      .      .
representation x     .     .        .        x     x       x       x       .      .      .
subsequent-events x  .     .        .        x     x       x       x       .      .      .
engagement-letter x  .     .        .        x     x       x       x       .      .      .
trail          x     .     .        x        x     x       x       x       .      .      x
`

// sees reports whether somebody may see a record as the records are.
func (b *book) sees(t *testing.T, rows map[string]map[audit.Role]string, who audit.Person, x entry, today audit.Date) bool {
	f := decoded[map[string]any](t, x.Body)
	text := func(key string) string { s, _ := f[key].(string); return s }
	row, engagement := x.Kind, text("engagement")
	switch x.Kind {
	case audit.KindScope:
		row = text("kind")
	case audit.KindStatement, audit.KindSignature:
		if row = text("kind"); row == string(audit.ManagementAnswer) {
			row = "response-statement"
		}
	case audit.KindFirm, audit.KindSwitch, audit.KindPopulation, audit.KindCollection:
		engagement = ""
	}
	if b.unfit(deed{who: who, engagement: engagement}) != "" {
		return false
	}
	about := strings.Split(text("subject"), "/")[1:]
	for _, key := range []string{"code", "request", "control", "name", "dataset", "connection", "entity"} {
		about = append(about, text(key))
	}
	if many, ok := f["controls"].([]any); ok {
		for _, c := range many {
			about = append(about, c.(string))
		}
	}
	mine := b.assigned(who, engagement, about) || text("by") == who.Name || text("to") == who.Name
	step := b.step(engagement)
	released := b.released[audit.ID(text("id"))]
	roles, _ := b.roles(who, engagement)
	return slices.ContainsFunc(roles, func(r audit.Role) bool {
		switch rows[row][r] {
		case "x":
			return true
		case "s":
			return released
		case "a":
			return mine
		case "b":
			return mine && released
		case "d":
			return slices.Contains([]audit.Phase{audit.Completion, audit.Issued, audit.Archived}, step.Phase)
		case "p":
			return step.Released != "" && step.Released <= today
		case "i":
			return f["draft"] == false && step.Released != "" && step.Released <= today
		}
		return false
	})
}

// wanted are the digests of what a list must hold: the newest of each series, or
// all of a history, of those that the reader may see.
func (b *book) wanted(t *testing.T, rows map[string]map[audit.Role]string, who audit.Person, l list, engagement string, today audit.Date) []string {
	var out []string
	for _, x := range b.entries {
		here := engagement == "" || decoded[struct{ Engagement string }](t, x.Body).Engagement == engagement
		newest := l.history || b.heads[slashed(x.Kind, x.Series)].Sequence == x.Sequence
		if x.Kind == l.kind && here && newest && b.sees(t, rows, who, x, today) {
			out = append(out, x.Body)
		}
	}
	slices.Sort(out)
	return out
}

// list is one of the store's lists.
type list struct {
	name, kind string
	history    bool
	narrowed   bool // by an engagement
	read       func(ctx context.Context, r *store.Reader, engagement string) ([]string, error)
}

// bodies are what a list returned, as the records have it.
func bodies[T any](all []T, err error) ([]string, error) {
	var out []string
	for _, x := range all {
		body, wrong := audit.Canonical(x)
		if wrong != nil {
			return nil, wrong
		}
		out = append(out, string(body))
	}
	slices.Sort(out)
	return out, err
}

// whole is a list of all that the organization has.
func whole[T any](name, kind string, read func(*store.Reader, context.Context) ([]T, error)) list {
	return list{name: name, kind: kind, read: func(ctx context.Context, r *store.Reader, _ string) ([]string, error) {
		return bodies(read(r, ctx))
	}}
}

// part is a list that an engagement narrows.
func part[T any](name, kind string, read func(*store.Reader, context.Context, string) ([]T, error)) list {
	return list{name: name, kind: kind, narrowed: true, read: func(ctx context.Context, r *store.Reader, e string) ([]string, error) {
		return bodies(read(r, ctx, e))
	}}
}

// past is a list of every version.
func past[T any](name, kind string, read func(*store.Reader, context.Context, string) ([]T, error)) list {
	l := part(name, kind, read)
	l.history = true
	return l
}

func lists() []list {
	return []list{
		whole("firms", audit.KindFirm, (*store.Reader).Firms),
		whole("steps", audit.KindStep, (*store.Reader).Steps),
		whole("holds", audit.KindHold, (*store.Reader).Holds),
		whole("populations", audit.KindPopulation, (*store.Reader).Populations),
		whole("reports", audit.KindReport, (*store.Reader).Reports),
		whole("switches", audit.KindSwitch, (*store.Reader).Switches),
		part("members", audit.KindMember, (*store.Reader).Members),
		part("declarations", audit.KindDeclaration, func(r *store.Reader, ctx context.Context, e string) ([]audit.Declaration, error) {
			return r.Declarations(ctx, e)
		}),
		past("step history", audit.KindStep, func(r *store.Reader, ctx context.Context, e string) ([]audit.Step, error) {
			return r.StepHistory(ctx, e)
		}),
		part("additions", audit.KindAddition, func(r *store.Reader, ctx context.Context, e string) ([]audit.Addition, error) {
			return r.Additions(ctx, e)
		}),
		part("requests", audit.KindRequest, func(r *store.Reader, ctx context.Context, e string) ([]audit.InformationRequest, error) {
			return r.Requests(ctx, e)
		}),
		past("request history", audit.KindRequest, func(r *store.Reader, ctx context.Context, e string) ([]audit.InformationRequest, error) {
			return r.RequestHistory(ctx, e)
		}),
		part("delegations", audit.KindDelegation, func(r *store.Reader, ctx context.Context, e string) ([]audit.Delegation, error) {
			return r.Delegations(ctx, e)
		}),
		past("responses", audit.KindResponse, func(r *store.Reader, ctx context.Context, e string) ([]audit.Response, error) {
			return r.Responses(ctx, e)
		}),
		past("comments", audit.KindComment, func(r *store.Reader, ctx context.Context, e string) ([]audit.Comment, error) {
			return r.Comments(ctx, e)
		}),
		part("intakes", audit.KindIntake, (*store.Reader).Intakes),
		past("samples", audit.KindSample, (*store.Reader).Samples),
		part("releases", audit.KindRelease, func(r *store.Reader, ctx context.Context, e string) ([]audit.Release, error) {
			return r.Releases(ctx, e)
		}),
		part("workpapers", audit.KindWorkpaper, func(r *store.Reader, ctx context.Context, e string) ([]audit.Workpaper, error) {
			return r.Workpapers(ctx, e)
		}),
		past("workpaper history", audit.KindWorkpaper, func(r *store.Reader, ctx context.Context, e string) ([]audit.Workpaper, error) {
			return r.WorkpaperHistory(ctx, e)
		}),
		part("sign-offs", audit.KindSignOff, func(r *store.Reader, ctx context.Context, e string) ([]audit.SignOff, error) {
			return r.SignOffs(ctx, e)
		}),
		part("notes", audit.KindNote, (*store.Reader).Notes),
		part("deviations", audit.KindDeviation, func(r *store.Reader, ctx context.Context, e string) ([]audit.Deviation, error) {
			return r.Deviations(ctx, e)
		}),
		part("auditor conclusions", audit.KindConcluded, func(r *store.Reader, ctx context.Context, e string) ([]audit.AuditorConclusion, error) {
			return r.AuditorConclusions(ctx, e)
		}),
		part("opinions", audit.KindOpinion, func(r *store.Reader, ctx context.Context, e string) ([]audit.Opinion, error) {
			return r.Opinions(ctx, e)
		}),
		part("statements", audit.KindStatement, func(r *store.Reader, ctx context.Context, e string) ([]audit.Statement, error) {
			return r.Statements(ctx, e)
		}),
		part("signatures", audit.KindSignature, func(r *store.Reader, ctx context.Context, e string) ([]audit.Signature, error) {
			return r.Signatures(ctx, e)
		}),
		part("attestations", audit.KindAttestation, func(r *store.Reader, ctx context.Context, e string) ([]audit.Attestation, error) {
			return r.Attestations(ctx, e)
		}),
		part("results", audit.KindResult, (*store.Reader).Results),
		past("result history", audit.KindResult, func(r *store.Reader, ctx context.Context, e string) ([]audit.Result, error) {
			return r.ResultHistory(ctx, e)
		}),
		part("dispositions", audit.KindDisposition, func(r *store.Reader, ctx context.Context, e string) ([]audit.Disposition, error) {
			return r.Dispositions(ctx, e)
		}),
		part("conclusions", audit.KindConclusion, func(r *store.Reader, ctx context.Context, e string) ([]audit.Conclusion, error) {
			return r.Conclusions(ctx, e)
		}),
		part("analyses", audit.KindAnalysis, func(r *store.Reader, ctx context.Context, e string) ([]audit.Analysis, error) {
			return r.Analyses(ctx, e)
		}),
		part("assignments", audit.KindAssignment, func(r *store.Reader, ctx context.Context, e string) ([]audit.Assignment, error) {
			return r.Assignments(ctx, e)
		}),
		{name: "all records", read: everything},
	}
}

// everything is every record of the organization that the history shows a body
// of: a bundle is made of them.
func everything(ctx context.Context, r *store.Reader, _ string) ([]string, error) {
	var out []string
	err := r.Records(ctx, func(_, _ string, _ audit.Digest, body []byte) error {
		if body != nil {
			out = append(out, string(body))
		}
		return nil
	})
	slices.Sort(out)
	return out, err
}

// wantedOfAll are the bodies that the history must show.
func (b *book) wantedOfAll(t *testing.T, rows map[string]map[audit.Role]string, who audit.Person, today audit.Date) []string {
	var out []string
	roles, _ := b.roles(who, "")
	opens := b.unfit(deed{who: who}) == "" && slices.ContainsFunc(roles, func(r audit.Role) bool { return rows["trail"][r] == "x" })
	for _, x := range b.entries {
		if opens && b.sees(t, rows, who, x, today) {
			out = append(out, x.Body)
		}
	}
	slices.Sort(out)
	return out
}

// brief is a record in a line of a failing sequence.
func brief(noun any) string {
	text, err := json.Marshal(noun)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
