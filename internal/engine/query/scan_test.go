package query

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// quoteNumbers is what the scanner does, by the general decoder: slow, and
// plainly right.
func quoteNumbers(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more follows")
	}
	return texts(v), nil
}

func texts(v any) any {
	switch x := v.(type) {
	case json.Number:
		return x.String()
	case []any:
		for i := range x {
			x[i] = texts(x[i])
		}
	case map[string]any:
		for k := range x {
			x[k] = texts(x[k])
		}
	}
	return v
}

func scanOne(from io.Reader) ([]byte, error) {
	s := &stream{from: from}
	v, err := s.value()
	if err == nil {
		v = bytes.Clone(v)
		err = s.end()
	}
	return v, err
}

var scanSeeds = []string{
	`{}`, `[]`, ` { "a" : [ 1 , -0, 0.1, 1e3, 1E+3, 12345678901234567890.12 ] , "b" : null , "c" : true, "d":false } `,
	`"\u00e9\ud83d\ude00\"\\\/\b\f\n\r\t"`, `"12345678\""`, `01`, `-`, `1.`, `.5`, `1e`, `nul`, `{"a"}`, `{"a":1,}`, `[1,]`, `[1 2]`, `"\ud83d"`, `"\ud83dx"`, "\"\x01\"",
	`{"a":{"b":[[[{}]]]}}`, `12`, `truefalse`, "[1]\n[2]", `"\u12g4"`, `{"a":1}}`,
}

// The scanner accepts what JSON is, and gives the same with its numbers quoted.
func FuzzScan(f *testing.F) {
	for _, s := range scanSeeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := scanOne(bytes.NewReader(text))
		slow, slowErr := scanOne(iotest.OneByteReader(bytes.NewReader(text)))
		if (err == nil) != (slowErr == nil) || !bytes.Equal(got, slow) && err == nil {
			t.Fatalf("read at once: %s, %v; byte by byte: %s, %v", got, err, slow, slowErr)
		}
		want, wantErr := quoteNumbers(text)
		if err != nil {
			if wantErr == nil && stricter(err, text) == "" {
				t.Fatalf("%q is JSON, but: %v", text, err)
			}
			return
		}
		if wantErr != nil {
			t.Fatalf("%q is no JSON (%v), but gave %s", text, wantErr, got)
		}
		if bytes.ContainsAny(got, "\n\t\r") {
			t.Fatalf("%q holds what separates records", got)
		}
		var have any
		if err := json.Unmarshal(got, &have); err != nil {
			t.Fatalf("%q gave %s: %v", text, got, err)
		}
		a, _ := json.Marshal(want)
		b, _ := json.Marshal(have)
		if !bytes.Equal(a, b) {
			t.Fatalf("%q gave %s, want %s", text, b, a)
		}
	})
}

// stricter names why the scanner refuses what the general decoder takes.
func stricter(err error, _ []byte) string {
	for _, why := range []string{"half of a character", "not UTF-8", "nested deeper"} {
		if strings.Contains(err.Error(), why) {
			return why
		}
	}
	return ""
}

func TestTheSeedsOfTheScanner(t *testing.T) {
	for text, want := range map[string]string{
		scanSeeds[2]: `{"a":["1","-0","0.1","1e3","1E+3","12345678901234567890.12"],"b":null,"c":true,"d":false}`,
		`12`:         `"12"`, `-`: "", `1.`: "", `.5`: "", `01`: "", `nul`: "", `[1,]`: "", `{"a":1,}`: "", `"\ud83dx"`: "", `"\ud83d\ud83d"`: "", "\"\x01\"": "",
		strings.Repeat("[", 200) + strings.Repeat("]", 200): strings.Repeat("[", 200) + strings.Repeat("]", 200),
		strings.Repeat("[", 201) + strings.Repeat("]", 201): "",
	} {
		got, err := scanOne(strings.NewReader(text))
		if err != nil {
			got = nil
		}
		if string(got) != want {
			t.Errorf("%.40s gave %s (%v), want %s", text, got, err, want)
		}
	}
}

// A value longer than the window is read all the same.
func TestLongValues(t *testing.T) {
	long := `{"a":"` + strings.Repeat("x", 3*window) + `","b":[` + strings.Repeat("1,", window) + `2]}`
	got, err := scanOne(strings.NewReader(long))
	if err != nil || len(got) < len(long) {
		t.Fatal(len(got), err)
	}
}

func BenchmarkScan(b *testing.B) {
	record := []byte(`{"id":"arn:aws:aws_s3_bucket:eu-west-1:123456789012:aws_s3_bucket/0000000","created":"2026-01-01T08:00:00Z","tags":{"env":"dev","owner":"team-0"},"config":{"encryption":{"enabled":true,"algorithm":"aws:kms"},"backup":{"enabled":true,"retention_days":7}}}`)
	var s scanner
	b.SetBytes(int64(len(record)))
	for b.Loop() {
		s.in, s.i, s.out, s.ended = record, 0, s.out[:0], true
		if err := s.value(); err != nil {
			b.Fatal(err)
		}
	}
}
