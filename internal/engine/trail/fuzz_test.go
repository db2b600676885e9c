package trail

import (
	"bytes"
	"testing"
)

// No other text than the one that was signed opens under its key.
func FuzzOpen(f *testing.F) {
	private, public, err := GenerateKey("example.com/trail", bytes.NewReader(make([]byte, 64))) // the same in every process
	if err != nil {
		f.Fatal(err)
	}
	signed, err := SignText([]byte("tickmark bundle\nof a day\n"), private)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(signed)
	f.Add(append(bytes.Clone(signed), signed...))
	f.Add([]byte("example.com/trail\n1\nAAAA\n\n\u2014 example.com/trail AAAA\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if got, err := OpenText(text, public); err == nil && !bytes.Equal(text, signed) {
			t.Errorf("%q opens as %q", text, got)
		}
		if _, _, _, err := Open(text, public); err == nil {
			t.Errorf("%q is a checkpoint, and none was signed", text)
		}
		if _, err := OpenText(signed, string(text)); err == nil && string(text) != public {
			t.Errorf("the key %q opens what another signed", text)
		}
		if c, ok := parse(text); ok && !bytes.Equal(c.Marshal(), text) {
			t.Errorf("%q is read as %q", text, c.Marshal())
		}
	})
}
