package workspace

import (
	"reflect"
	"regexp"
	"strings"
	"time"

	"github.com/adhocore/gronx"

	"tickmark/internal/audit"
)

// rule is what a field must hold beyond its Go type.
type rule struct {
	values []string // the only values allowed; of a list, of each element
	form   *form    // of a map or a list, of each element
	some   bool     // a list with at least one element
	absent bool     // may be left out although the noun always writes it
}

// form is a shape of text.
type form struct {
	says    string // "a calendar day such as 2025-12-31"
	pattern string // for the JSON Schema
	valid   func(string) bool
}

var (
	codePattern    = `^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`
	datePattern    = `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`
	decimalPattern = `^-?[0-9]+(\.[0-9]+)?$`
	zonePattern    = `^[A-Za-z][A-Za-z0-9_+/-]*$`
	instantPattern = `^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2})$`

	codeForm = &form{
		says:    "a code of at most 64 letters, digits, dots, hyphens and underscores",
		pattern: codePattern, valid: regexp.MustCompile(codePattern).MatchString,
	}
	dateForm = &form{
		says: "a calendar day such as 2025-12-31", pattern: datePattern,
		valid: func(s string) bool { return audit.Date(s).Valid() == nil },
	}
	decimalForm = &form{
		says: "an exact decimal such as 1204.50", pattern: decimalPattern,
		valid: regexp.MustCompile(decimalPattern).MatchString,
	}
	cronPattern = `^[0-9A-Za-z*,/#L?-]+( [0-9A-Za-z*,/#L?-]+){4}$`
	cronForm    = &form{
		says: "five cron fields such as 15 6 * * *", pattern: cronPattern,
		valid: gronx.IsValid,
	}
	zoneForm    = &form{says: "a time zone such as Europe/Berlin", pattern: zonePattern, valid: zone}
	instantForm = &form{
		says: "an instant such as 2026-01-05T08:00:00Z", pattern: instantPattern,
		valid: func(s string) bool { _, err := time.Parse(time.RFC3339, s); return err == nil },
	}
)

// zone refuses "Local", whose meaning differs from machine to machine.
func zone(s string) bool {
	if s == "" || s == "Local" {
		return false
	}
	_, err := time.LoadLocation(s)
	return err == nil
}

var (
	categories = []string{
		string(audit.Security), string(audit.Availability), string(audit.ProcessingIntegrity),
		string(audit.Confidentiality), string(audit.Privacy),
	}
	frequencies = []string{
		"continuous", "many-times-a-day", "daily", "weekly", "biweekly", "monthly", "quarterly",
		"semiannual", "annual", "event-driven", "per-payroll",
	}
)

// rules holds the enumerations and forms by "Type.field"; decoding and the
// JSON Schema both read it, so that they cannot differ.
var rules = map[string]rule{
	"System.services":   {some: true},
	"System.components": {some: true},
	"DataKind.class":    {values: audit.DataClasses},
	"Exclusion.kind":    {values: audit.ExclusionKinds},

	"TransactionClass.assertions": {values: audit.Assertions, some: true},

	"Component.kind":        {values: []string{"infrastructure", "software", "people", "procedures", "data"}},
	"Commitment.code":       {form: codeForm},
	"Commitment.kind":       {values: []string{"commitment", "requirement"}},
	"Objective.code":        {form: codeForm},
	"Control.code":          {form: codeForm},
	"Control.kind":          {values: []string{"preventive", "detective", "corrective"}},
	"Control.automation":    {values: []string{"manual", "it-dependent", "automated"}},
	"Control.frequency":     {values: frequencies},
	"CUEC.code":             {form: codeForm},
	"Subservice.code":       {form: codeForm},
	"Subservice.method":     {values: []string{"carve-out", "inclusive"}},
	"Subservice.csocs":      {absent: true},
	"CSOC.code":             {form: codeForm},
	"Engagement.code":       {form: codeForm},
	"Engagement.kind":       {values: []string{string(audit.SOC1), string(audit.SOC2)}},
	"Engagement.type":       {values: []string{"1", "2"}},
	"Engagement.timezone":   {form: zoneForm},
	"Engagement.categories": {values: categories},
	"Additional.criteria":   {some: true},
	"Period.from":           {form: dateForm},
	"Period.to":             {form: dateForm},
	"Dataset.code":          {form: codeForm},
	"Dataset.format":        {values: []string{"csv", "ndjson", "xlsx", "parquet"}},
	"Dataset.files":         {some: true},
	"Dataset.timezone":      {form: zoneForm},
	"Dataset.coverage":      {values: []string{string(audit.Full), string(audit.FailuresOnly), string(audit.Partial)}},
	"Dataset.taken_at":      {form: instantForm},
	"Expect.totals":         {form: decimalForm},
	"Connection.code":       {form: codeForm},
	"Connection.timezone":   {form: zoneForm},
	"Connection.schedule":   {form: cronForm},
	"Connection.coverage":   {values: []string{string(audit.Full), string(audit.FailuresOnly), string(audit.Partial)}},
	"Disposition.judgment":  {values: []string{string(audit.IsDeviation), string(audit.IsNotDeviation), string(audit.IsDuplicate), string(audit.IsTiming)}},
	"Disposition.on":        {form: dateForm},
}

// field is one field of a noun as it stands in YAML.
type field struct {
	index    int
	name     string
	optional bool // omitted when empty
	rule     rule
}

// fieldsOf lists the YAML fields of a struct type in their order.
func fieldsOf(t reflect.Type) []field {
	var list []field
	for i := range t.NumField() {
		name, options, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
		if name == "-" || name == "" {
			continue
		}
		list = append(list, field{
			index: i, name: name, optional: options == "omitempty", rule: rules[t.Name()+"."+name],
		})
	}
	return list
}
