package identity_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
	"tickmark/internal/engine/identity"
)

// An account that nobody has signed in to serves its organization by tokens of
// the operator, and of no other organization.
func issued(t *testing.T, r *rig) {
	a := must(r.Provision(t.Context(), identity.Profile{Name: "Robin Ash", Email: "robin@example.com"}, acme, identity.Event{Who: "operator"}))(t)
	text, made, err := r.IssueToken(t.Context(), a.ID, identity.Token{Name: "nightly", Org: acme, Scopes: []identity.Scope{identity.Read}}, identity.Event{Who: "operator"})
	ok(t, err)
	c := must(bearer(t, r, text))(t)
	if c.Person != "Robin Ash" || c.Org != acme || c.Token != made.ID || c.May(identity.Write) {
		t.Errorf("it speaks as %+v", c)
	}
	_, _, err = r.IssueToken(t.Context(), a.ID, identity.Token{Name: "nightly", Org: globex, Scopes: []identity.Scope{identity.Read}}, identity.Event{})
	refused(t, err, identity.ErrInvalid)
	_, _, err = r.IssueToken(t.Context(), a.ID, identity.Token{Name: "nightly", Org: acme, Scopes: []identity.Scope{"admin"}}, identity.Event{})
	refused(t, err, identity.ErrInvalid)
	refused(t, second(r.Provision(t.Context(), identity.Profile{Name: "Another", Email: "ROBIN@example.com"}, acme, identity.Event{})), identity.ErrTaken)
	ok(t, r.Disable(t.Context(), a.ID, identity.Event{Who: "operator"}))
	refused(t, second(bearer(t, r, text)), identity.ErrNobody)
}

// The first request under a key is begun once; its answer is given for a day to
// whoever asks the same.
func answers(t *testing.T, r *rig) {
	begin := func(account, key, said string) (identity.Given, bool, error) {
		return r.Begin(t.Context(), account, key, said)
	}
	_, known, err := begin("acc_1", "k", "POST /a x")
	ok(t, err)
	if known {
		t.Error("it is known before it was asked")
	}
	_, _, err = begin("acc_1", "k", "POST /a x")
	refused(t, err, identity.ErrUnderWay)
	want := identity.Given{Status: 201, Kind: "application/json", Body: []byte(`{"a":1}`)}
	ok(t, r.Answered(t.Context(), "acc_1", "k", want))
	got, known, err := begin("acc_1", "k", "POST /a x")
	ok(t, err)
	if diff := cmp.Diff(want, got); !known || diff != "" {
		t.Errorf("known %t: %s", known, diff)
	}
	_, _, err = begin("acc_1", "k", "POST /a y")
	refused(t, err, identity.ErrOtherRequest)
	if _, known, err := begin("acc_2", "k", "POST /a y"); known || err != nil {
		t.Errorf("the key of another account: %t %v", known, err)
	}
	ok(t, r.Forget(t.Context(), "acc_2", "k"))
	if _, known, err := begin("acc_2", "k", "POST /b"); known || err != nil {
		t.Errorf("after it was forgotten: %t %v", known, err)
	}
	r.forward(11 * time.Minute) // acc_2's never ended
	if _, known, err := begin("acc_2", "k", "POST /c"); known || err != nil {
		t.Errorf("after one that never ended: %t %v", known, err)
	}
	r.forward(24 * time.Hour)
	if _, known, err := begin("acc_1", "k", "POST /a y"); known || err != nil {
		t.Errorf("after a day: %t %v", known, err)
	}
}

// A proposal is seen and settled by its person in its organization, once.
func proposals(t *testing.T, r *rig) {
	p := must(r.Propose(t.Context(), identity.Proposal{Org: acme, Person: "Mara Lind", Act: "comment", Body: `{}`, Why: "because"}, identity.Event{Who: "an assistant of Mara Lind"}))(t)
	for _, other := range []struct {
		org    audit.ID
		person string
	}{{globex, "Mara Lind"}, {acme, "Tom Renn"}} {
		if all := must(r.Proposals(t.Context(), other.org, other.person))(t); len(all) != 0 {
			t.Errorf("%s of %s sees %v", other.person, other.org, all)
		}
		refused(t, r.Settle(t.Context(), other.org, other.person, p.ID, identity.ProposalAccepted, identity.Event{}), identity.ErrNotFound)
	}
	if all := must(r.Proposals(t.Context(), acme, "Mara Lind"))(t); len(all) != 1 || all[0].Outcome != "" || all[0].Why != "because" {
		t.Errorf("she sees %+v", all)
	}
	ok(t, r.Settle(t.Context(), acme, "Mara Lind", p.ID, identity.ProposalDeclined, identity.Event{Who: "Mara Lind"}))
	refused(t, r.Settle(t.Context(), acme, "Mara Lind", p.ID, identity.ProposalAccepted, identity.Event{}), identity.ErrNotFound)
	if all := must(r.Proposals(t.Context(), acme, "Mara Lind"))(t); all[0].Outcome != identity.ProposalDeclined || all[0].Settled.IsZero() {
		t.Errorf("it was settled as %+v", all[0])
	}
	r.forward(91 * 24 * time.Hour)
	ok(t, r.Sweep(t.Context()))
	if all := must(r.Proposals(t.Context(), acme, "Mara Lind"))(t); len(all) != 0 {
		t.Errorf("after ninety days she sees %v", all)
	}
}
