package audit

import "time"

// Role is what a person does in an organization's programme or in its
// examination.
type Role string

// The roles.
const (
	ManagementAdmin Role = "management-admin"
	ControlOwner    Role = "control-owner"
	Employee        Role = "employee"
	InternalAudit   Role = "internal-audit"
	AuditorStaff    Role = "auditor-staff"
	AuditorManager  Role = "auditor-manager"
	AuditorPartner  Role = "auditor-partner"
	QualityReviewer Role = "quality-reviewer" // outside the engagement team
	UserEntity      Role = "user-entity"      // a client of the service organization
	UserAuditor     Role = "user-auditor"     // the auditor of a client
	Machine         Role = "machine"
)

// Roles are all of them, in the order of the matrix.
var Roles = []Role{ManagementAdmin, ControlOwner, Employee, InternalAudit, AuditorStaff, AuditorManager, AuditorPartner, QualityReviewer, UserEntity, UserAuditor, Machine}

// Side is the side of the wall on which the role works; "" of an unknown role.
func (r Role) Side() Side {
	switch r {
	case ManagementAdmin, ControlOwner, Employee, InternalAudit:
		return Management
	case AuditorStaff, AuditorManager, AuditorPartner, QualityReviewer:
		return Auditor
	case UserEntity, UserAuditor:
		return Users
	case Machine:
		return Automation
	}
	return ""
}

// Firm is a CPA firm with what it decides for its engagements.
type Firm struct {
	Code           string         `json:"code" yaml:"code"`
	Name           string         `json:"name" yaml:"name"`
	City           string         `json:"city" yaml:"city"`
	State          string         `json:"state" yaml:"state"`
	License        string         `json:"license" yaml:"license"` // number; without one no opinion can be signed
	Licensed       Period         `json:"licensed,omitzero" yaml:"licensed"`
	PeerReview     string         `json:"peer_review,omitempty" yaml:"peer_review,omitempty"` // the last one's date and result
	RetentionYears int            `json:"retention_years" yaml:"retention_years"`             // of an archived file
	CoolingOff     int            `json:"cooling_off_months" yaml:"cooling_off_months"`       // after prior design, operation or decisions
	Legend         []Tickmark     `json:"legend" yaml:"legend"`
	Sizes          []SizeRow      `json:"sizes,omitempty" yaml:"sizes,omitempty"` // the firm's own table of sample sizes; Tickmark's defaults when empty
	Budget         map[string]int `json:"budget_hours,omitempty" yaml:"budget_hours,omitempty"`
	Recipient      string         `json:"recipient,omitempty" yaml:"-"` // public half of the key that the firm alone holds: the auditor's bundles are encrypted to it; "" when there is none
	At             time.Time      `json:"at" yaml:"-"`
}

// Tickmark is a sign of the firm's legend with what it means.
type Tickmark struct {
	Mark      string `json:"mark" yaml:"mark"`
	Meaning   string `json:"meaning" yaml:"meaning"`
	Exception bool   `json:"exception,omitempty" yaml:"exception,omitempty"` // the attribute was not met
	Reason    bool   `json:"reason,omitempty" yaml:"reason,omitempty"`       // it must say why, as "not applicable" must
}

// SizeRow is one row of a table of sample sizes: how often the control
// operates, and how many of its occurrences are tested.
type SizeRow struct {
	Frequency string `json:"frequency" yaml:"frequency"`
	Low       int    `json:"low" yaml:"low"`
	High      int    `json:"high" yaml:"high"`
}

// Member says that a person has a role: in one engagement, or, on management's
// side, in the organization (no engagement). A person has one role in each.
type Member struct {
	Engagement string    `json:"engagement,omitempty"`
	Name       string    `json:"name"`
	Role       Role      `json:"role"`
	Firm       string    `json:"firm,omitempty"`     // of an auditor
	Entity     string    `json:"entity,omitempty"`   // of a user entity's people
	Assigned   []string  `json:"assigned,omitempty"` // codes of controls and requests, of a role that sees what is assigned only
	Left       bool      `json:"left,omitempty"`
	By         string    `json:"by"`
	At         time.Time `json:"at"`
}

// PriorWork is what a person or firm did for the service organization before.
type PriorWork string

// The kinds of prior work; after those that take part in management's
// decisions a cooling-off runs.
const (
	NoPriorWork   PriorWork = "none"
	PriorAdvice   PriorWork = "readiness-advice" // allowed, with the safeguards that the declaration names
	PriorDesign   PriorWork = "design"
	PriorOperate  PriorWork = "operation"
	PriorDecision PriorWork = "readiness-decision"
)

// Declaration is a person's own statement of independence for one engagement.
type Declaration struct {
	Engagement  string    `json:"engagement"`
	Name        string    `json:"name"`
	Independent bool      `json:"independent"`
	Conflicts   string    `json:"conflicts,omitempty"` // interests and relationships, in the person's words
	Prior       PriorWork `json:"prior_work"`
	Ended       Date      `json:"prior_work_ended,omitempty"`
	Safeguards  string    `json:"safeguards,omitempty"`
	At          time.Time `json:"at"`
}

// Phase is where an engagement stands.
type Phase string

// The phases, in their order.
const (
	Acceptance   Phase = "acceptance"
	Planning     Phase = "planning"
	Walkthroughs Phase = "walkthroughs"
	Interim      Phase = "interim"
	Fieldwork    Phase = "final-fieldwork"
	Completion   Phase = "completion"
	Issued       Phase = "issued"
	Archived     Phase = "archived"
)

// Phases are all of them in their order.
var Phases = []Phase{Acceptance, Planning, Walkthroughs, Interim, Fieldwork, Completion, Issued, Archived}

// Step is an engagement's arrival in a phase. ReportDate and Released are set
// when it is issued and stand from then on.
type Step struct {
	Engagement   string    `json:"engagement"`
	Phase        Phase     `json:"phase"`
	Reason       string    `json:"reason,omitempty"`        // of a step back
	Terms        Digest    `json:"terms,omitempty"`         // of the engagement as it was described when it was accepted
	NotConcluded []string  `json:"not_concluded,omitempty"` // controls in scope that the auditor names as not concluded
	ReportDate   Date      `json:"report_date,omitempty"`
	Released     Date      `json:"released,omitempty"`
	Bundle       Digest    `json:"bundle,omitempty"`    // of the archive's file, when it is archived
	Recipient    Digest    `json:"recipient,omitempty"` // of the recipient to whom that file is encrypted; "" when it is plain
	By           string    `json:"by"`
	At           time.Time `json:"at"`
}

// AssemblyDays is how long after its release the file may still be assembled
// (AT-C 105); after them nothing changes, and additions say why.
const AssemblyDays = 60

// Locks is the first day on which the file is locked, or "" before its release.
func (s Step) Locks() Date {
	if s.Released == "" {
		return ""
	}
	return s.Released.Add(AssemblyDays + 1)
}

// Hold keeps a file beyond its retention, or ends that.
type Hold struct {
	Engagement string    `json:"engagement"`
	On         bool      `json:"on"`
	Reason     string    `json:"reason"`
	By         string    `json:"by"`
	At         time.Time `json:"at"`
}

// Addition is what was added to a locked file.
type Addition struct {
	Engagement string    `json:"engagement"`
	Code       string    `json:"code"`
	What       string    `json:"what"`
	Reason     string    `json:"reason"`
	Effect     string    `json:"effect"` // on the conclusions, or that there is none
	Reviewer   string    `json:"reviewer"`
	File       File      `json:"file,omitzero"`
	By         string    `json:"by"`
	At         time.Time `json:"at"`
}
