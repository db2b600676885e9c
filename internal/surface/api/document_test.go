package api_test

import (
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"tickmark/internal/surface/api"
)

// operation is what the document says of a route.
type operation struct {
	OperationID string `json:"operationId"`
	Summary     string
	Description string
	Security    []map[string][]string
	Parameters  []struct {
		Name, In string
		Required bool
	}
	Responses map[string]struct {
		Content map[string]any
	}
}

// The document is OpenAPI 3.1 and holds every route with its parameters, its
// token and how it refuses; its schemas are JSON Schema 2020-12, and nothing in
// it refers to nothing.
func TestDocument(t *testing.T) {
	s := onSQLite(t)
	a := s.as(t, "", "GET", "/api/openapi.json", "")
	var d struct {
		OpenAPI    string
		Paths      map[string]map[string]operation
		Components struct{ Schemas map[string]any }
	}
	a.into(t, &d)
	if a.status != http.StatusOK || d.OpenAPI != "3.1.0" {
		t.Fatalf("%d, OpenAPI %s", a.status, d.OpenAPI)
	}
	var lines []string
	for path, methods := range d.Paths {
		for method, op := range methods {
			pattern := strings.ToUpper(method) + " " + path
			lines = append(lines, pattern+" "+op.OperationID)
			needs, ok := api.Routes()[pattern]
			if !ok || op.OperationID != needs[2] || op.Summary == "" || !strings.Contains(op.Description, needs[0]) || !strings.Contains(op.Description, needs[1]) || len(op.Security) != 1 {
				t.Errorf("%s: %+v", pattern, op)
			}
			for _, name := range regexp.MustCompile(`\{(\w+)\}`).FindAllStringSubmatch(path, -1) {
				if !slices.ContainsFunc(op.Parameters, func(p struct {
					Name, In string
					Required bool
				}) bool {
					return p.Name == name[1] && p.In == "path" && p.Required
				}) {
					t.Errorf("%s does not say what %s is", pattern, name[1])
				}
			}
			if _, ok := op.Responses["403"].Content["application/problem+json"]; !ok {
				t.Errorf("%s does not say how it refuses", pattern)
			}
		}
	}
	slices.Sort(lines)
	golden(t, "testdata/routes.golden", strings.Join(lines, "\n")+"\n")
	if len(lines) != len(api.Routes()) {
		t.Errorf("%d of %d routes are documented", len(lines), len(api.Routes()))
	}
	compiled(t, a.body, slices.Sorted(maps.Keys(d.Components.Schemas)))
}

// compiled has every schema of the document compiled, with what it refers to.
func compiled(t *testing.T, text string, names []string) {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource("https://tickmark.example/openapi.json", document); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if _, err := c.Compile("https://tickmark.example/openapi.json#/components/schemas/" + name); err != nil {
			t.Errorf("schema %s: %v", name, err)
		}
	}
	for _, ref := range regexp.MustCompile(`"#/components/schemas/([^"]+)"`).FindAllStringSubmatch(text, -1) {
		if !slices.Contains(names, ref[1]) {
			t.Errorf("nothing is called %s", ref[1])
		}
	}
}

// golden compares with a file, or writes it with UPDATE_GOLDEN=1.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got); UPDATE_GOLDEN=1 writes it:\n%s", file, diff)
	}
}

// What a real answer holds is what the document promises.
func TestAnswersAreAsDocumented(t *testing.T) {
	s := onSQLite(t)
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(s.as(t, "", "GET", "/api/openapi.json", "").body))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource("https://tickmark.example/openapi.json", document); err != nil {
		t.Fatal(err)
	}
	token := s.token(t, worker, "read")
	for pattern := range api.Routes() {
		method, path, _ := strings.Cut(pattern, " ")
		if method != http.MethodGet {
			continue
		}
		a := s.as(t, token, method, address(path, s), "")
		schema, err := c.Compile("https://tickmark.example/openapi.json#/paths/" + strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D").Replace(path) + "/get/responses/200/content/application~1json/schema")
		if err != nil {
			t.Fatal(err)
		}
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(a.body))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(v); err != nil {
			t.Errorf("%s: %v", pattern, err)
		}
	}
}

// The page for people names every route, and asks no other server for anything.
func TestManual(t *testing.T) {
	a := onSQLite(t).as(t, "", "GET", "/api/docs", "")
	for pattern := range api.Routes() {
		if !strings.Contains(a.body, "<code>"+pattern+"</code>") {
			t.Errorf("%s is not on the page", pattern)
		}
	}
	if strings.Contains(a.body, "://") || strings.Contains(a.body, "<script") || strings.Contains(a.body, "style") || !strings.Contains(a.header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("the page reaches out: %v", a.header)
	}
}

// An assistant proposes, and its person accepts: only then it is done, in that
// person's name and with that person's duty.
func TestProposals(t *testing.T) {
	s := onSQLite(t)
	propose := func(token, body string) said { return s.as(t, token, "POST", "/api/v1/proposals", body) }
	judgment := `{"engagement":"` + e + `","procedure":"` + flagged + `","judge":{"items":["P-3"],"judgment":"timing","reason":"released on both days"},"why":"the bank's list"}`
	staff := s.token(t, worker, "read", "write", "propose")
	first := propose(s.token(t, worker, "propose"), judgment)
	var p struct{ ID string }
	first.into(t, &p)
	if first.status != http.StatusCreated || p.ID == "" {
		t.Fatalf("%d %s", first.status, first.body)
	}
	var waiting page
	s.as(t, staff, "GET", "/api/v1/proposals", "").into(t, &waiting)
	var others page
	s.as(t, s.token(t, manager, "read"), "GET", "/api/v1/proposals", "").into(t, &others)
	if waiting.Total != 1 || others.Total != 0 {
		t.Errorf("%d wait for the one, %d are seen by another", waiting.Total, others.Total)
	}
	if a := s.as(t, s.token(t, manager, "write"), "POST", "/api/v1/proposals/"+p.ID+"/accept", ""); a.status != http.StatusNotFound {
		t.Errorf("accepted by another: %d %s", a.status, a.body)
	}
	if a := s.as(t, staff, "POST", "/api/v1/proposals/"+p.ID+"/accept", ""); a.status != http.StatusOK || !strings.Contains(a.body, `"recorded":1`) {
		t.Errorf("accepted: %d %s", a.status, a.body)
	}
	if a := s.as(t, staff, "POST", "/api/v1/proposals/"+p.ID+"/accept", ""); a.status != http.StatusConflict {
		t.Errorf("accepted again: %d %s", a.status, a.body)
	}
	if a := s.as(t, staff, "GET", "/api/v1/engagements/"+e+"/dispositions", ""); !strings.Contains(a.body, "released on both days") || !strings.Contains(a.body, worker.Name) {
		t.Errorf("it is not recorded in his name: %s", a.body)
	}
	// Management may propose a judgment to itself, and cannot do it.
	mine := s.token(t, admin, "read", "write", "propose")
	var own struct{ ID string }
	propose(mine, judgment).into(t, &own)
	if a := s.as(t, mine, "POST", "/api/v1/proposals/"+own.ID+"/accept", ""); a.status != http.StatusForbidden {
		t.Errorf("accepted without the duty: %d %s", a.status, a.body)
	}
	if a := s.as(t, mine, "POST", "/api/v1/proposals/"+own.ID+"/decline", ""); a.status != http.StatusOK {
		t.Errorf("declined: %d %s", a.status, a.body)
	}
	for name, body := range map[string]string{
		"two at once":            `{"engagement":"` + e + `","request":"R-1","comment":"abc","respond":"abc","why":"why"}`,
		"nothing":                `{"engagement":"` + e + `","why":"why"}`,
		"a signature":            `{"engagement":"` + e + `","sign":"WP-1","why":"why"}`,
		"an item that is none":   strings.Replace(judgment, "P-3", "P-999", 1),
		"a request that is none": `{"engagement":"` + e + `","request":"R-99","comment":"abc","why":"why"}`,
	} {
		if a := propose(staff, body); a.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
}
