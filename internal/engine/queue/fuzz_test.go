package queue

import (
	"testing"

	"github.com/riverqueue/river/rivertype"
)

// A row of the queue that cannot be read is an error, and one that can says which
// collection waits.
func FuzzEntry(f *testing.F) {
	f.Add([]byte(`{"organization":"o","connection":"github","from":"2025-01-01","to":"2025-06-30"}`), "boom")
	f.Add([]byte(`[]`), "")
	f.Add([]byte(``), "")
	f.Fuzz(func(t *testing.T, args []byte, failed string) {
		e, err := entry(&rivertype.JobRow{ID: 7, EncodedArgs: args, Errors: []rivertype.AttemptError{{Error: "an earlier one"}, {Error: failed}}})
		if err == nil && e.Error != failed {
			t.Errorf("%q: the last error is %q, not %q", args, e.Error, failed)
		}
	})
}
