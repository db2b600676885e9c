package api_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"tickmark/internal/audit"
	"tickmark/internal/engine/identity"
	"tickmark/internal/surface/api"
)

// broken is one way in which somebody tries to break an invariant over REST.
type broken struct {
	invariant string
	who       audit.Person
	id, body  string // of the route; "" of a path that is none
	says      string // in the refusal, whichever part of the program gives it
}

// strange are people of whom the records say nothing, or something that keeps
// them from examining.
var (
	tickmark = audit.Person{Name: "tickmark", Side: audit.Automation}
	designer = audit.Person{Name: "W. Prior", Side: audit.Auditor, Role: audit.AuditorStaff}
)

// attempts to break each invariant of which nobody can be relieved.
var attempts = []broken{
	{"1: nobody reviews what he wrote and prepared", worker, "sign-off", `{"subject":"workpaper/WP-1","as":"reviewer","seen":"SEEN"}`, ""},
	{"1: who is to review does not make himself the preparer", manager, "sign-off", `{"subject":"workpaper/WP-1","as":"preparer","seen":"SEEN"}`, "wrote no version of it"},
	{"1: the quality reviewer prepares nothing", people[7], "sign-off", `{"subject":"workpaper/WP-1","as":"preparer","seen":"SEEN"}`, "outside the team"},
	{"1: the quality reviewer draws nothing", people[7], "draw", `{"control":"PY-01","population":"payments","method":"random","size":1,"basis":"risk","why":"x"}`, "outside the team"},
	{"2: whoever operated controls does not judge them", designer, "judge-exceptions", `{"items":["ITEM"],"judgment":"not-a-deviation","reason":"x"}`, "cooling-off"},
	{"2: whoever operated controls asks nothing", designer, "ask", `{"code":"R-77","title":"T","text":"x","wants":"answer"}`, "cooling-off"},
	{"3: an auditor answers no request", worker, "respond", `{"text":"x"}`, "changes nothing of management's"},
	{"3: an auditor assigns nothing of management's", people[6], "assign-exceptions", `{"to":"T. Renn","note":"x"}`, "changes nothing of management's"},
	{"3: an auditor collects nothing", manager, "collect", `{"connection":"none"}`, "changes nothing of management's"},
	{"3: management draws no sample", admin, "draw", `{"control":"PY-01","population":"payments","method":"random","size":1,"basis":"risk","why":"x"}`, "the auditor's to do"},
	{"3: management releases no sample to itself", admin, "release", ``, "the auditor's to do"},
	{"3: management judges nothing", admin, "judge-exceptions", `{"items":["ITEM"],"judgment":"not-a-deviation","reason":"x"}`, "the auditor's to do"},
	{"3: management writes no note", people[1], "raise-note", `{"code":"N-77","subject":"workpaper/WP-1","text":"x"}`, "the auditor's to do"},
	{"4: a machine signs nothing", tickmark, "sign-off", `{"subject":"workpaper/WP-1","as":"preparer","seen":"SEEN"}`, ""},
	{"4: a machine judges nothing", tickmark, "judge-exceptions", `{"items":["ITEM"],"judgment":"deviation","reason":"x"}`, ""},
	{"6: a manager signs no opinion", manager, "sign-off", `{"subject":"opinion","as":"partner","seen":"SEEN"}`, ""},
	{"6: management signs no opinion", admin, "sign-off", `{"subject":"opinion","as":"partner","seen":"SEEN"}`, "the auditor's to do"},
	{"6: a partner signs no opinion that is not there", people[6], "sign-off", `{"subject":"opinion","as":"partner","seen":"SEEN"}`, ""},
	{"7: the auditor's bundle cannot be had over the network", worker, "", "/api/v1/bundle", ""},
	{"7: nor with the role of management", admin, "", "/bundle", ""},
}

// Whoever tries to break an invariant over REST is refused, with every scope
// that a token can have, and the history is as long as before.
func TestInvariantsOverREST(t *testing.T) {
	s := alone(t)
	s.joins(t, designer)
	first := s.as(t, s.token(t, worker, identity.Write), http.MethodPost, s.pattern(t, "sign-off"), fill(`{"subject":"workpaper/WP-1","as":"preparer","seen":"SEEN"}`, 0, "", s))
	if first.status != http.StatusCreated {
		t.Fatalf("whoever wrote the paper prepares it: %d %.300s", first.status, first.body)
	}
	var p page
	s.as(t, s.token(t, worker, identity.Read), http.MethodGet, "/api/v1/engagements/"+e+"/procedures/"+flagged+"/exceptions", "").into(t, &p)
	item, _ := p.Items[0]["item"].(string)
	before := s.size(t)
	for _, x := range attempts {
		method, path, body := http.MethodGet, x.body, ""
		if x.id != "" {
			method, path, body = http.MethodPost, s.pattern(t, x.id), fill(x.body, 0, item, s)
		}
		a := s.as(t, s.token(t, x.who, identity.Scopes...), method, path, body)
		if a.status < 400 || a.status >= 500 || !strings.Contains(a.body, x.says) {
			t.Errorf("%s: %d %.400s", x.invariant, a.status, a.body)
		}
	}
	if after := s.size(t); after != before {
		t.Errorf("%d records before, %d after", before, after)
	}
}

// 3, 5 and 7: of the auditor's file nothing reaches those outside its wall, by
// any address, whatever their role or the scopes of their token.
func TestTheFileStaysInsideOverREST(t *testing.T) {
	s := onSQLite(t)
	outside := []audit.Person{admin, people[1], people[2], people[3], people[8], tickmark}
	told := 0
	for pattern := range api.Routes() {
		method, path, _ := strings.Cut(pattern, " ")
		if method != http.MethodGet {
			continue
		}
		for _, p := range outside {
			a := s.as(t, s.token(t, p, identity.Scopes...), method, address(path, s), "")
			if strings.Contains(a.body, "eyes only") || strings.Contains(a.body, string(s.sample)) && !strings.Contains(path, "/trail") {
				t.Errorf("%s tells the %s of the auditor's file: %.300s", pattern, p.Role, a.body)
			}
		}
		if a := s.as(t, s.token(t, worker, identity.Read), method, address(path, s), ""); strings.Contains(a.body, "eyes only") {
			told++
		}
	}
	if told == 0 {
		t.Error("nobody was told what a paper says")
	}
}

// alone is an examination that no other test writes into.
func alone(t *testing.T) *site {
	t.Helper()
	s, err := examine(t.Context(), config(t.TempDir(), ""))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Close()
		if err := errors.Join(s.desk.Close(), s.app.Close()); err != nil {
			t.Error(err)
		}
	})
	return s
}

// pattern is the address of an act.
func (s *site) pattern(t *testing.T, id string) string {
	t.Helper()
	for pattern, needs := range api.Routes() {
		if _, path, _ := strings.Cut(pattern, " "); needs[2] == id {
			return address(path, s)
		}
	}
	t.Fatalf("there is no act %s", id)
	return ""
}

// joins puts somebody on the team who operated controls of the organization.
func (s *site) joins(t *testing.T, p audit.Person) {
	t.Helper()
	if _, _, err := s.app.AddMember(t.Context(), manager, audit.Member{Engagement: e, Name: p.Name, Role: p.Role, Firm: "hale"}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.app.Declare(t.Context(), p, audit.Declaration{Engagement: e, Independent: true, Prior: audit.PriorOperate}); err != nil {
		t.Fatal(err)
	}
}

// size is how many records the history has.
func (s *site) size(t *testing.T) int64 {
	t.Helper()
	r, err := s.app.Reader(t.Context(), manager)
	if err != nil {
		t.Fatal(err)
	}
	n, err := r.TrailSize(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}
