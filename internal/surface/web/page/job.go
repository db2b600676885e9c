package page

// Job is how far long work is, or what it came to.
type Job struct {
	Frame
	Began    string
	What     string
	Done, Of int64 // Of is 0 when nobody knows
	Ended    bool
	Fault    string
	Sections []Section
	Events   string // where a script hears how far it is
	Back     Link
}

// Dropped is a file that somebody brought, with what would come of it.
type Dropped struct {
	Frame
	Lead     string
	Fault    string
	Outcome  Verdict
	Sections []Section
	Acts     []Act
	May      bool // it can be kept
	Keep     string
	Away     string
}
