package program

import (
	"time"

	"tickmark/internal/audit"
)

// Task is one thing to be done before a gap is closed.
type Task struct {
	Engagement string     `json:"engagement"`
	Code       string     `json:"code"`
	Gap        string     `json:"gap,omitempty"` // as the gap analysis names it; "" of a task of one's own
	Severity   string     `json:"severity,omitempty"`
	Title      string     `json:"title"`
	Cause      string     `json:"cause,omitempty"`
	Control    string     `json:"control,omitempty"`
	Rows       []string   `json:"rows,omitempty"`       // criteria or objectives
	Procedures []string   `json:"procedures,omitempty"` // that found it, and are performed again before it closes
	Found      []Result   `json:"found,omitempty"`      // their results when the task was made
	Owner      string     `json:"owner,omitempty"`
	Due        audit.Date `json:"due,omitempty"`
	Hours      int        `json:"effort_hours,omitempty"`
	After      []string   `json:"after,omitempty"` // codes of tasks that come before
	By         string     `json:"by"`
	At         time.Time  `json:"at"`
}

// Result is a procedure's result as it was seen.
type Result struct {
	Procedure string       `json:"procedure"`
	ID        audit.ID     `json:"id,omitempty"` // "" when it had not been performed
	Status    audit.Status `json:"status,omitempty"`
}

// Closing is a person's word that a task is done, with the records that show it.
// A task whose gap comes back is open again, without anybody's word.
type Closing struct {
	Engagement string    `json:"engagement"`
	Task       string    `json:"task"`
	Note       string    `json:"note"`
	Proof      []Result  `json:"proof,omitempty"` // the re-run of each procedure that found it
	Records    []string  `json:"records,omitempty"`
	By         string    `json:"by"`
	At         time.Time `json:"at"`
}
