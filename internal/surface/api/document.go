package api

import (
	"encoding/json"
	"fmt"
	"html"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// config is the API as the document begins.
func config() huma.Config {
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "Tickmark", Version: "1",
				Description: "The records of one organization, as far as the person of the token sees them, and what that person may do. " +
					"Refusals are RFC 9457 problems and repeat nothing that was sent. A list says how many rows there are in all and follows by cursor; " +
					"as CSV or NDJSON it has all rows at once.",
			},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", schemaName),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"token": {Type: "http", Scheme: "bearer", Description: "An API token, tk_…, from the page Account or `tickmark account token`."},
				},
			},
		},
		Formats: writers(), DefaultFormat: typeJSON, Transformers: []huma.Transformer{quiet},
		RejectUnknownQueryParameters: true,
	}
}

// schemaName tells types of one name in different packages apart. Those of the
// vocabulary keep their names.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	at := t.PkgPath()
	room := at[strings.LastIndexByte(at, '/')+1:]
	if t.Name() == "" || strings.Contains(t.Name(), "[") || room == "audit" || room == "api" || room == "huma" || room == "v2" || room == "" {
		return name
	}
	return strings.ToUpper(room[:1]) + room[1:] + name
}

// document is the OpenAPI document, the same bytes every time.
func document(a huma.API) ([]byte, error) {
	text, err := json.Marshal(a.OpenAPI())
	if err != nil {
		return nil, err
	}
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		return nil, err
	}
	return json.MarshalIndent(v, "", " ")
}

// manual is the page for people: every route, without a script or a style.
func manual(all []route) []byte {
	var b strings.Builder
	b.WriteString("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Tickmark's API</title></head><body><main><h1>Tickmark’s API</h1>" +
		"<p>Every route takes <code>Authorization: Bearer tk_…</code>. The organization is the token’s. " +
		"Lists are handed out as JSON in pages, and whole as CSV or NDJSON, by <code>Accept</code>. The whole of it, with every field: " +
		"<a href=\"" + documentPath + "\">" + documentPath + "</a>.</p><table><caption>Routes</caption>" +
		"<thead><tr><th scope=\"col\">Route</th><th scope=\"col\">What it does</th><th scope=\"col\">Duty</th><th scope=\"col\">Scope</th></tr></thead><tbody>")
	for _, r := range all {
		fmt.Fprintf(&b, "<tr><td><code>%s %s</code></td><td>%s</td><td>%s</td><td>%s</td></tr>",
			r.method, html.EscapeString(r.path), html.EscapeString(r.says), html.EscapeString(string(r.duty)), r.scope)
	}
	b.WriteString("</tbody></table></main></body></html>\n")
	return []byte(b.String())
}
