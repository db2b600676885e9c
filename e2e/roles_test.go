package e2e_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
	"tickmark/internal/engine/store/storetest"
	"tickmark/internal/engine/trail"
	"tickmark/internal/method/authority"
)

// People of every role, and of none, do whatever comes to them, in a store as it
// is everywhere. What succeeds is judged by the tables and rules of this test,
// which decide nothing by what the program decides with; what they do not
// forbid must succeed. TICKMARK_SEQUENCE=N plays one sequence again.

func TestNoForbiddenActSucceeds(t *testing.T) {
	s := newTheatre(t, "sqlite://"+filepath.Join(memory(t), "tickmark.db"))
	s.play(0, 150)
	s.everyVerbSucceeded(t)
}

func TestNoForbiddenActSucceedsOnPostgreSQL(t *testing.T) {
	s := newTheatre(t, storetest.PostgreSQL(t))
	s.play(0, 40)
}

// memory is a folder in memory, where the system has one.
func memory(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "tickmark-roles-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// theatre is a store in which sequences are played, each in an organization of
// its own.
type theatre struct {
	*testing.T
	db       *store.DB
	raw      *sql.DB
	postgres bool
	now      time.Time
	may, see map[string]map[audit.Role]string
	verbs    map[string]recordable
	names    []string
	staging  []string // verbs of stages
	lots     lots
	lists    []list
	played   int
	key      [2]string // of the trails
	tally
}

// tally counts what happened, so that nobody passes by refusing everything.
type tally struct {
	done       map[string]map[audit.Role]int // what was recorded, by row of the table
	shown      map[string]map[audit.Role]int // lists that showed something
	staged     map[string]map[audit.Role]int // what was recorded, by verb of a stage
	acts, kept int
}

func newTally() tally {
	return tally{done: map[string]map[audit.Role]int{}, shown: map[string]map[audit.Role]int{}, staged: map[string]map[audit.Role]int{}}
}

func newTheatre(t *testing.T, url string) *theatre {
	t.Helper()
	s := &theatre{
		T: t, may: table(t, mayRecord), see: table(t, maySee), verbs: verbs(), lists: lists(),
		tally: newTally(),
	}
	s.names = slices.Sorted(maps.Keys(s.verbs))
	s.staging = slices.Sorted(maps.Keys(byStages))
	s.staging = append(s.staging, slices.Sorted(maps.Keys(byLots))...)
	s.staging = append(s.staging, slices.Sorted(maps.Keys(byReports))...)
	s.lots = newLots(t)
	var err error
	if s.db, err = store.Open(t.Context(), store.Config{URL: url, Now: func() time.Time { return s.now }}); err != nil {
		t.Fatal(err)
	}
	driver, name := "sqlite", strings.TrimPrefix(url, "sqlite://")
	if s.postgres = !strings.HasPrefix(url, "sqlite:"); s.postgres {
		driver, name = "pgx", url
	}
	if s.raw, err = sql.Open(driver, name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(s.raw.Close(), s.db.Close()); err != nil {
			t.Error(err)
		}
	})
	if s.key[0], s.key[1], err = trail.GenerateKey("tickmark.local/roles", strings.NewReader(strings.Repeat("key", 99))); err != nil {
		t.Fatal(err)
	}
	return s
}

// play plays sequences. Of each way in which one goes wrong it shows the shortest
// part of the sequence that still does.
func (s *theatre) play(from, n int) {
	s.Helper()
	var only int
	if _, err := fmt.Sscan(os.Getenv("TICKMARK_SEQUENCE"), &only); err == nil {
		from, n = only, 1
	}
	shown := map[string]bool{}
	for i := from; i < from+n && len(shown) < 5; i++ {
		wrong, _ := s.sequence(uint64(i), nil)
		if wrong == "" || shown[wrong] {
			continue
		}
		shown[wrong] = true
		s.Errorf("sequence %d: %s\n%s", i, wrong, strings.Join(s.shortest(uint64(i), wrong), "\n"))
	}
	s.Logf("%d sequences, %d acts, %d records", n, s.acts, s.kept)
}

// shortest leaves out of a sequence what it takes not to go wrong.
func (s *theatre) shortest(number uint64, wrong string) []string {
	s.Helper()
	skip := map[int]bool{}
	_, lines := s.sequence(number, skip)
	for k := range longest {
		skip[k] = true
		again, fewer := s.sequence(number, skip)
		if again != wrong {
			delete(skip, k)
		} else {
			lines = fewer
		}
	}
	return lines
}

// longest is more than the acts of any sequence.
const longest = 120

// scene is one sequence.
type scene struct {
	*theatre
	ctx   context.Context
	org   audit.ID
	book  *book
	lines []string
}

// sequence plays one, without the acts to skip, and says what went wrong, or "".
func (s *theatre) sequence(number uint64, skip map[int]bool) (wrong string, lines []string) {
	s.Helper()
	s.played++
	s.now = time.Date(2026, 1, 10, 9, 0, 0, 0, time.UTC)
	mara := audit.Person{Name: "Mara", Side: audit.Management}
	org, err := s.db.CreateOrganization(s.Context(), mara, audit.Organization{Name: fmt.Sprintf("organization %d", s.played)})
	if err != nil {
		s.Fatal(err)
	}
	c := &scene{theatre: s, ctx: s.Context(), org: org.ID, book: newBook(s.lots)}
	c.new()
	whole := rand.New(rand.NewPCG(number, 0))
	opening := openings([]int{0, 0, 1, 1, 2, 2, 2, 3, 4, 4}[whole.IntN(10)], number%2 == 1)
	const founding = 3 // acts by which the engagements are there
	length := len(opening) + 10 + whole.IntN(9)
	for k := range length {
		d := dice{rand.New(rand.NewPCG(number, uint64(k+1))), c.book, dayOf(s.now)}
		skipped := k >= founding && (skip[k] || k < len(opening) && d.chance(4))
		if s.now = s.now.Add(time.Minute); k >= len(opening) && d.chance(8) {
			s.now = s.now.AddDate(0, 0, pick(d, 1, 5, 30, 61))
		}
		if k == len(opening) && d.chance(30) { // whatever was released is locked
			s.now = s.now.AddDate(0, 0, 61)
		}
		if skipped {
			continue
		}
		d.today = dayOf(s.now)
		if k < len(opening) {
			wrong = c.try(opening[k].act(d, s.verbs))
		} else {
			wrong = c.random(d)
		}
		if wrong != "" {
			return wrong, c.lines
		}
	}
	return c.endures(), c.lines
}

// random tries one thing.
func (c *scene) random(d dice) string {
	switch n := d.IntN(100); {
	case n < 22:
		return c.look(d)
	case n < 34:
		name := pick(d, c.staging...)
		if d.chance(20) { // it takes much, and rarely comes to something
			name = "reach conclusion"
		}
		verb, ok := byStages[name]
		if !ok {
			verb, ok = byLots[name]
		}
		if !ok {
			verb = byReports[name]
		}
		who, do := verb(d)
		return c.try(act{who: who, verb: name, do: do})
	}
	name := pick(d, c.names...)
	if d.chance(12) {
		name = pick(d, "team", "team", "people", "declare")
	}
	v := c.verbs[name]
	noun := v.noun(d)
	who := d.somebody(v.usual...)
	if v.kind == audit.KindDeclaration && d.chance(70) {
		x := noun.(audit.Declaration)
		x.Name, noun = who.Name, x
	}
	return c.try(v.act(name, who, noun))
}

func (v recordable) act(name string, who audit.Person, noun any) act {
	return act{who: who, verb: name, kind: v.kind, noun: noun, do: func(ctx context.Context, t *store.Tenant) error { return v.add(ctx, t, noun) }}
}

// tenant admits somebody as if nothing were recorded of him: what he may do is
// decided by the records as they are when he does it.
func (c *scene) tenant(who audit.Person) (*store.Tenant, error) {
	g, err := authority.Admit(who, c.org, authority.Standing{})
	return c.db.Tenant(g), err
}

// try lets somebody act, and judges what came of it.
func (c *scene) try(a act) string {
	c.Helper()
	c.acts++
	today := dayOf(c.now)
	expected := ""
	if a.kind != "" {
		expected = c.book.forbidden(c.T, c.may, c.book.deedOf(c.T, a.who, a.kind, brief(a.noun), today))
	}
	t, err := c.tenant(a.who)
	if err == nil {
		err = a.do(c.ctx, t)
	}
	c.lines = append(c.lines, fmt.Sprintf("%s %s (%s %s): %s %s -> %v", today, a.who.Name, a.who.Side, a.who.Role, a.verb, brief(a.noun), err))
	before := *c.book
	for _, x := range c.fresh() {
		if wrong := c.judge(a, x, today); wrong != "" {
			return wrong
		}
		c.book.add(c.T, x)
	}
	grew := len(c.book.entries) > len(before.entries)
	switch {
	case err != nil && grew:
		return a.verb + ": it was refused, and something was recorded"
	case err != nil && a.kind != "" && expected == "":
		return a.verb + ": refused, and nothing forbids it"
	}
	return ""
}

// judge says what is wrong with a record that an act made.
func (c *scene) judge(a act, x entry, today audit.Date) string {
	d := c.book.deedOf(c.T, a.who, x.Kind, x.Body, today)
	if why := c.book.forbidden(c.T, c.may, d); why != "" {
		return a.verb + ": " + d.row + " was recorded, and " + why
	}
	roles, _ := c.book.roles(a.who, d.engagement)
	by := decoded[struct{ By string }](c.T, x.Body).By
	switch {
	case x.Actor.Name != a.who.Name || x.Actor.Side != a.who.Side || !slices.Contains(roles, x.Actor.Role):
		return a.verb + ": the trail names another person, side or role"
	case x.Policy == "":
		return a.verb + ": the trail names no policy"
	case by != "" && by != c.book.author(c.T, a.who, x):
		return a.verb + ": the record names another person"
	}
	c.kept++
	count(c.done, d.row, x.Actor.Role)
	if a.kind == "" {
		count(c.staged, a.verb, x.Actor.Role)
	}
	return ""
}

func count(in map[string]map[audit.Role]int, row string, r audit.Role) {
	if in[row] == nil {
		in[row] = map[audit.Role]int{}
	}
	in[row][r]++
}

// look lets somebody read a list.
func (c *scene) look(d dice) string {
	l, who, e := pick(d, c.lists...), d.anybody(), ""
	if l.narrowed && d.chance(70) {
		e = d.engagement()
	}
	c.acts++
	t, err := c.tenant(who)
	var got []string
	if err == nil {
		got, err = l.read(c.ctx, t.Reader, e)
	}
	want := c.book.wantedOfAll(c.T, c.see, who, d.today)
	if l.kind != "" {
		want = c.book.wanted(c.T, c.see, who, l, e, d.today)
	}
	c.lines = append(c.lines, fmt.Sprintf("%s %s (%s %s): %s of %q -> %d, %v", d.today, who.Name, who.Side, who.Role, l.name, e, len(got), err))
	if wrong := listed(got, want); wrong != nil {
		c.lines = append(c.lines, wrong.Error())
		return l.name + ": " + errWrongList.Error()
	}
	roles, _ := c.book.roles(who, e)
	if len(got) > 0 && len(roles) > 0 {
		count(c.shown, l.name, roles[0])
	}
	return ""
}

// fresh reads what the database holds beyond the book.
func (c *scene) fresh() []entry {
	c.Helper()
	tx, err := c.raw.BeginTx(c.ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		c.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	if c.postgres {
		if _, err := tx.ExecContext(c.ctx, "SELECT set_config('tickmark.org', '"+string(c.org)+"', true)"); err != nil {
			c.Fatal(err)
		}
	}
	rows, err := tx.QueryContext(c.ctx, fmt.Sprintf(`SELECT r.series, r.body, l.data FROM record r JOIN trail_leaf l
		ON l.org_id = r.org_id AND l.seq = r.seq WHERE r.org_id = '%s' AND r.seq >= %d ORDER BY r.seq`, c.org, len(c.book.entries)))
	if err != nil {
		c.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var out []entry
	for rows.Next() {
		var x entry
		if err := rows.Scan(&x.Series, &x.Body, &x.Leaf); err != nil {
			c.Fatal(err)
		}
		x.Event = decoded[audit.Event](c.T, x.Leaf)
		out = append(out, x)
	}
	if err := rows.Err(); err != nil {
		c.Fatal(err)
	}
	return out
}

// new takes what was there from the beginning into the book.
func (c *scene) new() {
	for _, x := range c.fresh() {
		c.book.add(c.T, x)
	}
}

// never are rows of the table that no verb of this test records.
var never = []string{"exceptions", "collection"}

// everyVerbSucceeded wants each kind of record to be there, by whomever, and
// most lists to have been read by somebody who sees something in them.
func (a tally) everyVerbSucceeded(t *testing.T) {
	t.Helper()
	recorded := map[string]bool{}
	for row := range a.done {
		recorded[strings.Fields(row)[0]] = true
	}
	for row := range table(t, mayRecord) {
		if kind := strings.Fields(row)[0]; !recorded[kind] && !slices.Contains(never, row) {
			t.Errorf("nobody ever recorded a %s", kind)
		}
	}
	if want := len(lists()) / 2; len(a.shown) < want {
		t.Errorf("%d lists were ever shown, want %d", len(a.shown), want)
	}
	if len(a.staged["reach conclusion"]) == 0 {
		t.Error("nobody ever concluded through the stage")
	}
}

// everyRowHappened wants each row of the table to have been recorded by somebody,
// each list to have shown something, and most verbs of stages to have come to
// something. It says which roles never came to what the tables let them do.
func (a tally) everyRowHappened(t *testing.T) {
	t.Helper()
	for row, cells := range table(t, mayRecord) {
		if len(a.done[row]) == 0 && !slices.Contains(never, row) {
			t.Errorf("nobody ever recorded a %s", row)
		}
		for r, mark := range cells {
			if mark != "." && a.done[row][r] == 0 {
				t.Logf("no %s recorded a %s", r, row)
			}
		}
	}
	rows := table(t, maySee)
	for _, l := range lists() {
		if len(a.shown[l.name]) == 0 {
			t.Errorf("nobody was ever shown %s", l.name)
		}
		for r, mark := range rows[l.kind] {
			if mark != "." && a.shown[l.name][r] == 0 {
				t.Logf("no %s was shown %s", r, l.name)
			}
		}
	}
	if len(a.staged) < (len(byStages)+len(byLots)+len(byReports))/2 || len(a.staged["reach conclusion"]) == 0 || len(a.staged["issue report"]) > 0 {
		t.Errorf("of the verbs of stages others than these should have come to something: %v", a.staged)
	}
}
