package seal

import "testing"

// Whatever the bytes are, reading them ends, with an answer or an error.
func FuzzOpen(f *testing.F) {
	for _, objects := range papers {
		f.Add(pdfOf("", objects...))
	}
	f.Add([]byte("xref\n0 1\n0000000000 65535 n \ntrailer<</Root 0 0 R /Prev 0>>startxref 0"))
	f.Add([]byte("startxref 0 trailer<<(((((<<["))
	f.Fuzz(func(_ *testing.T, file []byte) {
		d, err := open(file)
		if err != nil {
			return
		}
		u := update{document: d}
		u.out.Write(file)
		_, _, _ = u.signature("x", Statement{})
	})
}
