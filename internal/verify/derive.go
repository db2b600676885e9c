package verify

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"tickmark/internal/audit"
	"tickmark/internal/stage/perform"
)

// scopeItem is what counts of a scope item as it was recorded.
type scopeItem struct {
	Kind    audit.ScopeKind `json:"kind"`
	Code    string          `json:"code"`
	Retired bool            `json:"retired"`
	Body    string          `json:"body"`
}

// follows checks that what a result says of itself before the test is performed
// (its inputs, its parameters, why it cannot speak for every item) follows from
// the records that stand before it.
func (c *check) follows(s standing, p audit.Procedure) error {
	e, have, err := c.before(s)
	if err != nil {
		return err
	}
	r, err := perform.Plan(e, p, c.Schemas, have)
	if err != nil {
		return err
	}
	r.ID, r.At, r.Engine = s.result.ID, s.result.At, s.result.Engine
	derived, err := audit.Canonical(planned(r))
	if err != nil {
		return err
	}
	recorded, err := audit.Canonical(planned(s.result))
	if err != nil {
		return err
	}
	if !bytes.Equal(derived, recorded) {
		return errors.New("what the recorded result says of its populations, its parameters or its completeness does not follow from the records before it")
	}
	return nil
}

// before is the engagement and the populations as they stood when a result was
// recorded: the newest of each dataset, and every one of each connection, that
// was described then.
func (c *check) before(s standing) (audit.Engagement, []audit.Population, error) {
	var e audit.Engagement
	described, newest := map[string]bool{}, map[string]audit.Population{}
	var collected []audit.Population
	for i, event := range c.events[:s.at] {
		var err error
		switch event.Kind {
		case audit.KindPopulation:
			var p audit.Population
			err = json.Unmarshal(c.bodies[i], &p)
			if p.Connection != "" {
				collected = append(collected, p)
			} else {
				newest[p.Dataset] = p
			}
		case audit.KindScope:
			var item scopeItem
			err = json.Unmarshal(c.bodies[i], &item)
			switch {
			case item.Kind == audit.ScopeDataset, item.Kind == audit.ScopeConnection:
				described[string(item.Kind)+" "+item.Code] = !item.Retired
			case item.Kind == audit.ScopeEngagement && item.Code == s.result.Engagement && err == nil:
				e = audit.Engagement{}
				err = json.Unmarshal([]byte(item.Body), &e)
			}
		}
		if err != nil {
			return e, nil, fmt.Errorf("record %d cannot be read: %w", i, err)
		}
	}
	var have []audit.Population
	for _, code := range slices.Sorted(maps.Keys(newest)) {
		if described["dataset "+code] {
			have = append(have, newest[code])
		}
	}
	for _, p := range collected {
		if described["connection "+p.Connection] {
			have = append(have, p)
		}
	}
	return e, have, nil
}
