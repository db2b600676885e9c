package catalog

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// requestsFaults checks what is asked: names, order, the fields of the
// transport, the words in templates.
func requestsFaults(s audit.Source) []fault {
	var faults []fault
	if len(s.Requests) == 0 {
		faults = append(faults, faultf("requests", "requests is missing or empty; expected at least one"))
	}
	var earlier []string
	for i, r := range s.Requests {
		path := at("requests", i)
		if !word(r.Name) {
			faults = append(faults, faultf(path+".name", "request name %q; expected lower-case letters, digits and underscores", r.Name))
		}
		if slices.Contains(earlier, r.Name) {
			faults = append(faults, faultf(path+".name", "request %q is already there; expected each once", r.Name))
		}
		if r.Each != "" && !slices.Contains(earlier, r.Each) {
			faults = append(faults, faultf(path+".each", "each %q; expected a request that stands before this one", r.Each))
		}
		if r.Each == "" && len(r.Where) > 0 {
			faults = append(faults, faultf(path+".where", "where without each; expected it only with a parent's records"))
		}
		earlier = append(earlier, r.Name)
		faults = append(faults, oneOf(path+".format", r.Format, pageForms)...)
		faults = append(faults, oneOf(path+".prepare", r.Prepare, []string{"", "dsse"})...)
		faults = append(faults, fieldFaults(s, r, path)...)
		faults = append(faults, pagingFaults(r, path)...)
		faults = append(faults, requestTemplates(s, r, path)...)
	}
	return faults
}

// fieldFaults wants the fields of the transport, and no others.
func fieldFaults(s audit.Source, r audit.Request, path string) []fault {
	present := map[string]bool{
		"url": r.URL != "", "method": r.Method != "", "headers": len(r.Headers) > 0, "body": r.Body != "",
		"paging": r.Paging != nil, "query": r.Query != "", "command": len(r.Command) > 0, "files": r.Files != "",
	}
	may := map[string][]string{
		"http": {"url", "method", "headers", "body", "paging"}, "sql": {"query"}, "exec": {"command"}, "file": {"files"}, "s3": {"files"},
	}[s.Transport]
	if may == nil {
		return nil
	}
	var faults []fault
	if must := may[0]; !present[must] && !(s.Transport == "file" && len(s.Detect) > 0) {
		faults = append(faults, faultf(path, "%s is missing; a request over %s needs it", must, s.Transport))
	}
	for _, field := range slices.Sorted(maps.Keys(present)) {
		if present[field] && !slices.Contains(may, field) {
			faults = append(faults, faultf(path+"."+field, "%s is not a field of a request over %s; expected only %s", field, s.Transport, strings.Join(may, ", ")))
		}
	}
	if r.Method != "" {
		faults = append(faults, oneOf(path+".method", r.Method, []string{"GET", "POST"})...)
	}
	if r.Body != "" && r.Method != "POST" {
		faults = append(faults, faultf(path+".body", "a body without method POST"))
	}
	for i, status := range r.Absent {
		if status < 400 || status > 499 {
			faults = append(faults, faultf(at(path+".absent", i), "status %d cannot mean that there is none; expected 400 to 499", status))
		}
	}
	return faults
}

// needed are the fields that a kind of paging cannot do without.
var needed = map[string][]string{
	"link": {}, "cursor": {"param", "next"}, "offset": {"param", "size"}, "page": {"param"},
	"graphql": {"param", "next", "more"}, "url": {"next"},
}

func pagingFaults(r audit.Request, path string) []fault {
	p := r.Paging
	if p == nil {
		return nil
	}
	path += ".paging"
	must, ok := needed[p.Kind]
	if !ok {
		return oneOf(path+".kind", p.Kind, slices.Sorted(maps.Keys(needed)))
	}
	has := map[string]bool{"param": p.Param != "", "next": p.Next != "", "more": p.More != "", "size": p.Size > 0}
	var faults []fault
	for _, field := range must {
		if !has[field] {
			faults = append(faults, faultf(path, "%s is missing; paging of kind %s needs %s", field, p.Kind, strings.Join(must, ", ")))
		}
	}
	if p.Kind == "page" && p.Size < 1 && p.More == "" && r.Total == "" {
		faults = append(faults, faultf(path, "size, more or the request's total is missing; paging by number needs one to know the last page"))
	}
	if p.Kind == "graphql" && r.Method != "POST" {
		faults = append(faults, faultf(path+".kind", "paging of kind graphql without method POST"))
	}
	if p.SizeParam != "" && p.Size < 1 {
		faults = append(faults, faultf(path+".size_param", "size_param without size"))
	}
	return faults
}

// slot is a place in a template: a word, a dot, a name or path. Other braces
// are text, as in JSON and GraphQL.
var slot = regexp.MustCompile(`\{([A-Za-z_]+)\.([^{}\s"]+)\}`)

// requestTemplates checks the words in all templates of a request.
func requestTemplates(s audit.Source, r audit.Request, path string) []fault {
	check := templates{source: s, each: r.Each != ""}
	faults := check.words(path+".query", r.Query)
	faults = append(faults, check.words(path+".body", r.Body)...)
	faults = append(faults, check.words(path+".files", r.Files)...)
	faults = append(faults, check.headers(path, r.Headers)...)
	for i, arg := range r.Command {
		faults = append(faults, check.words(at(path+".command", i), arg)...)
	}
	if r.URL != "" {
		faults = append(faults, check.address(path+".url", r.URL)...)
	}
	return faults
}

// templates checks texts that may name settings, the window and the parent.
type templates struct {
	source audit.Source
	each   bool
}

func (t templates) words(path, text string) []fault {
	var faults []fault
	for _, m := range slot.FindAllStringSubmatch(text, -1) {
		if why := t.refuses(m[1], m[2]); why != "" {
			faults = append(faults, faultf(path, "%s: %s", m[0], why))
		}
	}
	return faults
}

func (t templates) refuses(kind, name string) string {
	is := func(v audit.Setting) bool { return v.Name == name }
	switch kind {
	case "settings":
		if slices.ContainsFunc(t.source.Secrets, is) {
			return "a secret; secrets go through auth and never into a text that is recorded"
		}
		if !slices.ContainsFunc(t.source.Settings, is) {
			return "the setting is not declared"
		}
	case "window":
		if !slices.Contains([]string{"from", "to", "start", "end"}, name) {
			return "expected {window.from}, {window.to}, {window.start} or {window.end}"
		}
	case "each":
		if !t.each {
			return "the request has no each"
		}
	default:
		return "expected {settings.…}, {window.…} or {each.…}"
	}
	return ""
}

// address wants every URL to begin with a setting, so that the operator says
// where requests go, and to hold no password.
func (t templates) address(path, text string) []fault {
	faults := t.words(path, text)
	if !strings.HasPrefix(text, "{settings.") {
		faults = append(faults, faultf(path, "%q; expected an address that begins with a setting, such as {settings.base_url}", text))
	}
	if strings.ContainsAny(slot.ReplaceAllString(text, ""), "{}") {
		faults = append(faults, faultf(path, "%q has a brace that belongs to no {settings.…}, {window.…} or {each.…}", text))
	}
	if strings.Contains(text, "@") && strings.Contains(text, "//") {
		faults = append(faults, faultf(path, "%q holds a user or password; expected them in auth", text))
	}
	return faults
}

// credentials are headers that only auth may set.
var credentials = []string{"authorization", "proxy-authorization", "cookie", "x-api-key", "private-token"}

func (t templates) headers(path string, all map[string]string) []fault {
	var faults []fault
	for _, name := range slices.Sorted(maps.Keys(all)) {
		faults = append(faults, t.words(path+".headers."+name, all[name])...)
		if slices.Contains(credentials, strings.ToLower(name)) {
			faults = append(faults, faultf(path+".headers."+name, "header %s carries a credential; expected it in auth", name))
		}
	}
	return faults
}
