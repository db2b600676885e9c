package store

import (
	"context"
	"fmt"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
)

// deed is something that a person records in an examination: what it says, and
// what the store adds to it.
type deed[T any] struct {
	duty   authority.Duty
	kind   string
	verb   string
	secret string // the prefix of an ID under which it stands in the trail, when its series would tell
	where  authority.In
	series []string
	says   T // without what the store sets
	set    func(*T, stamp) error
	widen  func(context.Context, *appender, *authority.In) error
	check  func(context.Context, *appender) error
}

func (d deed[T]) entry() entry {
	return entry{
		kind: d.kind, verb: d.verb, series: filled(d.series), part: d.where.Engagement, says: d.says,
		where: d.where, widen: d.widen, check: d.check,
		seal: func(s stamp) (string, any, error) {
			v := d.says
			if err := d.set(&v, s); err != nil {
				return "", nil, err
			}
			if d.secret != "" {
				return string(s.opaque(d.secret)), v, nil
			}
			return fmt.Sprintf("%s@%d", s.series, s.version), v, nil
		},
	}
}

// record adds the deed, unless the newest of its series says the same.
func (d deed[T]) record(ctx context.Context, t *Tenant) (T, bool, error) {
	return addOne[T](ctx, t, d.duty, d.entry())
}

// filled writes an absent part of a series as a star, which no code is.
func filled(series []string) []string {
	out := make([]string, len(series))
	for i, p := range series {
		if out[i] = p; p == "" {
			out[i] = "*"
		}
	}
	return out
}

// DigestOf returns the digest of the newest record of a series, which is what a
// sign-off signs, and its number in the trail.
func (r *Reader) DigestOf(ctx context.Context, kind string, series ...string) (audit.Digest, int64, error) {
	x, err := r.newestOf(ctx, kind, series)
	return x.Digest, x.Seq, err
}

// before is what the version before says, or nothing.
func before[T any](s stamp) (T, error) {
	if s.previous == nil {
		var none T
		return none, nil
	}
	return decode[T](string(s.previous))
}

// here narrows a decision to an engagement and codes.
func here(engagement string, about ...string) authority.In {
	return authority.In{Engagement: engagement, About: about}
}

// kindOf narrows a decision to an engagement, a variety and codes.
func kindOf[T ~string](engagement string, what T, about ...string) authority.In {
	return authority.In{Engagement: engagement, What: string(what), About: about}
}

func signed(by *string, at *time.Time, s stamp) { *by, *at = s.by, s.at }
