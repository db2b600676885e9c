package api

import (
	"tickmark/internal/audit"
	"tickmark/internal/method/assembly"
	"tickmark/internal/method/coverage"
	"tickmark/internal/method/evaluation"
	"tickmark/internal/method/lifecycle"
	"tickmark/internal/method/wording"
	"tickmark/internal/stage/advance"
)

// What the API and the command line print alike.

// Status is where an organization's programme stands, each number with of how
// many and as of when.
type Status struct {
	Organization audit.Tenant       `json:"organization"`
	Populations  []audit.Population `json:"populations"`
	Engagements  []EngagementStatus `json:"engagements"`
	Reports      []audit.Report     `json:"reports"`
	Records      int64              `json:"records"`
	Root         string             `json:"root"`
	Key          string             `json:"key"`
}

// EngagementStatus is where one engagement stands.
type EngagementStatus struct {
	Engagement  audit.Engagement   `json:"engagement"`
	Coverage    coverage.Counts    `json:"coverage"`
	Results     []audit.Result     `json:"results"`
	Conclusions []audit.Conclusion `json:"conclusions"`
}

// Standing is where one engagement stands on its way.
type Standing struct {
	Engagement audit.Engagement   `json:"engagement"`
	Calendar   lifecycle.Calendar `json:"calendar"`
	Gates      advance.View       `json:"gates"`
}

// Exception is one flagged item with what people said of it.
type Exception struct {
	audit.ExceptionRow
	Group       string             `json:"group"`
	Disposition *audit.Disposition `json:"disposition,omitempty"`
	Assigned    *audit.Assignment  `json:"assigned,omitempty"`
}

// Flagged is a standing result, and the exceptions that it found: all of them,
// by item, one at a time.
type Flagged struct {
	Result audit.Result
	Each   func(visit func(Exception) error) error
}

// Served is one criterion or control objective of an engagement with the
// controls that serve it.
type Served struct {
	Code     string   `json:"code"`
	Text     string   `json:"text"`
	Group    string   `json:"group"`
	Controls []string `json:"controls"`
	Tested   []string `json:"tested"` // those of them whose tests were concluded on
}

// ControlHistory is how a control stands and stood.
type ControlHistory struct {
	Engagement string                   `json:"engagement"`
	Control    audit.Control            `json:"control"`
	Status     evaluation.ControlStatus `json:"status"`
	Reason     string                   `json:"reason"`
	AsOf       string                   `json:"as_of"`
	Intervals  []evaluation.Interval    `json:"intervals"`
	Off        []audit.Switch           `json:"switched_off,omitempty"`
}

// PopulationHistory is what was collected of each population over the period
// of an engagement.
type PopulationHistory struct {
	Engagement string              `json:"engagement"`
	Period     audit.Period        `json:"period"`
	Timezone   string              `json:"timezone"`
	Lines      []assembly.Timeline `json:"populations"`
}

// Gaps is how far the records of an engagement carry what is asked of it.
type Gaps struct {
	Organization string                   `json:"organization"`
	Engagement   audit.Engagement         `json:"engagement"`
	Analysis     coverage.Analysis        `json:"analysis"`
	Description  []coverage.Part          `json:"description"`
	Wording      []wording.Fault          `json:"wording"` // of the controls in scope
	Frameworks   []coverage.FrameworkView `json:"frameworks,omitempty"`
	NotProven    []string                 `json:"mapping_does_not_prove,omitempty"`
	Progress     *coverage.Progress       `json:"progress,omitempty"`
}

// File is one that comes with an answer.
type File struct {
	Name string
	Body []byte
}
