package paper

import (
	"fmt"
	"strings"
)

// sample is a report as a reader would get it: every kind of block is in it.
func sample() Document {
	return Document{
		Title:    "System and Organization Controls 2 Type 2 Report",
		Subtitle: "Larkspur Payments Platform, relevant to security, availability and confidentiality",
		Author:   "Hollis & Marsh LLP", Subject: "SOC 2 Type 2", Keywords: []string{"SOC 2", "Type 2"},
		Date: "2026-11-14", Header: "Larkspur Payments, Inc.", Contents: true,
		Footer: "Confidential. For the use of the specified parties only.", Watermark: "Draft for ACME Corporation",
		Cover: &Cover{
			Organization: "Larkspur Payments, Inc.", Kicker: "Report of the independent service auditor", Badge: "DRAFT",
			Lines: []string{"On the suitability of the design and the operating effectiveness of controls"},
			Facts: []Fact{
				{"Period", "October 1, 2025 to September 30, 2026"},
				{"Service auditor", "Hollis & Marsh LLP"}, {"Report date", "November 14, 2026"},
			},
			Notice: "This report is intended solely for the information and use of the service organization and of the " +
				"parties that the restriction on use names. It is not intended to be used by anyone else.",
		},
		Sections: []Section{opinionSection(), systemSection(), testsSection()},
	}
}

func opinionSection() Section {
	blocks := []Block{Title(1, "Scope")}
	blocks = append(blocks, Paras(
		"We have examined the description of the Larkspur Payments Platform throughout the period October 1, 2025 to September 30, 2026, and the suitability of the design and the operating effectiveness of the controls that the description states, against the criteria for security, availability and confidentiality.",
		"Larkspur uses a subservice organization for its data centers. The description shows the controls that Larkspur assumes it has in place; our examination did not extend to them, and we have not evaluated their design or operation.",
	)...)
	return Section{Title: "Independent service auditor’s report", Numbered: true, Blocks: append(blocks,
		Title(1, "Responsibilities"),
		Title(2, "The service organization"),
		Para("Larkspur is responsible for its service commitments and system requirements, and for designing, implementing and operating effective controls. It is responsible for:"),
		Bullets("preparing the description and its assertion, including their completeness and accuracy;", "providing the services that the description covers; and", "identifying the risks that threaten the achievement of its commitments."),
		Title(2, "The service auditor"),
		Para("Our responsibility is to express an opinion based on our examination, which was conducted in accordance with attestation standards. We believe that the evidence we obtained is sufficient and appropriate."),
		Block{Kind: Note, Tone: Attention, Label: "Qualified for CC6.2", Blocks: Paras(
			"Access of two of 25 terminated people was not removed within one business day. The deviation is described in section 3, and management has answered it.")},
		Block{Kind: Note, Blocks: Paras("Figures in this report state what was tested, out of how many, and as of when.")},
		Block{Kind: Quote, Blocks: Paras("Our commitment is that a customer’s money is where the ledger says it is, every minute of the day.")},
		Title(1, "Terms"),
		Block{Kind: Definition, Items: []Item{
			{Term: Text("Exception"), Blocks: Paras("An item that a procedure flags. A person decides what it means.")},
			{Term: Text("Deviation"), Blocks: Paras("An exception judged to be a failure of the control as described. The report lists every one.")},
		}},
	)}
}

func systemSection() Section {
	blocks, err := Markdown(strings.Join([]string{
		"# Infrastructure", "The platform runs in *three* regions; **no** region holds the only copy of a ledger. Configuration lives in `infra/live/eu-west-1/payments-ledger/terragrunt.hcl` and is described at <https://status.larkspur.example/architecture>.", "",
		"1. Requests enter through the edge.", "2. The ledger records them:", "    - debit first;", "    - credit second, with", "        1. a hash of the entry, and", "        2. a counter.", "3. Settlement runs at night.", "",
		"| Component | Location | Nodes | Cost |", "|:--|:--:|--:|--:|", "| Ledger database | Frankfurt, Dublin | 12 | 41,250.00 |", "| Edge | every region | 118 | 9,875.50 |", "",
		"## Change", "Every change is reviewed by a second engineer.", "", "```", "SELECT change_id, merged_at", "FROM changes", "WHERE approved_by = author;", "```", "", "---", "", "The rule above ends this part.",
	}, "\n"))
	if err != nil {
		blocks = []Block{Para(err.Error())}
	}
	return Section{Title: "Description of the system", Numbered: true, Blocks: blocks}
}

func testsSection() Section {
	t := &Table{Caption: "Tests of controls relevant to logical access", Columns: []Column{
		{Title: "Control", Width: 10}, {Title: "Control activity", Width: 30},
		{Title: "Test performed by the service auditor", Width: 36},
		{Title: "Tested", Width: 9, Align: End}, {Title: "Result", Width: 20},
	}}
	for g := range 4 {
		t.Rows = append(t.Rows, Row{[]Cell{{Colspan: 5, Tone: Head, Spans: Text(fmt.Sprintf("CC6.%d  Access is granted, changed and removed by those who answer for it", g+1))}}})
		for k := range 5 {
			t.Rows = append(t.Rows, testRows(fmt.Sprintf("AC-%d%d", g+1, k+1), (g+1)*7*(k+3), g == 1 && k == 2)...)
		}
	}
	digests := &Table{Caption: "Populations", Columns: []Column{{Title: "Population"}, {Title: "Rows", Align: End}, {Title: "SHA-256"}}, Rows: []Row{
		Cells("people", "1,204", strings.Repeat("1fc96843", 8)), Cells("accounts", "18,377", strings.Repeat("8a672366", 8)),
	}}
	return Section{Title: "Criteria, controls, tests and results", Numbered: true, Blocks: []Block{
		Para("The tables list every control, every test and every result. A deviation is marked by its words and its color."),
		{Kind: TableBlock, Table: t}, Title(1, "Populations"), {Kind: TableBlock, Table: digests},
		Title(1, "Management’s response"), Para("Management agrees with the deviation and now removes access by an automatic job."),
	}}
}

func testRows(id string, n int, deviates bool) []Row {
	result := TextCell("No exceptions noted.")
	if deviates {
		result = Cell{Tone: Attention, Spans: Text("Deviation noted: access of 2 of 25 people was removed after three and five business days.")}
	}
	return []Row{
		{[]Cell{
			{Rowspan: 2, Spans: Text(id)}, {Rowspan: 2, Spans: Text("Access of a person who leaves is removed within one business day, on the manager’s notice or on the last day recorded in the personnel system.")},
			TextCell("Compared every termination in the period with the accounts that were active afterwards."), TextCell(fmt.Sprint(n)), result,
		}},
		{[]Cell{TextCell("Inquired of the head of people operations; inspected the procedure."), TextCell("1"), {Tone: Muted, Spans: Text("No exceptions noted.")}}},
	}
}
