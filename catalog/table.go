package catalog

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

//go:embed tables
var shippedTables embed.FS

// TaxTable is what one jurisdiction has employers withhold from pay in one
// year, as a file that people read, check against its source, and change.
// Money and rates are exact text.
type TaxTable struct {
	Jurisdiction string        `json:"jurisdiction" yaml:"jurisdiction"` // "US", "US-NJ"
	Year         int           `json:"year" yaml:"year"`
	Version      int           `json:"version" yaml:"version"`
	Title        string        `json:"title" yaml:"title"`
	Currency     string        `json:"currency" yaml:"currency"`
	Source       TableSource   `json:"source" yaml:"source"`
	Maintainer   string        `json:"maintained_by" yaml:"maintained_by"`
	Effective    audit.Period  `json:"effective" yaml:"effective"`
	Rounding     string        `json:"rounding" yaml:"rounding"` // of the income tax of one pay
	Note         string        `json:"note" yaml:"note"`
	Taxes        []TaxSchedule `json:"taxes" yaml:"taxes"`
}

// TableSource is the public document from which a table's figures come.
type TableSource struct {
	Document  string `json:"document" yaml:"document"`
	Publisher string `json:"publisher" yaml:"publisher"`
	Year      int    `json:"year" yaml:"year"`
}

func (s TableSource) String() string {
	return fmt.Sprintf("%s (%s, %d)", s.Document, s.Publisher, s.Year)
}

// TaxSchedule is the brackets of one tax for some filing statuses.
type TaxSchedule struct {
	Tax        string       `json:"tax" yaml:"tax"`
	Method     string       `json:"method" yaml:"method"` // annualized, cumulative, none
	Statuses   []string     `json:"filing_statuses" yaml:"filing_statuses"`
	Step2      bool         `json:"step2,omitempty" yaml:"step2"`         // for a checked box in step 2 of Form W-4
	Deduction  string       `json:"deduction,omitempty" yaml:"deduction"` // a year, before the brackets
	Allowance  string       `json:"allowance,omitempty" yaml:"allowance"` // a year, for each allowance claimed
	Additional string       `json:"additional_allowance,omitempty" yaml:"additional_allowance"`
	Brackets   []TaxBracket `json:"brackets,omitempty" yaml:"brackets"`
}

// TaxBracket applies from an amount of pay a year to that of the next bracket,
// or up to To. Base is the tax at From, Rate the share of what is above it.
type TaxBracket struct {
	From      string `json:"from" yaml:"from"`
	To        string `json:"to,omitempty" yaml:"to"`
	Base      string `json:"base" yaml:"base"`
	Rate      string `json:"rate" yaml:"rate"`
	Uncertain bool   `json:"uncertain,omitempty" yaml:"uncertain"`
}

// Uncertain counts the brackets that whoever entered them was not sure of.
func (t TaxTable) Uncertain() int {
	n := 0
	for _, s := range t.Taxes {
		for _, b := range s.Brackets {
			if b.Uncertain {
				n++
			}
		}
	}
	return n
}

// Tables reads the tax tables that are built into the program, by jurisdiction
// and year.
func Tables() ([]TaxTable, error) { return TablesFS(shippedTables) }

// TablesFS reads the tax tables in the folder tables of fsys: all or an error.
func TablesFS(fsys fs.FS) ([]TaxTable, error) {
	var all []TaxTable
	faults := strangeTables(fsys)
	err := each(fsys, "tables/*.yaml", func(file string, src []byte) error {
		t, err := ParseTable(file, src)
		if err != nil {
			return err
		}
		want := fmt.Sprintf("%s-%d", strings.ToLower(t.Jurisdiction), t.Year)
		if got := base(file, ".yaml"); got != want {
			return fmt.Errorf("%s:1: the table is that of %s for %d; expected it in a file %s.yaml", file, t.Jurisdiction, t.Year, want)
		}
		all = append(all, t)
		return nil
	})
	return all, errors.Join(faults, err)
}

// strangeTables refuses files that would be passed over in silence.
func strangeTables(fsys fs.FS) error {
	entries, err := fs.ReadDir(fsys, "tables")
	if err != nil {
		return fmt.Errorf("list tax tables: %w", err)
	}
	var faults []error
	for _, e := range entries {
		if e.IsDir() || !strings.HasSuffix(e.Name(), ".yaml") {
			faults = append(faults, fmt.Errorf("tables/%s: no tax table has this name; expected JURISDICTION-YEAR.yaml", e.Name()))
		}
	}
	return errors.Join(faults...)
}

// ParseTable reads one tax table from YAML. Name is the file's name; it stands
// in errors.
func ParseTable(name string, src []byte) (TaxTable, error) {
	e, err := readOne[TaxTable](name, src)
	if err != nil {
		return TaxTable{}, err
	}
	return e.Value, e.refuse(tableFaults(e.Value)...)
}

var jurisdiction = regexp.MustCompile(`^[A-Z]{2}(-[A-Z0-9]{1,3})?$`)

func tableFaults(t TaxTable) []fault {
	faults := required("title", t.Title, "source.document", t.Source.Document, "source.publisher", t.Source.Publisher,
		"maintained_by", t.Maintainer, "note", t.Note)
	if !jurisdiction.MatchString(t.Jurisdiction) {
		faults = append(faults, faultf("jurisdiction", "jurisdiction %q; expected one such as US or US-NJ", t.Jurisdiction))
	}
	if len(t.Currency) != 3 || strings.ToUpper(t.Currency) != t.Currency {
		faults = append(faults, faultf("currency", "currency %q; expected an ISO 4217 code such as USD", t.Currency))
	}
	if t.Version < 1 {
		faults = append(faults, faultf("version", "version is missing or less than 1; expected a whole number from 1"))
	}
	if t.Source.Year < 1 {
		faults = append(faults, faultf("source.year", "the year of the source is missing"))
	}
	whole := audit.Period{From: audit.Date(fmt.Sprintf("%04d-01-01", t.Year)), To: audit.Date(fmt.Sprintf("%04d-12-31", t.Year))}
	if t.Effective != whole {
		faults = append(faults, faultf("effective", "effective from %q to %q; expected %s to %s: a table holds for one whole year",
			t.Effective.From, t.Effective.To, whole.From, whole.To))
	}
	faults = append(faults, among("rounding", []string{t.Rounding}, []string{"cent-half-up", "dollar-half-up"})...)
	if len(t.Taxes) == 0 {
		faults = append(faults, faultf("taxes", "taxes is missing or empty; expected at least one"))
	}
	return append(faults, scheduleFaults(t.Taxes)...)
}

// Find returns the table of a jurisdiction for a year.
func Find(all []TaxTable, jurisdiction string, year int) (TaxTable, bool) {
	i := slices.IndexFunc(all, func(t TaxTable) bool { return t.Jurisdiction == jurisdiction && t.Year == year })
	if i < 0 {
		return TaxTable{}, false
	}
	return all[i], true
}
