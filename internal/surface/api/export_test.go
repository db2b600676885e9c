package api

import "time"

// Routes are all patterns, with the duty, the scope and the id of each.
func Routes() map[string][3]string {
	all := map[string][3]string{}
	for _, r := range table() {
		all[r.method+" "+r.path] = [3]string{string(r.duty), string(r.scope), r.id}
	}
	return all
}

// Paced counts how many requests of one token are answered among so many, of
// which one comes every so often.
func Paced(requests int, every time.Duration) (answered int) {
	p, now := newPace(), time.Unix(0, 0)
	for range requests {
		if p.allow("token", now, byToken) {
			answered++
		}
		now = now.Add(every)
	}
	return answered
}
