package catalog

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"

	"tickmark/internal/audit"
)

// methods says which methods a tax may have.
var methods = map[string][]string{
	"income":              {"annualized", "none"},
	"social-security":     {"cumulative"},
	"medicare":            {"cumulative"},
	"medicare-additional": {"cumulative"},
}

func scheduleFaults(all []TaxSchedule) []fault {
	var faults []fault
	seen := map[string]bool{}
	for i, s := range all {
		path := at("taxes", i)
		allowed, ok := methods[s.Tax]
		if !ok {
			faults = append(faults, faultf(path+".tax", "tax %q; expected income, social-security, medicare or medicare-additional", s.Tax))
		} else if !slices.Contains(allowed, s.Method) {
			faults = append(faults, faultf(path+".method", "method %q of tax %s; expected %s", s.Method, s.Tax, allowed[0]))
		}
		if len(s.Statuses) == 0 {
			faults = append(faults, faultf(path+".filing_statuses", "filing_statuses is missing or empty; expected any, or a list"))
		}
		for _, status := range s.Statuses {
			key := fmt.Sprint(s.Tax, status, s.Step2)
			if seen[key] {
				faults = append(faults, faultf(path+".filing_statuses", "tax %s for %s is already in the table; expected it once", s.Tax, status))
			}
			seen[key] = true
		}
		faults = append(faults, amountFaults(path, s)...)
		faults = append(faults, bracketFaults(path, s)...)
	}
	return faults
}

func amountFaults(path string, s TaxSchedule) []fault {
	var faults []fault
	amounts := []struct{ field, text string }{
		{"deduction", s.Deduction}, {"allowance", s.Allowance}, {"additional_allowance", s.Additional},
	}
	for _, a := range amounts {
		if _, ok := money(a.text); a.text != "" && !ok {
			faults = append(faults, faultf(path+"."+a.field, "%s %q; expected an amount such as 1000.00", a.field, a.text))
		}
	}
	return faults
}

// bracketFaults checks that each bracket begins where the one before it ends
// and with the tax of it, to a unit of the currency: published limits are
// rounded, and what is further off is a slip of the pen.
func bracketFaults(path string, s TaxSchedule) []fault {
	if (s.Method == "none") != (len(s.Brackets) == 0) {
		return []fault{faultf(path+".brackets", "method %s with %d brackets; expected some, and none for method none", s.Method, len(s.Brackets))}
	}
	var faults []fault
	for i, b := range s.Brackets {
		at := path + "." + at("brackets", i)
		from, ok1 := money(b.From)
		due, ok2 := money(b.Base)
		_, ok3 := rate(b.Rate)
		if _, ok := money(b.To); !ok1 || !ok2 || !ok3 || b.To != "" && !ok {
			faults = append(faults, faultf(at, "bracket from %q to %q, base %q, rate %q; expected amounts such as 100.00 and a rate below 1 such as 0.062",
				b.From, b.To, b.Base, b.Rate))
			continue
		}
		if b.To != "" && i+1 < len(s.Brackets) {
			faults = append(faults, faultf(at+".to", "only the last bracket has an upper limit of its own"))
		}
		if i == 0 {
			faults = append(faults, firstFaults(at, s, from, due)...)
			continue
		}
		faults = append(faults, joinFaults(at, s.Brackets[i-1], from, due)...)
	}
	return faults
}

func firstFaults(path string, s TaxSchedule, from, due *big.Rat) []fault {
	if s.Method == "annualized" && (from.Sign() != 0 || due.Sign() != 0) {
		return []fault{faultf(path, "the first bracket begins at %s with %s; expected 0.00 and 0.00", from.FloatString(2), due.FloatString(2))}
	}
	return nil
}

func joinFaults(path string, before TaxBracket, from, due *big.Rat) []fault {
	last, ok1 := money(before.From)
	base, ok2 := money(before.Base)
	share, ok3 := rate(before.Rate)
	if !ok1 || !ok2 || !ok3 {
		return nil // refused already
	}
	if from.Cmp(last) <= 0 {
		return []fault{faultf(path+".from", "the bracket begins at %s, the one before it at %s; expected rising limits", from.FloatString(2), last.FloatString(2))}
	}
	comes := new(big.Rat).Sub(from, last)
	comes.Mul(comes, share).Add(comes, base)
	if off := new(big.Rat).Sub(comes, due); off.Abs(off).Cmp(big.NewRat(1, 1)) > 0 {
		return []fault{faultf(path+".base", "base is %s, but the bracket before it comes to %s there", due.FloatString(2), comes.FloatString(2))}
	}
	return nil
}

// money reads an amount of at most two decimals that is not below zero.
func money(text string) (*big.Rat, bool) { return unsigned(text, 2) }

// rate reads a share below one of at most six decimals.
func rate(text string) (*big.Rat, bool) {
	r, ok := unsigned(text, 6)
	return r, ok && r.Cmp(big.NewRat(1, 1)) < 0
}

func unsigned(text string, decimals int) (*big.Rat, bool) {
	if !exact["decimal"].MatchString(text) || text[0] == '-' || len(text) > 16 {
		return nil, false
	}
	for i := range text {
		if text[i] == '.' && len(text)-i-1 > decimals {
			return nil, false
		}
	}
	return new(big.Rat).SetString(text)
}

// Rows are the brackets of the table as rows of the population tax_tables.
func (t TaxTable) Rows() []audit.Values {
	var rows []audit.Values
	for _, s := range t.Taxes {
		for _, status := range s.Statuses {
			rows = append(rows, t.schedule(s, status)...)
		}
	}
	return rows
}

func (t TaxTable) schedule(s TaxSchedule, status string) []audit.Values {
	brackets, name := s.Brackets, s.Tax+"-"+status
	if s.Method == "none" {
		brackets = []TaxBracket{{From: "0.00", Base: "0.00", Rate: "0"}}
	}
	if s.Step2 {
		name += "-step2"
	}
	var rows []audit.Values
	for i, b := range brackets {
		row := audit.Values{
			"bracket_id":   fmt.Sprintf("%s-%d-%s-%02d", t.Jurisdiction, t.Year, name, i+1),
			"jurisdiction": t.Jurisdiction, "tax": s.Tax, "year": strconv.Itoa(t.Year), "filing_status": status,
			"pay_frequency": "annual", "bracket_from": b.From, "base_amount": b.Base, "rate": b.Rate, "currency": t.Currency,
			"source": t.Source.String(), "method": s.Method, "step2": strconv.FormatBool(s.Step2), "rounding": t.Rounding,
			"version": strconv.Itoa(t.Version), "uncertain": strconv.FormatBool(b.Uncertain),
		}
		if i+1 < len(brackets) {
			row["bracket_to"] = brackets[i+1].From
		}
		optional := map[string]string{"bracket_to": b.To, "deduction": s.Deduction, "allowance": s.Allowance, "additional_allowance": s.Additional}
		for column, text := range optional {
			if text != "" {
				row[column] = text
			}
		}
		rows = append(rows, row)
	}
	return rows
}
