package demo

import "strconv"

// cents is an amount in US dollars.
type cents int64

const currency = "USD"

func (c cents) String() string { return string(c.append(nil)) }

func (c cents) append(b []byte) []byte {
	if c < 0 {
		return (-c).append(append(b, '-'))
	}
	return hundredths(strconv.AppendInt(b, int64(c/100), 10), int64(c%100))
}

func hundredths(b []byte, n int64) []byte {
	return append(b, '.', byte('0'+n/10), byte('0'+n%10))
}

// tenThousandths is a number of hours, or dollars an hour, with four decimals.
type tenThousandths int64

func (n tenThousandths) append(b []byte) []byte {
	b = strconv.AppendInt(b, int64(n/10_000), 10)
	b = hundredths(b, int64(n/100%100))
	rest := int64(n % 100)
	return append(b, byte('0'+rest/10), byte('0'+rest%10))
}

func (n tenThousandths) String() string { return string(n.append(nil)) }

// rounded divides and rounds half away from zero.
func rounded(n, by int64) int64 {
	if n < 0 {
		return -rounded(-n, by)
	}
	return (n + by/2) / by
}
