package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
	"tickmark/internal/method/authority"
)

// lists are all lists of an examination, as "how many, or why not".
var lists = []struct {
	kind string
	read func(context.Context, *store.Tenant, string) (int, error)
}{
	{audit.KindFirm, func(ctx context.Context, r *store.Tenant, _ string) (int, error) { return count(r.Firms(ctx)) }},
	{audit.KindMember, func(ctx context.Context, r *store.Tenant, e string) (int, error) { return count(r.Members(ctx, e)) }},
	{audit.KindDeclaration, func(ctx context.Context, r *store.Tenant, e string) (int, error) {
		return count(r.Declarations(ctx, e))
	}},
	{audit.KindStep, func(ctx context.Context, r *store.Tenant, _ string) (int, error) { return count(r.Steps(ctx)) }},
	{audit.KindHold, func(ctx context.Context, r *store.Tenant, _ string) (int, error) { return count(r.Holds(ctx)) }},
	{audit.KindAddition, func(ctx context.Context, r *store.Tenant, e string) (int, error) { return count(r.Additions(ctx, e)) }},
	{audit.KindRequest, func(ctx context.Context, r *store.Tenant, e string) (int, error) { return count(r.Requests(ctx, e)) }},
	{audit.KindDelegation, func(ctx context.Context, r *store.Tenant, e string) (int, error) { return count(r.Delegations(ctx, e)) }},
	{audit.KindResponse, func(ctx context.Context, r *store.Tenant, e string) (int, error) { return count(r.Responses(ctx, e)) }},
	{audit.KindComment, func(ctx context.Context, r *store.Tenant, e string) (int, error) { return count(r.Comments(ctx, e)) }},
	{audit.KindIntake, func(ctx context.Context, r *store.Tenant, e string) (int, error) { return count(r.Intakes(ctx, e)) }},
	{audit.KindSample, func(ctx context.Context, r *store.Tenant, e string) (int, error) { return count(r.Samples(ctx, e)) }},
	{audit.KindWorkpaper, func(ctx context.Context, r *store.Tenant, e string) (int, error) { return count(r.Workpapers(ctx, e)) }},
	{audit.KindSignOff, func(ctx context.Context, r *store.Tenant, e string) (int, error) { return count(r.SignOffs(ctx, e)) }},
	{audit.KindNote, func(ctx context.Context, r *store.Tenant, e string) (int, error) { return count(r.Notes(ctx, e)) }},
	{audit.KindDeviation, func(ctx context.Context, r *store.Tenant, e string) (int, error) { return count(r.Deviations(ctx, e)) }},
	{audit.KindConcluded, func(ctx context.Context, r *store.Tenant, e string) (int, error) {
		return count(r.AuditorConclusions(ctx, e))
	}},
	{audit.KindOpinion, func(ctx context.Context, r *store.Tenant, e string) (int, error) { return count(r.Opinions(ctx, e)) }},
	{audit.KindStatement, func(ctx context.Context, r *store.Tenant, e string) (int, error) { return count(r.Statements(ctx, e)) }},
	{audit.KindSignature, func(ctx context.Context, r *store.Tenant, e string) (int, error) { return count(r.Signatures(ctx, e)) }},
	{audit.KindAttestation, func(ctx context.Context, r *store.Tenant, e string) (int, error) {
		return count(r.Attestations(ctx, e))
	}},
}

func count[T any](all []T, err error) (int, error) { return len(all), err }

// seen writes what a person gets of every kind: how many, or "-" for a refusal.
func seen(t *testing.T, r *store.Tenant, engagement string) string {
	t.Helper()
	var out []string
	for _, l := range lists {
		n, err := l.read(t.Context(), r, engagement)
		switch {
		case errors.Is(err, authority.ErrRefused):
			out = append(out, l.kind+" -")
		case err != nil:
			t.Errorf("%s: %v", l.kind, err)
		default:
			out = append(out, fmt.Sprint(l.kind, " ", n))
		}
	}
	return strings.Join(out, ", ")
}

var sightRules = []rule{
	{"each role sees of an examination what is its to see", func(t *testing.T, h house) {
		c := worked(t, h)
		all := "firm 1, member 6, declaration 1, step 1, hold 1, addition 1, request 2, delegation 1, response 1, comment 1, intake 1, sample 1, " +
			"workpaper 1, sign-off 2, note 1, deviation 1, auditor-conclusion 1, opinion 1, statement 2, signature 1, attestation 1"
		for who, want := range map[*store.Tenant]string{
			c.staff: all, c.manager: all, c.partner: all, c.quality: all,
			c.admin: "firm 1, member 6, declaration -, step 1, hold -, addition -, request 2, delegation 1, response 1, comment 1, intake -, sample 0, " +
				"workpaper -, sign-off -, note -, deviation 1, auditor-conclusion -, opinion -, statement 2, signature 1, attestation 1",
			c.owner: "firm 1, member 6, declaration -, step 1, hold -, addition -, request 2, delegation 0, response 0, comment 0, intake -, sample 0, " +
				"workpaper -, sign-off -, note -, deviation 1, auditor-conclusion -, opinion -, statement 1, signature 0, attestation -",
			c.employee: "firm 1, member 6, declaration -, step 1, hold -, addition -, request 1, delegation 1, response 1, comment 1, intake -, sample -, " +
				"workpaper -, sign-off -, note -, deviation -, auditor-conclusion -, opinion -, statement -, signature -, attestation -",
			c.internal: "firm 1, member 6, declaration -, step 1, hold -, addition -, request 2, delegation 1, response 1, comment 1, intake -, sample 0, " +
				"workpaper -, sign-off -, note -, deviation 1, auditor-conclusion -, opinion -, statement 1, signature 0, attestation -",
			c.entity: "firm 1, member -, declaration -, step -, hold -, addition -, request -, delegation -, response -, comment -, intake -, sample -, " +
				"workpaper -, sign-off -, note -, deviation -, auditor-conclusion -, opinion -, statement -, signature -, attestation 1",
			c.automation: "firm 1, member 6, declaration -, step 1, hold -, addition -, request 2, delegation 1, response 1, comment 1, intake -, sample -, " +
				"workpaper -, sign-off -, note -, deviation 1, auditor-conclusion -, opinion -, statement 2, signature 1, attestation -",
		} {
			if diff := cmp.Diff(strings.Split(want, ", "), strings.Split(seen(t, who, "soc1"), ", ")); diff != "" {
				t.Errorf("%+v: (-want +got)\n%s", who.Person(), diff)
			}
		}
	}},
	{"nothing that management reads tells of the auditor's file", func(t *testing.T, h house) {
		c := worked(t, h)
		ctx := t.Context()
		for _, who := range []*store.Tenant{c.admin, c.internal, c.automation} {
			var text strings.Builder
			size := must(who.TrailSize(ctx))(t)
			for _, leaf := range must(who.TrailLeaves(ctx, 0, size))(t) {
				text.Write(leaf)
			}
			var handed int64
			err := who.Records(ctx, func(_, _ string, _ audit.Digest, body []byte) error {
				if body != nil {
					handed++
				}
				text.Write(body)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if at := strings.Index(text.String(), "CONFIDENTIAL"); at >= 0 {
				t.Errorf("%s reads %q", who.Person().Name, text.String()[max(0, at-200):at+40])
			}
			withheld := must(who.Withheld(ctx))(t)
			var n int64
			for _, k := range withheld {
				n += k
			}
			if handed+n != size || withheld[audit.KindWorkpaper] != 1 || withheld[audit.KindSample] != 1 {
				t.Errorf("%s was handed %d records of %d; withheld: %v", who.Person().Name, handed, size, withheld)
			}
		}
		for _, series := range [][]string{
			{audit.KindWorkpaper, "soc1", "CONFIDENTIAL-W-1"}, {audit.KindOpinion, "soc1"}, {audit.KindConcluded, "soc1", "control", "CHG-01"},
			{audit.KindSample, "soc1", "CHG-01", "changes"},
		} {
			if d, _, err := c.admin.DigestOf(ctx, series[0], series[1:]...); err == nil || d != "" {
				t.Errorf("management was told the digest of %v", series)
			}
			if d, seq, err := c.quality.DigestOf(ctx, series[0], series[1:]...); err != nil || !d.Valid() || seq < 1 {
				t.Errorf("the auditor was not: %v", err)
			}
		}
		everyLeafIsARecord(t, c.partner)
	}},
	{"clients and people with one task read no history", func(t *testing.T, h house) {
		c := worked(t, h)
		for _, who := range []*store.Tenant{c.owner, c.employee, c.entity, c.reader} {
			if _, err := who.TrailLeaves(t.Context(), 0, 1); !errors.Is(err, authority.ErrRefused) {
				t.Errorf("%s reads leaves: %v", who.Person().Name, err)
			}
			err := who.Records(t.Context(), func(string, string, audit.Digest, []byte) error { return nil })
			if !errors.Is(err, authority.ErrRefused) {
				t.Errorf("%s reads records: %v", who.Person().Name, err)
			}
		}
	}},
	{"management sees a sample when it is released, and no other", func(t *testing.T, h house) {
		c, ctx := worked(t, h), t.Context()
		again := sample("02")
		again.Why = "an item had to be replaced"
		second := must2f(c.staff.AddSample(ctx, again))(t)
		must2(c.staff.AddRelease(ctx, audit.Release{Engagement: "soc1", Sample: second.ID}))(t)
		for _, who := range []*store.Tenant{c.admin, c.owner, c.internal} {
			got := must(who.Samples(ctx, "soc1"))(t)
			if len(got) != 1 || got[0].ID != second.ID {
				t.Errorf("%s sees %v", who.Person().Name, got)
			}
		}
		if n := len(must(c.staff.Samples(ctx, "soc1"))(t)); n != 2 {
			t.Errorf("the auditor sees %d samples", n)
		}
		if _, _, err := c.staff.AddRelease(ctx, audit.Release{Engagement: "soc2", Sample: second.ID}); err == nil {
			t.Error("a sample was released in another engagement")
		}
		if _, _, err := c.staff.AddRelease(ctx, audit.Release{Engagement: "soc1", Sample: "sam_none"}); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a sample that is not there: %v", err)
		}
	}},
	{"management sees the draft of the opinion from completion on, and clients when it is out", func(t *testing.T, h house) {
		c, ctx := worked(t, h), t.Context()
		must2(c.manager.AddStep(ctx, audit.Step{Engagement: "soc1", Phase: audit.Completion}))(t)
		if n := len(must(c.admin.Opinions(ctx, ""))(t)); n != 1 {
			t.Errorf("management sees %d", n)
		}
		if _, err := c.entity.Opinions(ctx, "soc1"); !errors.Is(err, authority.ErrRefused) {
			t.Errorf("a client sees the draft: %v", err)
		}
		must2(c.manager.AddStep(ctx, audit.Step{Engagement: "soc1", Phase: audit.Issued, ReportDate: day(-1), Released: day(0)}))(t)
		if n := len(must(c.entity.Opinions(ctx, "soc1"))(t)); n != 1 {
			t.Errorf("the client sees %d", n)
		}
		if n := len(must(c.reader.Statements(ctx, "soc1"))(t)); n != 2 {
			t.Errorf("the client's auditor sees %d statements, want the assertion and the answer", n)
		}
		if _, err := c.owner.Opinions(ctx, "soc1"); !errors.Is(err, authority.ErrRefused) {
			t.Errorf("a control owner sees the opinion: %v", err)
		}
	}},
	{"the team of one engagement sees nothing of another's", func(t *testing.T, h house) {
		c, ctx := worked(t, h), t.Context()
		other := h.as(t, "Bo", audit.Auditor)
		must2(other.AddMember(ctx, audit.Member{Engagement: "soc2", Name: "Bo", Role: audit.AuditorPartner}))(t)
		if _, err := other.Workpapers(ctx, "soc1"); !errors.Is(err, authority.ErrRefused) {
			t.Errorf("by name: %v", err)
		}
		for _, l := range lists { // members: Bo himself, and management's four of the organization
			n, err := l.read(ctx, other, "")
			if err != nil || n != map[string]int{audit.KindFirm: 1, audit.KindMember: 5}[l.kind] {
				t.Errorf("%s: %d, %v", l.kind, n, err)
			}
		}
		if _, err := c.partner.Results(ctx, "soc2"); !errors.Is(err, authority.ErrRefused) {
			t.Errorf("results of another's: %v", err)
		}
		stranger := h.as(t, "Zoe", audit.Auditor)
		if _, err := stranger.Scope(ctx); !errors.Is(err, authority.ErrRefused) {
			t.Errorf("an auditor of no team reads: %v", err)
		}
	}},
	{"a control owner sees the description of what is his", func(t *testing.T, h house) {
		c, ctx := engaged(t, h), t.Context()
		must(c.admin.ApplyScope(ctx, []audit.ScopeItem{control("AC-01", "not his")}))(t)
		if got := kindsAndCodes(must(c.owner.Scope(ctx))(t)); strings.Join(got, ", ") != "control CHG-01, engagement soc1, engagement soc2" {
			t.Errorf("sees %v", got)
		}
		if _, err := c.owner.ApplyScope(ctx, []audit.ScopeItem{control("CHG-01", "as it is done")}); err != nil {
			t.Error(err)
		}
		for _, bad := range []audit.ScopeItem{control("AC-01", "his way"), {Kind: audit.ScopeEngagement, Code: "CHG-01", Body: []byte("{}")}} {
			if _, err := c.owner.ApplyScope(ctx, []audit.ScopeItem{bad}); !errors.Is(err, authority.ErrRefused) {
				t.Errorf("%s/%s: %v", bad.Kind, bad.Code, err)
			}
		}
		if got := kindsAndCodes(must(c.entity.Scope(ctx))(t)); strings.Join(got, ", ") != "engagement soc1, engagement soc2" {
			t.Errorf("a client sees %v", got)
		}
	}},
}

// must2f is must2 for who wants the record only.
func must2f[T any](v T, _ bool, err error) func(*testing.T) T {
	return must(v, err)
}
