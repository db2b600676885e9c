package advice

import "slices"

// BuyerQuestions is what the buyer of a service is asked about a vendor, in
// the order of asking.
func BuyerQuestions() []Question { return slices.Clone(buyerQuestions) }

var buyerQuestions = []Question{
	{ID: "financial-effect", Ask: "What does the vendor's service do to your own financial reporting?", Kind: One, Choices: effectChoices,
		Help: "The one question that tells whether you need a SOC 1 of the vendor."},
	{ID: "audited", Ask: "Are your financial statements audited?", Kind: One, Choices: []Choice{
		{"sox", "yes, and management assesses internal control over financial reporting (SOX 404 or alike)"}, {"audited", "yes"}, {"no", "no"},
	}},
	{ID: "data", Ask: "What of yours does the vendor hold or see?", Kind: Many, Choices: dataChoices},
	{ID: "commitments", Ask: "What do you depend on the vendor for, beyond security?", Kind: Many, Choices: commitmentChoices},
	{ID: "frameworks", Ask: "What other framework must the vendor cover for you?", Kind: Many, Choices: frameworkChoices},
	{ID: "critical", Ask: "How bad would it be if the vendor's controls did not work?", Kind: One, Choices: []Choice{
		{"critical", "critical: it would stop or misstate what matters"}, {"important", "important"}, {"minor", "minor"},
	}},
	{ID: "relationship", Ask: "Are you a client already?", Kind: One, Choices: []Choice{{"client", "yes"}, {"prospect", "no, deciding on it"}}},
	{ID: "fiscal-year-end", Ask: "On which day does the fiscal year end for which you need it?", Kind: Day},
	{ID: "offered", Ask: "What does the vendor offer?", Kind: One, Choices: []Choice{
		{"soc1-type1", "SOC 1 Type 1"}, {"soc1-type2", "SOC 1 Type 2"}, {"soc2-type1", "SOC 2 Type 1"}, {"soc2-type2", "SOC 2 Type 2"}, {"soc3", "SOC 3"},
		{"certificate", "a certificate, such as ISO 27001"}, {"badge", "a badge, a letter, or words such as SOC 2 compliant"},
		{"hosting-report", "the report of its own cloud or data center"}, {"nothing", "nothing"},
	}},
	{ID: "offered-from", Ask: "On which day does the period of that report begin?", Kind: Day},
	{ID: "offered-to", Ask: "On which day does it end (Type 1: the date it is as of)?", Kind: Day},
	{ID: "opinion", Ask: "What is the opinion?", Kind: One, Choices: []Choice{
		{"unmodified", "unmodified"}, {"qualified", "qualified"}, {"adverse", "adverse"}, {"disclaimer", "disclaimed"},
	}},
	{ID: "scope-fits", Ask: "Are your product, region and entity in its scope?", Kind: One, Choices: []Choice{{"yes", "yes"}, {"no", "no"}}},
	{ID: "bridge", Ask: "Is there a bridge letter from the end of the period on?", Kind: One, Choices: []Choice{
		{"management", "yes, signed by the vendor's management"}, {"auditor", "yes, said to be from its auditor"}, {"none", "no"},
	}},
	{ID: "bridge-to", Ask: "Up to which day does the letter speak?", Kind: Day},
	{ID: "cuecs", Ask: "Are the complementary user entity controls of the report mapped to controls of yours?", Kind: One, Choices: []Choice{
		{"mapped", "yes, each has an owner and evidence"}, {"partly", "some are not"}, {"not", "no"}, {"none", "the report names none"},
	}},
	{ID: "vendor-subservice", Ask: "How does the report treat subservice organizations?", Kind: One, Choices: []Choice{
		{"carve-out", "carved out"}, {"inclusive", "included"}, {"none", "there are none"},
	}},
}
