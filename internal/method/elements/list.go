package elements

import "tickmark/internal/audit"

// The elements of the auditor's report.
const (
	Title        = "I.title"
	Addressee    = "I.addressee"
	ScopeSystem  = "I.scope.system"
	ScopeMeasure = "I.scope.criteria"
	ScopePlus    = "I.scope.additional"
	ScopeOther   = "I.scope.other-information"
	ScopeCUECs   = "I.scope.cuecs"
	ScopeCarved  = "I.scope.carve-out"
	ScopeIncl    = "I.scope.inclusive"
	ScopeCSOCs   = "I.scope.csocs"
	Theirs       = "I.organization"
	Standards    = "I.auditor.standards"
	Assurance    = "I.auditor.assurance"
	Independence = "I.auditor.independence"
	Nature       = "I.auditor.procedures"
	Limitations  = "I.limitations"
	NotOperated  = "I.type-1"
	Pointer      = "I.tests"
	Basis        = "I.basis"
	Disagreement = "I.assertion"
	Opinion      = "I.opinion"
	Conditions   = "I.opinion.conditions"
	Extent       = "I.opinion.extent"
	Use          = "I.use"
	Signature    = "I.signature"
	Place        = "I.place"
	Dated        = "I.date"
)

// The elements of management's assertion and description.
const (
	Asserted    = "II.assertion"
	Signed      = "II.signature"
	Subasserted = "II.subservice"

	AssertedPlus = "II.additional"

	Services    = "III.services"
	Procedures  = "III.procedures"
	Records     = "III.records"
	Events      = "III.events"
	Output      = "III.reports"
	Others      = "III.subservice"
	Objectives  = "III.objectives"
	UserSide    = "III.cuecs"
	Environment = "III.coso"
	Changes     = "III.changes"

	DC1 = "III.DC1"
	DC2 = "III.DC2"
	DC3 = "III.DC3"
	DC4 = "III.DC4"
	DC5 = "III.DC5"
	DC6 = "III.DC6"
	DC7 = "III.DC7"
	DC8 = "III.DC8"
	DC9 = "III.DC9"

	Boundaries  = "III.boundaries"
	Commitments = "III.commitments"
)

// The elements of the tests and of what else management says.
const (
	Controls  = "IV.controls"
	PlusTests = "IV.additional"
	Tests     = "IV.tests"
	Results   = "IV.results"
	Found     = "IV.deviations"
	Rested    = "IV.did-not-operate"
	Wordings  = "IV.wordings"
	Unaudited = "V.unaudited"
	Responses = "V.responses"
)

const (
	every    = "11 12 21 22 32"
	detailed = "11 12 21 22"
	first    = "11 21"
	second   = "12 22"
	soc1     = "11 12"
	soc2     = "21 22"
)

func by(section string, who audit.Side, list ...Element) []Element {
	for i := range list {
		list[i].Section, list[i].By = section, who
	}
	return list
}

var all = concat(
	by("I", audit.Auditor, opening...), by("I", audit.Auditor, closing...), by("II", audit.Management, assertion...),
	by("III", audit.Management, of1...), by("III", audit.Management, of2...), by("III", audit.Management, of3...),
	by("IV", audit.Management, controls...), by("IV", audit.Auditor, tested...), by("V", audit.Management, other...),
)

func concat(lists ...[]Element) []Element {
	var out []Element
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

var opening = []Element{
	{ID: Title, in: every, Text: "The title says that the auditor is independent", Do: "describe the organization and the engagement"},
	{ID: Addressee, in: every, Text: "The report is addressed to the management of the service organization", Do: "give the organization's legal_name in organization.yaml"},
	{ID: ScopeSystem, in: every, Text: "What was examined: the system, what it does, and the date or period", Do: "give the system's name and services in system.yaml"},
	{ID: ScopeMeasure, in: every, Text: "The criteria by which it was measured", Do: "describe control objectives, or the categories of the engagement, and its commitments"},
	{ID: ScopePlus, in: soc2, when: func(f Facts) bool { return f.Plus }, Text: "The additional criteria, by set and id", Do: "name them under additional in engagements.yaml"},
	{ID: ScopeOther, in: detailed, Text: "Other information was not examined, and no opinion extends to it", Do: "draft the report again"},
	{ID: ScopeCUECs, in: every, when: func(f Facts) bool { return f.CUECs }, Text: "Controls of user entities were not examined, and some objectives or commitments are met only together with them", Do: "draft the report again"},
	{ID: ScopeCarved, in: every, when: func(f Facts) bool { return f.CarveOut }, Text: "Which subservice organizations are left out, and for which service", Do: "give each in complementary.yaml its name and service"},
	{ID: ScopeIncl, in: every, when: func(f Facts) bool { return f.Inclusive }, Text: "Which subservice organizations are included in description and examination", Do: "give each in complementary.yaml its name and service"},
	{ID: ScopeCSOCs, in: every, when: func(f Facts) bool { return f.CSOCs }, Text: "Controls that are assumed of subservice organizations were not examined, and some objectives or commitments are met only together with them", Do: "draft the report again"},
	{ID: Theirs, in: every, Text: "What the service organization is responsible for", Do: "draft the report again"},
	{ID: Standards, in: every, Text: "The standards by which the auditor examined", Do: "draft the report again"},
	{ID: Assurance, in: every, Text: "The examination was planned and performed for reasonable assurance, and the evidence is sufficient and appropriate", Do: "draft the opinion: `tickmark auditor opinion record`"},
	{ID: Independence, in: every, Text: "The auditor is independent and meets the other ethical requirements", Do: "each of the team: `tickmark team declare`"},
	{ID: Nature, in: every, Text: "What the procedures of the examination consisted of", Do: "draft the report again"},
	{ID: Limitations, in: every, Text: "The inherent limitations of controls, and the risk of projecting to the future", Do: "draft the report again"},
	{ID: NotOperated, in: first, Text: "Operating effectiveness was not tested, and there is no opinion on it", Do: "draft the report again"},
	{ID: Pointer, in: second, Text: "Where the tests and their results stand", Do: "draft the report again"},
}

var closing = []Element{
	{ID: Basis, in: every, when: func(f Facts) bool { return f.Modified }, Text: "Before a modified opinion, the matter that led to it, and the objectives or commitments that it affects", Do: "say in basis and affected of each modified subject what is the matter, and record the opinion again"},
	{ID: Disagreement, in: every, when: func(f Facts) bool { return f.Contradicts }, Text: "That the assertion says without exception what the opinion modifies", Do: "management reconsiders its assertion, or the report says so"},
	{ID: Opinion, in: every, Text: "The opinion, subject by subject", Do: "record it: `tickmark auditor opinion record`"},
	{ID: Conditions, in: every, when: func(f Facts) bool { return f.CUECs || f.CSOCs }, Text: "The opinion holds together with the controls that are assumed of others", Do: "record the opinion: `tickmark auditor opinion record`"},
	{ID: Extent, in: second, when: func(f Facts) bool { return f.NoOccasion }, Text: "The objectives or criteria to which the opinion on operation does not extend, since no occasion arose", Do: "record the opinion: `tickmark auditor opinion record`"},
	{ID: Use, in: detailed, Text: "For whom the report is, and that it is for nobody else", Do: "draft the report again"},
	{ID: Signature, in: every, Text: "The name of the firm, under which a partner signed the opinion as it stands", Do: "a partner signs: `tickmark auditor opinion sign`"},
	{ID: Place, in: every, Text: "City and state in which the report was signed", Do: "give city in the opinion and state in the firm's record"},
	{ID: Dated, in: every, Text: "The report's date, not before the assertion and the representations", Do: "date the opinion, and have management sign both on or before that date"},
}

var assertion = []Element{
	{ID: Asserted, in: every, Text: "Management's assertion on the subjects of the opinion, for the same time", Do: "`tickmark statement draft assertion` and `record`, with an answer to each of its questions"},
	{ID: Signed, in: every, Text: "Management's signature under the assertion as it stands", Do: "`tickmark statement sign assertion`"},
	{ID: AssertedPlus, in: soc2, when: func(f Facts) bool { return f.Plus }, Text: "Management's assertion names the additional criteria", Do: "name each set in the text of the assertion, and record it again"},
	{ID: Subasserted, in: every, when: func(f Facts) bool { return f.Inclusive }, Text: "The assertion of each subservice organization that is included", Do: "add it to system.md, under a heading \"Assertion of\" and the organization's name"},
}

var of1 = []Element{
	{ID: Services, in: soc1, Text: "The services and the kinds of transactions that are processed", Do: "list services in system.yaml"},
	{ID: Procedures, in: soc1, Text: "How transactions are begun, authorized, recorded, processed, corrected and reported", Do: "say so in system.md, under a heading with the word process or transaction"},
	{ID: Records, in: soc1, Text: "The records and data behind the transactions", Do: "say so in system.md, under a heading with the word record, data or ledger"},
	{ID: Events, in: soc1, Text: "How events and conditions other than transactions are dealt with", Do: "say so in system.md, under a heading with the word event, condition or setup"},
	{ID: Output, in: soc1, Text: "How reports and other information for user entities are made", Do: "say so in system.md, under a heading with the word output, report or statement"},
	{ID: Others, in: soc1, Text: "Services of subservice organizations, and whether they are included or left out", Do: "give each in complementary.yaml its service, method and monitoring"},
	{ID: Objectives, in: soc1, Text: "The control objectives, and the controls that serve each of them", Do: "write objectives.yaml, and give each objective a control in controls.yaml"},
	{ID: UserSide, in: soc1, Text: "The controls of user entities that the design assumes, or that it assumes none", Do: "list them in complementary.yaml, each with the objectives that it is needed for"},
	{ID: Environment, in: soc1, Text: "What of the control environment, risk assessment, information, communication and monitoring bears on the services", Do: "say so in system.md, under a heading with the words control environment or risk assessment"},
	{ID: Changes, in: "12", Text: "What changed in the system and its controls during the period, or that nothing did", Do: "say so in system.md, under a heading such as changes in the period"},
}

var of2 = []Element{
	{ID: DC1, in: soc2, Text: "The services that are provided", Do: "list services in system.yaml"},
	{ID: DC2, in: soc2, Text: "The principal service commitments and system requirements", Do: "write commitments.yaml"},
	{ID: DC3, in: soc2, Text: "The components of the system: infrastructure, software, people, procedures and data", Do: "name components of each of the five kinds in system.yaml, or give each a heading in system.md"},
	{ID: DC4, in: soc2, Text: "Incidents that came from controls that failed or that broke a commitment, or that there were none", Do: "say so in system.md, under a heading with the word incidents"},
	{ID: DC5, in: soc2, Text: "The criteria and the controls that meet them", Do: "give each criterion a control in controls.yaml"},
	{ID: DC6, in: soc2, Text: "The controls of user entities that the design assumes, or that it assumes none", Do: "list them in complementary.yaml, each with the criteria that it is needed for"},
	{ID: DC7, in: soc2, Text: "The subservice organizations, what they do, by which method they are presented, and what is assumed of them", Do: "give each in complementary.yaml its service, method and monitoring"},
	{ID: DC8, in: soc2, when: func(f Facts) bool { return f.Unserved }, Text: "The criteria that are not relevant to the system, and why", Do: "name each criterion without a control in system.md, and say why it is not relevant; or give it a control"},
	{ID: DC9, in: "22", Text: "What changed in the system and its controls during the period, or that nothing did", Do: "say so in system.md, under a heading such as changes in the period"},
}

var of3 = []Element{
	{ID: Boundaries, in: "32", Text: "The boundaries of the system: its services and components", Do: "list services and components in system.yaml"},
	{ID: Commitments, in: "32", Text: "The principal service commitments and system requirements", Do: "write commitments.yaml"},
}

var controls = []Element{
	{ID: PlusTests, in: soc2, when: func(f Facts) bool { return f.Plus }, Text: "Of each additional criterion what it asks in other words than its publisher's, and the controls that meet it", Do: "give each under additional in engagements.yaml its words and the codes of controls in scope"},
	{ID: Controls, in: detailed, Text: "The controls that serve each objective or criterion", Do: "write controls.yaml"},
}

var tested = []Element{
	{ID: Tests, in: second, Text: "The auditor's test of each control, or that it was not concluded on", Do: "record a workpaper of each: `tickmark workpaper coverage` says of which there is none"},
	{ID: Results, in: second, Text: "The result of each test, finished, signed and reviewed", Do: "finish the papers and have them signed: `tickmark workpaper list`"},
	{ID: Found, in: second, when: func(f Facts) bool { return f.Deviations }, Text: "Of each deviation the number tested, and the number and nature of what was found", Do: "complete it: `tickmark deviation list`"},
	{ID: Rested, in: second, when: func(f Facts) bool { return f.Rested }, Text: "Of each control that did not operate, that the circumstances did not occur", Do: "record a no-occurrence paper with its narrative"},
	{ID: Wordings, in: second, when: func(f Facts) bool { return f.Changed }, Text: "Of each control that changed, both wordings with their days, and a test of each", Do: "record a paper for the days of each wording"},
}

var other = []Element{
	{ID: Unaudited, in: detailed, Text: "What management adds is marked as not examined", Do: "draft the report again"},
	{ID: Responses, in: detailed, when: func(f Facts) bool { return f.Answered }, Text: "Management's responses are marked as not examined", Do: "draft the report again"},
}
