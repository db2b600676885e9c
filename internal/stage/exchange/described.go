package exchange

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"tickmark/internal/audit"
	"tickmark/internal/engine/workspace"
)

// The sheets.
const (
	controlsSheet    = "Controls"
	earlierSheet     = "Earlier wordings"
	matrixSheet      = "Matrix"
	coverageSheet    = "Coverage"
	cuecsSheet       = "User entity controls"
	subservicesSheet = "Subservice organizations"
	csocsSheet       = "Complementary controls"
)

// allowed checks a cell against the rule of a field of the folder.
func allowed(field string) func(string) error {
	return func(cell string) error { return workspace.Allowed(field, cell) }
}

func (f Facts) criterion(id string) bool {
	return slices.ContainsFunc(f.Criteria, func(c audit.Criterion) bool { return c.ID == id })
}

func (f Facts) objective(code string) bool {
	return slices.ContainsFunc(f.Folder.Objectives, func(o audit.Objective) bool { return o.Code == code })
}

func (f Facts) procedure(id string) bool { _, ok := f.Procedures[id]; return ok }

func (f Facts) control(code string) bool {
	return slices.ContainsFunc(f.Folder.Controls, func(c audit.Control) bool { return c.Code == code })
}

// serving are the two columns of whatever serves criteria and objectives.
func (f Facts) serving() []column {
	return []column{
		{name: "criteria", width: 22, use: written, valid: each(f.criterion, "criterion"), same: sameList},
		{name: "objectives", width: 22, use: written, valid: each(f.objective, "control objective"), same: sameList},
	}
}

// controls are the controls as they are described, one a row.
func (f Facts) controls() table {
	t := table{name: controlsSheet, grows: true, whole: inForce, columns: slices.Concat([]column{
		{name: "control", width: 12, use: key, valid: allowed("Control.code")},
		{name: "title", width: 32, use: written, valid: must},
		{name: "text", width: 70, use: written, valid: must},
		{name: "kind", width: 12, use: written, valid: allowed("Control.kind")},
		{name: "automation", width: 14, use: written, valid: allowed("Control.automation")},
		{name: "frequency", width: 16, use: written, valid: allowed("Control.frequency")},
		{name: "owner", width: 24, use: written},
		{name: "key", width: 6, use: written, valid: yesOrNone},
	}, f.serving(), []column{
		{name: "procedures", width: 34, use: written, valid: each(f.procedure, "procedure"), same: sameList},
		{name: "in force from", width: 14, use: written, valid: dayOrNone, day: true},
		{name: "in force to", width: 14, use: written, valid: dayOrNone, day: true},
	})}
	for _, c := range f.Folder.Controls {
		t.rows = append(t.rows, []string{
			c.Code, c.Title, c.Text, c.Kind, c.Automation, c.Frequency, c.Owner, yes(c.Key), list(c.Criteria), list(c.Objectives), list(c.Procedures),
			string(c.Effective.From), string(c.Effective.To),
		})
	}
	return t
}

// inForce checks the days of a control, which stand in its last two cells.
func inForce(row []string) error { return days(row[len(row)-2], row[len(row)-1]) }

func days(from, to string) error {
	if from == "" && to == "" {
		return nil
	}
	return audit.Period{From: audit.Date(from), To: audit.Date(to)}.Valid()
}

// earlier are the wordings that controls had before, in their order.
func (f Facts) earlier() table {
	t := table{
		name: earlierSheet, grows: true, whole: func(row []string) error { return days(row[2], row[3]) },
		columns: []column{
			{name: "control", width: 12, use: key, valid: allowed("Control.code")}, {name: "no.", width: 6, use: key, valid: ordinal},
			{name: "from", width: 14, use: written, valid: allowed("Period.from"), day: true}, {name: "to", width: 14, use: written, valid: allowed("Period.to"), day: true},
			{name: "text", width: 70, use: written, valid: must}, {name: "change", width: 50, use: written, valid: must},
		},
	}
	for _, c := range f.Folder.Controls {
		for i, w := range c.Earlier {
			t.rows = append(t.rows, []string{c.Code, strconv.Itoa(i + 1), string(w.Effective.From), string(w.Effective.To), w.Text, w.Change})
		}
	}
	return t
}

func ordinal(cell string) error {
	if n, err := strconv.Atoi(cell); err != nil || n < 1 || strconv.Itoa(n) != cell {
		return fmt.Errorf("%q is no number of a wording: 1 is the oldest", cell)
	}
	return nil
}

// matrix is the grid of controls and what they serve, for reading: the columns
// criteria and objectives of the sheet of controls are where it is written.
func (f Facts) matrix() table {
	t := table{name: matrixSheet, columns: []column{{name: "control", width: 12, use: key}, {name: "title", width: 32}}}
	for _, r := range f.Rows {
		t.columns = append(t.columns, column{name: r.Code, width: 8})
	}
	for _, c := range f.Folder.Controls {
		row := []string{c.Code, c.Title}
		for _, r := range f.Rows {
			mark := ""
			if slices.Contains(f.servedBy(c), r.Code) {
				mark = "x"
			}
			row = append(row, mark)
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// servedBy is what of the engagement's kind a control serves.
func (f Facts) servedBy(c audit.Control) []string {
	if f.Engagement.Kind == audit.SOC1 {
		return c.Objectives
	}
	return c.Criteria
}

// controlsOf makes the controls of the two sheets.
func (f Facts) controlsOf(controls, earlier table, out *Imported) error {
	var all []audit.Control
	taken := 0
	for _, r := range controls.rows {
		c := audit.Control{
			Code: r[0], Title: r[1], Text: r[2], Kind: r[3], Automation: r[4], Frequency: r[5], Owner: r[6], Key: r[7] == "yes",
			Criteria: codes(r[8]), Objectives: codes(r[9]), Procedures: codes(r[10]), Effective: audit.Period{From: audit.Date(r[11]), To: audit.Date(r[12])},
		}
		var err error
		if c.Earlier, err = wordings(c.Code, earlier.rows); err != nil {
			return err
		}
		taken += len(c.Earlier)
		all = append(all, c)
	}
	out.Folder.Controls = all
	if taken < len(earlier.rows) {
		return errors.New("sheet " + earlierSheet + " has a wording of a control that is not on the sheet " + controlsSheet)
	}
	return nil
}

// wordings are the earlier ones of a control, by their numbers.
func wordings(control string, rows [][]string) ([]audit.Worded, error) {
	mine := slices.DeleteFunc(slices.Clone(rows), func(r []string) bool { return r[0] != control })
	place := func(r []string) int { n, _ := strconv.Atoi(r[1]); return n }
	slices.SortFunc(mine, func(a, b []string) int { return cmp.Compare(place(a), place(b)) })
	var out []audit.Worded
	for i, r := range mine {
		if place(r) != i+1 {
			return nil, fmt.Errorf("sheet %s: the wordings of %s are numbered 1 to %d, without a gap", earlierSheet, control, len(mine))
		}
		out = append(out, audit.Worded{Effective: audit.Period{From: audit.Date(r[2]), To: audit.Date(r[3])}, Text: r[4], Change: r[5]})
	}
	return out, nil
}

// coverage is one row for each criterion or objective of the engagement.
func (f Facts) coverage() table {
	t := table{name: coverageSheet, columns: []column{
		{name: "code", width: 12, use: key}, {name: "group", width: 18}, {name: "text", width: 60},
		{name: "controls", width: 34, use: written, valid: each(f.control, "control"), same: sameSet},
		{name: "tested items", width: 12}, {name: "exceptions", width: 12}, {name: "deviations", width: 12}, {name: "awaiting judgment", width: 12}, {name: "what the tests amount to", width: 60},
	}}
	for _, r := range f.Rows {
		var serving []string
		var tested, exceptions, deviations, pending int64
		says := ""
		for _, c := range r.Controls {
			serving = append(serving, c.Code)
			for _, x := range f.Conclusions {
				if x.Control == c.Code {
					tested, exceptions, deviations, pending = tested+x.Tested, exceptions+x.Exceptions, deviations+x.Deviations, pending+x.Pending
					says += fmt.Sprintf("%s: %s\n", c.Code, x.Outcome)
				}
			}
		}
		t.rows = append(t.rows, []string{r.Code, r.Group, r.Text, list(serving), number(tested), number(exceptions), number(deviations), number(pending), trimLine(says)})
	}
	return t
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func trimLine(s string) string {
	if s == "" {
		return s
	}
	return s[:len(s)-1]
}

// served are the controls when each row is served by those that it names.
func (f Facts) served(t table) []audit.Control {
	out, stands := slices.Clone(f.Folder.Controls), f.coverage()
	for i, row := range t.rows {
		code, was, is := row[0], codes(stands.rows[i][3]), codes(row[3])
		for j, c := range out {
			had, has := slices.Contains(was, c.Code), slices.Contains(is, c.Code)
			serves := &out[j].Criteria
			if f.Engagement.Kind == audit.SOC1 {
				serves = &out[j].Objectives
			}
			switch {
			case has && !had:
				*serves = append(slices.Clone(*serves), code)
			case had && !has:
				*serves = slices.DeleteFunc(slices.Clone(*serves), func(x string) bool { return x == code })
			}
		}
	}
	return out
}

// cuecs are the complementary user entity controls.
func (f Facts) cuecs() table {
	t := table{name: cuecsSheet, grows: true, columns: slices.Concat([]column{
		{name: "code", width: 12, use: key, valid: allowed("CUEC.code")}, {name: "text", width: 80, use: written, valid: must},
	}, f.serving())}
	for _, c := range f.Folder.CUECs {
		t.rows = append(t.rows, []string{c.Code, c.Text, list(c.Criteria), list(c.Objectives)})
	}
	return t
}

func cuecsOf(t table) []audit.CUEC {
	var out []audit.CUEC
	for _, r := range t.rows {
		out = append(out, audit.CUEC{Code: r[0], Text: r[1], Criteria: codes(r[2]), Objectives: codes(r[3])})
	}
	return out
}

// subservices are the subservice organizations.
func (f Facts) subservices() table {
	t := table{name: subservicesSheet, grows: true, columns: []column{
		{name: "organization", width: 14, use: key, valid: allowed("Subservice.code")}, {name: "name", width: 30, use: written, valid: must}, {name: "service", width: 50, use: written, valid: must},
		{name: "method", width: 12, use: written, valid: allowed("Subservice.method")}, {name: "monitoring", width: 60, use: written},
	}}
	for _, s := range f.Folder.Subservices {
		t.rows = append(t.rows, []string{s.Code, s.Name, s.Service, s.Method, s.Monitoring})
	}
	return t
}

// csocs are the controls that subservice organizations must operate.
func (f Facts) csocs() table {
	t := table{name: csocsSheet, grows: true, columns: slices.Concat([]column{
		{name: "organization", width: 14, use: key, valid: allowed("Subservice.code")}, {name: "code", width: 14, use: key, valid: allowed("CSOC.code")},
		{name: "text", width: 80, use: written, valid: must},
	}, f.serving())}
	for _, s := range f.Folder.Subservices {
		for _, c := range s.CSOCs {
			t.rows = append(t.rows, []string{s.Code, c.Code, c.Text, list(c.Criteria), list(c.Objectives)})
		}
	}
	return t
}

func (f Facts) subservicesOf(organizations, controls table, out *Imported) error {
	var all []audit.Subservice
	taken := 0
	for _, r := range organizations.rows {
		s := audit.Subservice{Code: r[0], Name: r[1], Service: r[2], Method: r[3], Monitoring: r[4]}
		for _, c := range controls.rows {
			if c[0] == s.Code {
				taken++
				s.CSOCs = append(s.CSOCs, audit.CSOC{Code: c[1], Text: c[2], Criteria: codes(c[3]), Objectives: codes(c[4])})
			}
		}
		all = append(all, s)
	}
	out.Folder.Subservices = all
	if taken < len(controls.rows) {
		return errors.New("sheet " + csocsSheet + " has a control of an organization that is not on the sheet " + subservicesSheet)
	}
	return nil
}
