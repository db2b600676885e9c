package query

import (
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"tickmark/internal/audit"
)

// Table is a population under the name by which a procedure reads it.
//
// Tables of the same name are pieces of one population.
type Table struct {
	Name    string
	Path    string       // Parquet
	Rows    int64        // as recorded; 0 when not known
	Digest  audit.Digest // of the file; "" when not known
	Key     []string     // of the population; needed when it is made of pieces
	Observe Observe      // of a snapshot
	Within  Within       // of a window that is read in part
	where   string       // SQL that chooses the rows of a part
}

// Task is one performance of one procedure.
type Task struct {
	SQL        string
	Tables     []Table
	Parameters []Value
	Tested     string     // the population whose items are tested
	Key        []string   // its key
	Entire     bool       // every row of it must be an item, exactly once
	Partition  *Partition `json:",omitempty"` // by what it may be performed in parts; nil: only whole
	Part       *slice     `json:",omitempty"` // the part to perform; nil: all of it
	Least      int64      `json:",omitempty"` // rows that a part should have
}

// Value is a parameter's value as exact text with its canonical type.
type Value struct {
	Name string
	Type string
	Text string
}

// Performed is what a performance counted.
type Performed struct {
	Tested     int64
	Exceptions int64
	Population int64  // rows of the tested population
	Detail     string // file of exceptions, Parquet ordered by item; "" when none
	Fence      string // how the child was confined
	Keys       string // of a part: the sum of the hashes of its keys
	Waiting    string // folder of finished parts, to be forgotten when the result is recorded; "" when none
}

// inline is how many exceptions one pass over the population can keep at hand;
// above it the flagged rows are gathered in a second pass.
const inline = 20_000

func perform(j job, tell func(any)) (Performed, error) {
	var p Performed
	t := *j.Perform
	var files []string
	for _, x := range t.Tables {
		files = append(files, x.Path)
	}
	fence, err := j.fence(files...)
	if err != nil {
		return p, err
	}
	d, err := j.open()
	if err != nil {
		return p, err
	}
	if err := d.exec("SET enable_progress_bar=true", "SET enable_progress_bar_print=false"); err != nil {
		return p, err
	}
	if err := t.choose(); err != nil {
		return p, err
	}
	if err := d.lock(t.Tables); err != nil {
		return p, err
	}
	defer d.watch(tell, t.rows())()
	r := run{duck: d, task: t, detail: filepath.Join(j.Dir, detailName)}
	p, err = r.all()
	p.Fence = fence
	return p, err
}

// choose narrows the tested population to the rows of the part.
func (t *Task) choose() error {
	if t.Part == nil || t.Partition == nil {
		return nil
	}
	where, err := t.Partition.where(*t.Part)
	for i := range t.Tables {
		if t.Tables[i].Name == t.Tested {
			t.Tables[i].where = where
		}
	}
	return err
}

// rows is how many rows of the tested population will be looked at.
func (t Task) rows() int64 {
	if t.Part != nil {
		return t.Part.Rows
	}
	return t.tested().Rows
}

// run is one performance inside the child.
type run struct {
	*duck
	task   Task
	detail string
	source string // what to select the tested rows from
	whole  string // the whole of such a row, where it is flagged
	args   []any
	cols   []string          // the procedure's columns, lower case, in its order
	known  map[string]string // what was asked of whole populations already; nil to ask always
}

func (r *run) all() (Performed, error) {
	var p Performed
	if err := newGate(r.task.Tables, r.task.Parameters).check(r.duck, r.task.SQL); err != nil {
		return p, err
	}
	var err error
	if r.args, err = bind(r.task.Parameters); err != nil {
		return p, err
	}
	r.source, r.whole = "("+strings.TrimRight(strings.TrimSpace(r.task.SQL), "; \n\t")+"\n)", "t"
	if err := r.shape(); err != nil {
		return p, err
	}
	if err := r.gather(); err != nil {
		return p, err
	}
	if p, err = r.count(); err != nil {
		return p, err
	}
	return p, r.list(&p)
}

// bind turns the parameters' texts into named arguments. The SQL casts them.
func bind(values []Value) ([]any, error) {
	var args []any
	for _, v := range values {
		if v.Type == "text" || v.Text != "" {
			args = append(args, sql.Named(v.Name, v.Text))
			continue
		}
		return nil, fmt.Errorf("parameter %s has no value; its type is %s", v.Name, v.Type)
	}
	return args, nil
}

// shape refuses a procedure that does not return item, passed and reason, or
// returns a column that has no exact text.
func (r *run) shape() error {
	types := map[string]string{}
	rows, err := r.db.Query("DESCRIBE SELECT * FROM "+r.source+" AS t", r.args...)
	if err != nil {
		return plain(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name, kind string
		var null, key, def, extra *string
		if err := rows.Scan(&name, &kind, &null, &key, &def, &extra); err != nil {
			return plain(err)
		}
		if _, twice := types[strings.ToLower(name)]; twice {
			return fmt.Errorf("the procedure returns two columns named %q", name)
		}
		types[strings.ToLower(name)] = kind
		r.cols = append(r.cols, strings.ToLower(name))
	}
	return errors.Join(plain(rows.Err()), wellShaped(types))
}

func wellShaped(types map[string]string) error {
	var errs []error
	for _, want := range [][2]string{{"item", "VARCHAR"}, {"passed", "BOOLEAN"}, {"reason", "VARCHAR"}} {
		if got, ok := types[want[0]]; !ok {
			errs = append(errs, fmt.Errorf("the procedure returns no column %q (%s)", want[0], want[1]))
		} else if got != want[1] {
			errs = append(errs, fmt.Errorf("column %q is %s; it must be %s", want[0], got, want[1]))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(types)) {
		if !exactText(types[name]) {
			errs = append(errs, fmt.Errorf("column %q is %s, which has no exact text: cast it to DECIMAL, VARCHAR or TIMESTAMP", name, types[name]))
		}
	}
	return errors.Join(errs...)
}

func exactText(kind string) bool {
	exact := []string{"VARCHAR", "BOOLEAN", "DATE", "TIMESTAMP", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UINTEGER", "UBIGINT"}
	return slices.Contains(exact, kind) || strings.HasPrefix(kind, "DECIMAL(")
}

// gather keeps what the checks on a large population's tested rows need, when
// they are a part of it: the item, the verdict and the flagged rows, so that they
// are made once. Otherwise nothing is copied: one pass is enough when every row
// is an item, and of a few rows that pass keeps the items.
func (r *run) gather() error {
	if r.task.Entire || r.task.Small() {
		return nil
	}
	_, err := r.db.Exec("CREATE TEMP TABLE tested AS SELECT * FROM "+r.source+" AS t", r.args...)
	r.source, r.args = "tested", nil
	return plain(err)
}

// count makes the one pass: how many items, how many flagged, and the first
// flagged rows themselves.
func (r *run) count() (Performed, error) {
	var p Performed
	pass := fmt.Sprintf(`CREATE TEMP TABLE head AS SELECT count(*) AS tested,
		count(*) FILTER (WHERE NOT passed) AS flagged,
		count(*) FILTER (WHERE passed IS NULL OR item IS NULL) AS blank,
		%s AS items, %s AS named,
		arg_min(%s, item, %d) FILTER (WHERE NOT passed) AS rows
		FROM %s AS t`, fingerprint("item"), r.named(), r.whole, inline, r.source)
	if _, err := r.db.Exec(pass, r.args...); err != nil {
		return p, plain(err)
	}
	var blank int64
	var items string
	if err := r.row("SELECT tested, flagged, blank, CAST(items AS VARCHAR) FROM head", nil, &p.Tested, &p.Exceptions, &blank, &items); err != nil {
		return p, err
	}
	if blank > 0 {
		return p, fmt.Errorf("the procedure returned %d of %d rows without an item or without a verdict: passed must be true or false", blank, p.Tested)
	}
	if err := r.population(&p); err != nil {
		return p, err
	}
	return p, r.eachOnce(&p, items)
}

// named is what keeps the items of a few rows, to look them up in the population
// without making them again.
func (r *run) named() string {
	if !r.few() {
		return "NULL"
	}
	return "list(item)"
}

// few reports whether the items are some of a few rows.
func (r *run) few() bool {
	rows := r.task.tested().Rows
	return !r.task.Entire && r.task.Small() && rows > 0 && rows <= inline
}

// population counts the rows of the tested population and, of a part, says which
// they are.
func (r *run) population(p *Performed) error {
	text, err := r.ask("count(*)")
	if err != nil {
		return err
	}
	if p.Population, err = strconv.ParseInt(text, 10, 64); err != nil || r.task.Part == nil {
		return err
	}
	p.Keys, err = r.keys()
	return err
}

// keys is the fingerprint of all keys of the tested population.
func (r *run) keys() (string, error) { return r.ask(fingerprint(keyText(r.task.Key))) }

// ask has one figure of the tested population, once for all tests of the same
// rows.
func (r *run) ask(figure string) (string, error) {
	question := figure
	for _, t := range r.task.Tables {
		if t.Name == r.task.Tested {
			question += " of " + t.selection()
		}
	}
	if answer, ok := r.known[question]; ok {
		return answer, nil
	}
	var answer string
	err := r.row("SELECT CAST("+figure+" AS VARCHAR) FROM "+ident(r.task.Tested), nil, &answer)
	if err == nil && r.known != nil {
		r.known[question] = answer
	}
	return answer, err
}

// eachOnce proves that the items are rows of the population, none twice. When
// there are as many as rows, the sums of the hashes of both are compared. It looks
// closer when they differ, to say what is wrong.
func (r *run) eachOnce(p *Performed, items string) error {
	if p.Tested == p.Population {
		if keys, err := r.keys(); err != nil || keys == items {
			return err
		}
	}
	if !r.task.Entire && p.Tested < p.Population {
		if ok, err := r.among(p.Tested, items); err != nil || ok {
			return err
		}
	}
	if r.task.Entire {
		return fmt.Errorf("the procedure says it tests every row of %s (%d), but its %d items are not exactly those: a join lost or multiplied rows", r.task.Tested, p.Population, p.Tested)
	}
	return r.fault(items)
}

// among reports whether each of the n items is a key of the tested population,
// and no two are the same.
func (r *run) among(n int64, items string) (bool, error) {
	source, args := r.source+" AS t", r.args
	if r.few() {
		source, args = "(SELECT unnest(named) AS item FROM head)", nil
	}
	var found, apart int64
	var same bool
	err := r.row(fmt.Sprintf("SELECT count(*), count(DISTINCT item), %s = CAST(%s AS HUGEINT) FROM %s WHERE item IN (SELECT %s FROM %s)",
		fingerprint("item"), quote(items), source, keyText(r.task.Key), ident(r.task.Tested)), args, &found, &apart, &same)
	return same && found == n && apart == n, err
}

// fault looks for what is wrong with the items.
func (r *run) fault(items string) error {
	var twice, strange int64
	var same bool
	q := fmt.Sprintf(`SELECT %s = CAST(%s AS HUGEINT), count(*) - count(DISTINCT item), count(*) FILTER (WHERE item NOT IN (SELECT %s FROM %s)) FROM %s AS t`,
		fingerprint("item"), quote(items), keyText(r.task.Key), ident(r.task.Tested), r.source)
	if err := r.row(q, r.args, &same, &twice, &strange); err != nil {
		return err
	}
	if !same {
		return errors.New("the procedure returned other items when it was asked again: an order in it leaves ties")
	}
	if twice > 0 {
		return fmt.Errorf("the procedure returned %d items more than once: a join multiplied rows", twice)
	}
	if strange > 0 {
		return fmt.Errorf("the procedure returned %d items that are no rows of %s: item must be its key (%s)", strange, r.task.Tested, strings.Join(r.task.Key, "|"))
	}
	return nil
}

// list writes the flagged rows, ordered by item: the item, the reason, and what
// else the procedure returned, as exact text in its order. The verdict itself is
// left out: every row of the file is flagged.
func (r *run) list(p *Performed) error {
	if p.Exceptions == 0 {
		return nil
	}
	from := "(SELECT unnest(rows) AS t FROM head)"
	if p.Exceptions > inline {
		flagged := "CREATE TEMP TABLE flagged AS SELECT " + r.whole + " AS t FROM " + r.source + " AS t WHERE NOT passed"
		if _, err := r.db.Exec(flagged, r.args...); err != nil {
			return plain(err)
		}
		from = "flagged"
	}
	fields := []string{"CAST(t.item AS VARCHAR) AS item", "CAST(t.reason AS VARCHAR) AS reason"}
	for _, c := range r.own() {
		fields = append(fields, fmt.Sprintf("CAST(t.%s AS VARCHAR) AS %s", ident(c), ident(c)))
	}
	rows := fmt.Sprintf("SELECT %s FROM %s AS x ORDER BY t.item", join(fields), from)
	if r.brief(p) {
		if err := r.exec("CREATE TEMP TABLE listed AS " + rows); err != nil {
			return err
		}
		rows = "SELECT * FROM listed ORDER BY item"
	}
	written, err := r.copied(rows, r.detail)
	if err != nil {
		return fmt.Errorf("write exceptions: %w", err)
	}
	if written != p.Exceptions {
		return fmt.Errorf("%d exceptions were counted and %d written: the result is refused", p.Exceptions, written)
	}
	p.Detail = r.detail
	return nil
}

// brief reports whether the exceptions are few, and another test waits for the
// child: then it leaves them as text too.
func (r *run) brief(p *Performed) bool {
	return r.known != nil && p.Exceptions > 0 && p.Exceptions <= inline
}

// own are the columns that the procedure added, in its order.
func (r *run) own() []string {
	return slices.DeleteFunc(slices.Clone(r.cols), func(c string) bool { return c == "item" || c == "reason" || c == "passed" })
}
