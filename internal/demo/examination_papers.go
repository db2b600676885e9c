package demo

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// writePapers writes each paper as a file, in a folder of who prepares it.
func (f *file) writePapers() error {
	for _, c := range f.controls {
		papers := slices.Concat(f.walked(c), f.adopted(c), f.tried(c))
		if c.Code == "RA-03" {
			papers = append(papers, f.nothing(c))
		}
		for _, p := range papers {
			f.papers[c.Code] = append(f.papers[c.Code], p.Code)
			if err := f.put(p, "papers", folderOf(preparer(c.Code)), p.Code+".yaml"); err != nil {
				return err
			}
		}
	}
	for _, p := range f.general() {
		if err := f.put(p, "papers", folderOf(senior), p.Code+".yaml"); err != nil {
			return err
		}
	}
	return nil
}

// folderOf is the folder of a person's papers: the last name.
func folderOf(person string) string {
	_, last, _ := strings.Cut(strings.ToLower(person), " ")
	return last
}

// during are the days of a paper that says none.
func during(p audit.Period) audit.Period {
	if p == (audit.Period{}) {
		return period
	}
	return p
}

// attributes are named A, B, C.
func attributes(texts []string) []audit.Attribute {
	out := make([]audit.Attribute, len(texts))
	for i, text := range texts {
		out[i] = audit.Attribute{Code: string(rune('A' + i)), Text: text + "."}
	}
	return out
}

// item is one row of a grid with the same mark for all attributes but those
// that are flagged.
func item(name, mark string, all []audit.Attribute, flagged map[string]string) audit.TestedItem {
	t := audit.TestedItem{Item: name, Marks: map[string]string{}, Notes: flagged}
	for _, a := range all {
		t.Marks[a.Code] = mark
		if flagged[a.Code] != "" {
			t.Marks[a.Code] = "X"
		}
	}
	return t
}

// walked are the walkthroughs of a control: one of each wording.
func (f *file) walked(c audit.Control) []audit.Workpaper {
	var out []audit.Workpaper
	for _, key := range slices.Sorted(maps.Keys(f.walks)) {
		if key != c.Code && !strings.HasPrefix(key, c.Code+"-W") {
			continue
		}
		w, code := f.walks[key], key
		if key == c.Code {
			code += "-W"
		}
		looked := attributes(w.Design)
		out = append(out, audit.Workpaper{
			Code: code, Kind: audit.WalkthroughPaper, Title: c.Title + ": walkthrough", Control: c.Code, Dates: during(w.Dates),
			Purpose: fmt.Sprintf("To see whether %s is designed and in place as the description says, on one instance followed from its beginning to what is left of it.", c.Code),
			Steps: []audit.PaperStep{
				{Nature: audit.Inquiry, Text: "Asked who performs the control, what sets it off, what is done when it finds something, and what was different during the period.", With: f.owner(c), On: w.On},
				{Nature: audit.Inspection, Text: "Followed the instance through the systems and looked at what each step leaves: " + w.Instance + ".", On: w.On},
			},
			Attributes: looked, Items: []audit.TestedItem{item(w.Instance, "✓", looked, nil)},
			Narrative: w.Saw, Conclusion: design(c),
		})
	}
	return out
}

// design is what a walkthrough concludes.
func design(c audit.Control) string {
	if c.Code == "RA-03" {
		return "It is designed to work where it is called for, and in place. Nothing called for it in the period."
	}
	return "What was followed agrees with the description; performed as designed, it serves its aim. Whether it was so throughout the period is tested apart."
}

// adopted are the papers on results of whole populations.
func (f *file) adopted(c audit.Control) []audit.Workpaper {
	var out []audit.Workpaper
	for i, procedure := range c.Procedures {
		a := f.results[procedure]
		out = append(out, audit.Workpaper{
			Code: fmt.Sprintf("%s-P%d", c.Code, i+1), Kind: audit.PopulationPaper, Title: c.Title + ": " + procedure, Control: c.Code, Dates: period,
			Purpose: fmt.Sprintf("To adopt the result of procedure %s over every item that calls for %s, after performing it again.", procedure, c.Code),
			Result:  audit.ID(procedure),
			Steps: []audit.PaperStep{
				{Nature: audit.Inspection, Text: a.Read, On: a.On},
				{Nature: audit.Reperformance, Text: "Performed the recorded text again over the recorded populations and compared the list of exceptions.", On: a.On},
			},
			Conclusion: a.Found,
		})
	}
	return out
}

// tried are the papers on tests of samples and selections.
func (f *file) tried(c audit.Control) []audit.Workpaper {
	var out []audit.Workpaper
	for _, t := range f.tests {
		if t.Control != c.Code {
			continue
		}
		code := fmt.Sprintf("%s-T%d", c.Code, len(out)+1)
		p := audit.Workpaper{
			Code: code, Kind: t.Kind, Title: c.Title + ": test of operation", Control: c.Code, Dates: during(t.Dates),
			Purpose: fmt.Sprintf("To see whether %s was performed as worded on the days of this paper.", c.Code),
			Sample:  t.Sample, Selection: t.Selection, Attributes: attributes(t.Attributes),
			Steps:     []audit.PaperStep{{Nature: audit.Inspection, Text: t.How, On: t.On}},
			Narrative: t.Found, Conclusion: t.Found,
		}
		if t.Kind == "" {
			p.Kind, p.Narrative = audit.OperatingPaper, ""
		}
		if t.Kind == audit.RollforwardPaper {
			p.Title, p.References = c.Title+": rollforward", []string{out[len(out)-1].Code}
			p.Steps = append([]audit.PaperStep{{Nature: audit.Inquiry, Text: "Asked whether the control or the people who perform it changed after the interim date.", With: f.owner(c), On: t.On}}, p.Steps...)
		}
		if t.Sample != "" {
			f.intake[string(t.Sample)] = true
			p.Evidence = []audit.PaperEvidence{{Name: "population/" + string(t.Sample)}}
		}
		if c.Code == "LA-02" {
			p.Evidence = []audit.PaperEvidence{{Name: "request/R-3", Dates: period}}
		}
		for _, name := range t.Items {
			p.Items = append(p.Items, item(name, "✓", p.Attributes, t.Flagged[name]))
		}
		out = append(out, p)
	}
	return out
}

// nothing is the paper on a control for which nothing called.
func (f *file) nothing(c audit.Control) audit.Workpaper {
	return audit.Workpaper{
		Code: c.Code + "-Z", Kind: audit.ZeroPaper, Title: c.Title + ": nothing called for it", Control: c.Code, Dates: period, Population: "change_triggers",
		Purpose: "To prove that no event of the period called for " + c.Code + ".",
		Steps: []audit.PaperStep{
			{Nature: audit.Inspection, Text: "Read the minutes of the audit committee and of the officers' meetings of the year for new products, suppliers and jurisdictions, and compared the vendor register and the tax tables of January and December.", On: "2026-02-18"},
			{Nature: audit.Inquiry, Text: "Asked for projects that were begun and given up.", With: f.owner(c), On: "2026-02-18"},
		},
		Narrative:  "The register of such events is empty for 2025, and it is kept by another department than the one that opens projects. Neither minutes nor register of vendors nor tax tables show a new product, a new supplier of critical services or a new jurisdiction.",
		Conclusion: "No circumstance of the period called for the control. It did not operate, and its operation cannot be concluded on.",
	}
}

// general are the papers on no control: the description, and what is carved out.
func (f *file) general() []audit.Workpaper {
	var carved []string
	for _, s := range f.folder.Subservices {
		carved = append(carved, fmt.Sprintf("%s (%s): %s Read the provider's report and the conclusion that Meridian recorded.", s.Name, s.Service, s.Monitoring))
	}
	return []audit.Workpaper{
		{
			Code: "G-1", Kind: audit.GeneralPaper, Title: "The description of the system", Dates: period,
			Purpose: "To compare the description with the system as it was seen.",
			Steps: []audit.PaperStep{
				{Nature: audit.Inspection, Text: "Compared each section of the description with what the walkthroughs saw, and each control in it with its paper.", On: paperNoted},
				{Nature: audit.Inquiry, Text: "Asked what of the system the description leaves out, and why.", With: f.owner(audit.Control{Owner: "Chief Operating Officer"}), On: paperNoted},
			},
			Narrative:  "The description names the services, the components, the controls and what it leaves out. It says that the review of access was worded otherwise until 30 June 2025, after a note of ours.",
			Conclusion: "The description presents the system as it was designed and in place.",
		},
		{
			Code: "G-2", Kind: audit.GeneralPaper, Title: "Subservice organizations that are carved out", Dates: period, References: []string{"G-1"},
			Purpose:    "To see whether what is carved out is named, and is monitored as the description says.",
			Steps:      []audit.PaperStep{{Nature: audit.Inspection, Text: "Read the assurance reports of the providers and compared their controls with those that the description assumes of them.", On: paperNoted}},
			Narrative:  strings.Join(carved, "\n"),
			Conclusion: "Services, assumed controls and monitoring are described. Their controls were not examined, and the opinion does not extend to them.",
		},
	}
}
