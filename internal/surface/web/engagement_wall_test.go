package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store/storetest"
	"tickmark/internal/surface/web"
)

// wallRow is an address with what it answers to each side.
type wallRow struct {
	path                   string
	auditor, admin, anyone int
}

func wall(x examined) map[string]wallRow {
	const ok, no, gone, wrong = http.StatusOK, http.StatusForbidden, http.StatusNotFound, http.StatusUnprocessableEntity
	return map[string]wallRow{
		"GET /engagements/{engagement}/controls":                       {"/controls", ok, ok, no},
		"GET /engagements/{engagement}/requests":                       {"/requests", ok, ok, no},
		"POST /engagements/{engagement}/run":                           {"/run", http.StatusSeeOther, http.StatusSeeOther, no},
		"POST /engagements/{engagement}/advance":                       {"/advance", no, no, no}, // staff
		"POST /engagements/{engagement}/requests":                      {"/requests", wrong, no, no},
		"POST /engagements/{engagement}/intake/{id}":                   {"/intake/" + string(x.intake), wrong, no, no},
		"POST /engagements/{engagement}/samples":                       {"/samples", wrong, no, no},
		"POST /engagements/{engagement}/samples/{id}/release":          {"/samples/none/release", gone, no, no},
		"POST /engagements/{engagement}/workpapers/{code}/sign":        {"/workpapers/WP-1/sign", http.StatusConflict, no, no},
		"POST /engagements/{engagement}/workpapers/{code}/rerun":       {"/workpapers/WP-2/rerun", wrong, no, no},
		"POST /engagements/{engagement}/workpapers/{code}/notes":       {"/workpapers/WP-1/notes", gone, no, no},
		"POST /engagements/{engagement}/conclusions":                   {"/conclusions", wrong, no, no},
		"POST /engagements/{engagement}/opinion/sign":                  {"/opinion/sign", no, no, no},
		"POST /engagements/{engagement}/opinion/concur":                {"/opinion/concur", no, no, no},
		"POST /engagements/{engagement}/opinion/notes":                 {"/opinion/notes", gone, no, no},
		"POST /engagements/{engagement}/statements":                    {"/statements", no, wrong, no},
		"POST /engagements/{engagement}/statements/{kind}/record":      {"/statements/assertion/record", no, wrong, no},
		"POST /engagements/{engagement}/statements/{kind}/sign":        {"/statements/assertion/sign", no, http.StatusConflict, no},
		"GET /engagements/{engagement}/requests/{code}":                {"/requests/R-2", ok, ok, no},
		"GET /engagements/{engagement}/requests/{code}/files/{number}": {"/requests/R-2/files/9", gone, gone, no},
		"POST /engagements/{engagement}/requests/{code}/respond":       {"/requests/R-3/respond", no, wrong, no},
		"POST /engagements/{engagement}/requests/{code}/say":           {"/requests/R-3/say", wrong, no, no},
		"POST /engagements/{engagement}/requests/{code}/comment":       {"/requests/R-3/comment", wrong, wrong, no},
		"GET /engagements/{engagement}/intake":                         {"/intake", ok, no, no},
		"GET /engagements/{engagement}/intake/{id}":                    {"/intake/" + string(x.intake), ok, no, no},
		"GET /engagements/{engagement}/samples":                        {"/samples", ok, ok, no},
		"GET /engagements/{engagement}/samples/{id}":                   {"/samples/" + string(x.sample), ok, gone, no}, // not released
		"GET /engagements/{engagement}/workpapers":                     {"/workpapers", ok, no, no},
		"GET /engagements/{engagement}/workpapers/{code}":              {"/workpapers/WP-1", ok, no, no},
		"POST /engagements/{engagement}/workpapers/{code}/marks":       {"/workpapers/WP-1/marks", http.StatusConflict, no, no}, // of no version
		"GET /engagements/{engagement}/deviations":                     {"/deviations", ok, ok, no},
		"GET /engagements/{engagement}/deviations/{code}":              {"/deviations/D-1", ok, ok, no},
		"GET /engagements/{engagement}/conclusions":                    {"/conclusions", ok, no, no},
		"GET /engagements/{engagement}/opinion":                        {"/opinion", ok, ok, no},
		"GET /engagements/{engagement}/statements":                     {"/statements", ok, ok, no},
		"GET /engagements/{engagement}/statements/{kind}":              {"/statements/assertion", ok, ok, no},
	}
}

// Each address of an engagement answers those whose duty it is. What the wall
// hides is refused with the words of the policy.
func TestWallOnPages(t *testing.T) {
	_, x := openExamined(t)
	wallStands(t, x)
}

func TestWallOnPagesOnPostgreSQL(t *testing.T) {
	c := config(t.TempDir())
	c.Database = storetest.PostgreSQL(t)
	x, err := examinedIn(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.app.Close() })
	wallStands(t, x)
}

func wallStands(t *testing.T, x examined) {
	t.Helper()
	s, elsewhere := open(t, x.app), open(t, x.app)
	rows := wall(x)
	stranger := elsewhere.as(t, admin)
	stranger.site = s
	const no = http.StatusForbidden
	callers := []struct {
		name string
		c    caller
		want func(auditor, admin, anyone int) int
	}{
		{"the auditor", s.as(t, worker), func(a, _, _ int) int { return a }},
		{"management", s.as(t, admin), func(_, m, _ int) int { return m }},
		{"a user entity", s.as(t, audit.Person{Name: "A client", Side: audit.Users}), func(_, _, o int) int { return o }},
		{"nobody", s.nobody(), func(int, int, int) int { return http.StatusUnauthorized }},
		{"a member of another workbench", stranger, func(int, int, int) int { return http.StatusUnauthorized }},
	}
	mine := s.as(t, owner)
	for pattern := range web.Patterns() {
		if !strings.Contains(pattern, engagementPages) {
			continue
		}
		row, there := rows[pattern]
		if !there {
			t.Errorf("%s has no row here", pattern)
			continue
		}
		if method, path, _ := strings.Cut(pattern, " "); method == http.MethodPost && !slices.Contains(owners, path[strings.LastIndex(path, "/"):]) {
			if status, body, _ := mine.submit(t, "/engagements/"+e+row.path); status != no {
				t.Errorf("%s by a control owner: %d, want %d: %.300s", pattern, status, no, body)
			}
		}
		for _, x := range callers {
			ask := x.c.get
			if strings.HasPrefix(pattern, "POST") {
				ask = x.c.submit
			}
			status, body, _ := ask(t, "/engagements/"+e+row.path)
			if want := x.want(row.auditor, row.admin, row.anyone); status != want {
				t.Errorf("%s by %s: %d, want %d: %.300s", pattern, x.name, status, want, body)
			}
			if status == no && x.name == "management" && strings.HasPrefix(pattern, "GET") && !strings.Contains(body, "may not see records of kind") {
				t.Errorf("%s: the refusal does not say why: %.300s", pattern, body)
			}
		}
	}
}

// owners are the verbs that a control owner has for what is assigned to him.
var owners = []string{"/respond", "/comment", "/statements", "/record"}

// engagementPages are the addresses that TestWallOnPages is about.
const engagementPages = "/engagements/{engagement}/"

// submit posts an empty form, as one that has a file where files are taken.
func (c caller) submit(t *testing.T, path string) (int, string, http.Header) {
	t.Helper()
	if strings.HasSuffix(path, "/respond") {
		return c.upload(t, path, nil, "", nil)
	}
	return c.post(t, path, nil)
}
