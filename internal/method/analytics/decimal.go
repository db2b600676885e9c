package analytics

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// decimal is an exact decimal number: units divided by ten to the scale.
type decimal struct {
	units *big.Int
	scale int
}

// parseDecimal reads an exact decimal text such as "-1234.50".
func parseDecimal(s string) (decimal, error) {
	whole, fraction, _ := strings.Cut(s, ".")
	if !decimalText(s) {
		return decimal{}, fmt.Errorf("%q is not an exact decimal number", s)
	}
	units, ok := new(big.Int).SetString(whole+fraction, 10)
	if !ok {
		return decimal{}, fmt.Errorf("%q is not an exact decimal number", s)
	}
	return decimal{units, len(fraction)}, nil
}

// decimalText reports whether s is an optional minus, digits, and optionally a
// point with digits after it; at most 60 letters, so that nothing is slow.
func decimalText(s string) bool {
	whole, fraction, point := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	return len(s) <= 60 && onlyDigits(whole) && (!point || onlyDigits(fraction))
}

func onlyDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// at writes the number with more digits after the point, without changing it.
func (d decimal) at(scale int) *big.Int {
	up := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale-d.scale)), nil)
	return up.Mul(up, d.units)
}

func (d decimal) plus(e decimal) decimal {
	scale := max(d.scale, e.scale)
	return decimal{new(big.Int).Add(d.at(scale), e.at(scale)), scale}
}

func (d decimal) times(e decimal) decimal {
	return decimal{new(big.Int).Mul(d.units, e.units), d.scale + e.scale}
}

// compare says whether d is below, at or above e.
func (d decimal) compare(e decimal) int {
	scale := max(d.scale, e.scale)
	return d.at(scale).Cmp(e.at(scale))
}

// multipleOf reports whether d is a multiple of e and not zero.
func (d decimal) multipleOf(e decimal) bool {
	scale := max(d.scale, e.scale)
	rest := new(big.Int).Rem(d.at(scale), e.at(scale))
	return d.units.Sign() != 0 && rest.Sign() == 0
}

func (d decimal) abs() decimal { return decimal{new(big.Int).Abs(d.units), d.scale} }

func (d decimal) String() string {
	s := new(big.Int).Abs(d.units).String()
	for len(s) <= d.scale {
		s = "0" + s
	}
	if d.scale > 0 {
		s = s[:len(s)-d.scale] + "." + s[len(s)-d.scale:]
	}
	if d.units.Sign() < 0 {
		return "-" + s
	}
	return s
}

// total adds decimals up, exactly.
type total struct{ sum decimal }

func (t *total) add(d decimal) {
	if t.sum.units == nil {
		t.sum = decimal{big.NewInt(0), 0}
	}
	t.sum = t.sum.plus(d)
}

func (t *total) String() string {
	if t.sum.units == nil {
		return "0"
	}
	return t.sum.String()
}

// float reads an exact decimal text for statistics, which are not money.
func float(s string) (float64, error) {
	if !decimalText(s) {
		return 0, fmt.Errorf("%q is not an exact decimal number", s)
	}
	return strconv.ParseFloat(s, 64)
}

// need returns a column that must be there.
func (r Row) need(name string) (string, error) {
	v, ok := r.Columns[name]
	if !ok {
		return "", fmt.Errorf("column %s is absent: leave such rows out in the SQL", name)
	}
	return v, nil
}

// value reads the column value as a float.
func (r Row) value() (float64, error) {
	s, err := r.need("value")
	if err != nil {
		return 0, err
	}
	return float(s)
}

// amount reads the column value exactly.
func (r Row) amount() (decimal, error) {
	s, err := r.need("value")
	if err != nil {
		return decimal{}, err
	}
	return parseDecimal(s)
}
