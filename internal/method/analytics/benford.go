package analytics

import (
	"fmt"
	"math"
	"strings"

	"tickmark/internal/audit"
)

// scale is what differs between the first digit and the first two: how many
// digits, the amounts that it takes, the critical values of chi-square at 5 and
// 1 percent, and the upper ends of the bands of the mean absolute deviation.
type scale struct {
	digits, first, last int
	least               int64
	critical5           float64
	critical1           float64
	bands               [3]float64
}

var scales = map[int]scale{
	1: {1, 1, 9, 300, 15.507, 20.090, [3]float64{0.006, 0.012, 0.015}},
	2: {2, 10, 99, 1000, 112.022, 122.942, [3]float64{0.0012, 0.0018, 0.0022}},
}

var bandNames = [4]string{"close conformity", "acceptable conformity", "marginal conformity", "nonconformity"}

// benford counts leading digits. It holds counts only, whatever comes.
type benford struct {
	scale
	counts  [100]int64
	n, zero int64
	decades map[int]*[10]int64 // by power of ten, then first digit
	common  heavy
	q       float64
	mostly  float64
}

func newBenford(s settings, n int) *benford {
	return &benford{
		scale: scales[n], decades: map[int]*[10]int64{}, common: heavy{counts: map[string]int64{}},
		q: s.fraction("q", 0.05), mostly: s.fraction("one_value", 0.10),
	}
}

func (b *benford) parts() (func(Row) error, func() Seen) { return b.add, b.done }

func (b *benford) add(r Row) error {
	v, err := r.need("value")
	if err != nil {
		return err
	}
	lead, power, err := leading(v, b.digits)
	if err != nil {
		return err
	}
	if lead == 0 {
		b.zero++
		return nil
	}
	b.n++
	b.counts[lead]++
	decade := b.decades[power]
	if decade == nil {
		decade = &[10]int64{}
		b.decades[power] = decade
	}
	decade[lead/pow10(b.digits-1)]++
	b.common.add(strings.TrimPrefix(v, "-"))
	return nil
}

func pow10(n int) int {
	if n == 1 {
		return 10
	}
	return 1
}

// leading returns the first significant digits of a decimal text, and the power
// of ten of the first. Zero has none.
func leading(v string, n int) (lead, power int, err error) {
	if !decimalText(v) {
		return 0, 0, fmt.Errorf("%q is not an exact decimal number", v)
	}
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(v, "-"), ".")
	all := whole + fraction
	significant := strings.TrimLeft(all, "0")
	if significant == "" {
		return 0, 0, nil
	}
	power = len(whole) - 1 - (len(all) - len(significant))
	for i := range n {
		lead *= 10
		if i < len(significant) {
			lead += int(significant[i] - '0')
		}
	}
	return lead, power, nil
}

// Expected is the share of numbers that Benford's law expects to begin with
// these digits.
func Expected(lead int) float64 { return math.Log10(1 + 1/float64(lead)) }

func (b *benford) done() Seen {
	for _, guard := range []*Refusal{atLeast("amounts other than zero", b.n, b.least), b.wide(), b.free()} {
		if guard != nil {
			return Seen{Refused: guard.Reason}
		}
	}
	t := b.test()
	return Seen{Statistics: t.statistics(b), Leads: t.leads(b)}
}

// wide is the guard that amounts span two orders of magnitude. The outermost
// hundredth on each side does not count, or one cent and one million would do.
func (b *benford) wide() *Refusal {
	low, high := b.reach(0.01), b.reach(0.99)
	if high-low >= 2 {
		return nil
	}
	return refuse("the middle 98 %% of the amounts span less than two orders of magnitude (%s): Benford's law does not apply", digits(high-low, 1))
}

// reach is the logarithm of the amount below which the share q lies, to the
// first digit.
func (b *benford) reach(q float64) float64 {
	seen := int64(0)
	for _, power := range sortedInts(b.decades) {
		for d, n := range b.decades[power] {
			seen += n
			if n > 0 && float64(seen) >= q*float64(b.n) {
				return float64(power) + math.Log10(float64(d))
			}
		}
	}
	return 0
}

// free is the guard that no fixed fee or cap rules the amounts.
func (b *benford) free() *Refusal {
	value, n := b.common.most()
	if float64(n) < b.mostly*float64(b.n) {
		return nil
	}
	return refuse("the one amount %s makes up %s of them or more: fixed fees and caps do not follow Benford's law; leave them out in the SQL",
		value, share(float64(n)/float64(b.n)))
}

// digitTest is what the counts amount to.
type digitTest struct {
	chi, mad float64
	z        [100]float64
	adjusted []float64 // of the digits in order
}

func (b *benford) test() digitTest {
	var t digitTest
	var ps []float64
	n := float64(b.n)
	for d := b.first; d <= b.last; d++ {
		p0 := Expected(d)
		o, e := float64(b.counts[d]), n*p0
		t.chi += (o - e) * (o - e) / e
		t.mad += math.Abs(o/n - p0)
		t.z[d] = DigitZ(o/n, p0, n)
		ps = append(ps, normalTwoSided(t.z[d]))
	}
	t.mad /= float64(b.last - b.first + 1)
	t.adjusted = Adjusted(ps)
	return t
}

// DigitZ is how far a share is from the expected one in standard errors. The
// correction for continuity applies only where it is smaller than the difference.
func DigitZ(observed, expected, n float64) float64 {
	difference := math.Abs(observed - expected)
	if c := 1 / (2 * n); c < difference {
		difference -= c
	}
	return difference / math.Sqrt(expected*(1-expected)/n)
}

// band names the band in which a mean absolute deviation lies.
func (s scale) band(mad float64) string {
	for i, end := range s.bands {
		if mad <= end {
			return bandNames[i]
		}
	}
	return bandNames[3]
}

func (t digitTest) statistics(b *benford) map[string]string {
	var counts, zs []string
	for d := b.first; d <= b.last; d++ {
		counts = append(counts, fmt.Sprintf("%d:%d", d, b.counts[d]))
		zs = append(zs, fmt.Sprintf("%d:%s", d, digits(t.z[d], 3)))
	}
	degrees := b.last - b.first
	return map[string]string{
		"amounts": count(b.n), "zero_left_out": count(b.zero),
		"chi_square": text(t.chi), "degrees_of_freedom": count(int64(degrees)), "chi_square_p": text(chiSquareTail(t.chi, degrees)),
		"critical_5_percent": digits(b.critical5, 3), "critical_1_percent": digits(b.critical1, 3),
		"mad": text(t.mad), "mad_band": b.band(t.mad),
		"orders_of_magnitude": digits(b.reach(0.99)-b.reach(0.01), 1),
		"counts":              strings.Join(counts, " "), "z": strings.Join(zs, " "),
	}
}

// leads are the digits that differ more than chance explains, all digits
// together, and more than the band of close conformity allows on average.
func (t digitTest) leads(b *benford) []audit.Lead {
	var leads []audit.Lead
	for d := b.first; d <= b.last; d++ {
		observed, expected := float64(b.counts[d])/float64(b.n), Expected(d)
		if t.adjusted[d-b.first] > b.q || math.Abs(observed-expected) <= b.bands[0] {
			continue
		}
		word := "more"
		if observed < expected {
			word = "less"
		}
		leads = append(leads, audit.Lead{
			Item: fmt.Sprintf("digits %d", d),
			Reason: fmt.Sprintf("%s of %s amounts begin with %d (%s), %s often than Benford's law expects (%s)",
				audit.Count(b.counts[d]), audit.Count(b.n), d, share(observed), word, share(expected)),
			Score:   digits(t.z[d], 3),
			Columns: map[string]string{"count": count(b.counts[d]), "expected": digits(expected*float64(b.n), 1)},
		})
	}
	return leads
}

// heavy finds a value that makes up a large share, with a bounded number of
// counters: a count is too low by at most one in a hundred of all values.
type heavy struct{ counts map[string]int64 }

const counters = 100

func (h *heavy) add(v string) {
	if _, there := h.counts[v]; there || len(h.counts) < counters {
		h.counts[v]++
		return
	}
	for k := range h.counts { // all of them, so the order does not matter
		if h.counts[k]--; h.counts[k] == 0 {
			delete(h.counts, k)
		}
	}
}

func (h *heavy) most() (string, int64) {
	value, n := "", int64(0)
	for k, c := range h.counts {
		if c > n || c == n && k < value {
			value, n = k, c
		}
	}
	return value, n
}
