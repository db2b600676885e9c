package web_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
)

// Forms that a page never shows to the person, filled in as whoever it is shown
// to would, and sent all the same: each is refused, and nothing is recorded.
func TestForgedFormsBreakNoInvariant(t *testing.T) {
	s, x := openExamined(t)
	db, err := store.Open(t.Context(), store.Config{URL: "sqlite://" + filepath.Join(os.Getenv("TICKMARK_TEST_FOLDER"), "examined", ".tickmark", "tickmark.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	f := &filing{ctx: t.Context(), db: db, app: x.app}
	digest := func(kind string, series ...string) map[string]string {
		d, _, err := f.as(worker).DigestOf(t.Context(), kind, append([]string{e}, series...)...)
		f.check(err)
		return map[string]string{"digest": string(d)}
	}
	paper, opinion, said := digest(audit.KindWorkpaper, "WP-2"), digest(audit.KindOpinion), digest(audit.KindStatement, "assertion", "")
	client := audit.Person{Name: "A client", Side: audit.Users}
	for _, c := range []struct {
		name, path string
		who        audit.Person
		form, and  map[string]string
	}{
		{"whoever wrote a paper reviews it", "/workpapers/WP-2/sign", worker, paper, map[string]string{"as": "reviewer"}},
		{"whoever wrote nothing of it prepared it", "/workpapers/WP-2/sign", manager, paper, map[string]string{"as": "preparer"}},
		{"management reviews a paper", "/workpapers/WP-2/sign", admin, paper, map[string]string{"as": "reviewer"}},
		{"management writes into a paper", "/workpapers/WP-1/marks", admin, nil, map[string]string{"mark": "V"}},
		{"management raises a note", "/workpapers/WP-1/notes", admin, nil, map[string]string{"do": "raise", "text": "All is well."}},
		{"management draws a sample", "/samples", admin, nil, map[string]string{"control": "PY-01", "population": "payments", "method": "all", "why": "again"}},
		{"management releases a sample", "/samples/" + string(x.sample) + "/release", admin, nil, nil},
		{"management accepts its own population", "/intake/" + string(x.intake), admin, nil, map[string]string{"decision": "accepted"}},
		{"management concludes", "/conclusions", admin, nil, map[string]string{"on": "control", "code": "PY-01", "design": "suitably designed"}},
		{"a control owner takes the engagement further", "/advance", owner, nil, map[string]string{"to": "planning"}},
		{"an auditor answers for management", "/requests/R-3/respond", worker, nil, map[string]string{"text": "Here."}},
		{"an auditor signs management's assertion", "/statements/assertion/sign", manager, said, map[string]string{"title": "Officer"}},
		{"a manager signs the opinion", "/opinion/sign", manager, opinion, nil},
		{"staff concurs with the opinion", "/opinion/concur", worker, opinion, nil},
		{"management signs the opinion", "/opinion/sign", admin, opinion, nil},
		{"a client signs the opinion", "/opinion/sign", client, opinion, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			form := map[string]string{}
			for _, fields := range []map[string]string{c.form, c.and} {
				for k, v := range fields {
					form[k] = v
				}
			}
			before, err := f.as(worker).TrailSize(t.Context())
			f.check(err)
			status, body, _ := s.as(t, c.who).upload(t, "/engagements/"+e+c.path, form, "", nil)
			after, err := f.as(worker).TrailSize(t.Context())
			if f.check(err); f.err != nil {
				t.Fatal(f.err)
			}
			if status < http.StatusBadRequest || after != before || strings.Contains(body, "panic") {
				t.Errorf("status %d, %d records became %d: %.300s", status, before, after, body)
			}
		})
	}
}
