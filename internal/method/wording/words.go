package wording

// The words that the rules look for. They are few on purpose: a linter that
// cries at every sentence is switched off.

var vague = phrases(
	"appropriate", "appropriately", "as appropriate", "adequate", "adequately", "timely", "in a timely manner", "on a timely basis",
	"regularly", "on a regular basis", "regular basis", "periodically", "periodic", "on a periodic basis", "from time to time",
	"as needed", "as necessary", "as required", "if needed", "if necessary", "when needed", "when necessary", "where possible", "if possible",
	"where applicable", "as applicable", "sufficient", "sufficiently", "reasonable", "promptly", "quickly", "soon", "frequently",
	"occasionally", "sometimes", "generally", "usually", "typically", "normally", "best practice", "best practices", "industry standard",
	"industry standards", "robust", "proper", "properly", "suitable", "various", "etc", "and so on", "and/or", "ad hoc", "ad-hoc", "should",
)

var untestable = phrases(
	"ensure", "ensures", "ensuring", "strives", "strive", "attempts", "aims to", "is committed to", "are committed to", "encourages",
	"encouraged", "is aware", "are aware", "is understood", "understands", "believes", "promotes", "seeks to", "endeavors", "tone at the top",
	"security-minded", "takes seriously", "to the extent possible", "reasonable assurance",
)

var tacked = phrases("in addition", "additionally", "furthermore", "moreover", "separately", "as well as reviewing", "and separately")

// functions are words for people who perform controls, by what they do.
var functions = phrases(
	"analyst", "analysts", "manager", "managers", "engineer", "engineers", "administrator", "administrators", "officer", "officers", "head",
	"heads", "specialist", "specialists", "owner", "owners", "leader", "leaders", "recruiter", "recruiters", "director", "directors",
	"committee", "board", "team", "teams", "department", "departments", "clerk", "clerks", "accountant", "accountants", "auditor", "auditors",
	"operator", "operators", "supervisor", "supervisors", "developer", "developers", "reviewer", "reviewers", "approver", "approvers",
	"sponsor", "sponsors", "president", "controller", "treasurer", "secretary", "counsel", "ciso", "cio", "cto", "cfo", "ceo", "coo", "dpo",
	"custodian", "custodians", "person", "persons", "individual", "individuals", "worker", "workers", "employee", "employees", "lead",
	"leads", "reception", "receptionist", "firm", "internal audit", "human resources", "information security", "information technology",
	"client services", "finance", "legal", "treasury", "client", "clients", "technician", "technicians", "executive", "executives",
)

// nobody are words that name no performer.
var nobody = phrases("management", "the company", "the organization", "personnel", "staff", "the business", "responsible party", "responsible parties", "we")

var systems = phrases(
	"system", "systems", "application", "applications", "engine", "gateway", "portal", "portals", "pipeline", "pipelines", "identity provider",
	"provider", "service desk", "monitoring service", "backup service", "key service", "scheduler", "scanner", "tool", "tools", "server", "servers",
	"database", "databases", "platform", "repository", "code host", "firewall", "network", "ledger", "register", "registers", "workflow",
	"script", "job", "agent", "software", "spreadsheet", "directory", "vault", "console", "mailbox", "warehouse", "site", "store", "queue",
	"badges", "doors",
)

var evidence = phrases(
	"record", "records", "recorded", "recording", "log", "logs", "logged", "ticket", "tickets", "minutes", "sign", "signs", "signed",
	"signature", "sign-off", "keep", "keeps", "kept", "file", "files", "filed", "report", "reports", "reported", "acknowledge", "acknowledges",
	"acknowledged", "acknowledgement", "certificate", "certificates", "register", "registers", "registered", "evidence", "document",
	"documents", "documented", "notes", "noted", "retain", "retains", "retained", "saved", "saves", "history", "trail",
	"enters", "entered", "posted", "stamp", "list", "lists", "written", "writing", "inventory", "version",
	"reconciliation", "export", "screenshot", "configuration",
)

// times name an event or a time that calls for an act.
var times = phrases(
	"every", "each", "daily", "nightly", "weekly", "monthly", "quarterly", "annually", "yearly", "when", "whenever", "before", "after",
	"within", "upon", "once", "at once", "immediately", "until", "at the end", "at the latest", "on the day", "on hire", "on termination",
	"during", "only", "per", "as soon as", "at each", "at every", "on every", "on each", "following", "prior to", "hours", "days", "if",
)

// calendar are the frequencies that recur by themselves.
var calendar = []string{"daily", "weekly", "biweekly", "monthly", "quarterly", "semiannual", "annual"}

var often = map[string]terms{
	"daily":      phrases("daily", "every day", "each day", "every night", "each night", "nightly", "every working day", "every business day", "each working day", "each business day", "every morning"),
	"weekly":     phrases("weekly", "every week", "each week", "once a week"),
	"biweekly":   phrases("biweekly", "every two weeks", "every second week"),
	"monthly":    phrases("monthly", "every month", "each month", "once a month"),
	"quarterly":  phrases("quarterly", "every quarter", "each quarter", "once a quarter", "every three months"),
	"semiannual": phrases("semiannually", "semi-annually", "twice a year", "every six months", "every half year"),
	"annual": phrases("annually", "yearly", "every year", "each year", "once a year", "every twelve months", "every 12 months",
		"every january", "every february", "every march", "every april", "every may", "every june", "every july", "every august",
		"every september", "every october", "every november", "every december"),
}

// rhythmic are all of them together.
var rhythmic = merged(often)

var alone = phrases("own work", "own access", "own changes", "own entries", "own postings", "the same person")

var performs = []string{"prepares", "performs", "enters", "creates", "requests", "develops", "administers", "posts", "initiates", "drafts"}

var reviews = []string{"reviews", "approves", "releases", "authorizes", "checks", "verifies", "reconciles"}

var forbidding = []string{
	"not", "no", "nobody", "never", "cannot", "refuses", "refuse", "prevents", "prevent", "blocks", "block", "stops", "another", "other",
	"second", "different", "independent",
}
