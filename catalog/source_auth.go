package catalog

import (
	"maps"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// authNeeds are the fields that a kind of authentication cannot do without.
var authNeeds = map[string][]string{
	"bearer":         {"secret"},
	"basic":          {"secret", "user"},
	"header":         {"secret", "header"},
	"oauth2-client":  {"secret", "user", "token_url"},
	"oauth2-refresh": {"secret", "user", "token_url"},
	"jwt":            {"secret", "token_url"},
	"sigv4":          {"secret", "user", "region", "service"},
}

// authFaults checks who asks: the fields of the kind, declared secrets, known
// words in templates.
func authFaults(s audit.Source) []fault {
	a := s.Auth
	if a == nil {
		return nil
	}
	if s.Transport == "file" || s.Transport == "exec" {
		return []fault{faultf("auth", "auth over %s; expected it where something is asked over the network", s.Transport)}
	}
	must, ok := authNeeds[a.Kind]
	if !ok {
		return oneOf("auth.kind", a.Kind, slices.Sorted(maps.Keys(authNeeds)))
	}
	has := map[string]bool{
		"secret": a.Secret != "", "user": a.User != "", "header": a.Header != "", "token_url": a.TokenURL != "",
		"region": a.Region != "", "service": a.Service != "",
	}
	var faults []fault
	for _, field := range must {
		if !has[field] {
			faults = append(faults, faultf("auth", "%s is missing; auth of kind %s needs %s", field, a.Kind, strings.Join(must, ", ")))
		}
	}
	return append(faults, authNames(s, a)...)
}

// authNames checks the secrets and settings that auth names.
func authNames(s audit.Source, a *audit.Auth) []fault {
	var faults []fault
	for _, v := range []struct{ field, name string }{{"secret", a.Secret}, {"client", a.Client}, {"session", a.Session}} {
		if v.name != "" && !slices.ContainsFunc(s.Secrets, func(o audit.Setting) bool { return o.Name == v.name }) {
			faults = append(faults, faultf("auth."+v.field, "%s %q is not declared under secrets", v.field, v.name))
		}
	}
	t := templates{source: s}
	for _, v := range []struct{ field, text string }{
		{"user", a.User}, {"audience", a.Audience}, {"subject", a.Subject}, {"region", a.Region},
	} {
		faults = append(faults, t.words("auth."+v.field, v.text)...)
	}
	if a.TokenURL != "" {
		faults = append(faults, t.address("auth.token_url", a.TokenURL)...)
	}
	return faults
}

// checkFaults checks the request that tells which permissions there are.
func checkFaults(s audit.Source) []fault {
	c := s.Check
	if c == nil {
		return nil
	}
	t := templates{source: s}
	faults := t.words("check.body", c.Body)
	faults = append(faults, t.headers("check", c.Headers)...)
	if s.Transport != "http" {
		return append(faults, faultf("check", "check over %s; expected it over http", s.Transport))
	}
	return append(faults, t.address("check.url", c.URL)...)
}
