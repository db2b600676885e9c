package analytics

import (
	"math"
	"slices"
)

// A product that is added to something is written float64(a*b)+c here and in
// the other files: the conversion forbids a fused operation, which some
// machines have and others not, so that all of them round alike.

// binomialTail is the probability of k or more successes in n trials that each
// succeed with probability p, summed in log space from the rarer side.
func binomialTail(k, n int64, p float64) float64 {
	switch {
	case k <= 0:
		return 1
	case k > n || p <= 0:
		return 0
	case p >= 1:
		return 1
	}
	if float64(k) <= float64(n)*p {
		return max(0, 1-binomialSum(k-1, n, p, -1))
	}
	return binomialSum(k, n, p, 1)
}

// binomialSum adds the probabilities of k, k+step, … until they no longer count.
func binomialSum(k, n int64, p float64, step int64) float64 {
	sum := 0.0
	for ; k >= 0 && k <= n; k += step {
		term := math.Exp(logBinomial(k, n, p))
		sum += term
		if term < sum*1e-17 || term == 0 && sum > 0 {
			break
		}
	}
	return min(1, sum)
}

func logBinomial(k, n int64, p float64) float64 {
	a, _ := math.Lgamma(float64(n) + 1)
	b, _ := math.Lgamma(float64(k) + 1)
	c, _ := math.Lgamma(float64(n-k) + 1)
	return a - b - c + float64(float64(k)*math.Log(p)) + float64(float64(n-k)*math.Log1p(-p))
}

// normalTwoSided is the probability of a standard normal as far from zero as z.
func normalTwoSided(z float64) float64 { return math.Erfc(math.Abs(z) / math.Sqrt2) }

// chiSquareTail is the probability of a chi-square of that many degrees of
// freedom above x: the upper regularized gamma function, by its series below
// the mean and its continued fraction above.
func chiSquareTail(x float64, degrees int) float64 {
	a, half := float64(degrees)/2, x/2
	if half <= 0 {
		return 1
	}
	lg, _ := math.Lgamma(a)
	front := math.Exp(float64(a*math.Log(half)) - half - lg)
	if half < a+1 {
		return 1 - float64(front*gammaSeries(a, half))
	}
	return front * gammaFraction(a, half)
}

func gammaSeries(a, x float64) float64 {
	term, sum := 1/a, 1/a
	for i := 1; i < 10_000 && term > sum*1e-16; i++ {
		term *= x / (a + float64(i))
		sum += term
	}
	return sum
}

func gammaFraction(a, x float64) float64 {
	const tiny = 1e-300
	b := x + 1 - a
	c, d := 1/tiny, 1/b
	h := d
	for i := 1; i < 10_000; i++ {
		an := -float64(i) * (float64(i) - a)
		b += 2
		d = 1 / away(float64(an*d)+b, tiny)
		c = away(b+an/c, tiny)
		h *= d * c
		if math.Abs(d*c-1) < 1e-16 {
			break
		}
	}
	return h
}

func away(x, tiny float64) float64 {
	if math.Abs(x) < tiny {
		return tiny
	}
	return x
}

// Adjusted are the p-values of one family after Benjamini and Hochberg: those
// at or below q are a list of which no more than the share q is expected to be
// false, however many were looked at.
func Adjusted(ps []float64) []float64 {
	order := make([]int, len(ps))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case ps[a] < ps[b]:
			return -1
		case ps[a] > ps[b]:
			return 1
		}
		return a - b
	})
	out, least := make([]float64, len(ps)), 1.0
	for rank := len(order); rank > 0; rank-- {
		i := order[rank-1]
		least = min(least, ps[i]*(float64(len(ps))/float64(rank)))
		out[i] = least
	}
	return out
}

// quantile is the value below which the share q of the sorted values lies, with
// a straight line between neighbours.
func quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + float64((at-float64(i))*(sorted[i+1]-sorted[i]))
}

func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

// deviation is the standard deviation of a sample.
func deviation(values []float64, about float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += float64((v - about) * (v - about))
	}
	return math.Sqrt(sum / float64(len(values)-1))
}

// distances are the absolute distances from a point, sorted.
func distances(values []float64, from float64) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = math.Abs(v - from)
	}
	slices.Sort(out)
	return out
}
