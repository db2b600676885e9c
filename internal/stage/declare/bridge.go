package declare

import (
	"fmt"

	"tickmark/internal/audit"
)

// bridged says why a bridge letter does not speak of the time that it names: it
// begins with the day after the period, and nobody speaks of days to come.
func (s Stage) bridged(x audit.Statement) error {
	if x.Kind != audit.BridgeLetter {
		return nil
	}
	through := audit.Date(x.Answers["through"])
	switch {
	case through.Valid() != nil:
		return fmt.Errorf("through is %q: give the last day of which it speaks as YYYY-MM-DD", through)
	case through <= s.Facts.Engagement.Period.To:
		return fmt.Errorf("it speaks until %s, and the report covers the time until %s: there is nothing to bridge", through, s.Facts.Engagement.Period.To)
	case through > x.Dated:
		return fmt.Errorf("it speaks until %s and is dated %s: nobody knows what has not happened yet", through, x.Dated)
	}
	return nil
}
