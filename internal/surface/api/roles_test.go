package api_test

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"tickmark/internal/engine/identity"
	"tickmark/internal/surface/api"
)

// flagged is a procedure that finds exceptions there.
const flagged = "payments-duplicate"

// Who may read what: management-admin, control owner, employee, internal audit,
// staff, manager, partner, quality reviewer, user entity. y is let in; n is
// refused.
var mayRead = map[string]string{
	"/organization": "yyyyyyyyy", "/checkpoint": "yyyyyyyyy", "/engagements": "yyyyyyyyn", "/procedures": "yyyyyyyyy",
	"/status": "ynnyyyyyn", "/controls": "yyyyyyyyy", "/populations": "yynyyyyyn", "/collections": "yynyyyyyn", "/reports": "ynnnyyyyn", "/trail": "ynnyyyyyn", "/search": "yyyyyyyyy",
	"/criteria": "ynnyyyyyn", "/controls'": "ynnyyyyyn", "/populations'": "ynnyyyyyn", "/gaps": "ynnyyyyyn",
	"/risks": "ynnyyyyyn", "/risk-snapshots": "ynnyyyyyn", "/plan": "ynnyyyyyn", "/oversight": "ynnyyyyyn", "/tasks": "ynnyyyyyn", "/scope": "ynnyyyyyn",
	"/results": "yynyyyyyn", "/conclusions": "yynyyyyyn", "/procedures/{procedure}/exceptions": "ynnyyyyyn", "/dispositions": "yynyyyyyn", "/assignments": "yynyyyyyn",
	"/requests": "yyyyyyyyn", "/requests/{code}": "yynyyyyyn", "/intakes": "nnnnyyyyn", "/samples": "yynyyyyyn",
	"/workpapers": "nnnnyyyyn", "/notes": "nnnnyyyyn", "/auditor-conclusions": "nnnnyyyyn", "/deviations": "yynyyyyyn", "/proposals": "yyyyyyyyy",
}

// address is an address of the small examination for a pattern.
func address(pattern string, s *site) string {
	return strings.NewReplacer("/search", "/search?q=larkspur", "{engagement}", e, "{procedure}", flagged, "{code}", "R-2", "{sample}", string(s.sample), "{note}", "N-1", "{proposal}", "prp_none").Replace(pattern)
}

// Each route answers those whose role may read it, and nobody else: not without
// a token, not with one of another organization, on both databases.
func TestWhoReadsWhat(t *testing.T) {
	for name, open := range map[string]func(*testing.T) *site{"SQLite": onSQLite, "PostgreSQL": onPostgreSQL} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			for pattern, needs := range api.Routes() {
				method, path, _ := strings.Cut(pattern, " ")
				if method != http.MethodGet {
					continue
				}
				key, below := strings.CutPrefix(path, api.Prefix+"/engagements/{engagement}")
				if !below {
					key = strings.TrimPrefix(path, api.Prefix)
				} else if _, both := mayRead[key+"'"]; both {
					key += "'"
				}
				want, ok := mayRead[key]
				if !ok || needs[1] != string(identity.Read) {
					t.Errorf("%s (%s) is in no table here", pattern, key)
					continue
				}
				for i, p := range people {
					a := s.as(t, s.token(t, p, identity.Read), method, address(path, s), "")
					if got := a.status == http.StatusOK; got != (want[i] == 'y') || !got && a.status != http.StatusForbidden && a.status != http.StatusNotFound {
						t.Errorf("%s by the %s: %d, want %c: %.300s", pattern, p.Role, a.status, want[i], a.body)
					}
				}
				s.strangers(t, method, address(path, s), "")
			}
		})
	}
}

// strangers are refused, and not told whose server this is.
func (s *site) strangers(t *testing.T, method, path, body string) {
	t.Helper()
	for who, x := range map[string]struct {
		token  string
		status int
	}{
		"nobody": {"", http.StatusUnauthorized}, "another organization's member": {s.stranger(t), http.StatusForbidden},
	} {
		a := s.as(t, x.token, method, path, body)
		if a.status != x.status || strings.Contains(a.body, "Larkspur") {
			t.Errorf("%s %s by %s: %d %.300s", method, path, who, a.status, a.body)
		}
	}
}

// deeds are one request of each act for each person, in the order in which one
// can follow another: who is let in, and how he is answered. A body may name the
// person's place among all, so that no two say the same.
var deeds = []struct {
	id, body string
	who      string
	status   int
}{
	{"judge-exceptions", `{"items":["ITEM"],"judgment":"deviation","reason":"because #"}`, "nnnnyynnn", http.StatusOK},
	{"assign-exceptions", `{"to":"T. Renn","note":"#"}`, "ynnnnnnnn", http.StatusOK},
	{"perform-tests", `{}`, "ynnnyyynn", http.StatusOK},
	{"collect", `{"connection":"none"}`, "yynnnnnnn", http.StatusNotFound}, // nothing is connected here
	{"ask", `{"code":"R-1#","title":"Minutes","text":"All of them.","wants":"answer"}`, "nnnnyyynn", http.StatusCreated},
	{"respond", `{"text":"see the list #"}`, "yynnnnnnn", http.StatusCreated},
	{"comment", `{"text":"remark #"}`, "yynnyyynn", http.StatusCreated},
	{"delegate", `{"to":"T. Renn"}`, "ynnnnnnnn", http.StatusOK},
	{"say-of-request", `{"state":"STATE","reason":"#"}`, "nnnnyyynn", http.StatusOK},
	{"draw", `{"control":"PY-01","population":"payments","method":"random","size":2,"basis":"risk","why":"again #","seed":"5eed5eed5eed5ee#"}`, "nnnnyynnn", http.StatusCreated},
	{"release", ``, "nnnnyynnn", http.StatusOK},
	{"answer-note", `{"answer":"Because of #."}`, "nnnnyyyyn", http.StatusOK},
	{"clear-note", ``, "nnnnnynnn", http.StatusOK},
	{"sign-off", `{"subject":"workpaper/WP-1","as":"CAPACITY","seen":"SEEN"}`, "nnnnyyynn", http.StatusCreated},
	{"raise-note", `{"code":"N-2#","subject":"workpaper/WP-1","text":"And # why?"}`, "nnnnyyyyn", http.StatusCreated},
	{"accept-proposal", ``, "yyyyyyyyy", http.StatusNotFound}, // nothing is proposed to anybody
	{"decline-proposal", ``, "yyyyyyyyy", http.StatusNotFound},
}

// Each act is done for those whose duty it is, and for nobody else: not without
// a token, not with one that only reads, not with one of another organization.
func TestWhoDoesWhat(t *testing.T) {
	for name, open := range map[string]func(*testing.T) *site{"SQLite": onSQLite, "PostgreSQL": onPostgreSQL} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			patterns, left := map[string]string{}, 0
			for pattern, needs := range api.Routes() { // what is proposed has a test of its own
				if method, path, _ := strings.Cut(pattern, " "); method == http.MethodPost && needs[1] == string(identity.Write) {
					patterns[needs[2]] = address(path, s)
					left++
				}
			}
			var p page
			s.as(t, s.token(t, worker, identity.Read), "GET", "/api/v1/engagements/"+e+"/procedures/"+flagged+"/exceptions", "").into(t, &p)
			item, _ := p.Items[0]["item"].(string)
			for _, d := range deeds {
				for i := range people {
					s.tries(t, patterns[d.id], d.id, fill(d.body, i, item, s), i, d.who[i] == 'y', d.status)
				}
				s.strangers(t, http.MethodPost, patterns[d.id], fill(d.body, 0, item, s))
				weak := s.token(t, people[strings.IndexByte(d.who, 'y')], identity.Read, identity.Propose)
				if a := s.as(t, weak, http.MethodPost, patterns[d.id], fill(d.body, 0, item, s)); a.status != http.StatusForbidden {
					t.Errorf("%s with a token that reads and proposes: %d", d.id, a.status)
				}
				left--
			}
			if left != 0 {
				t.Errorf("%d acts are in no table here", left)
			}
		})
	}
}

func fill(body string, i int, item string, s *site) string {
	states := map[int]string{4: "returned", 5: "withdrawn"}
	capacities := map[int]string{4: "preparer"}
	return strings.NewReplacer("#", strconv.Itoa(i), "ITEM", item, "SEEN", string(s.seen), "STATE", cmp.Or(states[i], "reopened"), "CAPACITY", cmp.Or(capacities[i], "reviewer")).Replace(body)
}

// tries has one person do one thing. Who is not let in may be told that there
// is nothing.
func (s *site) tries(t *testing.T, path, id, body string, i int, may bool, status int) {
	t.Helper()
	a := s.as(t, s.token(t, people[i], identity.Write), http.MethodPost, path, body)
	refused := a.status == http.StatusForbidden || a.status == http.StatusNotFound || a.status == http.StatusUnprocessableEntity
	if may && a.status != status || !may && !refused {
		t.Errorf("%s by the %s: %d, want %v: %.300s", id, people[i].Role, a.status, may, a.body)
	}
}
