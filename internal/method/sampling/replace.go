package sampling

import "fmt"

// Why is the kind of reason for which somebody asks to replace a chosen item.
type Why string

// The kinds of reason. The first three allow a replacement; the others do not.
const (
	Voided        Why = "voided"         // properly voided before the control was due
	NotApplicable Why = "not-applicable" // the control as described does not apply to the item
	OutOfScope    Why = "out-of-scope"   // the item does not belong to the population at all
	CannotBeFound Why = "cannot-be-found"
	NotProvided   Why = "not-provided" // asked for, and not received
	Unsuitable    Why = "unsuitable"   // inconvenient, too large, too old, or it did not look right
)

// Replacement is a request to test another item instead of a chosen one.
type Replacement struct {
	Why  Why    `json:"why"`
	Text string `json:"text"` // what was seen, in the auditor's words
}

// Ruling is what the rules say to a request.
type Ruling struct {
	Allowed   bool   `json:"allowed"`
	Deviation bool   `json:"deviation,omitempty"` // the item stays, and is a deviation
	Reason    string `json:"reason"`
}

// rulings is the table of rules.
var rulings = map[Why]Ruling{
	Voided:        {Allowed: true, Reason: "the item was voided before the control was due; keep the evidence of that, and take the next item of the reserve"},
	NotApplicable: {Allowed: true, Reason: "the control does not apply to the item; keep the evidence of that, and take the next item of the reserve"},
	OutOfScope:    {Allowed: true, Reason: "the item is not of the population; take the next item of the reserve, and evaluate the population's accuracy again"},
	CannotBeFound: {Deviation: true, Reason: "an item that was chosen and cannot be found is a deviation; it is not replaced"},
	NotProvided:   {Reason: "the item is still owed: the request stays open; if it never comes, the item cannot be found and is a deviation"},
	Unsuitable:    {Reason: "a chosen item is not exchanged for one that suits better"},
}

// Replace rules on a request. A request without a reason in words, or of a kind
// that is not known, is an error and no ruling.
func Replace(r Replacement) (Ruling, error) {
	ruling, ok := rulings[r.Why]
	if !ok {
		return Ruling{}, fmt.Errorf("replace: %q is no kind of reason: use %s, %s, %s, %s, %s or %s",
			string(r.Why), Voided, NotApplicable, OutOfScope, CannotBeFound, NotProvided, Unsuitable)
	}
	if r.Text == "" {
		return Ruling{}, fmt.Errorf("replace: %s says nothing of this item: write what was seen", r.Why)
	}
	return ruling, nil
}
