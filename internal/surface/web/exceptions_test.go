package web_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tickmark/internal/audit"
	"tickmark/internal/surface/web"
)

// The auditor judges what he chose, then all that a filter leaves; each is
// recorded under his name, and the page says so.
func TestJudging(t *testing.T) {
	s := openSample(t)
	c := s.as(t, senior)
	const path = "/exceptions/soc1-2025/access-mfa-missing"
	_, body, _ := c.get(t, path)
	_, rest, ok := strings.Cut(body, `name="item" value="`)
	if !ok {
		t.Fatal("there is nothing to choose")
	}
	item, _, _ := strings.Cut(rest, `"`)

	status, body, _ := c.post(t, path, url.Values{"which": {"chosen"}, "item": {item}, "judgment": {"deviation"}, "reason": {" "}})
	if status != http.StatusUnprocessableEntity || !strings.Contains(body, "Nothing was recorded.") {
		t.Errorf("without a reason: %d", status)
	}
	status, _, h := c.post(t, path, url.Values{"which": {"chosen"}, "item": {item}, "judgment": {"not-a-deviation"}, "reason": {"a shared mailbox, no person"}})
	if status != http.StatusSeeOther {
		t.Fatalf("judging one: %d", status)
	}
	if _, body, _ = c.get(t, h.Get("Location")); !strings.Contains(body, "1 judgment recorded") || !strings.Contains(body, "a shared mailbox, no person") {
		t.Error("the page does not say what was recorded")
	}
	status, _, _ = c.post(t, path, url.Values{"which": {"match"}, "state": {"open"}, "judgment": {"deviation"}, "reason": {"no second factor was asked for"}})
	if status != http.StatusSeeOther {
		t.Fatalf("judging the rest: %d", status)
	}
	if got := judgments(t, s, "access-mfa-missing"); got["not-a-deviation"] != 1 || got["deviation"] == 0 || len(got) != 2 {
		t.Errorf("recorded: %v", got)
	}
	if _, body, _ = c.get(t, path+"?state=open"); !strings.Contains(body, "No exception is like that") {
		t.Error("an exception is still open")
	}
}

func judgments(t *testing.T, s site, procedure string) map[audit.Judgment]int {
	t.Helper()
	r, err := s.app.Reader(t.Context(), lead)
	if err != nil {
		t.Fatal(err)
	}
	all, err := r.Dispositions(t.Context(), "soc1-2025")
	if err != nil {
		t.Fatal(err)
	}
	got := map[audit.Judgment]int{}
	for _, d := range all {
		if d.Procedure == procedure {
			got[d.Judgment]++
			if d.By != senior.Name {
				t.Errorf("%s was judged by %q", d.Item, d.By)
			}
		}
	}
	return got
}

// The file holds every exception of the result, with what was made of it.
func TestExport(t *testing.T) {
	_, body, h := openSample(t).as(t, lead).get(t, "/exceptions/soc1-2025/payroll-gross-to-net/csv")
	if got := h.Get("Content-Disposition"); got != `attachment; filename="soc1-2025-payroll-gross-to-net-exceptions.csv"` {
		t.Error(got)
	}
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	_, page, _ := openSample(t).as(t, lead).get(t, "/exceptions/soc1-2025/payroll-gross-to-net")
	if want := fmt.Sprintf("All %d exceptions", len(rows)-1); len(rows) < 3 || !strings.Contains(page, want) {
		t.Errorf("%d rows, and the page does not say %q", len(rows), want)
	}
	for text, want := range map[string]string{"=1+1": "'=1+1", "-12.50": "-12.50", "+4": "+4", "@x": "'@x", "-rm": "'-rm", "plain": "plain", "": ""} {
		if got := web.Inert(text); got != want {
			t.Errorf("Inert(%q) = %q, want %q", text, got, want)
		}
	}
}
