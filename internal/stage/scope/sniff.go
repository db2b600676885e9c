package scope

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"tickmark/internal/audit"
)

// firstBytes is how much of a file is looked at before it is kept.
const firstBytes = 1 << 20

// sniff refuses, before a byte of it is kept, a file that cannot be what its
// format says. It looks at the beginning only; reading the rest is collect's.
func sniff(path, name string, d audit.Dataset) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, firstBytes))
	if err == nil {
		err = begins(b, d)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func begins(b []byte, d audit.Dataset) error {
	line, _, ended := bytes.Cut(b, []byte("\n"))
	switch {
	case d.Format == "parquet" && !bytes.HasPrefix(b, []byte("PAR1")):
		return errors.New("it cannot be read as Parquet: it does not begin with PAR1")
	case d.Format == "xlsx" && !bytes.HasPrefix(b, []byte("PK")):
		return errors.New("it is not a workbook (XLSX): it does not begin with PK")
	case d.Format == "csv" && len(b) == 0:
		return errors.New("the file is empty: even a population of no rows has a header")
	case d.Format != "csv" && d.Format != "ndjson", strings.HasPrefix(d.Encoding, "utf-16"):
		return nil
	case bytes.IndexByte(line, 0) >= 0:
		return errors.New("its first line holds NUL bytes: this is not a table of text, or its encoding must be named in the manifest")
	case !ended && len(b) == firstBytes:
		return fmt.Errorf("its first line is longer than %d bytes: this is not a table of text", firstBytes)
	}
	return nil
}
