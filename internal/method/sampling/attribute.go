package sampling

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"sort"
)

// Attribute is the statistics of a sample in which each item either deviates or
// does not, every item with the same chance to be drawn. All that goes in and
// comes out is an integer; see compare for how ties are settled.
//
// With confidence c, and F(k; n, p) the binomial probability of at most k
// deviations among n items at rate p:
//
//   - Size: the smallest n with F(k; n, t) ≤ 1-c. For k = 0 that is
//     ⌈ln(1-c) / ln(1-t)⌉.
//   - Upper: the p at which F(k; n, p) = 1-c, the one-sided limit of Clopper and
//     Pearson, Beta⁻¹(c; k+1, n-k); 1 where k = n.
//   - UpperFinite: the largest D with P(X ≤ k) > 1-c, where X is hypergeometric:
//     the deviations among n items drawn from N items of which D deviate.
type Attribute struct {
	Confidence int64 `json:"confidence"` // basis points: 9000 is 90%
}

const (
	million = 1_000_000
	hundred = 10_000 // basis points of one

	// near is how far apart two logarithms must be to be told apart in floating
	// point; what is nearer is decided in integers, or, where these would be very
	// long, against reliance.
	near        = 1e-6
	exactSample = 20_000
	mostSample  = 1_000_000
)

// Size is the smallest sample that, if no more than the given number of items
// deviate, shows with confidence that the rate is at most tolerable (basis
// points).
func (a Attribute) Size(deviations, tolerable int64) (int64, error) {
	switch {
	case a.valid() != nil:
		return 0, a.valid()
	case tolerable < 1 || tolerable >= hundred:
		return 0, fmt.Errorf("sample size: a tolerable rate of %d basis points: give 1 to 9999, such as 500 for 5%%", tolerable)
	case deviations < 0 || deviations > 1000:
		return 0, fmt.Errorf("sample size: %d expected deviations: give 0 to 1000; a control that is expected to fail more often is not tested for reliance", deviations)
	}
	enough := func(n int64) bool { return a.binomialAtMost(deviations, n, tolerable*100) }
	high := deviations + 1
	for !enough(high) {
		high *= 2
	}
	low := max(deviations+1, high/2)
	return low + int64(sort.Search(int(high-low), func(i int) bool { return enough(low + int64(i)) })), nil
}

// Upper is the upper limit of the rate of deviations, in parts per million
// rounded up, when k of n tested items deviate and the population is large.
func (a Attribute) Upper(n, k int64) (int64, error) {
	if err := a.sample(n, k); err != nil {
		return 0, err
	}
	if k == n {
		return million, nil
	}
	return int64(sort.Search(million, func(u int) bool { return a.binomialAtMost(k, n, int64(u)) })), nil
}

// UpperFinite is the upper limit of the number of deviations among all items of
// a population, when k of n tested items deviate.
func (a Attribute) UpperFinite(population, n, k int64) (int64, error) {
	if err := a.sample(n, k); err != nil {
		return 0, err
	}
	if n > population {
		return 0, fmt.Errorf("upper limit: %d tested of a population of %d: count again", n, population)
	}
	least, most := k, population-n+k // what the sample leaves possible
	return least + int64(sort.Search(int(most-least), func(i int) bool {
		return a.finiteAtMost(population, least+int64(i)+1, n, k)
	})), nil
}

// Level is the confidence in basis points.
func (a Attribute) Level() int64 { return a.Confidence }

func (a Attribute) valid() error {
	if a.Confidence < 5000 || a.Confidence >= hundred {
		return fmt.Errorf("confidence of %d basis points: give 5000 to 9999, such as 9000 for 90%%", a.Confidence)
	}
	return nil
}

func (a Attribute) sample(n, k int64) error {
	switch {
	case a.valid() != nil:
		return a.valid()
	case n < 1:
		return errors.New("upper limit: no item was tested, so nothing limits the rate")
	case n > mostSample:
		return fmt.Errorf("upper limit: a sample of %d is above %d: evaluate it as a whole population", n, mostSample)
	case k < 0 || k > n:
		return fmt.Errorf("upper limit: %d deviations among %d tested items: count again", k, n)
	}
	return nil
}

// binomialAtMost reports whether F(k; n, ppm/10⁶) ≤ 1-c, for k < n.
func (a Attribute) binomialAtMost(k, n, ppm int64) bool {
	switch ppm {
	case 0:
		return false
	case million:
		return true
	}
	p := float64(ppm) / million
	odds := math.Log(p) - math.Log1p(-p)
	sum := logSum{term: float64(float64(n) * math.Log1p(-p))}
	for i := range k + 1 {
		sum.add()
		sum.term += math.Log(float64(n-i)/float64(i+1)) + odds
	}
	return a.compare(sum.log(), n, func() (part, whole *big.Int) { return exactBinomial(k, n, ppm) })
}

// finiteAtMost reports whether P(X ≤ k) ≤ 1-c, with d of population deviating.
func (a Attribute) finiteAtMost(population, d, n, k int64) bool {
	first := max(0, n-(population-d)) // the fewest that a sample can hold
	if k < first {
		return true
	}
	sum := logSum{term: logFirst(population, d, n)}
	for i := first; i <= min(k, d, n); i++ {
		sum.add()
		sum.term += math.Log(float64(d-i)) + math.Log(float64(n-i)) - math.Log(float64(i+1)) - math.Log(float64(population-d-n+i+1))
	}
	return a.compare(sum.log(), n, func() (part, whole *big.Int) { return exactFinite(population, d, n, first, k) })
}

// logFirst is the logarithm of the probability that a sample holds the fewest
// deviations it can, as the shorter of two equal products.
func logFirst(population, d, n int64) float64 {
	a, b := d, n // no deviation drawn: C(N-d, n) / C(N, n)
	if n > population-d {
		a, b = population-d, population-n // every other item drawn: C(n, N-d) / C(N, N-d)
	}
	a, b = max(a, b), min(a, b)
	sum := 0.0
	for j := range b {
		sum += math.Log1p(-float64(a) / float64(population-j))
	}
	return sum
}

// compare reports whether a probability is at most 1-c: by its logarithm where
// that is clear, and else in integers, so that the last bit of a logarithm, which
// is not the same on all processors, decides nothing.
func (a Attribute) compare(log float64, n int64, exact func() (part, whole *big.Int)) bool {
	apart := log - math.Log(float64(hundred-a.Confidence)/hundred)
	switch {
	case math.Abs(apart) > near:
		return apart < 0
	case n > exactSample:
		return false
	}
	part, whole := exact()
	part.Mul(part, big.NewInt(hundred))
	whole.Mul(whole, big.NewInt(hundred-a.Confidence))
	return part.Cmp(whole) <= 0
}

// exactBinomial is F(k; n, ppm/10⁶) as a fraction: the sum of
// C(n, i) · ppm^i · (10⁶-ppm)^(n-i) over 10⁶^n.
func exactBinomial(k, n, ppm int64) (part, whole *big.Int) {
	power := func(base int64) *big.Int { return new(big.Int).Exp(big.NewInt(base), big.NewInt(n), nil) }
	term, part := power(million-ppm), new(big.Int)
	for i := range k + 1 {
		part.Add(part, term)
		term.Mul(term, new(big.Int).Mul(big.NewInt(n-i), big.NewInt(ppm)))
		term.Quo(term, new(big.Int).Mul(big.NewInt(i+1), big.NewInt(million-ppm)))
	}
	return part, power(million)
}

// exactFinite is P(X ≤ k) as a fraction: the sum of C(d, i) · C(N-d, n-i) over
// C(N, n), from the first i that is possible.
func exactFinite(population, d, n, first, k int64) (part, whole *big.Int) {
	term, part := new(big.Int).Binomial(d, first), new(big.Int)
	term.Mul(term, new(big.Int).Binomial(population-d, n-first))
	for i := first; i <= min(k, d, n); i++ {
		part.Add(part, term)
		term.Mul(term, new(big.Int).Mul(big.NewInt(d-i), big.NewInt(n-i)))
		term.Quo(term, new(big.Int).Mul(big.NewInt(i+1), big.NewInt(population-d-n+i+1)))
	}
	return part, new(big.Int).Binomial(population, n)
}

// logSum adds numbers that are given as logarithms.
type logSum struct {
	term float64 // the next one
	most float64 // the largest so far
	sum  float64 // of all, each divided by the largest
}

func (s *logSum) add() {
	switch {
	case math.IsInf(s.term, -1):
	case s.sum == 0:
		s.most, s.sum = s.term, 1
	case s.term <= s.most:
		s.sum += math.Exp(s.term - s.most)
	default:
		s.sum = float64(s.sum*math.Exp(s.most-s.term)) + 1
		s.most = s.term
	}
}

func (s *logSum) log() float64 { return s.most + math.Log(s.sum) }
