// Package query runs SQL over whole populations in DuckDB, and reads the files
// of strangers into populations. It stands among the engines, is the only
// package that links DuckDB, and does all its work in a confined child process.
// It does not know engagements, controls or the database of records.
package query

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/confine"
)

// Engine says how to start the confined process and what it may use. The zero
// values of the limits mean the defaults.
type Engine struct {
	Exe      []string // the command that calls Worker
	MemoryMB int      // DuckDB's buffer limit; default 4096
	Threads  int      // default: the machine's cores
	Timeout  time.Duration

	Tell    func(Progress) // hears how far a performance is, from another goroutine; nil to hear nothing
	Split   int64          // rows from which a procedure that allows it is performed in parts; default splitRows
	Partial string         // folder in which finished parts of an interrupted performance wait; "" to keep none
}

// Version names the engine in records: what gave a result can be had again.
const Version = "DuckDB 1.5.5"

// job is what the parent tells the child. Exactly one task is set.
type job struct {
	Dir      string
	MemoryMB int
	Threads  int
	Perform  *Task       `json:",omitempty"`
	Batch    *batch      `json:",omitempty"`
	Slice    *Task       `json:",omitempty"`
	Merge    *merging    `json:",omitempty"`
	List     *listing    `json:",omitempty"`
	Ingest   *Intake     `json:",omitempty"`
	Convert  *Convert    `json:",omitempty"`
	Rehearse *Rehearsal  `json:",omitempty"`
	Compare  *Pair       `json:",omitempty"`
	Extract  *Extraction `json:",omitempty"`
	Look     *looking    `json:",omitempty"`
}

// Ingest reads files into a population in dir and counts everything. When
// recorded pages could not be read, the error is an *Unreadable and what is
// returned beside it is made of the others: it is incomplete.
func (e Engine) Ingest(ctx context.Context, dir string, in Intake) (Ingested, error) {
	var r Ingested
	err := e.call(ctx, job{Dir: dir, Ingest: &in}, &r)
	if err == nil {
		err = r.files(dir)
	}
	if err == nil && len(r.Problems) > 0 {
		err = &Unreadable{Problems: r.Problems}
	}
	return r, err
}

// Convert writes a CSV file of canonical columns as Parquet, in dir.
func (e Engine) Convert(ctx context.Context, dir string, c Convert) error {
	var rows int64
	return e.call(ctx, job{Dir: dir, Convert: &c}, &rows)
}

func (e Engine) call(ctx context.Context, j job, value any) error {
	j.MemoryMB, j.Threads = e.memory(), e.threads()
	if j.small() {
		j.Threads = 1
	}
	timeout := e.Timeout
	if timeout == 0 {
		timeout = time.Hour
	}
	child := confine.Child{Exe: e.Exe, Timeout: timeout, Env: j.environment(), Progress: e.hear}
	return child.Call(ctx, j, value)
}

// environment is the child's. One with a single thread does little: what the C
// library holds in reserve would be a good part of its memory, and what Go holds
// is little next to the time that collecting it takes.
func (j job) environment() []string {
	env := []string{fmt.Sprintf("GOMAXPROCS=%d", j.Threads), "TZ=UTC", "HOME=" + j.Dir}
	if j.Threads == 1 {
		env = append(env, "GOGC=200", "MALLOC_ARENA_MAX=1")
	}
	return env
}

func (e Engine) memory() int {
	if e.MemoryMB > 0 {
		return e.MemoryMB
	}
	return 4096
}

func (e Engine) threads() int {
	if e.Threads > 0 {
		return e.Threads
	}
	return runtime.NumCPU()
}

// sqlType is the DuckDB type of a canonical column type.
func sqlType(t string) string {
	switch t {
	case "text":
		return "VARCHAR"
	case "boolean":
		return "BOOLEAN"
	case "integer":
		return "BIGINT"
	case "date":
		return "DATE"
	case "timestamp":
		return "TIMESTAMP"
	}
	return t // decimal(p,s)
}

// keyText is the SQL that names a row of a population: its key's columns as
// text, joined by "|" when there are several. A procedure's item has this form.
func keyText(key []string) string {
	parts := ""
	for i, k := range key {
		if i > 0 {
			parts += " || '|' || "
		}
		parts += "CAST(" + ident(k) + " AS VARCHAR)"
	}
	return parts
}

// SchemaDigest identifies the schema that a population was read with.
func SchemaDigest(s audit.Schema) (audit.Digest, error) {
	b, err := audit.Canonical(s)
	return audit.DigestOf(b), err
}
