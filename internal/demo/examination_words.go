package demo

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// answered is one line of the intake checklist.
type answered struct {
	Question string `yaml:"question"`
	Answer   string `yaml:"answer"`
	Basis    string `yaml:"basis"`
	Reason   string `yaml:"reason,omitempty"`
}

// writeIntake writes the auditor's answers to the checklist of each population
// on which papers rest.
func (f *file) writeIntake() error {
	for _, d := range f.datasets {
		if !f.intake[d.Code] {
			continue
		}
		if err := f.put(answers(d), "intake", d.Population+".yaml"); err != nil {
			return err
		}
	}
	return nil
}

func answers(d audit.Dataset) []answered {
	total := answered{"reconciled", "n/a", "The extract has no amounts.", "There is no total outside the system; completeness rests on the tracing from source to list."}
	if len(d.Expect.Totals) > 0 {
		var names []string
		for _, name := range slices.Sorted(maps.Keys(d.Expect.Totals)) {
			names = append(names, name+" "+d.Expect.Totals[name])
		}
		total = answered{"reconciled", "yes", "Agreed to the general ledger and the bank: " + strings.Join(names, ", ") + ".", ""}
	}
	return []answered{
		{"source", "yes", d.Source + " is the system of record, by the walkthroughs.", ""},
		{"query", "yes", "Read it: " + d.Query + ".", ""},
		{"parameters", "yes", fmt.Sprintf("Window %s to %s, all entities; no filter on status.", d.Window.From, d.Window.To), ""},
		{"run-time", "yes", "Taken " + d.TakenAt + ", after the period and its late entries.", ""},
		{"runner", "yes", "Observed the administrator of the source run it and hand the file over; its digest was noted on the spot.", ""},
		{"timezone", "yes", "Times carry their offset; the edges are drawn in America/New_York.", ""},
		{"row-count", "yes", audit.Count(d.Expect.Rows) + " rows on the screen of " + d.Source + " and in the file.", ""},
		total,
		{"gaps", "yes", "Sorted by number and by time; what is missing is weekends, holidays or numbers that were voided.", ""},
		{"edges", "yes", "Looked at the first and the last five rows and at what lies next to them in the source.", ""},
		{"list-to-source", "yes", "Traced five rows to their screens.", ""},
		{"source-to-list", "yes", "Chose five entries on the screen and found each in the file.", ""},
		{"trigger", "yes", "It holds every " + strings.ReplaceAll(d.Population, "_", " ") + " entry, not only those that the control let through.", ""},
	}
}

// plans is how each sampled population is drawn.
var plans = map[audit.ID]map[string]any{
	"policy_acknowledgements": {"confidence": "90", "tolerable": "10"},
	"tax_tables":              {"confidence": "90", "tolerable": "10"},
	"vendors":                 {"method": "all"},
	"payment_batches":         {"size": 8, "basis": "Table of the firm, biweekly at moderate risk, and three more because the log is signed by hand."},
}

// writeSamples writes the plan of the draws.
func (f *file) writeSamples() error {
	var list []map[string]any
	for _, t := range f.tests {
		if t.Sample == "" || f.papers[t.Control] == nil {
			continue
		}
		draw := map[string]any{"control": t.Control, "population": string(t.Sample)}
		maps.Copy(draw, plans[t.Sample])
		list = append(list, draw)
	}
	return f.put(list, "samples.yaml")
}

// wanted is a request of the auditor's list.
type wanted struct {
	Code       string     `yaml:"code"`
	Title      string     `yaml:"title"`
	Text       string     `yaml:"text"`
	Wants      string     `yaml:"wants"`
	Population string     `yaml:"population,omitempty"`
	Controls   []string   `yaml:"controls,omitempty,flow"`
	Due        audit.Date `yaml:"due"`
}

func (f *file) writeRequests() error {
	list := []wanted{
		{"R-1", "All people of 2025", "Every worker who was there on any day of the period, contractors and leavers included, as the human resources system holds them.", "population", "people", []string{"LA-03"}, "2026-01-30"},
		{"R-2", "All payment batches of 2025", "Every batch with its run, from the payments gateway.", "population", "payment_batches", []string{"SO-06"}, "2026-01-30"},
		{"R-3", "Fulfilled requests for access", "The report of the service desk on all requests for access that were fulfilled in 2025, with its filter.", "document", "", []string{"LA-02"}, "2026-02-06"},
		{"R-4", "Changes of the system after the period", "What was changed between 31 December 2025 and the day of the answer that the description names.", "answer", "", nil, "2026-02-20"},
	}
	if f.engagement.Kind == audit.SOC2 {
		list = append(list, wanted{"R-5", "Events that call for a risk assessment", "Every new product, supplier of critical services and jurisdiction of 2025, from the register in which such events are first entered.", "population", "change_triggers", []string{"RA-03"}, "2026-02-13"})
	}
	return f.put(list, "requests.yaml")
}

// writeWords writes what management says in writing.
func (f *file) writeWords() error {
	words := map[string]string{"subsequent-events.md": "examination/subsequent-events.md", "design-LA-04.md": "examination/design-LA-04.md"}
	for name, from := range words {
		text, err := examined.ReadFile(from)
		if err != nil {
			return err
		}
		if err := f.writeText(text, "examination", "management", f.engagement.Code, name); err != nil {
			return err
		}
	}
	for _, d := range f.deviations() {
		text := fmt.Sprintf("---\nkind: response\ncode: %q\ntitle: %q\ndated: \"2026-02-20\"\n---\n# Management's response to %s\n\n%s\n", d.Code, "Management's response: "+d.Code, d.Code, responses[d.Control])
		if err := f.writeText([]byte(text), "examination", "management", f.engagement.Code, "response-"+d.Code+".md"); err != nil {
			return err
		}
	}
	return nil
}

// responses are what management says of a failure, by the control.
var responses = map[string]string{
	"LA-01": "The identity provider refuses accounts with a lapsed enrolment since 30 January 2026. The Head of Information Security has the list of such accounts reported every week.",
	"LA-03": "Payroll of the last month is released only when the last working day of a leaver is entered, from March 2026. The Head of Human Resources answers for it.",
	"LA-06": "The tool for wiping keeps its log for three years since January 2026, and the record in the inventory closes only with the certificate.",
	"CM-01": "The rule of the branch binds code owners, and its suspension needs the approval of the Head of Engineering since January 2026.",
	"PR-02": "The release after three days was switched off on 2 February 2026. Every change waits for the call-back, whoever entered it.",
	"PR-05": "The lines were corrected in January 2026. A late entry now stops the run until it is computed again.",
	"PY-02": "The check compares a batch with itself and by employee since 9 February 2026. Both payments were recovered.",
}
