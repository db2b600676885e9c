package web_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/engine/workspace"
	"tickmark/internal/surface/web"
)

// BenchmarkThousandControls shows lists of an organization with a thousand
// controls, one page after another, and tells the median and the worst in a
// hundred.
func BenchmarkThousandControls(b *testing.B) {
	dir := b.TempDir()
	folder := filepath.Join(dir, "workspace")
	if err := workspace.Write(folder, thousand(), nil); err != nil {
		b.Fatal(err)
	}
	if err := app.Init(config(dir)); err != nil {
		b.Fatal(err)
	}
	a, err := app.Open(b.Context(), config(dir))
	if err != nil {
		b.Fatal(err)
	}
	defer a.Close()
	if _, err := a.Apply(b.Context(), lead, folder, false, false); err != nil {
		b.Fatal(err)
	}
	door := a.Door(false)
	h, err := web.New(a.Workbench(door, slog.New(slog.DiscardHandler)))
	if err != nil {
		b.Fatal(err)
	}
	w := httptest.NewRecorder()
	in := httptest.NewRequest(http.MethodPost, "/signin", strings.NewReader(url.Values{"token": {door.Invite(lead)}}.Encode()))
	in.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	h.ServeHTTP(w, in)
	cookie := w.Result().Cookies()[0]
	for _, path := range []string{"/controls?size=1000", "/controls", "/programme?engagement=soc2&size=1000", "/search/found?q=approval", "/", "/scope?engagement=soc2", "/risks", "/plan?engagement=soc2"} {
		b.Run(strings.Trim(path, "/"), func(b *testing.B) { loop(b, h, cookie, path) })
	}
}

func loop(b *testing.B, h http.Handler, cookie *http.Cookie, path string) {
	var took []time.Duration
	size := 0
	for b.Loop() {
		r, w := httptest.NewRequest(http.MethodGet, path, nil), httptest.NewRecorder()
		r.AddCookie(cookie)
		r.Header.Set("Accept-Encoding", "gzip")
		begin := time.Now()
		h.ServeHTTP(w, r)
		took, size = append(took, time.Since(begin)), w.Body.Len()
		if w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(size)/1024, "KB")
}

func thousand() workspace.Folder {
	f := workspace.Folder{
		Organization: audit.Organization{Name: "Large", LegalName: "Large Inc."},
		System:       audit.System{Name: "Large system", Services: []string{"payroll"}, Components: []audit.Component{{Kind: "software", Name: "Engine", Description: "Pays."}}, Description: "What it does."},
		Objectives:   []audit.Objective{{Code: "CO-1", Area: "access", Text: "Access is given to those who need it."}},
		Engagements: []audit.Engagement{{
			Code: "soc2", Kind: audit.SOC2, Type: 2, Period: audit.Period{From: "2025-01-01", To: "2025-12-31"}, Timezone: "UTC", Auditor: "Firm",
			Categories: []audit.Category{audit.Security, audit.Availability, audit.Confidentiality, audit.Privacy, audit.ProcessingIntegrity},
		}},
	}
	for i := range 1000 {
		f.Controls = append(f.Controls, audit.Control{
			Code: fmt.Sprintf("C-%04d", i), Title: fmt.Sprintf("Approval of changes to system %d", i), Text: "The owner approves each change before it is made.", Kind: "preventive",
			Automation: "manual", Frequency: "daily", Owner: "Head of Engineering", Criteria: []string{fmt.Sprintf("CC%d.1", i%9+1), fmt.Sprintf("CC6.%d", i%7+2)}, Procedures: []string{"account-orphan"},
		})
	}
	return f
}
