package query

import (
	"context"
	"database/sql"
	"encoding/json"
	"reflect"
	"sync"
	"time"

	"github.com/duckdb/duckdb-go/v2/mapping"
)

// Progress is how far a performance is: about how many rows of the tested
// population were looked at, and of how many. It is told, and recorded nowhere.
type Progress struct {
	Rows int64
	Of   int64
}

// every is how often a child tells.
const every = 200 * time.Millisecond

// hear hands a child's progress on. What makes no sense is dropped: the child
// may have been taken over by what it read.
func (e Engine) hear(raw json.RawMessage) {
	var p Progress
	if e.Tell != nil && json.Unmarshal(raw, &p) == nil && p.Rows >= 0 && p.Rows <= p.Of {
		e.Tell(p)
	}
}

// watch tells how much of the running statement is done, of so many rows, until
// stop is called. A later statement that begins again at nothing is not told of
// before it is farther.
func (d *duck) watch(tell func(any), of int64) (stop func()) {
	connection, ok := d.handle()
	if !ok {
		return func() {}
	}
	done := make(chan struct{})
	var gone sync.WaitGroup
	gone.Go(func() {
		last := int64(0)
		for tick := time.NewTicker(every); ; {
			select {
			case <-done:
				tick.Stop()
				return
			case <-tick.C:
			}
			q := mapping.QueryProgress(connection)
			percent, _, _ := mapping.QueryProgressTypeMembers(&q)
			if now := int64(percent * float64(of) / 100); percent <= 100 && now > last {
				last = now
				tell(Progress{Rows: now, Of: of})
			}
		}
	})
	return func() { close(done); gone.Wait() }
}

// handle is the native connection of the pool's only one. The driver offers no
// way to it, and DuckDB's progress can be asked for by no other; without it
// nothing is told, and nothing else changes.
func (d *duck) handle() (mapping.Connection, bool) {
	var found mapping.Connection
	c, err := d.db.Conn(context.Background())
	if err != nil {
		return found, false
	}
	defer c.Close()
	err = c.Raw(func(driver any) error {
		v := reflect.ValueOf(driver)
		if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
			return sql.ErrConnDone
		}
		native := v.Elem().FieldByName("conn")
		if !native.IsValid() || native.Type() != reflect.TypeFor[mapping.Connection]() {
			return sql.ErrConnDone
		}
		found.Ptr = native.FieldByName("Ptr").UnsafePointer()
		return nil
	})
	return found, err == nil && found.Ptr != nil
}
