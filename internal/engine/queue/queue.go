// Package queue keeps collections that are to be made until a worker makes
// them. It stands among the engines and hides River, on SQLite or PostgreSQL:
// any number of processes work on one queue, and none makes a collection that
// another is making. It does not know sources, schedules or records.
package queue

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"
	_ "modernc.org/sqlite" // the driver named sqlite

	"tickmark/internal/audit"
)

// Job is collections to be made over one connection. Of one connection only one
// unfinished job can be in the queue.
type Job struct {
	Organization audit.ID     `json:"organization" river:"unique"`
	Connection   string       `json:"connection" river:"unique"`
	Window       audit.Period `json:"window"` // zero: what is due
	Step         string       `json:"step"`   // day, week or month: the window in such pieces; "" as a whole
	Slot         string       `json:"slot"`   // the instant of the schedule that called for it; "" when a person did
}

// Kind names the job in the queue.
func (Job) Kind() string { return "collect" }

// Entry is a job and what became of it.
type Entry struct {
	Job
	State    string    `json:"state"` // scheduled, available, running, retryable, completed, discarded, cancelled
	Attempts int       `json:"attempts"`
	At       time.Time `json:"at"` // when it is, or was, to begin
	Error    string    `json:"error,omitempty"`
}

// The most a collection may take, and how often it is begun again after an error.
const (
	longest  = 6 * time.Hour
	attempts = 3
	kept     = 90 * 24 * time.Hour
)

// rivering is what is asked of River, whatever it runs on.
type rivering interface {
	Insert(ctx context.Context, args river.JobArgs, opts *river.InsertOpts) (*rivertype.JobInsertResult, error)
	Start(ctx context.Context) error
	Stop(ctx context.Context) error
	JobList(ctx context.Context, params *river.JobListParams) (*river.JobListResult, error)
}

// Queue is an open queue.
type Queue struct {
	river  func(*river.Config) (rivering, error)
	insert rivering
	close  func() error
}

// Open opens the queue at a URL, postgres://… or sqlite:///path, and makes its
// tables if they are not there.
func Open(ctx context.Context, url string) (*Queue, error) {
	var q *Queue
	var err error
	if path, ok := strings.CutPrefix(url, "sqlite://"); ok {
		q, err = openSQLite(ctx, path)
	} else {
		q, err = openPostgres(ctx, url)
	}
	if err != nil {
		return nil, fmt.Errorf("open the queue: %w", err)
	}
	if q.insert, err = q.river(&river.Config{Logger: quiet()}); err != nil {
		return nil, errors.Join(fmt.Errorf("open the queue: %w", err), q.close())
	}
	return q, nil
}

func openSQLite(ctx context.Context, path string) (*Queue, error) {
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_pragma=busy_timeout(10000)&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return migrated(ctx, riversqlite.New(db), db.Close)
}

func openPostgres(ctx context.Context, url string) (*Queue, error) {
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		return nil, err
	}
	return migrated(ctx, riverpgxv5.New(pool), func() error { pool.Close(); return nil })
}

func migrated[T any](ctx context.Context, driver riverdriver.Driver[T], closing func() error) (*Queue, error) {
	m, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: quiet()})
	if err == nil {
		err = migrate(ctx, m)
	}
	if err != nil {
		return nil, errors.Join(err, closing())
	}
	start := func(c *river.Config) (rivering, error) { return river.NewClient(driver, c) }
	return &Queue{river: start, close: closing}, nil
}

// migrate makes the tables. Of two processes that do so at once one fails, and
// finds them made when it tries again.
func migrate[T any](ctx context.Context, m *rivermigrate.Migrator[T]) error {
	for again := 1; ; again++ {
		_, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil)
		if err == nil || again == 5 || ctx.Err() != nil {
			return err
		}
		time.Sleep(time.Duration(again) * 100 * time.Millisecond)
	}
}

// Close closes the queue. Jobs that run are to be stopped first, by ending
// Work's context.
func (q *Queue) Close() error { return q.close() }

// Add puts a job into the queue, to begin at an instant, or now when it is
// zero. It returns false if an unfinished job of the same connection is there.
func (q *Queue) Add(ctx context.Context, j Job, at time.Time) (bool, error) {
	got, err := q.insert.Insert(ctx, j, &river.InsertOpts{
		MaxAttempts: attempts, ScheduledAt: at, Queue: string(j.Organization),
		UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
			rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning,
			rivertype.JobStateRetryable, rivertype.JobStateScheduled,
		}},
	})
	if err != nil {
		return false, fmt.Errorf("add a collection to the queue: %w", err)
	}
	return !got.UniqueSkippedAsDuplicate, nil
}

// Work makes the collections of an organization, n at a time, until ctx ends;
// those under way are then given a moment to end. An error of do is tried again
// later, a few times.
func (q *Queue) Work(ctx context.Context, org audit.ID, n int, do func(context.Context, Job) error) error {
	workers := river.NewWorkers()
	river.AddWorker(workers, &worker{do: do})
	c, err := q.river(&river.Config{
		Logger: quiet(), Workers: workers, Queues: map[string]river.QueueConfig{string(org): {MaxWorkers: n}},
		JobTimeout: longest, FetchPollInterval: time.Second, CompletedJobRetentionPeriod: kept, DiscardedJobRetentionPeriod: kept,
	})
	if err != nil {
		return err
	}
	if err := c.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("begin to work: %w", err)
	}
	<-ctx.Done()
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	return c.Stop(last)
}

type worker struct {
	river.WorkerDefaults[Job]
	do func(context.Context, Job) error
}

// Work hands a job over.
func (w *worker) Work(ctx context.Context, j *river.Job[Job]) error { return w.do(ctx, j.Args) }

// List returns the jobs of an organization, newest first: those unfinished and
// those of the last 90 days.
func (q *Queue) List(ctx context.Context, org audit.ID) ([]Entry, error) {
	var out []Entry
	params := river.NewJobListParams().Kinds(Job{}.Kind()).First(1000).OrderBy(river.JobListOrderByID, river.SortOrderDesc)
	for {
		page, err := q.insert.JobList(ctx, params)
		if err != nil {
			return nil, fmt.Errorf("list the queue: %w", err)
		}
		for _, row := range page.Jobs {
			e, err := entry(row)
			if err != nil {
				return nil, err
			}
			if e.Organization == org {
				out = append(out, e)
			}
		}
		if page.LastCursor == nil || len(page.Jobs) < 1000 {
			return out, nil
		}
		params = params.After(page.LastCursor)
	}
}

// quiet keeps River's own words off the terminal: what went wrong is said by
// whoever asked, and stands in the list.
func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }
