package evaluation

import (
	"errors"
	"fmt"

	"tickmark/internal/audit"
)

// Bounds are the statistics of a sample at one level of confidence, as integers.
// sampling.Attribute has them.
type Bounds interface {
	// Level is the confidence in basis points: 9000 is 90%.
	Level() int64
	// Upper limits the rate of a large population, in parts per million.
	Upper(n, k int64) (int64, error)
	// UpperFinite limits the deviations among all items of a population.
	UpperFinite(population, n, k int64) (int64, error)
}

// Sample is a population of which some or all items were tested.
type Sample struct {
	Population int64 `json:"population"`
	Tested     int64 `json:"tested"`
	Deviations int64 `json:"deviations"`
	Random     bool  `json:"random"`              // every item had the same chance to be drawn
	Table      bool  `json:"table,omitempty"`     // its size came from a frequency table
	Tolerable  int64 `json:"tolerable,omitempty"` // basis points; 0 when nobody set a rate
}

// Limited is what the tests of a sample say of its population.
type Limited struct {
	Sample     Sample   `json:"sample"`
	Confidence int64    `json:"confidence,omitempty"` // basis points; 0 when nothing was inferred
	Rate       int64    `json:"rate_ppm,omitempty"`   // upper limit for a population without end
	Items      int64    `json:"items"`                // upper limit of the deviations among the population; of an entire one, their number
	Exact      bool     `json:"exact,omitempty"`      // every item was tested
	Limits     bool     `json:"limits"`               // Items limits the population; false where nothing may be projected
	Within     bool     `json:"within,omitempty"`     // Items is within the tolerable rate
	Sentence   string   `json:"sentence"`
	Notes      []string `json:"notes,omitempty"`
}

// small is the population up to which a sample sized by a frequency table is
// said not to be statistically strong.
const small = 250

// Limit says what a tested sample shows: the exact rate of an entire population,
// the upper limits of a random sample, or that nothing may be projected.
func Limit(s Sample, at Bounds) (Limited, error) {
	if err := s.valid(); err != nil {
		return Limited{}, err
	}
	l := Limited{Sample: s, Sentence: fmt.Sprintf("%s of %s tested, %s", audit.Count(s.Tested), audit.Count(s.Population), audit.Plural(s.Deviations, "deviation"))}
	switch {
	case s.Tested == s.Population:
		l.exact()
	case !s.Random:
		l.Sentence += "; nothing is projected to the rest"
		l.Notes = append(l.Notes, "the items had not all the same chance to be drawn: a limit on the rate of deviations does not hold for them")
	default:
		if err := l.infer(at); err != nil {
			return Limited{}, err
		}
	}
	if l.Limits && s.Tolerable > 0 {
		l.tolerate()
	}
	return l, nil
}

func (s Sample) valid() error {
	switch {
	case s.Population < 1 || s.Tested < 1:
		return errors.New("limit: nothing was tested, so nothing is known of the rate of deviations")
	case s.Tested > s.Population || s.Deviations < 0 || s.Deviations > s.Tested:
		return fmt.Errorf("limit: %d deviations among %d tested of %d: count again", s.Deviations, s.Tested, s.Population)
	case s.Tolerable < 0 || s.Tolerable >= 10_000:
		return fmt.Errorf("limit: a tolerable rate of %d basis points: give 1 to 9999, or 0 for none", s.Tolerable)
	}
	return nil
}

func (l *Limited) exact() {
	s := l.Sample
	l.Exact, l.Limits, l.Items = true, true, s.Deviations
	l.Sentence += fmt.Sprintf("; the rate is exact: %s of %s (%s)", audit.Count(s.Deviations), audit.Count(s.Population), percent(s.Deviations, s.Population))
	l.Notes = append(l.Notes, "the entire population was tested: there is no sampling risk; what remains is the risk of an incomplete population, of wrong logic or parameters, of unnoticed changes to the test, and of times in which the source did not answer")
}

func (l *Limited) infer(at Bounds) error {
	s := l.Sample
	rate, err := at.Upper(s.Tested, s.Deviations)
	if err != nil {
		return err
	}
	items, err := at.UpperFinite(s.Population, s.Tested, s.Deviations)
	if err != nil {
		return err
	}
	l.Confidence, l.Rate, l.Items, l.Limits = at.Level(), rate, items, true
	l.Sentence += fmt.Sprintf("; at %s confidence at most %s of %s (%s)", level(l.Confidence), audit.Count(items), audit.Count(s.Population), percent(items, s.Population))
	if s.Table && s.Population <= small {
		l.Notes = append(l.Notes, fmt.Sprintf("the size came from a frequency table, for a population of %s: the sample is not statistically strong, and what is concluded from it rests on judgment", audit.Count(s.Population)))
	}
	l.Notes = append(l.Notes, fmt.Sprintf("of a population without end the limit is %s", percent(rate, 1_000_000)))
	return nil
}

// tolerate compares Items/Population with the tolerable rate, in integers.
func (l *Limited) tolerate() {
	tolerable := l.Sample.Tolerable
	whole, rest := l.Sample.Population/10_000, l.Sample.Population%10_000
	most := whole*tolerable + rest*tolerable/10_000
	l.Within = l.Items <= most
	if l.Within {
		l.Notes = append(l.Notes, "this is within the tolerable rate of "+level(tolerable))
		return
	}
	l.Notes = append(l.Notes, "this is above the tolerable rate of "+level(tolerable)+": the sample does not support reliance")
}

// percent writes part of whole with one digit, halves rounded up, without
// floating point; the figure itself stands beside it as two integers.
func percent(part, whole int64) string {
	if whole > 1<<50 {
		part, whole = part>>12, whole>>12 // only for the eye
	}
	tenths := (2000*part + whole) / (2 * whole)
	return fmt.Sprintf("%d.%d%%", tenths/10, tenths%10)
}

// level writes basis points as a percentage, as short as it is exact.
func level(points int64) string {
	switch {
	case points%100 == 0:
		return fmt.Sprintf("%d%%", points/100)
	case points%10 == 0:
		return fmt.Sprintf("%d.%d%%", points/100, points%100/10)
	}
	return fmt.Sprintf("%d.%02d%%", points/100, points%100)
}
