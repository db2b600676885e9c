package store

import (
	"context"
	"errors"
	"fmt"

	"tickmark/internal/audit"
)

// errMoved says that somebody else recorded something in between.
var errMoved = errors.New("the records changed while this was being decided")

// decisions is how often something is decided anew because the records moved.
const decisions = 20

// mark is how long the trail was when a decision began.
type mark struct {
	org  audit.ID
	size int64
}

type markKey struct{}

// Decide runs do, which reads records and writes what follows from them. What
// it writes with the context that it is given is recorded only while the
// organization's trail is as it was before the first reading: nothing can come
// between a condition and what was recorded because of it. When something did,
// do runs again. A decision within another is part of it.
func (t *Tenant) Decide(ctx context.Context, do func(context.Context) error) error {
	if m, ok := ctx.Value(markKey{}).(*mark); ok && m.org == t.grant.Org() {
		return do(ctx)
	}
	var err error
	for range decisions {
		m := &mark{org: t.grant.Org()}
		if m.size, err = t.TrailSize(ctx); err != nil {
			return err
		}
		if err = do(context.WithValue(ctx, markKey{}, m)); !errors.Is(err, errMoved) {
			return err
		}
	}
	return fmt.Errorf("others recorded something each of %d times: try again: %w", decisions, err)
}

// unmoved refuses to add to a trail that is longer than when the decision began.
func (a *appender) unmoved(ctx context.Context) error {
	m, ok := ctx.Value(markKey{}).(*mark)
	if ok && m.org == a.org && m.size != a.size {
		return errMoved
	}
	return nil
}

// move takes what the decision itself added into its mark.
func (a *appender) move(ctx context.Context) {
	if m, ok := ctx.Value(markKey{}).(*mark); ok && m.org == a.org {
		m.size = a.size
	}
}
