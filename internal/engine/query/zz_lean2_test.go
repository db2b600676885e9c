//go:build lean

package query

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

func TestParts(t *testing.T) {
	dir := t.TempDir()
	table := writeRes(dir, 100_000)
	in := intake{job: job{Dir: t.TempDir(), MemoryMB: 512, Threads: 1}}
	d, err := in.job.open()
	if err != nil {
		t.Fatal(err)
	}
	in.duck = d
	out := Ingested{Records: map[string]int64{}}
	path := filepath.Join(in.Dir, "pages-0.tsv")
	if err := in.pages(table, path, ahead{whole: true}, &out); err != nil {
		t.Fatal(err)
	}
	st, _ := os.Stat(path)
	fmt.Println("tsv", st.Size())
	raw := fmt.Sprintf(`read_csv(%s,auto_detect=false, header=false, delim='\t', quote='', escape='', new_line='\n', max_line_size=%d, buffer_size=%d,
		columns={'page': 'BIGINT', 'n': 'BIGINT', 'each': 'VARCHAR', 'record': 'VARCHAR'})`, quote(path), 256<<10, 1<<20)
	ndj := fmt.Sprintf(`read_csv(%s,auto_detect=false, header=false, delim='\x01', quote='', escape='', new_line='\n', max_line_size=%d, buffer_size=%d,
		columns={'record': 'VARCHAR'})`, quote(path), 256<<10, 1<<20)
	ex := `json_extract_string(record, [
                 '$.id', '$.type', '$.name', '$.account', '$.region', '$.tags.env', '$.tags.owner', '$.tags.data',
                 '$.config.encryption.enabled', '$.config.mfa.enabled', '$.config.logging.enabled', '$.config.backup.enabled',
                 '$.config.backup.retention_days', '$.created', '$.collected',
                 '$.config.public_access.block_acls', '$.config.public_access.block_policy',
                 '$.config.public_access.ignore_acls', '$.config.public_access.restrict'])`
	for _, q := range []string{
		"SELECT sum(strlen(record)) FROM " + raw,
		"SELECT sum(strlen(record)) FROM " + ndj,
		"SELECT sum(strlen(record::JSON)) FROM " + raw,
		"SELECT max(v[1]), max(v[2]), max(v[14]) FROM (SELECT " + ex + " AS v FROM " + raw + ")",
		"SELECT max(v[1]), max(v[2]), max(v[14]) FROM (SELECT " + ex + " AS v FROM (SELECT record::JSON AS record FROM " + raw + "))",
		"COPY (SELECT v[1] a, v[2] b, v[3] c, v[4] d, v[5] e, v[6] f,v[7] g, v[8] h,v[9] i,v[10] j,v[11] k,v[12] l, v[13] m, v[14] n, v[15] o FROM (SELECT " + ex + " AS v FROM " + raw + ")) TO '" + dir + "/x.parquet' (FORMAT parquet, COMPRESSION zstd)",
		"COPY (SELECT v[1] a, v[2] b, v[3] c, v[4] d, v[5] e, v[6] f,v[7] g, v[8] h,v[9] i,v[10] j,v[11] k,v[12] l, v[13] m, v[14] n, v[15] o FROM (SELECT " + ex + " AS v FROM " + raw + ") ORDER BY ALL) TO '" + dir + "/x.parquet' (FORMAT parquet, COMPRESSION zstd)",
	} {
		was := cpuNow()
		if _, err := d.db.Exec(q); err != nil {
			t.Fatal(err)
		}
		fmt.Printf("%6.0f ms %s  %.60s\n", float64((cpuNow()-was).Microseconds())/1000, mem(), q)
	}
}
