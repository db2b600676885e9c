package page

import "tickmark/internal/audit"

type judgment struct{ value, text string }

func judgments() []judgment {
	return []judgment{
		{string(audit.IsDeviation), "deviation: the control failed as described"},
		{string(audit.IsNotDeviation), "not a deviation"},
		{string(audit.IsTiming), "timing: right, in another period or later"},
		{string(audit.IsDuplicate), "duplicate of another exception"},
	}
}
