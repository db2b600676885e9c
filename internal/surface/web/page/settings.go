package page

// Settings is the page of what holds for the whole organization.
type Settings struct {
	Frame
	Done, Fault string
	Parts       []Setting
}

// Setting is one thing that is set, or is so.
type Setting struct {
	Title string
	Note  string
	Facts []Fact
	Table Table
	Acts  []Act
}
