package mcp_test

import (
	"strings"
	"testing"

	"tickmark/internal/audit"
	"tickmark/internal/surface/mcp"
)

// attempts to break an invariant by an assistant's tools: whose assistant it is,
// what it calls, and what it sends.
var attempts = []struct {
	invariant string
	who       audit.Person
	tool      string
	with      map[string]any
}{
	{"1: nobody's assistant signs as reviewer", worker, "sign_off", map[string]any{"engagement": e, "subject": "workpaper/WP-1", "as": "reviewer"}},
	{"1: nor proposes a signature", worker, mcp.ProposeName, map[string]any{"engagement": e, "why": "x", "subject": "workpaper/WP-1", "as": "reviewer"}},
	{"2: nobody is put on a team", worker, "add_member", map[string]any{"engagement": e, "name": admin.Name, "role": "auditor-staff"}},
	{"2: nor declared independent", worker, "declare", map[string]any{"engagement": e, "name": admin.Name, "independent": true}},
	{"3: management's assistant reads no papers", admin, "list_workpapers", map[string]any{"engagement": e}},
	{"3: nor notes", admin, "list_notes", map[string]any{"engagement": e}},
	{"3: nor intakes", admin, "list_intakes", map[string]any{"engagement": e}},
	{"3: nor conclusions", admin, "list_auditor_conclusions", map[string]any{"engagement": e}},
	{"3: the auditor's answers no request", worker, "respond", map[string]any{"engagement": e, "code": "R-1", "text": "x"}},
	{"4: an assistant judges nothing", worker, "judge_exceptions", map[string]any{"engagement": e, "procedure": "payments-duplicate", "items": []string{"P-3"}, "judgment": "deviation", "reason": "x"}},
	{"4: nor concludes", worker, "conclude", map[string]any{"engagement": e, "code": "PY-01"}},
	{"4: nor accepts what it proposed", worker, "accept_proposal", map[string]any{"proposal": "prp_1"}},
	{"5: an administrator's reads no other organization", admin, "list_workpapers", map[string]any{"engagement": e, "organization": "org_other"}},
	{"6: an assistant signs no opinion", worker, "sign_opinion", map[string]any{"engagement": e}},
	{"6: nor takes an engagement to its issue", worker, "advance", map[string]any{"engagement": e, "phase": "issued"}},
	{"7: no assistant is given a bundle", worker, "bundle", map[string]any{}},
	{"7: nor management's", admin, "read_bundle", map[string]any{}},
}

// Whoever's assistant tries to break an invariant is refused.
func TestInvariantsByAnAssistant(t *testing.T) {
	d := open(t)
	for _, pipe := range []bool{false, true} {
		for _, p := range []audit.Person{worker, admin} {
			s := d.assistant(t, p, pipe)
			for _, x := range attempts {
				if x.who.Name != p.Name {
					continue
				}
				if text, failed, err := call(t, s, x.tool, x.with); err == nil && !failed || strings.Contains(text, "eyes only") {
					t.Errorf("%s: %s: %s", x.invariant, x.tool, text)
				}
			}
		}
	}
}

// 3, 5 and 7: no tool there is tells management's assistant of the auditor's
// file; the auditor's is told by one.
func TestTheFileStaysInsideForAssistants(t *testing.T) {
	d := open(t)
	with := map[string]any{"engagement": e, "procedure": "payments-duplicate", "code": "R-1", "q": "eyes"}
	told := map[string]int{}
	for _, p := range []audit.Person{worker, admin} {
		s := d.assistant(t, p, false)
		tools, err := s.ListTools(t.Context(), nil)
		check(t, err)
		for _, tool := range tools.Tools {
			schema, _ := tool.InputSchema.(map[string]any)
			needs, _ := schema["properties"].(map[string]any)
			sent := map[string]any{}
			for name := range needs {
				if v, ok := with[name]; ok {
					sent[name] = v
				}
			}
			if text, _, err := call(t, s, tool.Name, sent); err == nil && strings.Contains(text, "eyes only") {
				told[p.Name]++
			}
		}
	}
	if told[worker.Name] == 0 || told[admin.Name] > 0 {
		t.Errorf("tools that told of a paper, by whose assistant: %v", told)
	}
}
