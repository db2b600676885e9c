package query

import "os"

// smallText is up to how many bytes of text, or smallParquet of Parquet, a job
// has a single thread: more would find little to share, and each takes
// processor time and memory of its own.
const (
	smallText    = 128 << 20
	smallParquet = 16 << 20
)

// small reports whether all that the job reads at once is little.
func (j job) small() bool {
	switch {
	case j.Ingest != nil:
		return j.Ingest.small()
	case j.Perform != nil:
		return j.Perform.little()
	case j.Batch != nil:
		for _, t := range j.Batch.Tasks {
			if !t.little() {
				return false
			}
		}
		return true
	case j.List != nil:
		return bytesOf(j.List.Files) <= smallParquet
	}
	return j.Rehearse != nil
}

func (in *Intake) small() bool {
	var files []string
	for _, f := range in.Files {
		files = append(files, f.Path)
	}
	if in.Mapping != nil {
		files = append(files, in.Mapping.paths()...)
	}
	if in.Format == "parquet" {
		return bytesOf(files) <= smallParquet
	}
	return bytesOf(files) <= smallText
}

func (t *Task) little() bool {
	var files []string
	for _, x := range t.Tables {
		files = append(files, x.Path)
	}
	return bytesOf(files) <= smallParquet
}

// bytesOf is the size of all files. One that cannot be looked at is large: the
// job will say what is wrong with it.
func bytesOf(files []string) int64 {
	var n int64
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil {
			return 1 << 60
		}
		n += info.Size()
	}
	return n
}
