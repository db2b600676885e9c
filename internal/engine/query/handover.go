package query

import (
	"encoding/binary"
	"io"
)

// handover hands rows over to DuckDB in a file of Parquet, of which it makes columns
// for a fraction of what text costs it. Of many rows only a group is held.
type handover struct {
	file    io.Writer
	columns []*lineField
	rows    int      // of the group that is being gathered
	held    int      // bytes of it
	all     int64    // rows
	at      int64    // bytes written
	groups  [][]byte // what the file's end says of each
}

// A group is written when it has so many rows or holds so many bytes.
const (
	lineRows  = 10_240
	lineBytes = 4 << 20
)

// lineField is one column of a group: whole numbers, or texts that may be
// absent. Few different texts are written once each, and their numbers in place
// of them.
type lineField struct {
	name   string
	number bool
	plain  []byte // the values, when they are not numbered
	levels []byte // runs of rows with a value and without
	level  byte   // 1 when the row before has a value
	run    int    // rows for which that holds

	many  bool // there are more different texts than a byte can number
	texts []string
	known map[string]byte
	index []byte // of each value
}

// begin begins the file.
func (w *handover) begin() error {
	for _, c := range w.columns {
		c.known = map[string]byte{}
	}
	return w.write([]byte(parquetMark))
}

func (w *handover) write(b []byte) error {
	n, err := w.file.Write(b)
	w.at += int64(n)
	return err
}

// number adds a number to a row.
func (w *handover) number(column int, v int64) {
	c := w.columns[column]
	c.plain = binary.LittleEndian.AppendUint64(c.plain, uint64(v)) // the same bits
	w.held += 8
}

// text adds a text to a row; nil is none.
func (w *handover) text(column int, v []byte) {
	c := w.columns[column]
	level := byte(1)
	if v == nil {
		level = 0
	}
	if level != c.level {
		c.endRun()
		c.level = level
	}
	c.run++
	if v != nil {
		w.held += c.add(v)
	}
}

// end ends a row.
func (w *handover) end() error {
	w.rows++
	w.all++
	if w.rows < lineRows && w.held < lineBytes {
		return nil
	}
	return w.group()
}

// add adds a value and says how many bytes are held for it.
func (c *lineField) add(v []byte) int {
	if c.many {
		c.plain = appendText(c.plain, v)
		return 4 + len(v)
	}
	if n := len(c.index); n > 0 && c.texts[c.index[n-1]] == string(v) {
		c.index = append(c.index, c.index[n-1])
		return 1
	}
	number, ok := c.known[string(v)]
	if !ok && len(c.texts) > 255 {
		return c.unnumber() + c.add(v)
	}
	if !ok {
		number = byte(len(c.texts)) // up to 255, as was asked
		c.texts = append(c.texts, string(v))
		c.known[string(v)] = number
		c.index = append(c.index, number)
		return 5 + len(v)
	}
	c.index = append(c.index, number)
	return 1
}

// unnumber writes the values out. The groups that follow begin like that.
func (c *lineField) unnumber() int {
	for _, n := range c.index {
		c.plain = appendText(c.plain, []byte(c.texts[n]))
	}
	c.many, c.texts, c.index = true, nil, nil
	clear(c.known)
	return len(c.plain)
}

func appendText[T []byte | string](to []byte, v T) []byte {
	return append(binary.LittleEndian.AppendUint32(to, uint32(len(v))), v...) // no value is that long
}

// endRun notes for how many rows there was a value, or none.
func (c *lineField) endRun() {
	if c.run > 0 {
		c.levels = append(binary.AppendUvarint(c.levels, uint64(c.run)<<1), c.level) // a count
	}
	c.run = 0
}

// forget makes room for the next group.
func (c *lineField) forget() {
	c.plain, c.levels, c.level, c.run = c.plain[:0], c.levels[:0], 0, 0
	c.texts, c.index = c.texts[:0], c.index[:0]
	clear(c.known)
}
