package workspace

import (
	"os"
	"path/filepath"
	"testing"

	"tickmark/internal/audit"
)

// FuzzYAML gives any bytes to every kind of YAML file: they are read or refused
// with a problem, never with a panic, and what is read can be written and read
// again.
func FuzzYAML(f *testing.F) {
	var empty Folder
	for i, p := range append(empty.parts(new(complementary)), part{file: dispositions}) {
		for _, dir := range []string{sample, "testdata/auditor", "example"} {
			text, err := os.ReadFile(filepath.Join(dir, p.file))
			if err == nil {
				f.Add(uint8(i), text)
			}
		}
	}
	f.Add(uint8(2), []byte("- &a [*a]"))
	f.Add(uint8(6), []byte("- {? [a] : b, <<: {code: c}, type: 0x2, period: {}}"))
	f.Fuzz(func(t *testing.T, kind uint8, text []byte) {
		once, ok := readAlone(kind, text)
		if !ok {
			return
		}
		if _, ok := readAlone(kind, once); !ok {
			t.Errorf("what was read is refused when it is written:\n%s\nfrom\n%s", once, text)
		}
	})
}

// readAlone reads one file of a folder and gives what would be written of it.
func readAlone(kind uint8, text []byte) ([]byte, bool) {
	var folder Folder
	var c complementary
	var judged []audit.Disposition
	parts := append(folder.parts(&c), part{dispositions, "dispositions", &judged, true})
	p := parts[int(kind)%len(parts)]
	log := &problems{}
	doc := parse(p.file, p.name, text, log)
	doc.decode(p.target)
	folder.CUECs, folder.Subservices = c.CUECs, c.Subservices
	docs := map[string]document{p.file: doc}
	check{docs: docs, log: log}.folder(folder)
	check{docs: docs, log: log}.judgedOnce(doc, judged)
	_ = positions(folder, docs)
	return encodeTarget(p.target), doc.top != nil && log.err() == nil
}
