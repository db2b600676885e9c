package oscal

import "testing"

// Whatever stands in a file of others, reading it ends: with controls that have
// ids and titles, each once, or with what is wrong.
func FuzzRead(f *testing.F) {
	const head = `"uuid":"11111111-1111-4111-8111-111111111111","metadata":{"title":"t","version":"1","oscal-version":"1.1.3","last-modified":"2025-06-30T12:00:00Z"}`
	f.Add([]byte(`{"catalog":{` + head + `,"groups":[{"title":"g","controls":[{"id":"a-1","title":"A","controls":[{"id":"a-1.1","title":"B","props":[{"name":"label","value":"A-1"}]}]}]}]}}`))
	f.Add([]byte(`{"assessment-results":{` + head + `,"results":[{"uuid":"11111111-1111-4111-8111-111111111111","title":"r","start":"2025-06-30T12:00:00Z","findings":[{"target":{"target-id":"x","status":{"state":"satisfied"}}}]}]}}`))
	f.Add([]byte(`{"catalog":{"groups":[{"groups":[{"groups":[]}]}]}} {}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := ReadCatalogText(text)
		seen := map[string]bool{}
		for _, x := range c.Controls {
			if err == nil && (x.ID == "" || x.Title == "" || seen[x.ID]) {
				t.Errorf("%q was read with the control %+v", text, x)
			}
			seen[x.ID] = true
		}
		if r, err := ReadResultsText(text); err == nil {
			for _, x := range r.Results {
				states := 0
				for _, n := range x.States {
					states += n
				}
				if states != x.Findings || x.Title == "" {
					t.Errorf("%q was read with the result %+v", text, x)
				}
			}
		}
	})
}
