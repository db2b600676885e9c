package cli

import (
	"fmt"
	"strings"

	"tickmark/internal/audit"
)

// sourceSkeleton is a source over HTTP that takes every required column as it
// comes, with one case that holds.
func sourceSkeleton(id string, s audit.Schema) (source, cases string) {
	var columns, record, row []string
	for _, c := range s.Columns {
		if !c.Required || c.Name == s.Observed {
			continue
		}
		text := example(c.Type)
		if len(c.Values) > 0 {
			text = c.Values[0]
		}
		columns = append(columns, fmt.Sprintf("record->>'$.%s' AS %s", c.Name, c.Name))
		record = append(record, fmt.Sprintf("%q: %q", c.Name, text))
		row = append(row, fmt.Sprintf("%s: %q", c.Name, text))
	}
	source = fmt.Sprintf(sourceText, id, s.Name, strings.Join(columns, ",\n             "))
	cases = fmt.Sprintf(caseText, strings.Join(record, ", "), s.Name, strings.Join(row, ", "))
	return source, cases
}

const sourceText = `id: %s
version: 1
title: What it gives, in a few words
provider: Whose interface, which version of it
documentation: https://example.com/where-the-provider-publishes-it
recording: built from the provider's published schema, never run against the live service
transport: http
settings:
  - {name: base_url, meaning: address of the interface}
secrets:
  - {name: token, meaning: read-only token}
scopes: ["records:read"]
auth: {kind: bearer, secret: token}
requests:
  - name: records
    url: "{settings.base_url}/records?per_page=100"
    paging: {kind: link}
populations:
  - population: %s
    coverage: full
    note: What the population does not hold.
    sql: |
      SELECT %s,
             page AS __page, n AS __n
      FROM records
`

const caseText = `- name: one record
  observed_at: "2025-06-30T12:00:00Z"
  window: {from: 2025-01-01, to: 2025-12-31}
  exchanges:
    - request: GET /records?per_page=100
      body: '[{%s}]'
  expect:
    - population: %s
      count: 1
      rows:
        - {%s}
  complete: true
`
