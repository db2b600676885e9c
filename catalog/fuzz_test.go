package catalog

import (
	"bytes"
	"io/fs"
	"reflect"
	"testing"

	"tickmark/internal/audit"
)

func FuzzParseCases(f *testing.F) {
	f.Add(small()["procedures/positive.cases.yaml"].Data)
	f.Add([]byte("- name: a\n  given: {lines: [{id: 1.50}]}\n  expect: {tested: 0x1}\n"))
	f.Add([]byte("- &a {name: *a}\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		if _, err := ParseCases("fuzz.yaml", src); err != nil {
			mustNameTheFile(t, err)
		}
	})
}

func FuzzParseAnalytic(f *testing.F) {
	f.Add([]byte("/* id: a\nmethod: benford\n*/ SELECT 1"))
	f.Add([]byte("/*/ */"))
	all, err := Load()
	if err != nil {
		f.Fatal(err)
	}
	for _, a := range all.Analytics {
		f.Add([]byte(a.SQL))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		a, err := ParseAnalytic("fuzz.sql", src)
		if err != nil {
			mustNameTheFile(t, err)
			return
		}
		if a.SQL != string(src) || a.ID == "" {
			t.Errorf("accepted %+v, or changed its text", a)
		}
	})
}

func FuzzParseTable(f *testing.F) {
	firstOf(f, shippedTables, "tables")
	f.Fuzz(func(t *testing.T, src []byte) {
		x, err := ParseTable("fuzz.yaml", src)
		if err != nil {
			mustNameTheFile(t, err)
			return
		}
		if faults := tableFaults(x); len(faults) > 0 {
			t.Errorf("accepted a tax table with faults %v", faults)
		}
	})
}

func FuzzParseProfile(f *testing.F) {
	firstOf(f, shippedProfiles, "profiles")
	f.Fuzz(func(t *testing.T, src []byte) {
		p, err := ParseProfile("fuzz.yaml", src)
		if err != nil {
			mustNameTheFile(t, err)
			return
		}
		if faults := profileFaults(p); len(faults) > 0 {
			t.Errorf("accepted a profile with faults %v", faults)
		}
	})
}

// firstOf gives the first files of a folder as seeds, and some that are none.
func firstOf(f *testing.F, fsys fs.FS, folder string) {
	f.Helper()
	names, err := fs.Glob(fsys, folder+"/*.yaml")
	if err != nil || len(names) == 0 {
		f.Fatal(names, err)
	}
	for _, name := range names[:min(len(names), 4)] {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte("- &a [*a]"))
	f.Add([]byte("{title: 1, title: 2}"))
}

// What is written of a catalog is read again, and of any other text reading ends:
// with what can be written and read again, or with word that it is none.
func FuzzCompiled(f *testing.F) {
	type part struct {
		Populations map[string]audit.Schema
		Criteria    []audit.Criterion
		Procedures  map[string]audit.Procedure
	}
	all, err := Load()
	if err != nil {
		f.Fatal(err)
	}
	of := part{Populations: map[string]audit.Schema{"payments": all.Populations["payments"]}, Criteria: all.Criteria[:2]}
	text, err := put(nil, reflect.ValueOf(of))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add(text[:len(text)/2])
	f.Add(bytes.Repeat([]byte{0xff}, 12))
	f.Add([]byte{2, 200, 1, 0})
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<12 {
			return
		}
		var got, again part
		r := taking{rest: string(text)}
		if r.value(reflect.ValueOf(&got).Elem()); r.bad {
			return
		}
		written, err := put(nil, reflect.ValueOf(got))
		if err != nil {
			t.Fatal(err)
		}
		r = taking{rest: string(written)}
		if r.value(reflect.ValueOf(&again).Elem()); r.bad || r.rest != "" || !reflect.DeepEqual(got, again) {
			t.Errorf("%q was read, and not when it was written again", text)
		}
	})
}
