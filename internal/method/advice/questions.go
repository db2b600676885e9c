package advice

import "slices"

// Questions is what a service organization is asked, in the order of asking.
func Questions() []Question { return slices.Clone(questions) }

var dataChoices = []Choice{
	{"personal", "about people: names, addresses, pay, behaviour"},
	{"health", "about people's health or treatment"},
	{"card", "payment cards"},
	{"financial", "accounts, balances, transactions of clients"},
	{"confidential", "what clients designate as confidential"},
	{"ip", "intellectual property: designs, source code, formulas"},
	{"none", "nothing of clients' at all"},
}

var effectChoices = []Choice{
	{"processes", "transactions are initiated, authorized, recorded, processed or paid, and end up in the books"},
	{"calculates", "amounts are computed that are booked without being computed again"},
	{"hosts", "the systems or rooms on which the books are kept are run or housed, and no transaction is touched"},
	{"none", "nothing that would reach the books"},
}

var commitmentChoices = []Choice{
	{"availability", "being up, recovering, having capacity"},
	{"processing-integrity", "processing completely, correctly, on time, as authorized"},
	{"confidentiality", "protecting what is designated as confidential, until it is disposed of"},
	{"privacy", "handling information of people as notice and consent say"},
	{"none", "nothing beyond keeping the system secure"},
}

var frameworkChoices = []Choice{
	{"hipaa", "HIPAA Security Rule"},
	{"hitrust", "HITRUST CSF"},
	{"csa-star", "CSA STAR Attestation (Cloud Controls Matrix)"},
	{"iso27001", "ISO/IEC 27001"},
	{"nist-csf", "NIST Cybersecurity Framework"},
	{"pci-dss", "PCI DSS"},
	{"privacy-law", "GDPR, CCPA or another privacy law"},
	{"privacy-statement", "that the organization does what its published privacy statement says"},
	{"availability-history", "how available the service has been"},
	{"none", "nothing besides"},
}

var monthChoices = []Choice{
	{"january", "end of January"}, {"february", "end of February"}, {"march", "end of March"}, {"april", "end of April"},
	{"may", "end of May"}, {"june", "end of June"}, {"july", "end of July"}, {"august", "end of August"},
	{"september", "end of September"}, {"october", "end of October"}, {"november", "end of November"}, {"december", "end of December"},
}

var questions = []Question{
	{ID: "subject", Ask: "What is it that readers want assurance about?", Kind: One, Choices: []Choice{
		{"service", "a service that is provided to others"},
		{"goods", "goods that are produced, made or distributed"},
		{"entity", "how a whole company, service or not, manages cybersecurity"},
	}},
	{ID: "clients", Ask: "Who uses the service?", Kind: One, Choices: []Choice{
		{"organizations", "other organizations"},
		{"own-group", "only companies of the same group"},
		{"consumers", "only private people"},
	}},
	{ID: "financial-effect", Ask: "What do the services do to clients' financial reporting?", Kind: One, Choices: effectChoices,
		Help: "The one question that tells SOC 1 from SOC 2. What counts is not that data are financial, but that clients' financial statements depend on the services."},
	{ID: "transactions", Ask: "Which kinds of transactions are handled?", Kind: Many, Choices: []Choice{
		{"payroll", "payroll and payroll taxes"}, {"payments", "payments and settlement"}, {"billing", "billing and revenue"},
		{"accounting", "bookkeeping and closing"}, {"investments", "investments and fund accounting"}, {"loans", "loans and their servicing"},
		{"claims", "claims and benefits"}, {"orders", "orders, inventory, returns"}, {"none", "none"},
	}},
	{ID: "data", Ask: "What of clients' is held or seen?", Kind: Many, Choices: dataChoices},
	{ID: "commitments", Ask: "What do contracts, service levels or policies promise beyond security?", Kind: Many, Choices: commitmentChoices,
		Help: "A category belongs into a SOC 2 because something was promised, not because it sounds good."},
	{ID: "asked-by", Ask: "Who asks for a report?", Kind: Many, Choices: []Choice{
		{"client", "clients"}, {"client-auditor", "auditors of clients' financial statements"}, {"prospect", "prospects"},
		{"partner", "business partners"}, {"regulator", "a regulator"}, {"investor", "investors or lenders"},
		{"public", "anybody: visitors of the website, the press, consumers"}, {"nobody", "nobody so far"},
	}},
	{ID: "asked-why", Ask: "What do they need it for?", Kind: Many, Choices: []Choice{
		{"icfr", "the audit of clients' financial statements, or clients' own assessment of internal control over financial reporting"},
		{"security", "their review of vendors' security"}, {"privacy", "how information about people is handled"},
		{"contract", "a contract demands it"}, {"law", "they say that a law or regulation demands it"}, {"sales", "to decide on buying"},
		{"not-said", "they did not say"},
	}, Help: "Ask them. The word that a client uses for a report and what the client needs are often two things."},
	{ID: "asked-for", Ask: "What did they ask for, in their words?", Kind: Many, Choices: []Choice{
		{"soc1", "a SOC 1"}, {"soc2", "a SOC 2"}, {"soc3", "a SOC 3"}, {"soc2-certificate", "a SOC 2 certificate, or to be SOC 2 compliant"},
		{"hipaa-proof", "proof of HIPAA compliance"}, {"iso-certificate", "an ISO certificate"}, {"questionnaire", "answers to a questionnaire"},
		{"not-said", "they named nothing"},
	}},
	{ID: "type-wanted", Ask: "Which type do readers accept?", Kind: One, Choices: []Choice{
		{"type1", "Type 1 is enough: designed and in place at a date"}, {"type2", "Type 2: operated over a period"}, {"not-said", "they did not say"},
	}},
	{ID: "internal-audit", Ask: "Does the internal audit of an entity that is served rely on the report?", Kind: One, Choices: []Choice{
		{"icfr", "yes, for that entity's internal control over financial reporting"}, {"other", "yes, for something else"}, {"no", "no"},
	}},
	{ID: "public-use", Ask: "Is it to be used in public?", Kind: One, Choices: []Choice{
		{"report", "yes, a report that anybody may read"}, {"logo", "yes, a logo or a statement on the website"}, {"no", "no"},
	}},
	{ID: "frameworks", Ask: "What other framework is to be covered?", Kind: Many, Choices: frameworkChoices},
	{ID: "framework-opinion", Ask: "Must the auditor give an opinion on it?", Kind: One, Choices: []Choice{
		{"opinion", "yes, an opinion"}, {"information", "no, showing how controls map to it is enough"},
	}},
	{ID: "industry", Ask: "Which industry is it?", Kind: One, Choices: industryChoices,
		Help: "An industry decides nothing. It names the profile with which the answers can be prefilled."},
	{ID: "regulators", Ask: "Who supervises the organization or its clients?", Kind: Many, Choices: []Choice{
		{"bank", "bank supervisors"}, {"securities", "securities regulators"}, {"health", "health authorities"},
		{"privacy", "data protection authorities"}, {"insurance", "insurance supervisors"}, {"none", "none in particular"},
	}},
	{ID: "subservice", Ask: "Which other organizations does the service depend on?", Kind: Many, Choices: []Choice{
		{"hosting", "a cloud or a data center"}, {"payment", "banks and payment processors"}, {"operations", "people or processing of others"},
		{"software", "software of others, run by them"}, {"none", "none"},
	}, Help: "Only those count whose controls are needed, together with yours, to achieve what the report is about."},
	{ID: "prior-reports", Ask: "Which reports were issued before?", Kind: Many, Choices: []Choice{
		{"soc1-type1", "SOC 1 Type 1"}, {"soc1-type2", "SOC 1 Type 2"}, {"soc2-type1", "SOC 2 Type 1"}, {"soc2-type2", "SOC 2 Type 2"}, {"none", "none"},
	}},
	{ID: "prior-opinion", Ask: "What was the latest opinion?", Kind: One, Choices: []Choice{
		{"unmodified", "unmodified"}, {"modified", "qualified, adverse or disclaimed"}, {"none", "there is no report yet"},
	}},
	{ID: "months-operating", Ask: "For how many months have the controls operated, with evidence of it?", Kind: Whole,
		Help: "Of the youngest control that matters. 0 when they are still being built."},
	{ID: "year-end", Ask: "When do the fiscal years of most clients end?", Kind: One,
		Choices: append(slices.Clone(monthChoices), Choice{"mixed", "at different times"})},
	{ID: "deadline", Ask: "By which day must the report be there?", Kind: Day},
}

var industryChoices = []Choice{
	{"payroll", "payroll"}, {"payments", "payment processing"}, {"accounting", "outsourced accounting"}, {"financial", "financial services"},
	{"billing", "billing and subscription software"}, {"crm", "customer relationship software"}, {"storage", "file storage"},
	{"cloud", "cloud platform"}, {"datacenter", "data center"}, {"managed-it", "managed IT services"}, {"healthcare", "healthcare services"},
	{"fintech", "financial technology"}, {"ecommerce", "e-commerce platform"}, {"other", "another"},
}
