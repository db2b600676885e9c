package web

import "tickmark/internal/method/authority"

// Patterns are the addresses that a session opens, with the duty of each.
func Patterns() map[string]authority.Duty {
	out := map[string]authority.Duty{}
	for _, r := range (&bench{}).routes() {
		out[r.pattern] = r.duty
	}
	return out
}

// What tests of the parts call.
var (
	Local = local
	Inert = inert
)
