package catalog

import "testing"

// Every mapping of a shipped source says what its system does not show.
func TestShippedSourcesSayWhatTheyCannotSee(t *testing.T) {
	for id, s := range shippedCatalog(t).Sources {
		for _, p := range s.Populations {
			if p.Note == "" {
				t.Errorf("source %s: the mapping to %s has no note on what it cannot see", id, p.Population)
			}
		}
	}
}
