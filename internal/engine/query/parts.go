package query

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
)

// detailName is the file of exceptions in a job's folder.
const detailName = "exceptions.parquet"

// Perform runs a procedure and leaves the exceptions, if any, in dir. The
// populations' files cannot be written by it. A large population whose task
// allows it is performed in parts; the result is the same. When all children
// have ended, the populations are digested: those whose bytes are not the
// recorded ones any more make it ErrAltered, whatever came out.
func (e Engine) Perform(ctx context.Context, dir string, t Task) (Performed, error) {
	p, err := e.perform(ctx, dir, t)
	if ctx.Err() != nil {
		return Performed{}, ctx.Err()
	}
	if altered := unaltered(ctx, t.Tables); altered != nil {
		return Performed{}, altered
	}
	return p, err
}

func (e Engine) perform(ctx context.Context, dir string, t Task) (Performed, error) {
	list, err := e.slices(ctx, dir, t)
	if err != nil {
		return Performed{}, err
	}
	if len(list) < 2 {
		return e.whole(ctx, dir, t)
	}
	p := parts{Engine: e, task: t, slices: list, got: make([]Performed, len(list)), dir: dir}
	return p.all(ctx)
}

// whole performs a task in one child. Where its exceptions are is not the
// child's to say.
func (e Engine) whole(ctx context.Context, dir string, t Task) (Performed, error) {
	var p Performed
	err := e.call(ctx, job{Dir: dir, Perform: &t}, &p)
	p.Detail, p.Waiting = "", ""
	if err == nil && p.Exceptions > 0 {
		p.Detail, err = ordinary(filepath.Join(dir, detailName))
	}
	return p, err
}

// ordinary refuses a link or a pipe in the place of a file: a child that was
// taken over could have left one, for the parent to follow.
func ordinary(path string) (string, error) {
	info, err := os.Lstat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is no ordinary file", filepath.Base(path))
	}
	return path, err
}

// parts is one performance in parts.
type parts struct {
	Engine
	task   Task
	slices []slice
	got    []Performed
	dir    string
	rows   atomic.Int64 // of parts that are done
	moving sync.Mutex
	at     map[int]int64 // rows of parts that are at work
}

func (p *parts) all(ctx context.Context) (Performed, error) {
	p.at = map[int]int64{}
	waiting, err := p.waiting()
	if err != nil {
		return Performed{}, err
	}
	width := min(p.threads(), len(p.slices), 4)
	small := p.Engine
	small.Threads, small.MemoryMB = max(p.threads()/width, 1), max(p.memory()/width, 256)
	err = p.each(ctx, width, small, waiting)
	if err != nil && ctx.Err() == nil && width > 1 {
		// What was too much for a share of the memory may not be for all of it.
		err = p.each(ctx, 1, p.Engine, waiting)
	}
	if err != nil {
		return Performed{}, err
	}
	done, err := p.add(ctx)
	done.Waiting = waiting
	return done, err
}

// each performs the parts that are not done, so many at once, and stops at the
// first that fails.
func (p *parts) each(ctx context.Context, width int, with Engine, waiting string) error {
	limited, stop := context.WithCancel(ctx)
	defer stop()
	var group sync.WaitGroup
	failed := make([]error, len(p.slices))
	slots := make(chan struct{}, width)
	for i := range p.slices {
		slots <- struct{}{}
		if limited.Err() != nil {
			break
		}
		group.Go(func() {
			defer func() { <-slots }()
			if failed[i] = p.one(limited, i, with, waiting); failed[i] != nil {
				stop()
			}
		})
	}
	group.Wait()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	for i, err := range failed { // those that were stopped by another's failure are not the cause
		if err != nil && !errors.Is(err, context.Canceled) {
			return fmt.Errorf("the part %s: %w", p.slices[i].name(), err)
		}
	}
	return nil
}

// one performs a part, unless an interrupted performance did.
func (p *parts) one(ctx context.Context, i int, with Engine, waiting string) error {
	if p.got[i].Keys != "" {
		return nil
	}
	if found, ok := recall(ctx, waiting, i); ok && p.holds(i, found) {
		p.done(i, found)
		return nil
	}
	dir := filepath.Join(p.dir, fmt.Sprintf("part-%d", i))
	if err := errors.Join(os.RemoveAll(dir), os.Mkdir(dir, 0o700)); err != nil {
		return err
	}
	t := p.task
	t.Part = &p.slices[i]
	with.Tell = func(x Progress) { p.tell(i, x.Rows) }
	got, err := with.whole(ctx, dir, t)
	if err != nil {
		return err
	}
	if !p.holds(i, got) {
		return fmt.Errorf("it holds %d rows, and %d were expected, or others than expected", got.Population, p.slices[i].Rows)
	}
	if got, err = remember(ctx, waiting, i, got); err != nil {
		return err
	}
	p.done(i, got)
	return nil
}

// holds proves that a part looked at exactly the rows of its slice. All slices
// together are the population, by one pass over all of it.
func (p *parts) holds(i int, got Performed) bool {
	return got.Population == p.slices[i].Rows && got.Keys == p.slices[i].Keys
}

func (p *parts) done(i int, got Performed) {
	p.moving.Lock()
	delete(p.at, i)
	p.got[i] = got
	p.moving.Unlock()
	p.rows.Add(p.slices[i].Rows)
	p.tell(i, 0)
}

// tell adds up how far the parts are.
func (p *parts) tell(i int, rows int64) {
	p.moving.Lock()
	defer p.moving.Unlock()
	if rows > 0 {
		p.at[i] = rows
	}
	at := p.rows.Load()
	for _, n := range p.at {
		at += n
	}
	if all := p.task.tested().Rows; p.Tell != nil {
		p.Tell(Progress{Rows: min(at, all), Of: all})
	}
}

// add adds the counts and puts the exceptions together, ordered by item.
func (p *parts) add(ctx context.Context) (Performed, error) {
	var all Performed
	var m merging
	for _, got := range p.got {
		all.Tested += got.Tested
		all.Exceptions += got.Exceptions
		all.Population += got.Population
		all.Fence = got.Fence
		if got.Detail != "" {
			m.Files = append(m.Files, got.Detail)
		}
	}
	if rows := p.task.tested().Rows; all.Population != rows {
		return all, fmt.Errorf("the parts hold %d rows of %s and not %d: the result is refused", all.Population, p.task.Tested, rows)
	}
	if len(m.Files) == 0 {
		return all, nil
	}
	var n int64
	if err := p.call(ctx, job{Dir: p.dir, Merge: &m}, &n); err != nil {
		return all, err
	}
	if n != all.Exceptions {
		return all, fmt.Errorf("%d exceptions were counted and %d written: the result is refused", all.Exceptions, n)
	}
	var err error
	all.Detail, err = ordinary(filepath.Join(p.dir, detailName))
	return all, err
}

// merging is the lists of exceptions of all parts.
type merging struct{ Files []string }

func merge(j job) (int64, error) {
	if _, err := j.fence(j.Merge.Files...); err != nil {
		return 0, err
	}
	d, err := j.open()
	if err != nil {
		return 0, err
	}
	if err := d.shut(j.Merge.Files); err != nil {
		return 0, err
	}
	var quoted []string
	for _, f := range j.Merge.Files {
		quoted = append(quoted, quote(f))
	}
	from := "read_parquet([" + join(quoted) + "])"
	var twice bool
	if err := d.row("SELECT count(*) <> count(DISTINCT item) FROM "+from, nil, &twice); err != nil || twice {
		return 0, errors.Join(err, errors.New("an item was flagged in two parts: a procedure that looks across parts cannot be performed in parts"))
	}
	return d.copied("SELECT * FROM "+from+" ORDER BY item", filepath.Join(j.Dir, detailName))
}
