package catalog

import (
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// required takes pairs of a field and its text and faults the empty ones.
func required(pairs ...string) []fault {
	var faults []fault
	for i := 0; i+1 < len(pairs); i += 2 {
		if strings.TrimSpace(pairs[i+1]) == "" {
			faults = append(faults, faultf(pairs[i], "%s is missing or empty; expected text", pairs[i]))
		}
	}
	return faults
}

// among faults the values of a field that are none of the allowed ones.
func among(field string, values, allowed []string) []fault {
	var faults []fault
	for i, v := range values {
		if !slices.Contains(allowed, v) {
			faults = append(faults, faultf(at(field, i), "%s %q is not known; expected one of %s",
				field, v, strings.Join(allowed, ", ")))
		}
	}
	return faults
}

// repeated faults values that a list holds more than once.
func repeated(field string, values []string) []fault {
	var faults []fault
	for i, v := range values {
		if slices.Index(values, v) < i {
			faults = append(faults, faultf(at(field, i), "%s has %q twice; expected each once", field, v))
		}
	}
	return faults
}

// dayFaults faults a date that is given and is no calendar day.
func dayFaults(field string, day audit.Date) []fault {
	if err := day.Valid(); day != "" && err != nil {
		return []fault{faultf(field, "%s: %s", field, err)}
	}
	return nil
}

// at is the path of the i-th item of a list.
func at(field string, i int) string { return fmt.Sprintf("%s.%d", field, i) }

// word reports whether s can stand unquoted as a name in SQL: lower-case
// letters, digits and underscores, beginning with a letter.
func word(s string) bool {
	return s != "" && s[0] >= 'a' && s[0] <= 'z' && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}
