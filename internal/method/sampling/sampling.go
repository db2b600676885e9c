// Package sampling decides how many items of a population are tested and which
// ones, so that anybody with the record of a draw draws the same items again. It
// stands with the pure decisions and needs only integers: sizes, a seed, the
// digest of a population and its count. It does not know what an item is, makes
// no seed, and judges nothing that the tests of the chosen items find.
package sampling

import (
	"errors"
	"fmt"
	"slices"

	"tickmark/internal/audit"
)

// Method is how items are chosen.
type Method string

// The methods.
const (
	All          Method = "all"           // every item
	Random       Method = "random"        // without replacement, every item with the same chance
	Stratified   Method = "stratified"    // random within each stratum
	MonetaryUnit Method = "monetary-unit" // systematic over amounts, so that large items are likelier
	Targeted     Method = "targeted"      // named by the auditor; no random draw
)

// Allocation is how a stratified sample is spread over its strata.
type Allocation string

// The allocations.
const (
	Proportional Allocation = "proportional" // by the strata's counts, the largest remainders rounded up
	Fixed        Allocation = "fixed"        // each stratum's own size
)

// Most is the largest sample that is drawn: items that people are to look at.
// More than this is tested as a whole population, by a procedure.
const Most = 1_000_000

// Plan is all that a draw depends on. Whoever has it, and the population whose
// digest it names, repeats the draw.
type Plan struct {
	Algorithm  string       `json:"algorithm"` // "tickmark-draw/1"
	Method     Method       `json:"method"`
	Seed       string       `json:"seed,omitempty"` // its bytes count, as they are written
	Population audit.Digest `json:"population"`
	Items      int64        `json:"items"` // in the population, ordered by key: positions 0 to Items-1
	Size       int64        `json:"size,omitempty"`
	Allocation Allocation   `json:"allocation,omitempty"`
	Strata     []Stratum    `json:"strata,omitempty"`
	Total      int64        `json:"total,omitempty"` // of monetary-unit: the sum of the positive amounts, minor units
	Targets    []Target     `json:"targets,omitempty"`
}

// Stratum is a named part of the population. Its positions, 0 to Items-1, count
// its own items in the order of the population.
type Stratum struct {
	Name  string `json:"name"`
	Items int64  `json:"items"`
	Size  int64  `json:"size,omitempty"` // of a fixed allocation
}

// Target is an item that the auditor names, and why.
type Target struct {
	Position int64  `json:"position"`
	Reason   string `json:"reason"`
}

// Item is one item of a selection.
type Item struct {
	Stratum  string `json:"stratum,omitempty"`
	Position int64  `json:"position"`
	Order    int64  `json:"order"`            // 1 for the first that was drawn, within its stratum
	Item     string `json:"item,omitempty"`   // its key, where the caller named it
	Amount   int64  `json:"amount,omitempty"` // minor units
	Hits     int64  `json:"hits,omitempty"`   // of monetary-unit: the points that fell into its amount
	Certain  bool   `json:"certain,omitempty"`
	Reason   string `json:"reason,omitempty"`
}

// Selection is what a plan chose: items by stratum and position, increasing.
type Selection struct {
	Plan     Plan     `json:"plan"`
	Chosen   []Item   `json:"chosen"`
	Apart    []Item   `json:"apart,omitempty"`    // of monetary-unit: zero and negative amounts, which no point can fall into
	Entire   bool     `json:"entire,omitempty"`   // every item of the population was chosen
	Projects bool     `json:"projects"`           // whether results may be projected to the population
	Interval int64    `json:"interval,omitempty"` // of monetary-unit, minor units
	Start    int64    `json:"start,omitempty"`    // of monetary-unit: the first point, 1 to Interval
	Notes    []string `json:"notes,omitempty"`    // what a reader of the selection has to know
}

func (s *Selection) note(format string, args ...any) {
	s.Notes = append(s.Notes, fmt.Sprintf(format, args...))
}

// Valid says why nothing can be drawn by the plan, or nil.
func (p Plan) Valid() error {
	methods := []Method{All, Random, Stratified, MonetaryUnit, Targeted}
	switch {
	case p.Algorithm != Algorithm:
		return fmt.Errorf("draw: algorithm %q is not known: this program draws by %s", p.Algorithm, Algorithm)
	case !slices.Contains(methods, p.Method):
		return fmt.Errorf("draw: method %q is not known: use one of %q", string(p.Method), methods)
	case !p.Population.Valid():
		return fmt.Errorf("draw: %q is no digest of a population: give the SHA-256 of its file", string(p.Population))
	case p.Items < 0:
		return fmt.Errorf("draw: a population of %d items: count it again", p.Items)
	case p.Items == 0:
		return errors.New("draw: the population has no item: nothing can be tested; show that nothing occurred instead")
	case p.seeded() && p.Seed == "":
		return fmt.Errorf("draw: a %s selection needs a seed: write one down before the draw", p.Method)
	case p.sized() && p.Size < 1:
		return fmt.Errorf("draw: a %s selection of %d items: give a size of at least 1", p.Method, p.Size)
	case p.sized() && min(p.Size, p.Items) > Most:
		return fmt.Errorf("draw: %s items are more than the %s that are drawn at most: test the whole population by a procedure",
			audit.Count(min(p.Size, p.Items)), audit.Count(Most))
	}
	if field := p.stray(); field != "" {
		return fmt.Errorf("draw: %s does not belong to a %s selection: leave it out, so that the plan says one thing", field, p.Method)
	}
	return p.whole()
}

// stray names a field that the method does not use, or "".
func (p Plan) stray() string {
	switch {
	case p.Seed != "" && !p.seeded():
		return "a seed"
	case p.Size != 0 && !p.sized() && (p.Method != Stratified || p.Allocation == Fixed):
		return "a size of the whole sample"
	case (p.Allocation != "" || len(p.Strata) > 0) && p.Method != Stratified:
		return "a stratum or an allocation"
	case p.Total != 0 && p.Method != MonetaryUnit:
		return "a total"
	case len(p.Targets) > 0 && p.Method != Targeted:
		return "a target"
	}
	return ""
}

// whole checks what belongs to one method alone.
func (p Plan) whole() error {
	switch p.Method {
	case All:
		return p.few(p.Items)
	case Stratified:
		return p.strata()
	case MonetaryUnit:
		return p.monetary()
	case Targeted:
		return p.targets()
	}
	return nil
}

func (p Plan) few(n int64) error {
	if n > Most {
		return fmt.Errorf("draw: %s items are more than the %s that are drawn at most: test the whole population by a procedure", audit.Count(n), audit.Count(Most))
	}
	return nil
}

func (p Plan) seeded() bool {
	return p.Method == Random || p.Method == Stratified || p.Method == MonetaryUnit
}

// sized reports whether the method needs a size for the whole sample.
func (p Plan) sized() bool {
	return p.Method == Random || p.Method == MonetaryUnit || p.Method == Stratified && p.Allocation == Proportional
}

func (p Plan) targets() error {
	if len(p.Targets) == 0 {
		return errors.New("draw: a targeted selection names no item: name the items, each with its reason")
	}
	seen := map[int64]bool{}
	for _, t := range p.Targets {
		switch {
		case t.Position < 0 || t.Position >= p.Items:
			return fmt.Errorf("draw: target %d is not in the population: positions are 0 to %d", t.Position, p.Items-1)
		case seen[t.Position]:
			return fmt.Errorf("draw: target %d is named twice: name it once", t.Position)
		case t.Reason == "":
			return fmt.Errorf("draw: target %d has no reason: say why the auditor chose it", t.Position)
		}
		seen[t.Position] = true
	}
	return p.few(int64(len(p.Targets)))
}
