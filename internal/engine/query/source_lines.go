package query

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// ndjson is written out as columns of text first, for DuckDB reads JSON numbers
// as floating point on their way to text and would lose digits.
func (in *intake) ndjson(f Source) (part, error) {
	path := filepath.Join(in.Dir, fmt.Sprintf("lines-%d.csv", len(in.parts)))
	out, err := os.Create(path)
	if err != nil {
		return part{}, err
	}
	defer out.Close()
	w := &lines{in: in, name: f.Name, out: out, seen: map[string]bool{}}
	w.columns()
	if err := w.convert(f.Path); err != nil {
		return part{}, err
	}
	if err := out.Close(); err != nil {
		return part{}, err
	}
	p := in.csvPart(Source{Path: path, Name: f.Name}, w.header(), '\t')
	p.ignored = w.ignored()
	return p, w.never()
}

// lines turns lines of JSON objects into columns with the exact text of numbers.
// Tabs stand between the columns: a JSON string without escapes holds none, and
// no quote either, so that it can be copied as it is.
type lines struct {
	in    *intake
	name  string
	out   io.Writer
	names []string        // the file's names of the schema's columns
	wants map[string]int  // top-level name -> column; inside where a path leads into it
	seen  map[string]bool // top-level names in the file
}

const (
	inside    = -1      // a name that the path of a column begins with
	blockSize = 2 << 20 // bytes of a block of lines
)

func (w *lines) columns() {
	w.wants = map[string]int{}
	for i, c := range w.in.Schema.Columns {
		name := w.fileName(c.Name)
		w.names = append(w.names, name)
		if first, _, nested := strings.Cut(name, "."); nested {
			w.wants[first] = inside
		}
		if _, taken := w.wants[name]; taken {
			w.wants[name] = inside // two columns of one name
		} else {
			w.wants[name] = i
		}
	}
}

// header is one column for each schema column, under the file's name for it.
func (w *lines) header() []string { return append([]string{lineColumn}, w.names...) }

func (w *lines) fileName(canonical string) string {
	if renamed, ok := w.in.Columns[canonical]; ok {
		return renamed
	}
	return canonical
}

// block is some whole lines on their way.
type block struct {
	first int64 // number of its first line
	text  []byte
	out   []byte
	early []Reject
	seen  map[string]bool
	done  chan struct{}
}

func (w *lines) convert(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return w.blocks(f)
}

// blocks has blocks of lines converted by all threads and writes them in their
// order.
func (w *lines) blocks(f io.Reader) error {
	work, order := make(chan *block), make(chan *block, w.in.Threads)
	failed := make(chan error, 1)
	go func() {
		failed <- split(f, func(b *block) { order <- b; work <- b })
		close(work)
		close(order)
	}()
	var workers sync.WaitGroup
	for range max(1, w.in.Threads) {
		workers.Go(func() {
			for b := range work {
				(&lineReader{from: w, to: b}).all()
				close(b.done)
			}
		})
	}
	_, err := io.WriteString(w.out, strings.Join(quoteNames(w.header()), "\t")+"\n")
	for b := range order {
		<-b.done
		if err == nil {
			_, err = w.out.Write(b.out)
		}
		w.in.early = append(w.in.early, b.early...)
		maps.Copy(w.seen, b.seen)
	}
	workers.Wait()
	return errors.Join(<-failed, err)
}

func quoteNames(names []string) []string {
	var quoted []string
	for _, n := range names {
		quoted = append(quoted, string(csvText(nil, n)))
	}
	return quoted
}

// split reads a text in blocks of whole lines.
func split(f io.Reader, hand func(*block)) error {
	first, rest := int64(1), []byte(nil)
	for {
		text := make([]byte, len(rest)+blockSize)
		copy(text, rest)
		n, err := io.ReadFull(f, text[len(rest):])
		text = text[:len(rest)+n]
		ended := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !ended {
			return err
		}
		if first == 1 && len(rest) == 0 {
			text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
		}
		end := bytes.LastIndexByte(text, '\n') + 1
		if ended {
			end = len(text)
		}
		rest = text[end:]
		count := int64(bytes.Count(text[:end], []byte("\n")))
		if line := tooLong(text[:end], len(rest)); line >= 0 {
			return fmt.Errorf("line %d is longer than %d bytes", first+line, longest)
		}
		hand(&block{first: first, text: text[:end], seen: map[string]bool{}, done: make(chan struct{})})
		first += count
		if ended {
			return nil
		}
	}
}

// tooLong is the number of the first line beyond the limit, among those of
// whole lines and the beginning of the next; -1 when there is none.
func tooLong(text []byte, rest int) int64 {
	for n := int64(0); ; n++ {
		end := bytes.IndexByte(text, '\n')
		if end < 0 {
			if len(text) > longest || rest > longest {
				return n
			}
			return -1
		}
		if end > longest {
			return n
		}
		text = text[end+1:]
	}
}

// lineReader converts one block.
type lineReader struct {
	from   *lines
	to     *block
	scan   scanner
	fields [][]byte // texts of the columns in the current line; nil is absent
	met    []bool   // columns whose name is in the current line
	was    []bool   // columns whose name was in a line of the block
	fresh  []string // names in the current line that no column has, and no line had
	usual  []place  // the names of the lines before, in their order, which most lines keep
	nth    int      // member of the current line
}

// place is a name with its column.
type place struct {
	name   string
	column int
	known  bool
}

// column finds the column of the name that stands next.
func (r *lineReader) column(name []byte) (int, bool) {
	n := r.nth
	r.nth++
	if n < len(r.usual) && r.usual[n].name == string(name) {
		return r.usual[n].column, r.usual[n].known
	}
	column, known := r.from.wants[string(name)]
	switch {
	case n < len(r.usual):
		r.usual[n] = place{string(name), column, known}
	case n == len(r.usual) && n < 256:
		r.usual = append(r.usual, place{string(name), column, known})
	}
	return column, known
}

func (r *lineReader) all() {
	n := len(r.from.names)
	r.fields, r.met, r.was = make([][]byte, n), make([]bool, n), make([]bool, n)
	r.to.out = make([]byte, 0, len(r.to.text)/2)
	text := r.to.text
	for n := r.to.first; len(text) > 0; n++ {
		line := text
		if end := bytes.IndexByte(text, '\n'); end >= 0 {
			line, text = text[:end], text[end+1:]
		} else {
			text = nil
		}
		if len(bytes.TrimSpace(line)) > 0 {
			r.line(n, line)
		}
	}
	r.to.text = nil
}

// keep writes the line that plain read, and the names in it.
func (r *lineReader) keep() {
	for i, f := range r.fields {
		if i > 0 {
			r.to.out = append(r.to.out, '\t')
		}
		r.to.out = append(r.to.out, f...)
		if r.met[i] && !r.was[i] {
			r.was[i], r.to.seen[r.from.names[i]] = true, true
		}
	}
	r.to.out = append(r.to.out, '\n')
	for _, name := range r.fresh {
		r.to.seen[name] = true
	}
}

// line takes a plain line in one go. What is rare (escaped names, columns inside
// objects) or wrong is left to the general reader.
func (r *lineReader) line(n int64, line []byte) {
	before := len(r.to.out)
	r.to.out = append(strconv.AppendInt(r.to.out, n, 10), '\t')
	if r.plain(line) {
		r.keep()
		return
	}
	r.to.out = r.to.out[:before]
	object, err := decode(line)
	if err != nil {
		r.to.early = append(r.to.early, Reject{File: r.from.name, Line: n, Reason: err.Error(), Raw: strings.ToValidUTF8(string(line), "\uFFFD")})
		return
	}
	for k := range object {
		r.to.seen[k] = true
	}
	r.to.out = strconv.AppendInt(r.to.out, n, 10)
	for _, name := range r.from.names {
		r.to.out = csvText(append(r.to.out, '\t'), textOf(dig(object, name)))
	}
	r.to.out = append(r.to.out, '\n')
}

// csvText appends a text between quotes; an absent one is nothing.
func csvText(to []byte, text string) []byte {
	if text == "" {
		return to
	}
	to = append(to, '"')
	to = append(to, strings.ReplaceAll(text, `"`, `""`)...)
	return append(to, '"')
}

// plain reads a line in which every wanted column is a scalar under a plain
// top-level name. False says that it is another line, or no JSON.
func (r *lineReader) plain(line []byte) bool {
	if !utf8.Valid(line) {
		return false
	}
	clear(r.fields)
	clear(r.met)
	r.fresh, r.nth = r.fresh[:0], 0
	s := &r.scan
	s.in, s.i, s.from, s.ended, s.out = line, 0, 0, true, s.out[:0]
	if !r.takes('{') {
		return false
	}
	if r.takes('}') {
		return r.rest()
	}
	for {
		if !r.member() {
			return false
		}
		if r.takes(',') {
			continue
		}
		return r.takes('}') && r.rest()
	}
}

func (r *lineReader) takes(c byte) bool {
	next, err := r.scan.token()
	if err != nil || next != c {
		return false
	}
	r.scan.i++
	return true
}

// rest is true when nothing but blanks follows.
func (r *lineReader) rest() bool {
	_, err := r.scan.token()
	return errors.Is(err, errShort)
}

func (r *lineReader) member() bool {
	name, ok := r.text()
	if !ok || !r.takes(':') {
		return false
	}
	column, known := r.column(name)
	if !known {
		if !r.to.seen[string(name)] {
			r.fresh = append(r.fresh, string(name))
		}
		return r.scan.value() == nil
	}
	if column == inside {
		return false
	}
	r.met[column] = true
	return r.scalar(column)
}

// text reads a string without escapes.
func (r *lineReader) text() ([]byte, bool) {
	s := &r.scan
	if c, err := s.token(); err != nil || c != '"' {
		return nil, false
	}
	start := s.i + 1
	end := start + plainBytes(s.in[start:])
	if end == len(s.in) || s.in[end] != '"' {
		return nil, false
	}
	s.i = end + 1
	return s.in[start:end], true
}

// scalar keeps the text of a value. Objects and arrays are left to the general
// reader.
func (r *lineReader) scalar(column int) bool {
	s := &r.scan
	c, err := s.token()
	if err != nil || c == '{' || c == '[' {
		return false
	}
	if c == '"' {
		var plain bool
		if r.fields[column], plain = r.text(); plain {
			return true
		}
		return r.escaped(column)
	}
	start := s.i
	if err := s.value(); err != nil {
		return false
	}
	if r.fields[column] = s.in[start:s.i]; c == 'n' {
		r.fields[column] = nil
	}
	return true
}

// escaped keeps the text of a string with escapes, between quotes.
func (r *lineReader) escaped(column int) bool {
	start := r.scan.i
	if err := r.scan.value(); err != nil {
		return false
	}
	text, err := unquoted(r.scan.in[start:r.scan.i])
	r.fields[column] = csvText(nil, text)
	return err == nil
}

// ignored are the names in the file that the schema does not have.
func (w *lines) ignored() []string {
	used := map[string]bool{}
	for _, name := range w.names {
		first, _, _ := strings.Cut(name, ".")
		used[first] = true
	}
	var names []string
	for _, n := range slices.Sorted(maps.Keys(w.seen)) {
		if !used[n] {
			names = append(names, n)
		}
	}
	return names
}

// never refuses a file in which a required name does not occur even once.
func (w *lines) never() error {
	have := map[string]string{}
	for i, c := range w.in.Schema.Columns {
		first, _, _ := strings.Cut(w.names[i], ".")
		if w.seen[first] || len(w.seen) == 0 {
			have[c.Name] = first
		}
	}
	return w.in.missing(have, slices.Sorted(maps.Keys(w.seen)))
}
