package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// perStatement is how many values one statement carries. Both databases take
// many more (32766 and 65535), but SQLite looks every $n up by its name, which
// takes quadratic time: with ten times as many, large writes took three times as long.
const perStatement = 400

// newest is a query for the records of organization $1 and kind $2 that no
// later version of their series has replaced, among those that also meet a
// condition, which holds for all versions of a series or for none.
func newest(columns, condition string) string {
	return `SELECT ` + columns + ` FROM (
		SELECT record.*, ROW_NUMBER() OVER (PARTITION BY series ORDER BY version DESC) AS age
		FROM record WHERE org_id = $1 AND kind = $2 AND ` + condition + `) AS aged
		WHERE age = 1`
}

// insert writes rows, many to a statement.
func insert(ctx context.Context, tx *sql.Tx, into string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	for chunk := range slices.Chunk(rows, perStatement/len(rows[0])) {
		groups := make([]string, len(chunk))
		var args []any
		for i, row := range chunk {
			groups[i] = "(" + placeholders(len(args)+1, len(row)) + ")"
			args = append(args, row...)
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO `+into+` VALUES `+strings.Join(groups, ", "), args...); err != nil {
			return classify(err)
		}
	}
	return nil
}

// among is the condition that column is one of n values, from $first on.
func among(column string, first, n int) string {
	return column + ` IN (` + placeholders(first, n) + `)`
}

// placeholders writes n of them, "$3, $4, $5".
func placeholders(first, n int) string {
	p := make([]string, n)
	for i := range p {
		p[i] = "$" + strconv.Itoa(first+i)
	}
	return strings.Join(p, ", ")
}

// seriesName writes a series' parts as one text, unmistakably.
func seriesName(kind string, parts []string) (string, error) {
	escape := strings.NewReplacer("%", "%25", "/", "%2F")
	escaped := make([]string, len(parts))
	for i, p := range parts {
		if err := keyText("a name in a record of kind "+kind, p); err != nil {
			return "", err
		}
		escaped[i] = escape.Replace(p)
	}
	return strings.Join(escaped, "/"), nil
}

// keyText refuses a name that a database would not keep as it is. Names are
// compared byte by byte: case and accents count, and nothing is trimmed.
func keyText(what, s string) error {
	if s == "" {
		return fmt.Errorf("%s is empty", what)
	}
	if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
		return fmt.Errorf("%s, %q, is not text: it must be UTF-8 without NUL", what, s)
	}
	return nil
}

func decode[T any](body string) (T, error) {
	var v T
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		return v, fmt.Errorf("a stored %T cannot be read: %w", v, err)
	}
	return v, nil
}

// appendTo scans rows of one column, a body, into a slice.
func appendTo[T any](all *[]T) func(*sql.Rows) error {
	return func(rows *sql.Rows) error {
		var body string
		if err := rows.Scan(&body); err != nil {
			return err
		}
		v, err := decode[T](body)
		*all = append(*all, v)
		return err
	}
}

// sortBy orders by keys, byte by byte, whatever the database's collation.
func sortBy[T any](all []T, keys func(T) []string) {
	slices.SortStableFunc(all, func(a, b T) int { return slices.Compare(keys(a), keys(b)) })
}
