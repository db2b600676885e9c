package advice

// askers are those who may read a SOC 2, when they know enough to read it.
var askers = []string{"client", "prospect", "partner", "regulator", "investor"}

// examinable are the frameworks on which a SOC 2 examination can carry an
// opinion: the first five as criteria, the others as subject matter.
var examinable = []string{"hipaa", "hitrust", "csa-star", "iso27001", "nist-csf", "privacy-statement", "availability-history"}

var books = []string{"processes", "calculates"}

// noneRules say that a SOC 1, 2 or 3 is not what is needed, or not yet.
var noneRules = []rule{
	{"goods", []cond{is("subject", "goods")},
		"What is produced and distributed is the subject of a SOC for Supply Chain, another examination."},
	{"entity-security", []cond{is("subject", "entity")},
		"How a whole company manages cybersecurity is the subject of a SOC for Cybersecurity, another examination, for general use."},
	{"nobody-asks", []cond{is("asked-by", "nobody"), lacks("public-use", "report", "logo"), lacks("asked-why", "law", "contract"), lacks("internal-audit", "icfr", "other")},
		"Nobody asks for a report, and none is to be shown in public. A readiness assessment is the better use of the money; build the controls, keep the evidence, and ask again when somebody asks."},
	{"own-group", []cond{is("clients", "own-group"), lacks("asked-by", "client-auditor", "regulator"), lacks("internal-audit", "icfr")},
		"Only companies of the group are served, and no auditor and no regulator asks. The group's internal audit can look at the controls without an attestation report."},
	{"questionnaire-only", []cond{is("asked-for", "questionnaire"), lacks("asked-for", "soc1", "soc2", "soc3", "soc2-certificate", "hipaa-proof", "iso-certificate"), lacks("public-use", "report", "logo"), lacks("asked-by", "client-auditor"), lacks("asked-why", "icfr", "law", "contract")},
		"What is asked for are answers to questionnaires, and those can be given. A SOC 2 would spare many of them; nobody demands one yet."},
	{"nothing-examined", []cond{is("financial-effect", "none"), is("data", "none"), is("commitments", "none")},
		"The services reach no books, hold nothing of clients' and promise nothing beyond: there is hardly a subject matter for an examination."},
}

// soc1Rules decide for a SOC 1, each alone.
var soc1Rules = []rule{
	{"books-and-auditors", []cond{is("financial-effect", books...), is("asked-by", "client-auditor")},
		"What the services process ends up in clients' books, and the auditors of those books ask. SOC 1 is the report about controls relevant to clients' internal control over financial reporting."},
	{"icfr", []cond{is("financial-effect", "processes", "calculates", "hosts"), is("asked-why", "icfr")},
		"The report is needed for the audit of clients' financial statements or for their internal control over financial reporting, and the services bear on it."},
	{"hosted-books", []cond{is("financial-effect", "hosts"), is("asked-by", "client-auditor")},
		"No transaction is touched, but clients' books live on what is hosted, and their auditors ask. Such a SOC 1 holds objectives of IT general controls and physical security, and says so."},
	{"asked-soc1", []cond{is("financial-effect", "processes", "calculates", "hosts"), is("asked-for", "soc1")},
		"A SOC 1 is asked for, and the services bear on clients' financial reporting, which is what it is about."},
	{"books-and-clients", []cond{is("financial-effect", "processes"), is("asked-by", "client"), unsaid("asked-why")},
		"The services process transactions that end up in clients' books, and clients ask. Why they ask is open; their auditors will need a SOC 1."},
	{"internal-audit", []cond{is("financial-effect", "processes", "calculates", "hosts"), is("internal-audit", "icfr")},
		"The internal audit of an entity that is served relies on the report for that entity's internal control over financial reporting."},
}

// soc1Bars forbid a SOC 1: it would have no subject.
var soc1Bars = []rule{
	{"no-books", []cond{is("financial-effect", "none")}, "The services reach no client's books: a SOC 1 would be about nothing."},
}

// soc2Rules decide for a SOC 2, each alone.
var soc2Rules = []rule{
	{"security-review", []cond{is("asked-by", askers...), is("asked-why", "security", "privacy")},
		"Readers review how what is theirs is protected. SOC 2 is the report about controls relevant to security and to what else was promised."},
	{"asked-soc2", []cond{is("asked-by", askers...), is("asked-for", "soc2", "soc2-certificate"), notOnly("asked-why", "icfr")},
		"A SOC 2 is asked for, by readers to whom it can be given."},
	{"data-held", []cond{is("asked-by", askers...), is("data", "personal", "health", "card", "financial", "confidential", "ip"), notOnly("asked-why", "icfr")},
		"What is held for clients is worth protecting, and readers who may see a SOC 2 ask."},
	{"committed", []cond{is("asked-by", askers...), is("commitments", "availability", "processing-integrity", "confidentiality", "privacy"), notOnly("asked-why", "icfr")},
		"Commitments beyond security were made, and readers who may see a SOC 2 ask whether they are kept."},
	{"behind-public-report", []cond{is("public-use", "report", "logo")},
		"Something is to be shown in public. Only a SOC 3 may be, and a SOC 3 rests on a SOC 2 Type 2 examination."},
	{"behind-public-interest", []cond{is("asked-by", "public")},
		"Anybody is to be able to read it. Only a SOC 3 may be read by anybody, and it rests on a SOC 2 Type 2 examination."},
	{"behind-soc3", []cond{is("asked-for", "soc3")},
		"A SOC 3 is asked for, and it rests on a SOC 2 Type 2 examination."},
	{"carries-framework", []cond{is("asked-by", "client", "prospect", "partner", "regulator", "investor", "client-auditor"), is("frameworks", examinable...), is("framework-opinion", "opinion")},
		"The auditor is to give an opinion on another framework besides. A SOC 2 examination can be extended to carry it."},
	{"internal-audit-other", []cond{is("internal-audit", "other")},
		"The internal audit of an entity that is served relies on the report, for something else than financial reporting."},
}

var soc3Rules = []rule{
	{"public-report", []cond{is("public-use", "report")}, "A report that anybody may read is wanted. SOC 3 is the only one of the three for general use."},
	{"public-logo", []cond{is("public-use", "logo")}, "Something is to stand on the website. SOC 3 is the only one of the three that may be shown in public; a logo needs registration and follows the AICPA's terms."},
	{"public-asks", []cond{is("asked-by", "public")}, "Readers without knowledge of the service ask. Only a SOC 3 is written for them."},
	{"asked-soc3", []cond{is("asked-for", "soc3")}, "A SOC 3 is asked for."},
}

// considerRules are worth a thought; they decide nothing.
var considerRules = []rule{
	{"soc1-later", []cond{is("financial-effect", books...), lacks("asked-by", "client-auditor"), lacks("asked-why", "icfr")},
		"The services process what ends up in clients' books. Their auditors have not asked; they usually do, and then a SOC 1 is what they need."},
	{"hosted-books-later", []cond{is("financial-effect", "hosts"), lacks("asked-by", "client-auditor"), lacks("asked-why", "icfr")},
		"Clients' books live on what is hosted. Should their auditors ask, a SOC 1 limited to IT general controls may be needed as well."},
	{"soc2-later", []cond{is("data", "personal", "health", "card", "financial", "confidential", "ip"), is("asked-by", "client-auditor"), lacks("asked-by", askers...)},
		"Data worth protecting are held, and only auditors ask so far. Most controls of a SOC 1 over systems also serve a SOC 2: collect the evidence once."},
	{"information-only", []cond{is("framework-opinion", "information"), lacks("frameworks", "none")},
		"How controls map to another framework can be shown as other information in section V. It is not examined, and the report says so."},
	{"framework-opinion-open", []cond{is("frameworks", examinable...), unsaid("framework-opinion")},
		"Another framework is to be covered. Only if readers need the auditor's opinion on it is a SOC 2+ called for; otherwise section V can show the mapping."},
	{"one-programme", []cond{is("financial-effect", "processes", "calculates", "hosts"), is("asked-by", "client-auditor"), is("asked-by", askers...)},
		"Auditors and others ask. Two reports can rest on one set of controls and evidence, with periods that end on the same day."},
	{"quarterly", []cond{is("year-end", "mixed"), is("asked-by", "client-auditor")},
		"Clients' fiscal years end at different times. Reports over twelve months that end each quarter serve all of them, at a price; bridge letters serve most."},
	{"expert", []cond{is("regulators", "bank", "securities", "health", "privacy", "insurance")},
		"Supervisors are involved. Have counsel read what they demand before the scope is fixed."},
}
