package catalog

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// loadFrameworks reads the five lists of the folder frameworks.
func (c *Catalog) loadFrameworks(fsys fs.FS) error {
	var faults [5]error
	c.Criteria, faults[0] = loadList(fsys, "frameworks/criteria.yaml", criterionID, criterionFaults)
	c.Description, faults[1] = loadList(fsys, "frameworks/description-criteria.yaml", descriptionID, descriptionFaults)
	c.Objectives, faults[2] = loadList(fsys, "frameworks/objectives.yaml", objectiveID, objectiveFaults)
	c.Standards, faults[3] = loadList(fsys, "frameworks/standards.yaml", standardID, standardFaults)
	c.Frameworks, faults[4] = loadList(fsys, "frameworks/frameworks.yaml", frameworkID, frameworkFaults)
	if err := errors.Join(faults[:]...); err != nil {
		return err
	}
	return errors.Join(c.countCriteria(), c.countDescription())
}

// loadList reads one list of things with ids. Check sees each value and the
// set of all ids of the file.
func loadList[T any](fsys fs.FS, file string, id func(T) string, check func(T, map[string]bool) []fault) ([]T, error) {
	src, err := fs.ReadFile(fsys, file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	entries, err := readList[T](file, src)
	if err != nil {
		return nil, err
	}
	ids := map[string]bool{}
	for _, e := range entries {
		ids[id(e.Value)] = true
	}
	var all []T
	var faults []error
	seen := map[string]bool{}
	for _, e := range entries {
		if seen[id(e.Value)] {
			faults = append(faults, e.refuse(faultf("id", "%q is already in this file; expected each id once", id(e.Value))))
		}
		seen[id(e.Value)] = true
		faults = append(faults, e.refuse(check(e.Value, ids)...))
		all = append(all, e.Value)
	}
	return all, errors.Join(faults...)
}

func criterionID(v audit.Criterion) string              { return v.ID }
func descriptionID(v audit.DescriptionCriterion) string { return v.ID }
func objectiveID(v audit.ObjectiveTemplate) string      { return v.ID }
func standardID(v audit.Standard) string                { return v.ID }
func frameworkID(v Framework) string                    { return v.ID }

// evidenceCodes are the kinds of evidence a criterion names.
var evidenceCodes = []string{"DOC", "CFG", "LOG", "TKT", "LIST", "MTG", "REV"}

func criterionFaults(v audit.Criterion, _ map[string]bool) []fault {
	faults := required("summary", v.Summary, "test", v.Test)
	category, ok := categoryOf(v.ID)
	if !ok {
		return append(faults, faultf("id", "%q is none of the 61 trust services criteria", v.ID))
	}
	if v.Category != category {
		faults = append(faults, faultf("category", "category %q; expected %s for %s", v.Category, category, v.ID))
	}
	if entity := strings.HasPrefix(v.ID, "CC") && v.ID < "CC6"; entity != (v.COSO > 0) || v.COSO < 0 || v.COSO > 17 {
		faults = append(faults, faultf("coso", "coso %d of %s; expected a principle from 1 to 17 for CC1 to CC5 and none for others", v.COSO, v.ID))
	}
	if len(v.Controls) == 0 {
		faults = append(faults, faultf("typical_controls", "typical_controls is empty; expected at least one"))
	}
	if len(v.Evidence) == 0 {
		faults = append(faults, faultf("evidence", "evidence is empty; expected at least one"))
	}
	return append(faults, among("evidence", v.Evidence, evidenceCodes)...)
}

func descriptionFaults(v audit.DescriptionCriterion, _ map[string]bool) []fault {
	faults := required("summary", v.Summary, "object", v.Object)
	if !slices.Contains(descriptionIDs, v.ID) {
		faults = append(faults, faultf("id", "%q is no description criterion; expected DC1 to DC9", v.ID))
	}
	if v.Type2 != (v.ID == "DC9") {
		faults = append(faults, faultf("type2_only", "type2_only is %t for %s; expected true for DC9 only", v.Type2, v.ID))
	}
	return faults
}

// assertions are what user entities' financial statements assert.
var assertions = []string{
	"existence/occurrence", "completeness", "accuracy/valuation", "cutoff", "rights/obligations", "presentation",
}

// grammar is how every control objective begins.
const grammar = "Controls provide reasonable assurance that "

func objectiveFaults(v audit.ObjectiveTemplate, _ map[string]bool) []fault {
	faults := required("area", v.Area)
	number, ok := strings.CutPrefix(v.ID, v.Area+"-")
	if !ok || len(number) != 2 || strings.Trim(number, "0123456789") != "" {
		faults = append(faults, faultf("id", "id %q; expected the area, a hyphen and two digits, such as %s-01", v.ID, v.Area))
	}
	if !strings.HasPrefix(v.Text, grammar) {
		faults = append(faults, faultf("text", "text of %s; expected it to begin %q", v.ID, grammar))
	}
	if len(v.Assertions) == 0 {
		faults = append(faults, faultf("assertions", "assertions of %s are empty; expected at least one", v.ID))
	}
	faults = append(faults, among("assertions", v.Assertions, assertions)...)
	for i, test := range v.Tests {
		if len(test) != 3 || test < "T01" || test > lastTest || test[2] > '9' {
			faults = append(faults, faultf(at("tests", i), "test %q of %s is not known; expected T01 to %s", test, v.ID, lastTest))
		}
	}
	return faults
}

// lastTest ends the numbered list of full-population tests.
const lastTest = "T23"

// bases are what an effective date counts by.
var bases = []string{"report date", "period end", "engagement beginning", "system in place"}

func standardFaults(v audit.Standard, ids map[string]bool) []fault {
	faults := required("id", v.ID, "title", v.Title, "governs", v.Governs)
	faults = append(faults, slices.Concat(dayFaults("issued", v.Issued), dayFaults("effective_from", v.EffectiveFrom))...)
	if (v.Basis == "") != (v.EffectiveFrom == "") {
		faults = append(faults, faultf("effective_basis", "%s has one of effective_basis and effective_from; expected both or neither", v.ID))
	}
	if v.Basis != "" {
		faults = append(faults, among("effective_basis", []string{v.Basis}, bases)...)
	}
	if v.SupersededBy != "" && !ids[v.SupersededBy] {
		faults = append(faults, faultf("superseded_by", "%s is superseded by %q; expected the id of another standard", v.ID, v.SupersededBy))
	}
	return faults
}

func frameworkFaults(v Framework, _ map[string]bool) []fault {
	faults := required("id", v.ID, "title", v.Title, "publisher", v.Publisher, "version", v.Version)
	return append(faults, repeated("requirements", v.Requirements)...)
}
