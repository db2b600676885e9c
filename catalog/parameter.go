package catalog

import (
	"fmt"
	"regexp"
	"slices"

	"tickmark/internal/audit"
)

// given are the parameters that every procedure has without declaring them.
var given = []string{"period_start", "period_end", "period_from", "period_to", "as_of", "timezone"}

// exact says how a value of a parameter type is written.
var exact = map[string]*regexp.Regexp{
	"integer": regexp.MustCompile(`^-?[0-9]{1,18}$`),
	"decimal": regexp.MustCompile(`^-?[0-9]{1,38}(\.[0-9]{1,38})?$`),
	"text":    regexp.MustCompile(`(?s)^.*$`),
	"date":    regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`),
}

func parameterFaults(all []audit.Parameter, i int) []fault {
	p, path := all[i], at("parameters", i)
	var faults []fault
	if !word(p.Name) {
		faults = append(faults, faultf(path+".name", "parameter name %q; expected lower-case letters, digits and underscores", p.Name))
	}
	if slices.Contains(given, p.Name) {
		faults = append(faults, faultf(path+".name", "parameter %q is given to every procedure; expected another name", p.Name))
	}
	if slices.IndexFunc(all, func(o audit.Parameter) bool { return o.Name == p.Name }) < i {
		faults = append(faults, faultf(path+".name", "parameter %q is already there; expected each once", p.Name))
	}
	for _, f := range required("meaning", p.Meaning) {
		faults = append(faults, fault{path + "." + f.path, f.text})
	}
	if exact[p.Type] == nil {
		return append(faults, faultf(path+".type", "type %q of parameter %s; expected integer, decimal, text or date", p.Type, p.Name))
	}
	if CheckValue(p, p.Default) != nil {
		faults = append(faults, faultf(path+".default", "default %q of parameter %s; expected the exact text of a value of type %s",
			p.Default, p.Name, p.Type))
	}
	return faults
}

// CheckValue refuses a text that is not an exact value of a parameter's type.
func CheckValue(p audit.Parameter, value string) error {
	form := exact[p.Type]
	if form == nil || !form.MatchString(value) || p.Type == "date" && audit.Date(value).Valid() != nil {
		return fmt.Errorf("%q is not the exact text of a value of type %s", value, p.Type)
	}
	return nil
}
