package store

import (
	"context"
	"fmt"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
)

// AddSwitch records that something rests, or works again. Saying what stands
// already changes nothing and returns false.
func (t *Tenant) AddSwitch(ctx context.Context, s audit.Switch) (audit.Switch, bool, error) {
	s.By, s.At = "", time.Time{}
	verb := "switched on"
	if s.Off {
		verb = "switched off"
	}
	return addOne[audit.Switch](ctx, t, authority.DutyDescribe, entry{
		kind: audit.KindSwitch, verb: verb, series: []string{string(s.Subject), s.Code}, says: s,
		seal: func(st stamp) (string, any, error) {
			signed(&s.By, &s.At, st)
			return fmt.Sprintf("%s@%d", st.series, st.version), s, nil
		},
	})
}

// Switches returns what was switched last of each thing, by subject and code.
func (r *Reader) Switches(ctx context.Context) ([]audit.Switch, error) {
	all, err := current[audit.Switch](ctx, r, audit.KindSwitch)
	sortBy(all, func(s audit.Switch) []string { return []string{string(s.Subject), s.Code} })
	return all, err
}

// ConclusionHistory returns every conclusion on the controls of an engagement,
// in the order in which they were recorded.
func (r *Reader) ConclusionHistory(ctx context.Context, engagement string) ([]audit.Conclusion, error) {
	return history[audit.Conclusion](ctx, r, audit.KindConclusion, engagement)
}

// ResultHistory returns every result of an engagement, in the order in which
// they were recorded.
func (r *Reader) ResultHistory(ctx context.Context, engagement string) ([]audit.Result, error) {
	return history[audit.Result](ctx, r, audit.KindResult, engagement)
}
