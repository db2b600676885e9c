package query

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"unicode/utf8"
)

// PageTable is the recorded pages of one request. Under its name they are a
// table with the columns page, n (the record's number in the page), each and
// record, in which every JSON number is a string of its exact text.
type PageTable struct {
	Name     string
	Format   string // json, ndjson, csv, xml, text
	Records  string // where the records stand in a page: "" the page itself, "data.users", "*" the values of an object; of XML: names of elements
	Optional bool   // the records' path may be absent, and a page empty
	Pages    []PageFile
}

// PageFile is one page as received.
type PageFile struct {
	Path, Name string
	Number     int64
	Each       string            // JSON object: the parent's record for which this page was fetched; "" when there is none
	Header     map[string]string // of the answer, where there was one: its Content-Type is named when the page is not what it says
}

// Problem is a page that is not what it says. No record of it was taken.
type Problem struct {
	Table  string
	Page   string
	Number int64
	What   string
}

// Unreadable is the error of Ingest when pages could not be read. What Ingest
// returns beside it is made of the other pages: it is incomplete.
type Unreadable struct{ Problems []Problem }

func (e *Unreadable) Error() string {
	first := e.Problems[0]
	text := fmt.Sprintf("%s: %s", first.Page, first.What)
	if more := len(e.Problems) - 1; more > 0 {
		text += fmt.Sprintf("; and %d more pages", more)
	}
	return text + ": what was collected is incomplete"
}

// pages makes rows of the pages of one table: page, n, each, the record or not, and
// the values of the paths that are read ahead.
type pages struct {
	PageTable
	reader  stream  // of JSON; its buffers serve page after page
	whole   bool    // the mapping takes whole records
	values  *values // of the paths that it takes from each; nil for none
	names   []string
	file    *os.File
	rows    handover
	number  int64  // of the current page
	each    []byte // of the current page; nil for none
	n       int64  // record in the page
	total   int64
	halfway bool // records were taken of a page that then broke
}

// read takes all pages and returns those that are not what they say. When records
// of such a page were taken before it was known, all are read once more, without
// it.
func (p *pages) read() ([]Problem, error) {
	broken, err := p.pass(nil)
	if err != nil {
		return nil, err
	}
	var problems []Problem
	for _, i := range slices.Sorted(maps.Keys(broken)) {
		problems = append(problems, broken[i])
	}
	if p.halfway {
		again, err := p.pass(broken)
		if err != nil || len(again) > 0 {
			return nil, errors.Join(err, fmt.Errorf("%d pages broke since they were read a moment ago", len(again)))
		}
	}
	return problems, p.file.Close()
}

// pass takes the pages but those that are known to be broken, and returns the
// broken ones by their places in the list.
func (p *pages) pass(known map[int]Problem) (map[int]Problem, error) {
	p.total, p.rows = 0, handover{file: p.file, columns: p.columns()}
	_, rewound := p.file.Seek(0, io.SeekStart)
	if err := errors.Join(rewound, p.file.Truncate(0), p.rows.begin()); err != nil {
		return nil, err
	}
	broken := map[int]Problem{}
	for i, page := range p.Pages {
		if _, leave := known[i]; leave {
			continue
		}
		what, err := p.page(page)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", page.Name, err)
		}
		if what == "" {
			p.total += p.n
			continue
		}
		p.halfway = p.halfway || p.n > 0
		broken[i] = Problem{Table: p.Name, Page: page.Name, Number: page.Number, What: what + contentType(page.Header)}
	}
	return broken, p.rows.finish()
}

func (p *pages) columns() []*lineField {
	columns := []*lineField{{name: "page", number: true}, {name: "n", number: true}}
	for _, name := range p.names {
		columns = append(columns, &lineField{name: name})
	}
	return columns
}

func contentType(header map[string]string) string {
	for _, name := range sortedNames(header) {
		if strings.EqualFold(name, "Content-Type") {
			return "; the source called it " + header[name]
		}
	}
	return ""
}

// page takes one page, or says what is wrong with it. An error is a fault of
// this machine, not of the page.
func (p *pages) page(f PageFile) (what string, err error) {
	p.n, p.number = 0, f.Number
	if what := p.parent(f.Each); what != "" {
		return what, nil
	}
	file, err := os.Open(f.Path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	switch p.Format {
	case "json":
		err = p.json(file)
	case "ndjson":
		err = p.ndjson(file)
	case "csv":
		err = p.csv(file)
	case "xml":
		err = p.xml(file)
	case "text":
		err = p.text(file)
	default:
		return "", fmt.Errorf("format %q is not one of json, ndjson, csv, xml, text", p.Format)
	}
	var fault *os.PathError
	if errors.As(err, &fault) || errors.Is(err, errPlain) {
		return "", err
	}
	return p.blame(err), nil
}

// blame puts what went wrong with a page into words; "" when nothing did.
func (p *pages) blame(err error) string {
	switch {
	case err == nil, p.Optional && (errors.Is(err, errAbsent) || errors.Is(err, errVoid)):
		return ""
	case errors.Is(err, errAbsent):
		return fmt.Sprintf("there is no %q in it, where the records should stand", p.Records)
	}
	return err.Error()
}

// errVoid is said of a page without a byte.
var errVoid = errors.New("the page is empty")

// parent keeps the parent's record, its numbers quoted like all.
func (p *pages) parent(each string) string {
	p.each = nil
	if each != "" {
		s := stream{buf: []byte(each), ended: true}
		v, err := s.value()
		if err == nil {
			err = s.end()
		}
		if err == nil && v[0] != '{' {
			err = errors.New("it is not an object")
		}
		if err != nil {
			return "the record of the parent request cannot be read: " + err.Error()
		}
		p.each = v
	}
	return ""
}

// made takes a record that was made of another format.
func (p *pages) made(record []byte) error {
	if p.values != nil {
		s := scanner{in: record, ended: true, bare: true, pick: p.values}
		if err := s.value(); err != nil {
			return err
		}
	}
	return p.emit(record)
}

// emit writes the row of a record whose values were noted.
func (p *pages) emit(record []byte) error {
	p.n++
	p.rows.number(0, p.number)
	p.rows.number(1, p.n)
	p.rows.text(2, p.each)
	next := 3
	if p.whole {
		p.rows.text(next, record)
		next++
	}
	if p.values != nil {
		if p.values.whole {
			return errPlain
		}
		for i, v := range p.values.found {
			p.rows.text(next+i, v)
		}
	}
	return p.rows.end()
}

// records finds the records of JSON. They are copied only for a mapping that
// takes them whole.
func (p *pages) records() *records {
	r := recordsOf(p.Records, p.emit)
	r.pick, r.bare = p.values, !p.whole
	return r
}

func (p *pages) json(f io.Reader) error {
	p.reader = stream{from: f, buf: p.reader.buf[:0], scan: scanner{out: p.reader.scan.out[:0]}}
	if err := notMarkup(&p.reader); err != nil {
		return err
	}
	return p.records().whole(&p.reader)
}

// notMarkup refuses an empty page, and the page of HTML that a proxy or a login
// puts where JSON should be.
func notMarkup(s *stream) error {
	if err := s.bom(); err != nil {
		return err
	}
	next, err := s.peek()
	switch {
	case err != nil:
		return err
	case s.at == len(s.buf):
		return errVoid
	case next == '<':
		return errors.New("it is HTML or XML, not what was asked for")
	}
	return nil
}

func (p *pages) ndjson(f io.Reader) error {
	lines := bufio.NewScanner(f)
	lines.Buffer(make([]byte, 64<<10), largest)
	read := p.records()
	s := &stream{ended: true}
	for n := 1; lines.Scan(); n++ {
		s.buf, s.at = lines.Bytes(), 0
		if n == 1 {
			s.buf = bytes.TrimPrefix(s.buf, []byte("\xef\xbb\xbf"))
		}
		if next, _ := s.peek(); next == 0 && s.at == len(s.buf) {
			continue
		} else if next == '<' {
			return fmt.Errorf("line %d: it is HTML or XML, not what was asked for", n)
		}
		if err := read.whole(s); err != nil && !(p.Optional && errors.Is(err, errAbsent)) {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return fmt.Errorf("a line is longer than %d bytes", largest)
	}
	return lines.Err()
}

// text takes the page as one text.
func (p *pages) text(f io.Reader) error {
	b, err := io.ReadAll(io.LimitReader(f, largest+1))
	if err != nil {
		return err
	}
	if len(b) > largest {
		return fmt.Errorf("it is longer than %d bytes", largest)
	}
	record, err := jsonText([]byte(`{"text":`), string(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))))
	if err != nil {
		return err
	}
	return p.made(append(record, '}'))
}

// jsonText appends a text as a JSON string.
func jsonText(to []byte, text string) ([]byte, error) {
	if !utf8.ValidString(text) {
		return to, errors.New("the text is not UTF-8")
	}
	if plain := []byte(text); plainBytes(plain) == len(plain) {
		to = append(to, '"')
		to = append(to, plain...)
		return append(to, '"'), nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(text); err != nil {
		return to, err
	}
	return append(to, bytes.TrimRight(b.Bytes(), "\n")...), nil
}
