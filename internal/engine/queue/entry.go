package queue

import (
	"encoding/json"
	"fmt"

	"github.com/riverqueue/river/rivertype"
)

// entry reads a row of River's.
func entry(row *rivertype.JobRow) (Entry, error) {
	e := Entry{State: string(row.State), Attempts: row.Attempt, At: row.ScheduledAt.UTC()}
	if err := json.Unmarshal(row.EncodedArgs, &e.Job); err != nil {
		return e, fmt.Errorf("job %d of the queue cannot be read: %w", row.ID, err)
	}
	if n := len(row.Errors); n > 0 {
		e.Error = row.Errors[n-1].Error
	}
	return e, nil
}
