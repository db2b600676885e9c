package query

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"tickmark/internal/audit"
)

// Attempt is what became of one task of several.
type Attempt struct {
	Performed
	Err   error
	lines string // folder in which the child left the exceptions as text too; "" when it did not
}

// company is how many small tasks share a child, and companyTime how long that
// child may take: it is for tasks of a moment.
const (
	company     = 32
	companyTime = 5 * time.Minute
)

// smallRows is up to how many rows, of all its tables together, a task is small.
const smallRows = 200_000

// Small reports whether a task reads so little that most of its cost is the
// start of a child. Of a table whose rows are not known, it is not.
func (t Task) Small() bool {
	var rows int64
	for _, x := range t.Tables {
		if x.Rows == 0 {
			info, err := os.Stat(x.Path)
			if err != nil || info.Size() > 1<<16 {
				return false
			}
		}
		rows += x.Rows
	}
	return rows <= smallRows
}

// PerformAll performs tasks one after the other, and leaves the exceptions of
// each in a folder of its own in dir. Small ones share a confined child, which
// may read the files of them all; each has a connection, that knows its own
// populations only, and a folder of its own.
// What goes wrong for a task in company, a child's end included, is tried again
// alone: an error is always that of Perform. All results are those of Perform.
func (e Engine) PerformAll(ctx context.Context, dir string, tasks []Task) []Attempt {
	out := make([]Attempt, len(tasks))
	var small []int
	for i, t := range tasks {
		if !t.Small() {
			out[i] = e.alone(ctx, dir, i, t)
			continue
		}
		if small = append(small, i); len(small) == company {
			e.together(ctx, dir, tasks, small, out)
			small = nil
		}
	}
	e.together(ctx, dir, tasks, small, out)
	return out
}

// alone performs one task as if it were the only one.
func (e Engine) alone(ctx context.Context, dir string, i int, t Task) Attempt {
	own := taskDir(dir, i)
	if err := errors.Join(os.RemoveAll(own), os.Mkdir(own, 0o700)); err != nil {
		return Attempt{Err: err}
	}
	p, err := e.Perform(ctx, own, t)
	return Attempt{Performed: p, Err: err}
}

// batchDir is all that the child of these tasks may write: it reaches nothing of
// another batch.
func batchDir(dir string, numbers []int) string {
	return filepath.Join(dir, fmt.Sprintf("batch-%d", numbers[0]))
}

func taskDir(dir string, i int) string { return filepath.Join(dir, fmt.Sprintf("task-%d", i)) }

// batch is several tasks for one child.
type batch struct {
	Tasks []Task
	Dirs  []string // where each leaves its exceptions
}

// attempted is what a child says of one task of a batch.
type attempted struct {
	Performed
	Failed bool
}

// together performs the tasks of these numbers in one child.
func (e Engine) together(ctx context.Context, dir string, tasks []Task, numbers []int, out []Attempt) {
	if len(numbers) < 2 {
		e.apart(ctx, dir, tasks, numbers, out)
		return
	}
	got, err := e.attempt(ctx, dir, tasks, numbers)
	if err != nil {
		e.apart(ctx, dir, tasks, numbers, out)
		return
	}
	same := sameFiles(ctx, tasks, numbers)
	for k, i := range numbers {
		switch err := tasks[i].altered(same); {
		case ctx.Err() != nil:
			out[i] = Attempt{Err: ctx.Err()}
		case err != nil:
			out[i] = Attempt{Err: err}
		case got[k].Failed:
			out[i] = e.alone(ctx, dir, i, tasks[i])
		default:
			out[i] = e.taken(ctx, dir, numbers, i, tasks[i], got[k].Performed)
		}
	}
}

func (e Engine) apart(ctx context.Context, dir string, tasks []Task, numbers []int, out []Attempt) {
	for _, i := range numbers {
		out[i] = e.alone(ctx, dir, i, tasks[i])
	}
}

// attempt calls the child that the tasks share.
func (e Engine) attempt(ctx context.Context, dir string, tasks []Task, numbers []int) ([]attempted, error) {
	var b batch
	shared := batchDir(dir, numbers)
	if err := os.Mkdir(shared, 0o700); err != nil {
		return nil, err
	}
	for _, i := range numbers {
		own := taskDir(shared, i)
		if err := os.Mkdir(own, 0o700); err != nil {
			return nil, err
		}
		b.Tasks, b.Dirs = append(b.Tasks, tasks[i]), append(b.Dirs, own)
	}
	var got []attempted
	short := e
	short.Tell = nil
	if short.Timeout == 0 || short.Timeout > companyTime {
		short.Timeout = companyTime
	}
	err := short.call(ctx, job{Dir: shared, Batch: &b}, &got)
	if err == nil && len(got) != len(numbers) {
		err = fmt.Errorf("the confined process answered for %d of %d tests", len(got), len(numbers))
	}
	return got, err
}

// taken is a result of a child. Where its exceptions are is not the child's to
// say; when they are not there, the task is tried alone.
func (e Engine) taken(ctx context.Context, dir string, numbers []int, i int, t Task, p Performed) Attempt {
	p.Detail, p.Waiting = "", ""
	if p.Exceptions == 0 {
		return Attempt{Performed: p}
	}
	own := taskDir(batchDir(dir, numbers), i)
	var err error
	if p.Detail, err = ordinary(filepath.Join(own, detailName)); err != nil {
		return e.alone(ctx, dir, i, t)
	}
	if _, err := ordinary(filepath.Join(own, linesName(0))); err != nil {
		own = ""
	}
	return Attempt{Performed: p, lines: own}
}

// state is a file with the bytes that it must have.
type state struct {
	path   string
	digest audit.Digest
}

// sameFiles digests every file of the tasks once, whoever reads it, and keeps
// what is wrong with it.
func sameFiles(ctx context.Context, tasks []Task, numbers []int) map[state]error {
	found := map[state]error{}
	for _, i := range numbers {
		for _, t := range tasks[i].Tables {
			key := state{t.Path, t.Digest}
			if _, ok := found[key]; !ok && t.Digest != "" {
				found[key] = same(ctx, t)
			}
		}
	}
	return found
}

func (t Task) altered(found map[state]error) error {
	var errs []error
	for _, x := range t.Tables {
		errs = append(errs, found[state{x.Path, x.Digest}])
	}
	return errors.Join(errs...)
}

// performAll is the child's part. A task that fails is told apart, and the next
// one begins on a connection that knows nothing of it.
func performAll(j job) ([]attempted, error) {
	var files []string
	for _, t := range j.Batch.Tasks {
		for _, x := range t.Tables {
			files = append(files, x.Path)
		}
	}
	fence, err := j.fence(files...)
	if err != nil {
		return nil, err
	}
	d, err := j.open()
	if err != nil {
		return nil, err
	}
	if err := d.shut(files); err != nil {
		return nil, err
	}
	known := map[string]string{}
	out := make([]attempted, len(j.Batch.Tasks))
	for i, t := range j.Batch.Tasks {
		p, err := d.task(t, j.Batch.Dirs[i], known)
		p.Fence = fence
		out[i] = attempted{p, err != nil}
	}
	return out, nil
}

// task performs one task of a batch on a connection of its own, whose tables
// are gone when it ends: gate and checks are those of a task that is alone.
func (d *duck) task(t Task, dir string, known map[string]string) (Performed, error) {
	own := d.again()
	defer own.db.Close()
	if err := own.show(t.Tables); err != nil {
		return Performed{}, err
	}
	r := run{duck: own, task: t, detail: filepath.Join(dir, detailName), known: known}
	p, err := r.all()
	if err != nil || !r.brief(&p) {
		return p, err
	}
	lines := filepath.Join(dir, linesName(0))
	if n, err := own.textually("listed ORDER BY item", r.own(), lines); err != nil || n != p.Exceptions {
		_ = os.Remove(lines) // then the list is read from its file
	}
	return p, nil
}
