package query

import (
	"errors"
	"fmt"
	"strings"

	"tickmark/internal/audit"
)

// Convert is a CSV of canonical columns, with a header, to be written as Parquet.
type Convert struct {
	CSV    string
	Out    string // in the job's folder
	Schema audit.Schema
}

func convert(j job) (int64, error) {
	c := *j.Convert
	if _, err := j.fence(c.CSV); err != nil {
		return 0, err
	}
	d, err := j.open()
	if err != nil {
		return 0, err
	}
	var fields []string
	for _, col := range c.Schema.Columns {
		value := fmt.Sprintf("CAST(%s AS %s)", ident(col.Name), sqlType(col.Type))
		if col.Type == "timestamp" {
			value = fmt.Sprintf("CAST(%s AS TIMESTAMPTZ) AT TIME ZONE 'UTC'", ident(col.Name))
		}
		fields = append(fields, value+" AS "+ident(col.Name))
	}
	err = d.exec(fmt.Sprintf("COPY (SELECT %s FROM read_csv(%s, header=true, all_varchar=true, delim=',', quote='\"', escape='\"')) TO %s (FORMAT parquet, COMPRESSION zstd)",
		strings.Join(fields, ", "), quote(c.CSV), quote(c.Out)))
	var n int64
	if err == nil {
		err = d.row("SELECT count(*) FROM read_parquet("+quote(c.Out)+")", nil, &n)
	}
	return n, errors.Join(err)
}
