package coverage

import "fmt"

// Level is how far the records carry a control, and with it what it serves. Each
// level asks all that the ones below it ask, and something more.
type Level int

// The levels.
const (
	Unmapped    Level = iota // no control
	Mapped                   // a control names it
	Designed                 // the control says who, what, when, where and with which evidence, and a procedure is named that tests it
	Implemented              // an item was tested, or an occurrence stands in a collected population
	Operating                // and as of now nothing speaks against it: no open deviation, nothing pending, nothing stale
	Throughout               // and every procedure tested every item of complete populations of the whole period
)

var levels = []string{"unmapped", "mapped", "designed", "implemented", "operating", "tested"}

// Levels are those that are counted, from the bottom.
var Levels = []Level{Mapped, Designed, Implemented, Operating, Throughout}

// String is the word for the level.
func (l Level) String() string {
	if l < 0 || int(l) >= len(levels) {
		return fmt.Sprintf("level %d", int(l))
	}
	return levels[l]
}

// MarshalText writes the level as its word.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads the word for a level.
func (l *Level) UnmarshalText(b []byte) error {
	for i, name := range levels {
		if name == string(b) {
			*l = Level(i)
			return nil
		}
	}
	return fmt.Errorf("%q is no level; expected one of %v", b, levels)
}

// Asks says what a level asks beyond the one below it.
func (l Level) Asks() string {
	switch l {
	case Mapped:
		return "at least one control names it"
	case Designed:
		return "such a control says who, what, when, in which system and with which evidence, and names a procedure that tests it"
	case Implemented:
		return "an item of it was tested, or an occurrence stands in a collected population"
	case Operating:
		return "nothing in its newest tests speaks against it"
	case Throughout:
		return "its procedures tested every item of complete populations of the whole period"
	}
	return "no control names it"
}

// Tally is how many reach each level; it only ever shrinks from left to right.
type Tally struct {
	Of          int `json:"of"`
	Mapped      int `json:"mapped"`
	Designed    int `json:"designed"`
	Implemented int `json:"implemented"`
	Operating   int `json:"operating"`
	Tested      int `json:"tested"`
}

func (t *Tally) count(l Level) {
	t.Of++
	for _, c := range []struct {
		at Level
		n  *int
	}{{Mapped, &t.Mapped}, {Designed, &t.Designed}, {Implemented, &t.Implemented}, {Operating, &t.Operating}, {Throughout, &t.Tested}} {
		if l >= c.at {
			*c.n++
		}
	}
}

// At is how many reach a level.
func (t Tally) At(l Level) int {
	return [...]int{t.Of, t.Mapped, t.Designed, t.Implemented, t.Operating, t.Tested}[l]
}
