package catalog

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
)

// smallFiles is one of everything, besides the criteria, which are generated.
var smallFiles = map[string]string{
	"frameworks/objectives.yaml": `- id: payroll-01
  area: payroll
  text: Controls provide reasonable assurance that pay is computed accurately.
  assertions: [completeness, cutoff]
  tests: [T01]
`,
	"frameworks/standards.yaml": `- id: ssae-18
  title: SSAE 18
  governs: attestation
  effective_basis: report date
  effective_from: 2017-05-01
`,
	"frameworks/frameworks.yaml": `- id: csf
  title: CSF
  publisher: NIST
  version: "2.0"
  requirements: [PR.AA-01, PR.AA-02]
`,
	"frameworks/mappings/csf.yaml": `framework: csf
author: us
edges:
  - {from: CC6.1, to: PR.AA-01, rationale: both concern identity}
  - {from: CC6.2, to: PR.AA-01, relation: superset, weak: true, rationale: both concern accounts}
`,
	"populations/lines.yaml": `name: lines
title: Lines
grain: one line
key: [line_id]
time: paid_at
full_coverage: every line
columns:
  - {name: line_id, type: text, required: true, meaning: identifier}
  - {name: paid_at, type: timestamp, meaning: instant of payment}
  - {name: amount, type: "decimal(18,2)", meaning: amount}
totals: [amount]
`,
	"procedures/positive.sql": `/*
id: positive
version: 1
title: Amounts are positive
purpose: Finds amounts that are not.
nature: inspection
criteria: [PI1.2]
objectives: [payroll-01]
populations: [lines]
tests: lines
parameters:
  - {name: least, type: decimal, default: 0.01, meaning: smallest amount}
limits: Says nothing of approval.
*/
SELECT line_id AS item, amount >= $least AS passed, '' AS reason FROM lines
`,
	"procedures/positive.cases.yaml": `- name: one negative amount
  period: {from: 2025-01-01, to: 2025-12-31}
  parameters: {least: 0.00}
  given:
    lines:
      - {line_id: 007, amount: 1.50, paid_at: null}
      - {line_id: "2", amount: -1.00, paid_at: ""}
  tested: 2
  exceptions: ["2"]
`,
}

// small is the smallest catalog that loads: all 61 criteria, and one of
// everything else.
func small() fstest.MapFS {
	fsys := fstest.MapFS{
		"frameworks/criteria.yaml":             {Data: []byte(smallCriteria())},
		"frameworks/description-criteria.yaml": {Data: []byte(smallDescription())},
	}
	for name, text := range smallFiles {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

// with is the small catalog with one text in one file replaced by another.
func with(t *testing.T, file, old, text string) fstest.MapFS {
	t.Helper()
	fsys := small()
	src := string(fsys[file].Data)
	if !strings.Contains(src, old) {
		t.Fatalf("the fixture %s does not hold %q", file, old)
	}
	fsys[file] = &fstest.MapFile{Data: []byte(strings.Replace(src, old, text, 1))}
	return fsys
}

// smallCriteria writes the 61 criteria, one a line.
func smallCriteria() string {
	var b strings.Builder
	for _, s := range series {
		for i, n := range s.lengths {
			for k := range n {
				coso := ""
				if s.prefix == "CC" && i < 5 {
					coso = "coso: 1, "
				}
				fmt.Fprintf(&b, "- {id: %s%d.%d, category: %s, %ssummary: s, typical_controls: [c], evidence: [DOC], test: t}\n",
					s.prefix, i+1, k+1, s.category, coso)
			}
		}
	}
	return b.String()
}

func smallDescription() string {
	var b strings.Builder
	for _, id := range descriptionIDs {
		fmt.Fprintf(&b, "- {id: %s, summary: s, object: o, type2_only: %t}\n", id, id == "DC9")
	}
	return b.String()
}
