package analytics

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tickmark/internal/audit"
)

// amounts keep the first twenty digits of large numbers and give them sizes
// that an amount of money can have.
func amounts(numbers []*big.Int) []columns {
	var rows []columns
	for i, n := range numbers {
		s := n.String()
		if len(s) > 20 {
			s = s[:20] + strings.Repeat("0", i%15)
		}
		rows = append(rows, columns{"value": s})
	}
	return rows
}

func powersOfTwo(n int) []*big.Int {
	var out []*big.Int
	for i := range n {
		out = append(out, new(big.Int).Lsh(big.NewInt(1), uint(i)))
	}
	return out
}

func fibonacci(n int) []*big.Int {
	a, b := big.NewInt(1), big.NewInt(1)
	var out []*big.Int
	for range n {
		out = append(out, new(big.Int).Set(a))
		a.Add(a, b)
		a, b = b, a
	}
	return out
}

// The figures were computed with another program, in another language, from
// whole numbers of arbitrary size.
func TestBenfordAgreesWithAnIndependentComputation(t *testing.T) {
	for _, c := range []struct {
		name     string
		rows     []columns
		method   audit.Technique
		counts   string // the first digits' counts; not compared when empty
		chi, mad string
	}{
		{"1,000 powers of two", amounts(powersOfTwo(1000)), audit.BenfordFirst, "1:301 2:176 3:125 4:97 5:79 6:69 7:56 8:52 9:45", "0.158551", "0.000678"},
		{"1,000 powers of two", amounts(powersOfTwo(1000)), audit.BenfordFirstTwo, "", "5.457575", "0.000622"},
		{"10,000 powers of two", amounts(powersOfTwo(10000)), audit.BenfordFirst, "1:3010 2:1761 3:1249 4:970 5:791 6:670 7:579 8:512 9:458", "0.004540", "0.000054"},
		{"10,000 powers of two", amounts(powersOfTwo(10000)), audit.BenfordFirstTwo, "", "0.523438", "0.000056"},
		{"1,000 Fibonacci numbers", amounts(fibonacci(1000)), audit.BenfordFirst, "1:301 2:177 3:125 4:96 5:80 6:67 7:56 8:53 9:45", "0.169462", "0.000820"},
		{"1,000 Fibonacci numbers", amounts(fibonacci(1000)), audit.BenfordFirstTwo, "", "7.248176", "0.000679"},
		{"10,000 Fibonacci numbers", amounts(fibonacci(10000)), audit.BenfordFirst, "1:3011 2:1762 3:1250 4:968 5:792 6:668 7:580 8:513 9:456", "0.015330", "0.000092"},
		{"10,000 Fibonacci numbers", amounts(fibonacci(10000)), audit.BenfordFirstTwo, "", "1.401030", "0.000085"},
	} {
		s := look(t, c.method, nil, c.rows)
		if s.Refused != "" || s.Statistics["chi_square"] != c.chi || s.Statistics["mad"] != c.mad || c.counts != "" && s.Statistics["counts"] != c.counts {
			t.Errorf("%s, %s: %s %v", c.name, c.method, s.Refused, s.Statistics)
		}
		if len(s.Leads) != 0 || s.Statistics["mad_band"] != "close conformity" {
			t.Errorf("%s, %s: %s, leads %s", c.name, c.method, s.Statistics["mad_band"], reason(s))
		}
	}
}

func TestLeadingDigits(t *testing.T) {
	for _, c := range []struct {
		value             string
		one, two, decades int
	}{
		{"1234.50", 1, 12, 3}, {"-9.99", 9, 99, 0}, {"0.00", 0, 0, 0}, {"0.05", 5, 50, -2}, {"007", 7, 70, 0}, {"0.0102", 1, 10, -2}, {"5", 5, 50, 0},
	} {
		one, power, err := leading(c.value, 1)
		two, _, _ := leading(c.value, 2)
		if err != nil || one != c.one || two != c.two || power != c.decades {
			t.Errorf("%s: %d, %d, power %d, %v", c.value, one, two, power, err)
		}
	}
}

// A power of ten changes no digit, and so no figure.
func TestBenfordDoesNotSeeTheUnit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := Random{uint64(rapid.IntRange(1, 1<<30).Draw(t, "seed"))}
		var cents, euros []columns
		for range 400 {
			n := 100 + seed.below(10_000_000)/(1+seed.below(1000))
			cents = append(cents, columns{"value": fmt.Sprint(n)})
			euros = append(euros, columns{"value": fmt.Sprintf("%d.%02d", n/100, n%100)})
		}
		a, b := look(t, audit.BenfordFirst, nil, cents), look(t, audit.BenfordFirst, nil, euros)
		if diff := cmp.Diff(a.Statistics, b.Statistics); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestBenfordGuards(t *testing.T) {
	powers := amounts(powersOfTwo(1000))
	var narrow, fees []columns
	for i := range 1000 {
		narrow = append(narrow, columns{"value": fmt.Sprintf("%d.37", 1000+7*i)})
		fees = append(fees, powers[i], columns{"value": "49.00"})
	}
	narrow = append(narrow, columns{"value": "0.01"}, columns{"value": "1000000"})
	for _, c := range []struct {
		name   string
		method audit.Technique
		rows   []columns
		want   string
	}{
		{"299 amounts", audit.BenfordFirst, powers[:299], "299 of amounts other than zero are too few: it takes at least 300"},
		{"300 amounts", audit.BenfordFirst, powers[:300], ""},
		{"zeros do not count", audit.BenfordFirst, append(powers[:299:299], columns{"value": "0"}), "299 of amounts other than zero are too few"},
		{"999 amounts for two digits", audit.BenfordFirstTwo, powers[:999], "999 of amounts other than zero are too few: it takes at least 1,000"},
		{"less than two orders of magnitude, but for two amounts", audit.BenfordFirst, narrow, "span less than two orders of magnitude"},
		{"a fixed fee", audit.BenfordFirst, fees, "the one amount 49.00 makes up 49"},
	} {
		s := look(t, c.method, nil, c.rows)
		if c.want == "" && s.Refused != "" || !strings.Contains(s.Refused, c.want) || c.want != "" && (s.Statistics != nil || s.Leads != nil) {
			t.Errorf("%s: refused %q, want %q", c.name, s.Refused, c.want)
		}
	}
}

// Invented amounts: their first digits are all as frequent.
func TestBenfordSeesInventedAmounts(t *testing.T) {
	r := Random{7}
	var rows []columns
	for range 5000 {
		rows = append(rows, columns{"value": fmt.Sprintf("%d%0*d", 1+r.below(9), 2+r.below(4), r.below(100))})
	}
	s := look(t, audit.BenfordFirst, nil, rows)
	if s.Statistics["mad_band"] != "nonconformity" || s.Statistics["chi_square_p"] != "0.000000" {
		t.Errorf("%v", s.Statistics)
	}
	if got := strings.Join(items(s), " "); got != "digits 1 digits 2 digits 3 digits 4 digits 5 digits 6 digits 7 digits 8 digits 9" {
		t.Error(got)
	}
	if want := "amounts begin with 1"; !strings.Contains(reason(s), want) || !strings.Contains(reason(s), "less often than Benford's law expects (30.10 %)") {
		t.Error(reason(s))
	}
}

func TestBands(t *testing.T) {
	for _, c := range []struct {
		digits int
		mad    float64
		want   string
	}{
		{1, 0.006, "close conformity"}, {1, 0.0061, "acceptable conformity"}, {1, 0.012, "acceptable conformity"}, {1, 0.015, "marginal conformity"}, {1, 0.0151, "nonconformity"},
		{2, 0.0012, "close conformity"}, {2, 0.0018, "acceptable conformity"}, {2, 0.0022, "marginal conformity"}, {2, 0.0023, "nonconformity"},
	} {
		if got := scales[c.digits].band(c.mad); got != c.want {
			t.Errorf("%d digits, %v: %s, want %s", c.digits, c.mad, got, c.want)
		}
	}
}

// The correction for continuity applies only where it is smaller than the difference.
func TestDigitZ(t *testing.T) {
	for _, c := range []struct {
		observed, expected, n float64
		want                  string
	}{{0.35, 0.30, 1000, "3.416"}, {0.25, 0.30, 1000, "3.416"}, {0.3004, 0.30, 1000, "0.028"}, {0.30, 0.30, 1000, "0.000"}} {
		if got := digits(DigitZ(c.observed, c.expected, c.n), 3); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}
