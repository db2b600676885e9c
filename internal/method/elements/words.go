package elements

import "strings"

// topics are words of which one stands in the heading under which management's
// description says what an element asks for; one after ^ begins the heading.
var topics = map[string][]string{
	DC4:         {"incident"},
	Procedures:  {"process", "transaction", "workflow"},
	Records:     {"record", "ledger", "data", "accounting"},
	Events:      {"event", "condition", "setup", "set-up", "standing data"},
	Output:      {"output", "report", "statement"},
	Environment: {"control environment", "risk assessment"},
	Changes:     {"^change", "changes in", "changes during", "significant change"},
	DC9:         {"^change", "changes in", "changes during", "significant change"},
}

// Answers reports whether a heading of the description is about an element.
func Answers(heading, element string) bool {
	heading = strings.ToLower(heading)
	for _, w := range topics[element] {
		if first, ok := strings.CutPrefix(w, "^"); ok && strings.HasPrefix(heading, first) || strings.Contains(heading, w) {
			return true
		}
	}
	return false
}
