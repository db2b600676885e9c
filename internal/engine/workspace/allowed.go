package workspace

import (
	"fmt"
	"slices"
	"strings"
)

// Allowed says why a text cannot stand in a field of the folder, which is named
// by its noun, such as "Control.kind", or nil. A field without a rule takes any.
func Allowed(field, text string) error {
	r := rules[field]
	switch {
	case len(r.values) > 0 && !slices.Contains(r.values, text):
		return fmt.Errorf("%s is not one of %s", clip(text), strings.Join(r.values, ", "))
	case r.form != nil && !r.form.valid(text):
		return fmt.Errorf("%s is not %s", clip(text), r.form.says)
	}
	return nil
}
