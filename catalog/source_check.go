package catalog

import (
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// The words that a source's file may use.
var (
	transports = []string{"http", "sql", "exec", "file", "s3"}
	pageForms  = []string{"", "json", "ndjson", "csv", "xml", "text"}
	coverages  = []string{string(audit.Full), string(audit.FailuresOnly), string(audit.Partial)}

	// supplied are the parameters that every mapping has without a setting.
	supplied = []string{"observed_at", "window_from", "window_to", "account"}
)

// sourceFaults checks a source by itself.
func sourceFaults(s audit.Source) []fault {
	faults := required("id", s.ID, "title", s.Title, "provider", s.Provider, "documentation", s.Documentation,
		"recording", s.Recording, "transport", s.Transport)
	if s.ID != "" && !dashed(s.ID) {
		faults = append(faults, faultf("id", "id %q; expected lower-case letters, digits and dashes", s.ID))
	}
	if s.Version < 1 {
		faults = append(faults, faultf("version", "version is missing or less than 1; expected a whole number from 1"))
	}
	if s.Transport != "" {
		faults = append(faults, oneOf("transport", s.Transport, transports)...)
	}
	if len(s.Scopes) == 0 && slices.Contains([]string{"http", "sql", "s3"}, s.Transport) {
		faults = append(faults, faultf("scopes", "scopes is missing or empty; expected the exact read-only permissions that it needs"))
	}
	return slices.Concat(faults, repeated("scopes", s.Scopes), settingFaults(s), authFaults(s), limitFaults(s.Limits),
		detectFaults(s), requestsFaults(s), checkFaults(s), mappingFaults(s))
}

// dashed reports whether s is lower-case letters, digits and dashes.
func dashed(s string) bool { return word(strings.ReplaceAll(s, "-", "_")) && !strings.Contains(s, "_") }

func oneOf(path, value string, allowed []string) []fault {
	if slices.Contains(allowed, value) {
		return nil
	}
	return []fault{faultf(path, "%s %q is not known; expected one of %s", path[strings.LastIndex(path, ".")+1:], value,
		strings.Join(slices.DeleteFunc(slices.Clone(allowed), func(v string) bool { return v == "" }), ", "))}
}

func settingFaults(s audit.Source) []fault {
	var faults []fault
	taken := slices.Clone(supplied)
	for i, v := range slices.Concat(s.Settings, s.Secrets) {
		path := at("settings", i)
		if n := i - len(s.Settings); n >= 0 {
			path = at("secrets", n)
			if v.Default != "" || len(v.Values) > 0 {
				faults = append(faults, faultf(path, "secret %s has a default or values; a secret's value never stands in a file", v.Name))
			}
		}
		if slices.Contains(taken, v.Name) {
			faults = append(faults, faultf(path+".name", "name %q is taken; expected each once, and none of %s", v.Name, strings.Join(supplied, ", ")))
		}
		taken = append(taken, v.Name)
		faults = append(faults, oneSetting(path, v)...)
	}
	return faults
}

func oneSetting(path string, v audit.Setting) []fault {
	var faults []fault
	if !word(v.Name) {
		faults = append(faults, faultf(path+".name", "name %q; expected lower-case letters, digits and underscores", v.Name))
	}
	if strings.TrimSpace(v.Meaning) == "" {
		faults = append(faults, faultf(path, "%s has no meaning; expected text", v.Name))
	}
	if v.Default != "" && len(v.Values) > 0 && !slices.Contains(v.Values, v.Default) {
		faults = append(faults, faultf(path+".default", "default %q is none of %s", v.Default, strings.Join(v.Values, ", ")))
	}
	return faults
}

func limitFaults(l audit.Limits) []fault {
	var faults []fault
	for _, v := range []struct {
		field string
		n     int
	}{{"per_minute", l.PerMinute}, {"retries", l.Retries}, {"seconds", l.Seconds}, {"page_mb", l.PageMB}, {"pages", l.Pages}} {
		if v.n < 0 {
			faults = append(faults, faultf("limits."+v.field, "%s is %d; expected a whole number from 1", v.field, v.n))
		}
	}
	return faults
}

func detectFaults(s audit.Source) []fault {
	var faults []fault
	for i, d := range s.Detect {
		path := at("detect", i)
		faults = append(faults, oneOf(path+".format", d.Format, pageForms[1:])...)
		if len(d.Has)+len(d.Is) == 0 {
			faults = append(faults, faultf(path, "no mark in has or is; expected at least one by which the format is known"))
		}
	}
	return faults
}

// mappingFaults checks the populations as far as the source itself goes.
func mappingFaults(s audit.Source) []fault {
	var faults []fault
	if len(s.Populations) == 0 {
		faults = append(faults, faultf("populations", "populations is missing or empty; expected at least one"))
	}
	var names []string
	for i, p := range s.Populations {
		path := at("populations", i)
		for _, f := range required("population", p.Population, "sql", p.SQL) {
			faults = append(faults, fault{path + "." + f.path, f.text})
		}
		if slices.Contains(names, p.Population) {
			faults = append(faults, faultf(path+".population", "population %q is already there; expected each once", p.Population))
		}
		names = append(names, p.Population)
		faults = append(faults, coverageFaults(s, p, path)...)
	}
	return faults
}

func coverageFaults(s audit.Source, p audit.SourcePopulation, path string) []fault {
	faults := oneOf(path+".coverage", string(p.Coverage), coverages)
	if p.Coverage == audit.FailuresOnly && p.Inventory == "" {
		faults = append(faults, faultf(path+".inventory", "coverage is failures-only without an inventory; expected the population that holds all that was looked at"))
	}
	if p.Coverage != audit.FailuresOnly && p.Inventory != "" {
		faults = append(faults, faultf(path+".inventory", "inventory of coverage %s; expected it with failures-only", p.Coverage))
	}
	if p.Total != "" {
		i := slices.IndexFunc(s.Requests, func(r audit.Request) bool { return r.Name == p.Total })
		if i < 0 || s.Requests[i].Total == "" {
			faults = append(faults, faultf(path+".total", "total %q; expected a request that states a total", p.Total))
		}
	}
	return faults
}
