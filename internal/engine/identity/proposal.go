package identity

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"tickmark/internal/audit"
)

// Proposal is what an assistant would do in the name of its person, and has not
// done: it waits beside the records until that person says yes or no. Nobody
// else sees it.
type Proposal struct {
	ID      string    `json:"id"`
	Org     audit.ID  `json:"-"`
	Person  string    `json:"for"`
	Act     string    `json:"act"`
	Body    string    `json:"-"` // JSON of the act
	Why     string    `json:"why"`
	At      time.Time `json:"at"`
	Settled time.Time `json:"settled,omitzero"`
	Outcome string    `json:"outcome,omitempty"` // accepted or declined
}

// proposalLife is how long a proposal is kept.
const proposalLife = 90 * 24 * time.Hour

// The outcomes of a proposal.
const (
	ProposalAccepted = "accepted"
	ProposalDeclined = "declined"
)

type proposalRow struct {
	bun.BaseModel `bun:"table:identity_proposal"`
	ID            string
	OrgID         audit.ID
	Person        string
	Act           string
	Body          string
	Why           string
	MadeAt        int64
	SettledAt     int64
	Outcome       string
}

func (r proposalRow) proposal() Proposal {
	return Proposal{ID: r.ID, Org: r.OrgID, Person: r.Person, Act: r.Act, Body: r.Body, Why: r.Why, At: when(r.MadeAt), Settled: when(r.SettledAt), Outcome: r.Outcome}
}

// Propose keeps a proposal, and notes it among the events.
func (d *Desk) Propose(ctx context.Context, p Proposal, by Event) (Proposal, error) {
	row := proposalRow{ID: d.name("prp"), OrgID: p.Org, Person: p.Person, Act: clean(p.Act), Body: clean(p.Body), Why: clean(p.Why), MadeAt: d.micros()}
	err := d.writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return fmt.Errorf("keeping a proposal: %w", err)
		}
		by.Kind, by.Org, by.Detail = EventProposed, p.Org, row.ID+": "+row.Act
		return d.note(ctx, tx, by)
	})
	return row.proposal(), err
}

// Proposals are those for a person of an organization, the oldest first.
func (d *Desk) Proposals(ctx context.Context, org audit.ID, person string) ([]Proposal, error) {
	var rows []proposalRow
	err := d.readers.NewSelect().Model(&rows).Where("org_id = ?", org).Where("person = ?", clean(person)).OrderExpr("id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading proposals: %w", err)
	}
	var all []Proposal
	for _, r := range rows {
		all = append(all, r.proposal())
	}
	return all, nil
}

// Settle says what became of a proposal, once: of one that is settled already,
// or is somebody else's, it is ErrNotFound.
func (d *Desk) Settle(ctx context.Context, org audit.ID, person, id, outcome string, by Event) error {
	return d.writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := one(tx.NewRaw("UPDATE identity_proposal SET settled_at = ?, outcome = ? WHERE org_id = ? AND person = ? AND id = ? AND settled_at = 0",
			d.micros(), outcome, org, clean(person), clean(id)).Exec(ctx)); err != nil {
			return fmt.Errorf("proposal: %w", err)
		}
		by.Kind, by.Org, by.Detail = EventSettled, org, id+": "+outcome
		return d.note(ctx, tx, by)
	})
}
