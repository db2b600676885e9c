package analytics

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// point is one period: a value, or hits among trials.
type point struct {
	item, at string
	value, n float64
}

// drift gathers periods and looks for a lasting shift away from the first ones.
type drift struct {
	points   []point
	rated    bool
	baseline int64
	lambda   float64
	width    float64 // of the EWMA's limits, in standard errors
	slack, h float64 // of the CUSUM, in standard deviations
	chart    func(*drift, []float64) chart
}

// chart is a statistic for each period with its limits.
type chart struct {
	name         string
	value, limit []float64 // signals where the value's size is above the limit
	settings     map[string]string
}

// periodLimit is more periods than ten years have hours.
const periodLimit = 100_000

func newDrift(s settings, c func(*drift, []float64) chart) (func(Row) error, func() Seen) {
	d := &drift{
		baseline: max(8, s.whole("baseline", 20)), lambda: s.fraction("lambda", 0.2), width: s.number("width", 3),
		slack: s.number("slack", 0.5), h: s.number("interval", 5), chart: c,
	}
	return d.add, d.done
}

func (d *drift) add(r Row) error {
	if len(d.points) == periodLimit {
		return refuse("more than %s periods: choose longer ones", audit.Count(periodLimit))
	}
	at, err := r.need("at")
	if err != nil {
		return err
	}
	x := point{item: r.Item, at: at}
	if x.value, err = r.value(); err != nil {
		return err
	}
	if n, ok := r.Columns["n"]; ok {
		d.rated = true
		if x.n, err = float(n); err != nil {
			return err
		}
		if x.n < 1 || x.value < 0 || x.value > x.n {
			return fmt.Errorf("%s of %s is no rate: value is how many of n", r.Columns["value"], n)
		}
	}
	d.points = append(d.points, x)
	return nil
}

func (d *drift) done() Seen {
	if stop := atLeast("periods", int64(len(d.points)), d.baseline+5); stop != nil {
		return Seen{Refused: stop.Reason + fmt.Sprintf(", of which the first %d are the measure of the rest", d.baseline)}
	}
	slices.SortStableFunc(d.points, func(a, b point) int { return strings.Compare(a.at+"\x00"+a.item, b.at+"\x00"+b.item) })
	z, center, spread := d.standardized()
	if spread == 0 {
		return Seen{Refused: fmt.Sprintf("the first %d periods do not vary: there is no measure of what is usual", d.baseline)}
	}
	c := d.chart(d, z)
	s := map[string]string{
		"periods": count(int64(len(d.points))), "baseline_periods": count(d.baseline), "baseline_center": text(center), "baseline_spread": text(spread),
		"last": text(c.value[len(c.value)-1]), "last_limit": text(c.limit[len(c.limit)-1]),
	}
	for k, v := range c.settings {
		s[k] = v
	}
	return Seen{Statistics: s, Leads: d.leads(c)}
}

// standardized are the periods in standard deviations from the baseline: that
// of a proportion where rows count hits among trials, and else that of single
// values, from their moving range.
func (d *drift) standardized() (z []float64, center, spread float64) {
	base := d.points[:d.baseline]
	if d.rated {
		return d.proportions(base)
	}
	values := make([]float64, len(base))
	moved := 0.0
	for i, x := range base {
		values[i] = x.value
		if i > 0 {
			moved += math.Abs(x.value - base[i-1].value)
		}
	}
	center, spread = mean(values), moved/float64(len(base)-1)/1.128
	for _, x := range d.points {
		z = append(z, (x.value-center)/spread)
	}
	return z, center, spread
}

func (d *drift) proportions(base []point) (z []float64, center, spread float64) {
	hits, trials := 0.0, 0.0
	for _, x := range base {
		hits, trials = hits+x.value, trials+x.n
	}
	center = hits / trials
	spread = math.Sqrt(center * (1 - center))
	for _, x := range d.points {
		z = append(z, (x.value/x.n-center)/(spread/math.Sqrt(x.n)))
	}
	return z, center, spread
}

// EWMA is the moving average of standardized values in which each counts lambda
// and all before it the rest, with its limits of so many standard errors.
func EWMA(z []float64, lambda, width float64) (value, limit []float64) {
	last, left := 0.0, 1.0
	for _, x := range z {
		last = float64(lambda*x) + float64((1-lambda)*last)
		left *= (1 - lambda) * (1 - lambda)
		value = append(value, last)
		limit = append(limit, width*math.Sqrt(lambda/(2-lambda)*(1-left)))
	}
	return value, limit
}

// CUSUM adds up what standardized values exceed the slack by, upwards and
// downwards apart, and begins anew at zero.
func CUSUM(z []float64, slack float64) (up, down []float64) {
	u, d := 0.0, 0.0
	for _, x := range z {
		u, d = max(0, u+x-slack), max(0, d-x-slack)
		up, down = append(up, u), append(down, d)
	}
	return up, down
}

func byEWMA(d *drift, z []float64) chart {
	value, limit := EWMA(z, d.lambda, d.width)
	return chart{"moving average", value, limit, map[string]string{"lambda": text(d.lambda), "width": text(d.width)}}
}

func byCUSUM(d *drift, z []float64) chart {
	up, down := CUSUM(z, d.slack)
	c := chart{name: "cumulative sum", settings: map[string]string{"slack": text(d.slack), "interval": text(d.h)}}
	for i := range up {
		value := up[i]
		if down[i] > up[i] {
			value = -down[i]
		}
		c.value, c.limit = append(c.value, value), append(c.limit, d.h)
	}
	return c
}

func (d *drift) leads(c chart) []audit.Lead {
	var leads []audit.Lead
	for i, x := range d.points {
		if math.Abs(c.value[i]) <= c.limit[i] {
			continue
		}
		word := "above"
		if c.value[i] < 0 {
			word = "below"
		}
		columns := map[string]string{"at": x.at, "value": digits(x.value, 2)}
		if d.rated {
			columns["value"], columns["n"] = digits(x.value, 0), digits(x.n, 0)
		}
		leads = append(leads, audit.Lead{Item: x.item, Score: digits(c.value[i], 3), Columns: columns,
			Reason: fmt.Sprintf("the %s is %s what the first %d periods make usual (%s, limit %s)", c.name, word, d.baseline, digits(c.value[i], 2), digits(c.limit[i], 2))})
	}
	return leads
}
