package page

import (
	"context"
	"io"
	"regexp"
	"strings"

	"github.com/a-h/templ"
)

// Token is a piece of a text of SQL with what it is.
type Token struct{ Class, Text string }

var tokens = regexp.MustCompile(`(?s)(--[^\n]*|/\*.*?\*/)|('(?:[^']|'')*')|("(?:[^"]|"")*")|(\$[A-Za-z_][A-Za-z0-9_]*)|(\b[0-9][0-9_.]*\b)|([A-Za-z_][A-Za-z0-9_]*)`)

var classes = []string{"c", "str", "", "par", "n"}

// Highlight cuts a text of SQL into pieces. Joined, they are the text.
func Highlight(sql string) []Token {
	var out []Token
	at := 0
	for _, m := range tokens.FindAllStringSubmatchIndex(sql, -1) {
		if class := classOf(sql, m); class != "" {
			if m[0] > at {
				out = append(out, Token{Text: sql[at:m[0]]})
			}
			out = append(out, Token{class, sql[m[0]:m[1]]})
			at = m[1]
		}
	}
	if at < len(sql) {
		out = append(out, Token{Text: sql[at:]})
	}
	return out
}

func classOf(sql string, m []int) string {
	for i, class := range classes {
		if m[2+2*i] >= 0 {
			return class
		}
	}
	w := strings.ToUpper(sql[m[0]:m[1]])
	if strings.Contains(reserved, " "+w+" ") {
		return "k"
	}
	if m[1] < len(sql) && sql[m[1]] == '(' {
		return "f"
	}
	return ""
}

const reserved = " SELECT FROM WHERE AND OR NOT IN IS NULL AS CASE WHEN THEN ELSE END JOIN LEFT RIGHT INNER OUTER FULL CROSS ON USING GROUP BY ORDER HAVING UNION ALL DISTINCT WITH LIMIT OFFSET ASC DESC OVER PARTITION BETWEEN EXISTS LIKE ILIKE INTERVAL CAST TRUE FALSE FILTER ROWS RANGE PRECEDING FOLLOWING UNBOUNDED CURRENT ROW QUALIFY EXCEPT INTERSECT VALUES LATERAL SEMI ANTI ASOF WINDOW ANY SOME NULLS FIRST LAST DATE TIMESTAMP "

// sqlText writes the pieces one after another, with nothing between them.
func sqlText(all []Token) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var b strings.Builder
		for _, t := range all {
			text := templ.EscapeString(t.Text)
			if t.Class != "" {
				text = `<span class="` + t.Class + `">` + text + `</span>`
			}
			b.WriteString(text)
		}
		_, err := io.WriteString(w, b.String())
		return err
	})
}
