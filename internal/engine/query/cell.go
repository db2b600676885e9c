package query

import (
	"fmt"
	"strconv"
	"strings"

	"tickmark/internal/audit"
)

// cell is how one column is read: raw text first, then the exact type, then
// the words for what is wrong. Nothing is rounded, guessed or made null.
type cell struct {
	column audit.Column
	exact  bool // the source's value already has the exact type
}

func (k cell) rawName() string { return ident("r_" + k.column.Name) }
func (k cell) name() string    { return ident(k.column.Name) }

// raw names the source's value without blanks around it; blank texts are absent.
// Only a text that begins below '!' or ends in a blank is worth trimming.
func (k cell) raw(source string) string {
	if k.exact {
		return source + " AS " + k.rawName()
	}
	text := "CAST(" + source + " AS VARCHAR)"
	return fmt.Sprintf("CASE WHEN %[1]s < '!' OR suffix(%[1]s, ' ') THEN nullif(trim(%[1]s), '') ELSE %[1]s END AS %[2]s", text, k.rawName())
}

// typed is the value in its exact type, or null when the text is not one.
func (k cell) typed() string {
	if k.exact {
		return k.rawName() + " AS " + k.name()
	}
	r := k.rawName()
	switch k.column.Type {
	case "text":
		return r + " AS " + k.name()
	case "date":
		return fmt.Sprintf("CASE WHEN length(%s) = 10 THEN TRY_CAST(%s AS DATE) END AS %s", r, r, k.name())
	case "timestamp":
		return fmt.Sprintf("CASE WHEN %s THEN make_timestamp(epoch_us(TRY_CAST(%s AS TIMESTAMPTZ))) END AS %s", hasOffset(r), r, k.name())
	}
	return fmt.Sprintf("TRY_CAST(%s AS %s) AS %s", r, sqlType(k.column.Type), k.name())
}

// hasOffset is true for texts such as 2025-03-01T10:00:00Z and …-05:00: an
// instant without an offset could be any of twenty-four.
func hasOffset(r string) string {
	return fmt.Sprintf("(strlen(%[1]s) > 16 AND (suffix(%[1]s, 'Z') OR left(right(%[1]s, 6), 1) IN ('+', '-') OR left(right(%[1]s, 5), 1) IN ('+', '-') OR left(right(%[1]s, 3), 1) IN ('+', '-')))", r)
}

// fault is one thing that can be wrong with a value: SQL that is true then, and
// SQL for the words.
type fault struct{ when, say string }

// problem is SQL for what is wrong with the value, null when nothing is.
func (k cell) problem() string {
	var cases []string
	for _, f := range k.faults() {
		cases = append(cases, "WHEN "+f.when+" THEN "+f.say)
	}
	if len(cases) == 0 {
		return "NULL"
	}
	return "CASE " + strings.Join(cases, " ") + " END"
}

func (k cell) faults() []fault {
	var faults []fault
	shown := func(value, what string) string {
		return fmt.Sprintf("%s || left(%s, 80) || %s", quote(k.column.Name+`: "`), value, quote(`" `+what))
	}
	if k.column.Required {
		faults = append(faults, fault{k.rawName() + " IS NULL", quote(k.column.Name + " is missing")})
	}
	if !k.exact && k.column.Type != "text" {
		faults = append(faults, fault{k.rawName() + " IS NOT NULL AND " + k.other(), shown(k.rawName(), "is not "+article(k.column.Type))})
	}
	if loss := k.loss(); loss != "" {
		faults = append(faults, fault{loss, shown(k.rawName(), "has more digits than "+k.column.Type+" can hold")})
	}
	if len(k.column.Values) > 0 {
		var allowed []string
		for _, v := range k.column.Values {
			allowed = append(allowed, quote(v))
		}
		faults = append(faults, fault{fmt.Sprintf("%[1]s IS NOT NULL AND %[1]s NOT IN (%[2]s)", k.name(), strings.Join(allowed, ", ")),
			shown("CAST("+k.name()+" AS VARCHAR)", "is none of "+strings.Join(k.column.Values, ", "))})
	}
	return faults
}

// other is true for a text that is not the type's: one that DuckDB cannot cast,
// or one that only DuckDB takes for a number or a day, such as 0x10, 1_000, 1e3
// for an integer and 2025-03-1Z for a date.
func (k cell) other() string {
	also := ""
	switch {
	case k.column.Type == "integer":
		also = fmt.Sprintf(" OR CASE WHEN CAST(%[2]s AS VARCHAR) = %[1]s THEN false ELSE NOT regexp_full_match(%[1]s, '[+-]?[0-9]+') END", k.rawName(), k.name())
	case k.column.Type == "date":
		also = fmt.Sprintf(" OR CAST(%s AS VARCHAR) <> %s", k.name(), k.rawName())
	case strings.HasPrefix(k.column.Type, "decimal"):
		also = fmt.Sprintf(" OR contains(%s, '_')", k.rawName())
	}
	return "(" + k.name() + " IS NULL" + also + ")"
}

// loss is true when the cast rounded: DuckDB casts '1.005' to DECIMAL(12,2) as
// 1.01 without a word. Digits behind the last that the type holds must be zeros.
func (k cell) loss() string {
	scale, ok := k.scale()
	if k.exact || !ok || k.column.Type == "integer" {
		return ""
	}
	return fmt.Sprintf(`CASE WHEN %[1]s IS NULL THEN false WHEN contains(%[2]s, 'e') OR contains(%[2]s, 'E') THEN %[4]s
		WHEN contains(%[2]s, '.') AND strlen(%[2]s) - strpos(%[2]s, '.') > %[3]d THEN strlen(rtrim(%[2]s, '0')) - strpos(%[2]s, '.') > %[3]d ELSE false END`,
		k.name(), k.rawName(), scale, k.powerLoss(scale))
}

// powerLoss is loss for a number with an exponent: it must have the same value
// in a type with ten more digits, and no digit beyond those.
func (k cell) powerLoss(scale int) string {
	wide := min(scale+10, 38)
	e := fmt.Sprintf("strpos(lower(%s), 'e')", k.rawName())
	fraction := fmt.Sprintf("CASE WHEN contains(%[1]s, '.') THEN %[2]s - strpos(%[1]s, '.') - 1 ELSE 0 END", k.rawName(), e)
	return fmt.Sprintf(`NOT coalesce(TRY_CAST(%[1]s AS DECIMAL(38,%[2]d)) = TRY_CAST(%[3]s AS DECIMAL(38,%[2]d))
		AND (%[4]s) - TRY_CAST(substr(%[1]s, %[5]s + 1) AS INTEGER) <= %[2]d, false)`, k.rawName(), wide, k.name(), fraction, e)
}

func (k cell) scale() (int, bool) {
	if k.column.Type == "integer" {
		return 0, true
	}
	inner, ok := strings.CutPrefix(k.column.Type, "decimal(")
	if !ok {
		return 0, false
	}
	_, s, _ := strings.Cut(strings.TrimSuffix(inner, ")"), ",")
	n, err := strconv.Atoi(strings.TrimSpace(s))
	return n, err == nil
}

func article(t string) string {
	switch t {
	case "integer":
		return "an integer"
	case "timestamp":
		return "an instant with its UTC offset, such as 2025-03-01T09:30:00-05:00"
	case "date":
		return "a date such as 2025-03-01"
	case "boolean":
		return "true or false"
	}
	return "a " + t
}
