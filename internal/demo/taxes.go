package demo

import "tickmark/internal/audit"

// millionths is a rate of tax: 62,000 is 6.2 percent.
type millionths int64

// bracket applies from an amount of taxable pay on.
type bracket struct {
	from, base cents
	rate       millionths
}

// The United States' payroll taxes of 2025, which are public facts: the wage
// base of social security, the rates, and the threshold of the additional
// Medicare tax.
const (
	securityRate millionths = 62_000
	securityCap  cents      = 176_100_00
	medicareRate millionths = 14_500
	extraRate    millionths = 9_000
	extraFrom    cents      = 200_000_00
)

const (
	publicSource       = "Public 2025 rate of the Social Security Administration and the Internal Revenue Service"
	illustrativeSource = "Illustrative bracket of the sample; not a published tax table"
)

var (
	jurisdictions = []string{"US", "US-NY", "US-NJ", "US-PA", "US-TX"} // the first is federal
	statuses      = []string{"single", "married", "head-of-household"}
)

const (
	single  = 0
	married = 1
)

// steps are the limits in dollars and the rates in hundredths of a percent of
// one table, for biweekly pay.
type steps []struct{ from, rate int64 }

var (
	federalSteps = []steps{
		{{0, 0}, {600, 1000}, {1050, 1200}, {2450, 2200}, {4600, 2400}, {8200, 3200}, {10300, 3500}, {24600, 3700}},
		{{0, 0}, {1150, 1000}, {2050, 1200}, {4900, 2200}, {9100, 2400}, {16300, 3200}, {20400, 3500}, {30000, 3700}},
		{{0, 0}, {870, 1000}, {1500, 1200}, {3300, 2200}, {4850, 2400}, {8450, 3200}, {10500, 3500}, {24900, 3700}},
	}
	stateSteps = map[string]steps{
		"US-NY": {{0, 400}, {650, 525}, {1000, 600}, {3200, 685}},
		"US-NJ": {{0, 140}, {800, 350}, {1600, 552}, {3500, 637}},
		"US-PA": {{0, 307}},
		"US-TX": {{0, 0}},
	}
)

// taxes holds the income tax brackets by jurisdiction and filing status, as
// they are indexed in the lists above.
type taxes struct{ income [][][]bracket }

func newTaxes() taxes {
	var t taxes
	for j, code := range jurisdictions {
		t.income = append(t.income, nil)
		for s := range statuses {
			table := stateSteps[code]
			if j == 0 {
				table = federalSteps[s]
			}
			t.income[j] = append(t.income[j], table.brackets())
		}
	}
	return t
}

func (table steps) brackets() []bracket {
	var list []bracket
	for i, s := range table {
		b := bracket{from: cents(s.from * 100), rate: millionths(s.rate * 100)}
		if i > 0 {
			b.base = list[i-1].tax(b.from)
		}
		list = append(list, b)
	}
	return list
}

// tax is what is due on pay in the bracket, to the cent.
func (b bracket) tax(pay cents) cents { return b.base + b.rate.of(pay-b.from) }

func (r millionths) of(c cents) cents { return cents(rounded(int64(c)*int64(r), 1_000_000)) }

// incomeTax is what one jurisdiction withholds.
func (t taxes) incomeTax(jurisdiction, status int, pay cents) cents {
	list := t.income[jurisdiction][status]
	i := len(list) - 1
	for list[i].from > pay {
		i--
	}
	return list[i].tax(pay)
}

// security is social security tax on pay after the pay accumulated in the year.
func security(before, pay cents) cents {
	return securityRate.of(min(before+pay, securityCap) - min(before, securityCap))
}

func medicare(before, pay cents) cents {
	extra := max(before+pay, extraFrom) - max(before, extraFrom)
	return cents(rounded(int64(pay)*int64(medicareRate)+int64(extra)*int64(extraRate), 1_000_000))
}

func (r millionths) String() string {
	b := appendID(nil, "0.", int64(r), 6)
	return string(b)
}

// writeTaxTables writes the tables as they stood in the payroll engine.
func (w *world) writeTaxTables() error {
	var rows [][]string
	add := func(jurisdiction, tax, status, frequency string, from cents, to string, base cents, rate millionths, source string) {
		rows = append(rows, []string{
			id("TX-", int64(len(rows)+1), 4), jurisdiction, tax, "2025", status, frequency,
			from.String(), to, base.String(), rate.String(), currency, source,
		})
	}
	add("US", "social-security", "any", "annual", 0, securityCap.String(), 0, securityRate, publicSource)
	add("US", "medicare", "any", "annual", 0, "", 0, medicareRate, publicSource)
	add("US", "medicare-additional", "any", "annual", extraFrom, "", 0, extraRate, publicSource)
	for j, code := range jurisdictions {
		for s, status := range statuses {
			list := w.taxes.income[j][s]
			for i, b := range list {
				to := ""
				if i+1 < len(list) {
					to = list[i+1].from.String()
				}
				add(code, "income", status, "biweekly", b.from, to, b.base, b.rate, illustrativeSource)
			}
		}
	}
	w.record(audit.Dataset{
		Population: "tax_tables", Format: "csv", Source: "Payroll engine, tax table release 2025.1",
		Query: "Export of every bracket in force for pay dates from 2025-01-01 to 2025-12-31, all jurisdictions",
	}, int64(len(rows)), nil, "tax_tables.csv")
	return w.writeCSV("tax_tables.csv", w.columns("tax_tables"), rows)
}
