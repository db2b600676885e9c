package secret

import (
	"fmt"
	"io"
	"log/slog"
)

// hidden is what is shown in a secret's place.
const hidden = "[secret]"

// Value is a secret that can be carried about without being shown: not by
// formatting, JSON or a log, and not as a field of something that is shown.
type Value struct {
	// A function, since package fmt prints unexported fields of any other kind.
	reveal func() string
}

// New hides a text.
func New(text string) Value { return Value{func() string { return text }} }

// Reveal returns the text; whoever calls it answers for where it goes.
func (v Value) Reveal() string {
	if v.reveal == nil {
		return ""
	}
	return v.reveal()
}

// String, GoString, Format, MarshalJSON, MarshalText and LogValue hide the text.
func (v Value) String() string { return hidden }

// GoString hides the text.
func (v Value) GoString() string { return hidden }

// Format hides the text for every verb.
func (v Value) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) } // what formats cannot fail

// MarshalJSON hides the text.
func (v Value) MarshalJSON() ([]byte, error) { return []byte(`"` + hidden + `"`), nil }

// MarshalText hides the text.
func (v Value) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// LogValue hides the text.
func (v Value) LogValue() slog.Value { return slog.StringValue(hidden) }
