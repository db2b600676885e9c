package page

// Act is one thing that the reader of a page may do, as a form that works
// without a script.
type Act struct {
	Title  string
	Note   string // what it does, or what is known already
	Action string // where the form is sent
	Hidden map[string]string
	Fields []Field
	Button string
	Minor  bool // its button is not the first one to press
	Files  bool // the form brings a file
}

// The kinds of fields. One without a kind is a line of text.
const (
	AreaField   = "area"
	PageField   = "page" // a text as long as a page
	ChoiceField = "choice"
	DayField    = "date"
	NumberField = "number"
	FileField   = "file"
	SecretField = "password" // is never filled in again
)

// Field is what somebody says in a form.
type Field struct {
	Name, Label string
	Kind        string
	Value       string
	Hint        string
	Needed      bool
	Wide        bool
	Choices     []Word
}

// rows is how high a text is.
func rows(f Field) string {
	if f.Kind == PageField {
		return "28"
	}
	return "3"
}

// encoding is how a form is sent.
func encoding(a Act) string {
	if a.Files {
		return "multipart/form-data"
	}
	return "application/x-www-form-urlencoded"
}
