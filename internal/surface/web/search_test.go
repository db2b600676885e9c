package web_test

import (
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"tickmark/internal/audit"
)

var hitLink = regexp.MustCompile(`(?s)<li><a href="([^"]+)"><span class="kind">`)

// Whatever a search finds for somebody leads him to a page that he may see.
func TestHitsLeadSomewhere(t *testing.T) {
	s := openSample(t)
	for _, p := range []audit.Person{lead, senior} {
		c, links := s.as(t, p), map[string]bool{}
		for _, q := range []string{"access", "payment", "soc1-2025", "meridian", "CC6.1", "LA-03", "a", "2025"} {
			status, body, _ := c.get(t, "/search?size=60&q="+q)
			if status != http.StatusOK {
				t.Fatalf("%s: %d", q, status)
			}
			for _, m := range hitLink.FindAllStringSubmatch(body, -1) {
				links[html.UnescapeString(m[1])] = true
			}
		}
		if len(links) < 30 {
			t.Errorf("%s is led to %d pages only", p.Name, len(links))
		}
		for link := range links {
			if status, _, _ := c.get(t, link); status != http.StatusOK {
				t.Errorf("%s is led to %s: %d", p.Name, link, status)
			}
		}
	}
}

// The parts of a search are the whole of it, each hit once, whatever comes from
// the catalog and what from the records.
func TestSearchInParts(t *testing.T) {
	c := openSample(t).as(t, lead)
	_, body, _ := c.get(t, "/search?size=1000&q=access")
	whole := hitLink.FindAllString(body, -1)
	if len(whole) < 20 {
		t.Fatalf("%d hits", len(whole))
	}
	var parts []string
	for from := 1; from <= len(whole); from += 7 {
		_, body, _ := c.get(t, fmt.Sprintf("/search?size=7&q=access&from=%d", from))
		parts = append(parts, hitLink.FindAllString(body, -1)...)
	}
	if strings.Join(whole, "\n") != strings.Join(parts, "\n") {
		t.Errorf("at once %d, in parts %d, or in another order", len(whole), len(parts))
	}
}

func TestPaletteSaysOfHowMany(t *testing.T) {
	c := openSample(t).as(t, lead)
	_, body, _ := c.get(t, "/search/found?q=access")
	if n := len(hitLink.FindAllString(body, -1)); n != 12 || !strings.Contains(body, "The first 12 of ") || !strings.Contains(body, "<mark>") {
		t.Errorf("%d hits: %.600s", n, body)
	}
	if _, body, _ = c.get(t, "/search/found?q=LA-03"); !strings.Contains(body[:min(len(body), 400)], `href="/controls/LA-03"`) {
		t.Errorf("the control of that code is not first: %.400s", body)
	}
	if _, body, _ = c.get(t, "/search/found?q=zzzzqqq"); !strings.Contains(body, "No record that you may see says “zzzzqqq”") {
		t.Errorf("%.300s", body)
	}
	status, body, _ := c.get(t, "/search/found?q="+strings.Repeat("word+", 40))
	if status != http.StatusOK || !strings.Contains(body, "Ask with fewer words: 32 at most.") {
		t.Errorf("%d %.300s", status, body)
	}
}
