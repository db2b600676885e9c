package authority

import "tickmark/internal/audit"

// Released reports whether the report of an engagement is out on a day; on any
// day when it is "".
func (g Grant) Released(engagement string, today audit.Date) bool {
	return g.known != nil && g.released(engagement, today)
}

// Entity is the user entity for which the person is recorded in an engagement,
// or "".
func (g Grant) Entity(engagement string) string {
	if g.known == nil || g.person.Side != audit.Users {
		return ""
	}
	m, _ := g.member(engagement)
	return m.Entity
}
