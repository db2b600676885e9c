package api

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// How often somebody may ask.
type limit struct {
	each  rate.Limit // a second
	burst int
}

var (
	byAddress = limit{100, 400}
	byToken   = limit{50, 200}
)

// mostPaces is how many callers are remembered at a time.
const mostPaces = 10_000

// pace holds how fast each caller asks, in this process only.
type pace struct {
	mu sync.Mutex
	of map[string]*rate.Limiter
}

func newPace() *pace { return &pace{of: map[string]*rate.Limiter{}} }

// allow reports whether somebody may ask now.
func (p *pace) allow(who string, now time.Time, at limit) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.of[who]
	if l == nil {
		if len(p.of) >= mostPaces {
			clear(p.of) // memory is bounded before pace is
		}
		l = rate.NewLimiter(at.each, at.burst)
		p.of[who] = l
	}
	return l.AllowN(now, 1)
}
