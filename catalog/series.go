package catalog

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"tickmark/internal/audit"
)

// series are the numbered runs of the trust services criteria: CC1.1 to CC1.5
// and so on. Public lists hold invented ids such as CC8.2, so the ids are
// checked one by one and not only counted.
var series = []struct {
	prefix   string
	category audit.Category
	lengths  []int // criteria in prefix1, prefix2, ...
}{
	{"CC", audit.Security, []int{5, 3, 4, 2, 3, 8, 5, 1, 2}},
	{"A", audit.Availability, []int{3}},
	{"C", audit.Confidentiality, []int{2}},
	{"PI", audit.ProcessingIntegrity, []int{5}},
	{"P", audit.Privacy, []int{1, 1, 2, 3, 2, 7, 1, 1}},
}

var descriptionIDs = []string{"DC1", "DC2", "DC3", "DC4", "DC5", "DC6", "DC7", "DC8", "DC9"}

// categoryOf gives the category of one of the 61 ids.
func categoryOf(id string) (audit.Category, bool) {
	for _, s := range series {
		for i, n := range s.lengths {
			number, ok := strings.CutPrefix(id, s.prefix+strconv.Itoa(i+1)+".")
			if k, err := strconv.Atoi(number); ok && err == nil && k >= 1 && k <= n && strconv.Itoa(k) == number {
				return s.category, true
			}
		}
	}
	return "", false
}

// countCriteria refuses a set that lacks any of the 61.
func (c *Catalog) countCriteria() error {
	var faults []error
	for _, s := range series {
		want, have := 0, 0
		for i, n := range s.lengths {
			want += n
			for k := range n {
				if _, ok := c.Criterion(fmt.Sprintf("%s%d.%d", s.prefix, i+1, k+1)); ok {
					have++
				}
			}
		}
		if have != want {
			faults = append(faults, fmt.Errorf("frameworks/criteria.yaml:1: %s has %d criteria; expected CC 33, A 3, C 2, PI 5, P 18", s.prefix, have))
		}
	}
	return errors.Join(faults...)
}

// countDescription refuses a set that lacks any of DC1 to DC9.
func (c *Catalog) countDescription() error {
	if have := len(c.Description); have != len(descriptionIDs) {
		return fmt.Errorf("frameworks/description-criteria.yaml:1: %d description criteria; expected DC1 to DC9", have)
	}
	return nil
}
