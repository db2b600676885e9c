package query

import (
	"fmt"
	"strings"
)

// groupRows is how many rows a group of a Parquet file holds. That it is said,
// and that the rows come in a total order, makes the bytes of a file the same on
// any number of threads and with any memory.
const groupRows = 122_880

// parquetCopy is the SQL that writes the rows of a query, which must order them
// totally, to a file that will be known by its digest.
func parquetCopy(rows, out string) string {
	return fmt.Sprintf("COPY (%s) TO %s (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE %d)", rows, quote(out), groupRows)
}

// copied writes a file and says how many rows it holds.
func (d *duck) copied(rows, out string) (int64, error) {
	done, err := d.db.Exec(parquetCopy(rows, out))
	if err != nil {
		return 0, plain(err)
	}
	return done.RowsAffected()
}

func join(list []string) string { return strings.Join(list, ", ") }
