package query

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
)

// linesOf converts NDJSON in blocks, as ingestion does.
func linesOf(t *testing.T, text []byte, threads int) (string, *lines, error) {
	t.Helper()
	var out bytes.Buffer
	in := &intake{job: job{Threads: threads}, Intake: Intake{Schema: audit.Schema{Columns: []audit.Column{{Name: "id"}, {Name: "amount"}, {Name: "city"}}}, Columns: map[string]string{"city": "home.city"}}}
	w := &lines{in: in, name: "f", out: &out, seen: map[string]bool{}}
	w.columns()
	err := w.blocks(bytes.NewReader(text))
	return out.String(), w, err
}

// The quick way through a line gives what the general decoder gives.
func FuzzLines(f *testing.F) {
	for _, s := range []string{
		`{"id":"a","amount":1.50,"home":{"city":"x"}}`, `{"id":"a\tb","amount":"1,\"5","x":[1,{"y":2}]}`, `{"id":null,"id":"b"}`, `{"i\u0064":1}`, `{"id":{"b":1,"a":1e5}}`,
		"\xef\xbb\xbf{\"id\":1}\r\n\n[1]\n{\"id\":\"caf\xe9\"}\n{\"id\":2}{}", `{"id":"\ud800"}`, ` { "id" : true , "amount" : -0 } `, `{"home.city":"y","home":{"city":"z"}}`, `{"id":" a ","amount":""}`, `{}`, `{"id":1,}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, w, err := linesOf(t, text, 2)
		if err != nil {
			t.Fatal(err)
		}
		var want [][]string
		early, seen := 0, map[string]bool{}
		for n, line := range bytes.Split(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), []byte("\n")) {
			if len(bytes.TrimSpace(line)) == 0 {
				continue
			}
			object, err := decode(line)
			if err != nil {
				early++
				continue
			}
			row := []string{fmt.Sprint(n + 1)}
			for _, name := range w.names {
				row = append(row, textOf(dig(object, name)))
			}
			for k := range object {
				seen[k] = true
			}
			want = append(want, row)
		}
		r := csv.NewReader(strings.NewReader(strings.ReplaceAll(got, "\r", "\\r")))
		r.Comma = '\t'
		rows, err := r.ReadAll()
		if err != nil {
			t.Fatalf("%q gave %q: %v", text, got, err)
		}
		for _, row := range want {
			for i := range row {
				row[i] = strings.ReplaceAll(row[i], "\r", "\\r")
			}
		}
		if diff := cmp.Diff(want, rows[1:], cmp.Transformer("nil", func(v [][]string) string { return fmt.Sprintf("%q", v) })); diff != "" || early != len(w.in.early) {
			t.Fatalf("%q: %s; %d early, want %d", text, diff, len(w.in.early), early)
		}
		if diff := cmp.Diff(seen, w.seen); diff != "" {
			t.Fatal(diff)
		}
	})
}

// Blocks are put together again in their order, whatever the threads.
func TestManyBlocksKeepTheirLines(t *testing.T) {
	var text, want strings.Builder
	want.WriteString("\"__line\"\t\"id\"\t\"amount\"\t\"home.city\"\n")
	for i := 1; i <= 60_000; i++ {
		fmt.Fprintf(&text, `{"id":"P%d","amount":%d.50,"note":"%s"}`+"\n", i, i, strings.Repeat("x", i%200))
		if i%1000 == 0 {
			text.WriteString("no JSON\n")
		}
		fmt.Fprintf(&want, "%d\tP%d\t%d.50\t\n", i+(i-1)/1000, i, i)
	}
	for _, threads := range []int{1, 2, 5} {
		got, w, err := linesOf(t, []byte(text.String()), threads)
		if err != nil || got != want.String() || len(w.in.early) != 60 || w.in.early[59].Line != 60_060 {
			t.Errorf("%d threads: %v, %d early, equal %v", threads, err, len(w.in.early), got == want.String())
		}
	}
}
