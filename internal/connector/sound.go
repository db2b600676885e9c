package connector

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// secretive are query parameters that hold secrets: an address is recorded and
// logged by everybody on the way, so a secret may not stand there.
var secretive = []string{
	"access_token", "accesstoken", "api_key", "apikey", "api-key", "auth", "auth_token", "authorization", "client_secret",
	"id_token", "password", "passwd", "private_token", "private_key", "refresh_token", "secret", "sig", "signature", "token",
	"x-amz-security-token", "x-amz-signature",
}

// carriers are headers in which secrets travel: only auth may set them.
var carriers = []string{"authorization", "proxy-authorization", "cookie", "x-api-key", "x-amz-security-token", "host", "content-length", "transfer-encoding", "accept-encoding"}

// Sound says what is wrong with a source as a thing to be asked, or nil. It
// looks at the text alone; what a setting brings is looked at when it is used.
func Sound(s audit.Source) error {
	var faults []error
	known := map[string]audit.Request{}
	for _, q := range s.Requests {
		if _, ok := known[q.Name]; ok || q.Name == "" {
			faults = append(faults, fmt.Errorf("request %q: give each request a name of its own", q.Name))
		}
		for _, err := range unsound(s, q, known) {
			faults = append(faults, fmt.Errorf("request %s: %w", q.Name, err))
		}
		known[q.Name] = q
	}
	if c := s.Check; c != nil {
		q := audit.Request{Method: c.Method, URL: c.URL, Headers: c.Headers, Body: c.Body}
		for _, err := range slices.Concat(soundHTTP(q), placeholders(s, q)) {
			faults = append(faults, fmt.Errorf("check: %w", err))
		}
	}
	if s.Auth != nil {
		faults = append(faults, soundAuth(s)...)
	}
	return errors.Join(faults...)
}

func unsound(s audit.Source, q audit.Request, earlier map[string]audit.Request) []error {
	var faults []error
	if !slices.Contains([]string{"json", "ndjson", "csv", "xml", "text"}, FormatOf(q)) {
		faults = append(faults, fmt.Errorf("format %q is not known: json, ndjson, csv, xml or text", q.Format))
	}
	if q.Each != "" {
		parent, ok := earlier[q.Each]
		if !ok {
			faults = append(faults, fmt.Errorf("each names %q, which is no earlier request", q.Each))
		}
		if FormatOf(parent) == "text" {
			faults = append(faults, fmt.Errorf("each names %q, whose records are texts: json, ndjson, csv or xml", q.Each))
		}
	}
	faults = append(faults, placeholders(s, q)...)
	if s.Transport == "http" {
		faults = append(faults, soundHTTP(q)...)
		faults = append(faults, soundPaging(q)...)
	}
	return faults
}

// placeholders finds those that stand for nothing.
func placeholders(s audit.Source, q audit.Request) []error {
	var faults []error
	texts := append([]string{q.URL, q.Body, q.Query, q.Files}, q.Command...)
	for _, name := range sortedKeys(q.Headers) {
		texts = append(texts, q.Headers[name])
	}
	for _, text := range texts {
		_, _ = expand(text, func(name string) (string, error) {
			if err := known(s, q, name); err != nil {
				faults = append(faults, err)
			}
			return "", nil
		})
	}
	return faults
}

func known(s audit.Source, q audit.Request, name string) error {
	kind, rest, _ := strings.Cut(name, ".")
	switch {
	case kind == "settings" && slices.ContainsFunc(s.Settings, func(x audit.Setting) bool { return x.Name == rest }),
		kind == "window" && slices.Contains([]string{"from", "to", "start", "end"}, rest),
		kind == "each" && q.Each != "":
		return nil
	case strings.HasPrefix(kind, "secret"):
		return fmt.Errorf("{%s}: a secret stands in no template, only auth sends it", name)
	default:
		return fmt.Errorf("{%s} stands for nothing", name)
	}
}

func soundHTTP(q audit.Request) []error {
	var faults []error
	if m := methodOf(q.Method); m != "GET" && m != "POST" {
		faults = append(faults, fmt.Errorf("method %s: a collection reads, by GET or POST", m))
	}
	name, ok := placeholder(q.URL)
	if !ok || !strings.HasPrefix(name, "settings.") {
		faults = append(faults, fmt.Errorf("url %q must begin with a setting, such as {settings.base_url}", q.URL))
	}
	if ok {
		if rest := q.URL[len(name)+2:]; rest != "" && rest[0] != '/' && rest[0] != '?' {
			faults = append(faults, fmt.Errorf("url %q: / or ? must follow its first setting", q.URL))
		}
	}
	_, query, _ := strings.Cut(q.URL, "?")
	for pair := range strings.SplitSeq(query, "&") {
		if key, _, _ := strings.Cut(pair, "="); slices.Contains(secretive, strings.ToLower(key)) {
			faults = append(faults, fmt.Errorf("query parameter %s would put a secret into an address: use auth", key))
		}
	}
	for _, name := range sortedKeys(q.Headers) {
		if slices.Contains(carriers, strings.ToLower(name)) {
			faults = append(faults, fmt.Errorf("header %s is not for a request to set: use auth", name))
		}
	}
	return faults
}

func soundPaging(q audit.Request) []error {
	p := q.Paging
	if p == nil {
		return nil
	}
	var faults []error
	need := func(kinds, name, value string) {
		if strings.Contains(kinds, p.Kind) && value == "" {
			faults = append(faults, fmt.Errorf("paging %s needs %s", p.Kind, name))
		}
	}
	if !slices.Contains([]string{"link", "cursor", "offset", "page", "graphql", "url"}, p.Kind) {
		return append(faults, fmt.Errorf("paging %q is not known: link, cursor, offset, page, graphql or url", p.Kind))
	}
	need("cursor graphql offset page", "param", p.Param)
	need("cursor graphql url", "next", p.Next)
	if slices.Contains(secretive, strings.ToLower(p.Param)) && p.Param != "token" {
		faults = append(faults, fmt.Errorf("paging by %s would put a secret into an address", p.Param))
	}
	if p.Kind == "graphql" && (methodOf(q.Method) != "POST" || !isJSON(q.Body)) {
		faults = append(faults, errors.New("paging graphql needs a POST with a JSON body"))
	}
	return faults
}

func soundAuth(s audit.Source) []error {
	var faults []error
	a := s.Auth
	for _, name := range []string{a.Secret, a.Client, a.Session} {
		if name != "" && !slices.ContainsFunc(s.Secrets, func(x audit.Setting) bool { return x.Name == name }) {
			faults = append(faults, fmt.Errorf("auth: secret %q is not among the secrets", name))
		}
	}
	need := func(kinds, field, value string) {
		if slices.Contains(strings.Fields(kinds), a.Kind) && value == "" {
			faults = append(faults, fmt.Errorf("auth %s needs %s", a.Kind, field))
		}
	}
	if !slices.Contains([]string{"bearer", "basic", "header", "oauth2-client", "oauth2-refresh", "jwt", "sigv4"}, a.Kind) {
		return append(faults, fmt.Errorf("auth %q is not known: bearer, basic, header, oauth2-client, oauth2-refresh, jwt or sigv4", a.Kind))
	}
	need(a.Kind, "secret", a.Secret)
	need("header", "header", a.Header)
	need("oauth2-client oauth2-refresh jwt", "token_url", a.TokenURL)
	need("oauth2-client oauth2-refresh sigv4", "user", a.User)
	need("sigv4", "region", a.Region)
	need("sigv4", "service", a.Service)
	return append(faults, placeholders(s, audit.Request{Command: []string{a.User, a.TokenURL, a.Audience, a.Subject, a.Region}})...)
}
