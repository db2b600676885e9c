package query

import "encoding/binary"

// Of the Parquet format this writes what hands rows over within one job: no
// compression, no statistics, one page a column and group.
const (
	parquetMark = "PAR1"

	parquetInt64, parquetBytes             = 2, 6 // types
	parquetPlain, parquetRuns, parquetDict = 0, 3, 8
	dataPage, dictionaryPage               = 0, 2
)

// group writes the rows that were gathered.
func (w *handover) group() error {
	if w.rows == 0 {
		return nil
	}
	begin := w.at
	var chunks []byte
	for _, c := range w.columns {
		chunk, err := w.chunk(c)
		if err != nil {
			return err
		}
		chunks = append(chunks, chunk...)
		c.forget()
	}
	var t thrift
	t.list(1, thriftStruct, len(w.columns))
	t.b = append(t.b, chunks...)
	t.int(2, thriftInt64, w.at-begin)
	t.int(3, thriftInt64, int64(w.rows))
	w.groups = append(w.groups, t.end())
	w.rows, w.held = 0, 0
	return nil
}

// chunk writes one column of a group and returns what is to be said of it.
func (w *handover) chunk(c *lineField) ([]byte, error) {
	begin, dictionary, encoding := w.at, int64(0), int64(parquetPlain)
	body, levels := c.plain, []byte(nil)
	if !c.number && !c.many {
		var texts []byte
		for _, v := range c.texts {
			texts = appendText(texts, v)
		}
		if err := w.page(dictionaryPage, len(c.texts), parquetPlain, texts); err != nil {
			return nil, err
		}
		dictionary, encoding, body = begin, parquetDict, c.numbered()
	}
	if !c.number {
		c.endRun()
		levels = append(binary.LittleEndian.AppendUint32(nil, uint32(len(c.levels))), c.levels...) // at most two bytes a row
	}
	data := w.at
	if err := w.page(dataPage, w.rows, encoding, levels, body); err != nil {
		return nil, err
	}
	kind := int64(parquetInt64)
	if !c.number {
		kind = parquetBytes
	}
	var t thrift
	t.int(2, thriftInt64, begin)
	t.field(3, thriftStruct)
	outer := t.last
	t.last = 0
	t.int(1, thriftInt32, kind)
	t.list(2, thriftInt32, 3)
	t.b = append(t.b, 2*parquetPlain, 2*parquetRuns, 2*parquetDict)
	t.list(3, thriftText, 1)
	t.text(c.name)
	t.int(4, thriftInt32, 0)
	t.int(5, thriftInt64, int64(w.rows))
	t.int(6, thriftInt64, w.at-begin)
	t.int(7, thriftInt64, w.at-begin)
	t.int(9, thriftInt64, data)
	if encoding == parquetDict {
		t.int(11, thriftInt64, dictionary)
	}
	t.end()
	t.last = outer
	return t.end(), nil
}

// numbered are the numbers of the values, a byte each, as one run of eights.
func (c *lineField) numbered() []byte {
	eights := (len(c.index) + 7) / 8
	b := binary.AppendUvarint([]byte{8}, uint64(eights)<<1|1) // a count
	b = append(b, c.index...)
	return append(b, make([]byte, 8*eights-len(c.index))...)
}

// page writes one page, which is in parts, with its head.
func (w *handover) page(kind, values int, encoding int64, body ...[]byte) error {
	var t thrift
	size := int64(0)
	for _, b := range body {
		size += int64(len(b))
	}
	t.int(1, thriftInt32, int64(kind))
	t.int(2, thriftInt32, size)
	t.int(3, thriftInt32, size)
	field := 5
	if kind == dictionaryPage {
		field = 7
	}
	t.field(field, thriftStruct)
	t.last = 0
	t.int(1, thriftInt32, int64(values))
	t.int(2, thriftInt32, encoding)
	if kind == dataPage {
		t.int(3, thriftInt32, parquetRuns)
		t.int(4, thriftInt32, parquetRuns)
	}
	t.end()
	err := w.write(t.end())
	for _, b := range body {
		if err == nil {
			err = w.write(b)
		}
	}
	return err
}

// finish ends the file.
func (w *handover) finish() error {
	if err := w.group(); err != nil {
		return err
	}
	var t thrift
	t.int(1, thriftInt32, 1)
	t.list(2, thriftStruct, 1+len(w.columns))
	t.column("rows", -1, len(w.columns))
	for _, c := range w.columns {
		kind := parquetBytes
		if c.number {
			kind = parquetInt64
		}
		t.column(c.name, kind, 0)
	}
	t.last = 2
	t.int(3, thriftInt64, w.all)
	t.list(4, thriftStruct, len(w.groups))
	for _, g := range w.groups {
		t.b = append(t.b, g...)
	}
	foot := t.end()
	size := uint32(len(foot)) // a few hundred bytes a group
	return w.write(append(binary.LittleEndian.AppendUint32(foot, size), parquetMark...))
}

// column is an element of the schema: the root, which has children, numbers that
// are always there, or texts that may be absent.
func (t *thrift) column(name string, kind, children int) {
	t.last = 0
	if kind >= 0 {
		t.int(1, thriftInt32, int64(kind))
		optional := int64(0)
		if kind == parquetBytes {
			optional = 1
		}
		t.int(3, thriftInt32, optional)
	}
	t.field(4, thriftText)
	t.text(name)
	if kind < 0 {
		t.int(5, thriftInt32, int64(children))
	}
	if kind == parquetBytes {
		t.int(6, thriftInt32, 0) // UTF-8
	}
	t.end()
}

// thrift writes Thrift's compact protocol, of which Parquet's heads are made.
type thrift struct {
	b    []byte
	last int // number of the field before
}

const (
	thriftInt32  = 5
	thriftInt64  = 6
	thriftText   = 8
	thriftList   = 9
	thriftStruct = 12
)

func (t *thrift) field(number int, kind byte) {
	t.b = append(t.b, byte(number-t.last)<<4|kind) // no two fields are 15 apart
	t.last = number
}

func (t *thrift) int(number int, kind byte, v int64) {
	t.field(number, kind)
	t.b = binary.AppendVarint(t.b, v)
}

func (t *thrift) text(v string) { t.b = append(binary.AppendUvarint(t.b, uint64(len(v))), v...) }

func (t *thrift) list(number int, of byte, size int) {
	t.field(number, thriftList)
	if size < 15 {
		t.b = append(t.b, byte(size)<<4|of) // below 15
		return
	}
	t.b = binary.AppendUvarint(append(t.b, 0xf0|of), uint64(size)) // a count
}

// end ends a struct.
func (t *thrift) end() []byte {
	t.b = append(t.b, 0)
	return t.b
}
