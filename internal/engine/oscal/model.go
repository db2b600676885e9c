package oscal

// What is written of OSCAL's models, field by field in its order. Their names
// are OSCAL's; a field that OSCAL leaves open is left out when it is empty.

type metadata struct {
	Title        string         `json:"title"`
	LastModified string         `json:"last-modified"`
	Version      string         `json:"version"`
	OSCAL        string         `json:"oscal-version"`
	Props        []prop         `json:"props,omitempty"`
	Roles        []role         `json:"roles,omitempty"`
	Parties      []organization `json:"parties,omitempty"`
	Responsible  []responsible  `json:"responsible-parties,omitempty"`
	Remarks      string         `json:"remarks,omitempty"`
}

type role struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

type organization struct {
	UUID string `json:"uuid"`
	Type string `json:"type"`
	Name string `json:"name"`
}

type responsible struct {
	Role    string   `json:"role-id"`
	Parties []string `json:"party-uuids"`
}

type prop struct {
	Name  string `json:"name"`
	NS    string `json:"ns,omitempty"`
	Value string `json:"value"`
}

type backMatter struct {
	Resources []resource `json:"resources"`
}

type resource struct {
	UUID        string  `json:"uuid"`
	Title       string  `json:"title,omitempty"`
	Description string  `json:"description,omitempty"`
	Links       []rlink `json:"rlinks,omitempty"`
}

type rlink struct {
	Href string `json:"href"`
	Type string `json:"media-type,omitempty"`
}

type catalogBody struct {
	Metadata metadata `json:"metadata"`
	Groups   []group  `json:"groups,omitempty"`
}

type group struct {
	ID       string           `json:"id,omitempty"`
	Class    string           `json:"class,omitempty"`
	Title    string           `json:"title"`
	Groups   []group          `json:"groups,omitempty"`
	Controls []catalogControl `json:"controls,omitempty"`
}

type catalogControl struct {
	ID       string           `json:"id"`
	Class    string           `json:"class,omitempty"`
	Title    string           `json:"title"`
	Props    []prop           `json:"props,omitempty"`
	Parts    []part           `json:"parts,omitempty"`
	Controls []catalogControl `json:"controls,omitempty"`
}

type part struct {
	ID    string `json:"id,omitempty"`
	Name  string `json:"name"`
	NS    string `json:"ns,omitempty"`
	Prose string `json:"prose,omitempty"`
}

type componentBody struct {
	Metadata   metadata    `json:"metadata"`
	Components []component `json:"components,omitempty"`
	Back       backMatter  `json:"back-matter"`
}

type component struct {
	UUID        string           `json:"uuid"`
	Type        string           `json:"type"`
	Title       string           `json:"title"`
	Description string           `json:"description"`
	Props       []prop           `json:"props,omitempty"`
	Implements  []implementation `json:"control-implementations,omitempty"`
}

type implementation struct {
	UUID         string        `json:"uuid"`
	Source       string        `json:"source"`
	Description  string        `json:"description"`
	Requirements []implemented `json:"implemented-requirements"`
}

type implemented struct {
	UUID        string `json:"uuid"`
	Control     string `json:"control-id"`
	Description string `json:"description"`
	Props       []prop `json:"props,omitempty"`
}

type planBody struct {
	Metadata metadata   `json:"metadata"`
	SSP      href       `json:"import-ssp"`
	Local    localPlan  `json:"local-definitions"`
	Reviewed reviewed   `json:"reviewed-controls"`
	Subjects []subjects `json:"assessment-subjects,omitempty"`
	Back     backMatter `json:"back-matter"`
}

type href struct {
	Href    string `json:"href"`
	Remarks string `json:"remarks,omitempty"`
}

type localPlan struct {
	Activities []activity `json:"activities,omitempty"`
}

type activity struct {
	UUID        string    `json:"uuid"`
	Title       string    `json:"title"`
	Description string    `json:"description"`
	Props       []prop    `json:"props,omitempty"`
	Related     *reviewed `json:"related-controls,omitempty"`
}

type reviewed struct {
	Description string      `json:"description,omitempty"`
	Selections  []selection `json:"control-selections"`
}

type selection struct {
	Description string    `json:"description,omitempty"`
	Include     []include `json:"include-controls,omitempty"`
}

type include struct {
	Control string `json:"control-id"`
}

type subjects struct {
	Type        string   `json:"type"`
	Description string   `json:"description,omitempty"`
	All         struct{} `json:"include-all"`
}

type resultsBody struct {
	Metadata metadata   `json:"metadata"`
	AP       href       `json:"import-ap"`
	Results  []result   `json:"results"`
	Back     backMatter `json:"back-matter"`
}

type result struct {
	UUID         string        `json:"uuid"`
	Title        string        `json:"title"`
	Description  string        `json:"description"`
	Start        string        `json:"start"`
	End          string        `json:"end,omitempty"`
	Props        []prop        `json:"props,omitempty"`
	Reviewed     reviewed      `json:"reviewed-controls"`
	Observations []observation `json:"observations,omitempty"`
	Findings     []finding     `json:"findings,omitempty"`
	Remarks      string        `json:"remarks,omitempty"`
}

type observation struct {
	UUID        string     `json:"uuid"`
	Title       string     `json:"title"`
	Description string     `json:"description"`
	Props       []prop     `json:"props,omitempty"`
	Methods     []string   `json:"methods"`
	Types       []string   `json:"types,omitempty"`
	Evidence    []evidence `json:"relevant-evidence,omitempty"`
	Collected   string     `json:"collected"`
	Remarks     string     `json:"remarks,omitempty"`
}

type evidence struct {
	Description string `json:"description"`
	Props       []prop `json:"props,omitempty"`
}

type finding struct {
	UUID         string               `json:"uuid"`
	Title        string               `json:"title"`
	Description  string               `json:"description"`
	Props        []prop               `json:"props,omitempty"`
	Target       target               `json:"target"`
	Observations []relatedObservation `json:"related-observations,omitempty"`
	Remarks      string               `json:"remarks,omitempty"`
}

type target struct {
	Type   string      `json:"type"`
	ID     string      `json:"target-id"`
	Status targetState `json:"status"`
}

type targetState struct {
	State   string `json:"state"`
	Reason  string `json:"reason,omitempty"`
	Remarks string `json:"remarks,omitempty"`
}

type relatedObservation struct {
	UUID string `json:"observation-uuid"`
}

type poamBody struct {
	Metadata     metadata      `json:"metadata"`
	SSP          href          `json:"import-ssp"`
	Observations []observation `json:"observations,omitempty"`
	Risks        []risk        `json:"risks,omitempty"`
	Findings     []finding     `json:"findings,omitempty"`
	Items        []poamItem    `json:"poam-items"`
	Back         backMatter    `json:"back-matter"`
}

type risk struct {
	UUID         string     `json:"uuid"`
	Title        string     `json:"title"`
	Description  string     `json:"description"`
	Statement    string     `json:"statement"`
	Props        []prop     `json:"props,omitempty"`
	Status       string     `json:"status"`
	Remediations []response `json:"remediations,omitempty"`
}

type response struct {
	UUID        string `json:"uuid"`
	Lifecycle   string `json:"lifecycle"`
	Title       string `json:"title"`
	Description string `json:"description"`
}

type poamItem struct {
	UUID        string           `json:"uuid"`
	Title       string           `json:"title"`
	Description string           `json:"description"`
	Props       []prop           `json:"props,omitempty"`
	Findings    []relatedFinding `json:"related-findings,omitempty"`
	Risks       []relatedRisk    `json:"related-risks,omitempty"`
}

type relatedFinding struct {
	UUID string `json:"finding-uuid"`
}

type relatedRisk struct {
	UUID string `json:"risk-uuid"`
}
