package catalog

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"reflect"
	"strings"
)

// The catalog as Compile wrote it when the program was made, if it did. To read
// it takes a twentieth of what the files take. It is used only when it is of just
// these files and types.
//
//go:embed all:compiled
var compiled embed.FS

const compiledName = "compiled/catalog.bin"

// Compile reads the catalog that is built into the program from its files, and
// gives what Load can read in their place.
func Compile() ([]byte, error) {
	of, err := digestOf(shipped)
	if err != nil {
		return nil, err
	}
	var c Catalog
	if err := c.load(shipped); err != nil {
		return nil, err
	}
	for id, v := range c.Procedures {
		v.SQL = "" // it is the file
		c.Procedures[id] = v
	}
	for id, v := range c.Analytics {
		v.SQL = ""
		c.Analytics[id] = v
	}
	return put([]byte(of), reflect.ValueOf(c))
}

// readCompiled reads what Compile wrote of just these files; false when it is of
// others.
func readCompiled(text []byte, fsys fs.FS) (*Catalog, bool) {
	of, err := digestOf(fsys)
	rest, same := strings.CutPrefix(string(text), of)
	if err != nil || !same {
		return nil, false
	}
	var c Catalog
	r := taking{rest: rest}
	r.value(reflect.ValueOf(&c).Elem())
	for id, v := range c.Procedures {
		v.SQL, err = textOf(fsys, "procedures/"+id+".sql", err)
		c.Procedures[id] = v
	}
	for id, v := range c.Analytics {
		v.SQL, err = textOf(fsys, "analytics/"+id+".sql", err)
		c.Analytics[id] = v
	}
	return &c, err == nil && !r.bad && r.rest == ""
}

func textOf(fsys fs.FS, name string, before error) (string, error) {
	if before != nil {
		return "", before
	}
	b, err := fs.ReadFile(fsys, name)
	return string(b), err
}

// digestOf names the files that are read without cases, with their texts, and the
// types that they are read into.
func digestOf(fsys fs.FS) (string, error) {
	sum := sha256.New()
	fmt.Fprintln(sum, shapeOf(reflect.TypeFor[Catalog](), map[reflect.Type]bool{}))
	for _, pattern := range patterns {
		if strings.HasPrefix(pattern, "sources/recorded") || strings.HasSuffix(pattern, caseSuffix) {
			continue
		}
		err := each(fsys, pattern, func(file string, src []byte) error {
			if strings.HasSuffix(file, caseSuffix) {
				return nil
			}
			fmt.Fprintln(sum, file, len(src))
			_, err := sum.Write(src)
			return err
		})
		if err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// shapeOf spells a type out, with the fields of its fields.
func shapeOf(t reflect.Type, seen map[reflect.Type]bool) string {
	switch t.Kind() {
	case reflect.Slice, reflect.Pointer:
		return t.Kind().String() + " " + shapeOf(t.Elem(), seen)
	case reflect.Map:
		return "map " + shapeOf(t.Elem(), seen)
	case reflect.Struct:
		if seen[t] {
			return t.String()
		}
		seen[t] = true
		fields := ""
		for f := range t.Fields() {
			fields += f.Name + " " + string(f.Tag) + " " + shapeOf(f.Type, seen) + ";"
		}
		return t.String() + "{" + fields + "}"
	default:
		return t.String()
	}
}
