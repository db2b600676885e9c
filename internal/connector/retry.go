package connector

import (
	"errors"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	firstWait   = time.Second
	mostBackoff = time.Minute
	longestWait = 65 * time.Minute // the longest that a known source asks for is an hour
)

// again says whether a call is to be repeated, and after how long.
func (w *web) again(got answer, err error, try int) (time.Duration, bool) {
	var t transient
	switch {
	case err != nil:
		return backoff(try), errors.As(err, &t)
	case got.none:
		return 0, false
	case got.throttled():
		if pause := got.pause(w.run.job.Now()); pause > 0 {
			return pause + chance(firstWait), true
		}
		return backoff(try), true
	case got.status == http.StatusUnauthorized && try == 1:
		return 0, w.auth.renew()
	default:
		passing := []int{http.StatusRequestTimeout, http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout}
		return backoff(try), slices.Contains(passing, got.status)
	}
}

// backoff doubles with every try, and half of it is left to chance so that
// many collections do not come back at once.
func backoff(try int) time.Duration {
	d := min(firstWait<<min(try-1, 10), mostBackoff)
	return d/2 + chance(d/2)
}

func chance(most time.Duration) time.Duration {
	return rand.N(most) //nolint:gosec // it spreads the waiting, and keeps no secret
}

// throttled reports whether the answer says: too much, too fast.
func (a answer) throttled() bool {
	switch a.status {
	case http.StatusTooManyRequests:
		return true
	case http.StatusForbidden, http.StatusServiceUnavailable:
		return a.header.Get("Retry-After") != "" || a.status == http.StatusForbidden && a.spent()
	}
	return false
}

// spent reports whether the source says that nothing is left of its rate limit.
func (a answer) spent() bool {
	for _, name := range []string{"X-RateLimit-Remaining", "X-Rate-Limit-Remaining", "RateLimit-Remaining"} {
		if strings.TrimSpace(a.header.Get(name)) == "0" {
			return true
		}
	}
	return parameter(a.header.Get("RateLimit"), "r", "remaining") == "0"
}

// pause is how long the source asks to wait; 0 when it does not say.
func (a answer) pause(now time.Time) time.Duration {
	if after := strings.TrimSpace(a.header.Get("Retry-After")); after != "" {
		if d, ok := seconds(after); ok {
			return d
		}
		if at, err := http.ParseTime(after); err == nil {
			return max(0, at.Sub(now))
		}
	}
	for _, name := range []string{"X-RateLimit-Reset", "X-Rate-Limit-Reset", "RateLimit-Reset"} {
		if d, ok := seconds(strings.TrimSpace(a.header.Get(name))); ok {
			return untilReset(d, now)
		}
	}
	d, _ := seconds(parameter(a.header.Get("RateLimit"), "t", "reset"))
	return d
}

// untilReset tells an instant, in seconds since 1970, from a number of seconds.
func untilReset(d time.Duration, now time.Time) time.Duration {
	const era = 1_000_000_000 * time.Second
	if d < era {
		return d
	}
	return max(0, time.Unix(int64(d/time.Second), 0).Sub(now))
}

func seconds(s string) (time.Duration, bool) {
	const most = 1 << 33
	s, _, _ = strings.Cut(s, ".")
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 || n > most {
		return 0, false
	}
	return time.Duration(n) * time.Second, true
}

// parameter finds one of the names in a list such as `"default";r=0;t=30`.
func parameter(list string, names ...string) string {
	for _, part := range strings.FieldsFunc(list, func(r rune) bool { return r == ';' || r == ',' }) {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		if slices.Contains(names, strings.TrimSpace(name)) {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
