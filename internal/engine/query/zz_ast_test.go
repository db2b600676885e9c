//go:build lean

package query

import (
	"fmt"
	"testing"
)

func TestAST(t *testing.T) {
	in := intake{job: job{Dir: t.TempDir(), MemoryMB: 512, Threads: 1}}
	d, err := in.job.open()
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{"SELECT u.record->>'$.a' AS b, json_extract_string(record, ['$.a', '$.b']), record->'$.c', record.id, * FROM users AS t(record)", "SELECT $nosuch::VARCHAR IS NULL"} {
		var s string
		if err := d.row("SELECT json_serialize_sql(?::VARCHAR)::VARCHAR", []any{q}, &s); err != nil {
			t.Fatal(err)
		}
		fmt.Println(s)
		var back string
		fmt.Println(d.row("SELECT json_deserialize_sql(?::JSON)", []any{s}, &back), back)
	}
	var v *bool
	fmt.Println(d.row("SELECT $nosuch::VARCHAR IS NULL", nil, &v), v)
	fmt.Println(d.row("SELECT $nosuch::VARCHAR IS NULL", []any{1}, &v), v)
	a, _ := bind([]Value{{"x", "text", "y"}})
	fmt.Println(d.row("SELECT $nosuch::VARCHAR IS NULL", a, &v), v)
	a, _ = bind([]Value{{"x", "text", "y"},{"z", "text", "y"}})
	fmt.Println(d.row("SELECT $nosuch::VARCHAR IS NULL OR $x = 'y'", a, &v), v)
	if v != nil { fmt.Println(*v) }
}
