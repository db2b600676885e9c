package catalog

import (
	"encoding/binary"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// put appends a value in the order of its fields: counts and whole numbers as
// varints, texts behind their lengths, maps by their keys, and of lists, maps and
// pointers whether there is one at all. The same value is always the same bytes.
func put(to []byte, v reflect.Value) ([]byte, error) {
	switch v.Kind() {
	case reflect.String:
		return append(binary.AppendUvarint(to, uint64(v.Len())), v.String()...), nil
	case reflect.Int, reflect.Int64:
		return binary.AppendVarint(to, v.Int()), nil
	case reflect.Bool:
		if v.Bool() {
			return append(to, 1), nil
		}
		return append(to, 0), nil
	case reflect.Slice, reflect.Map, reflect.Pointer:
		if v.IsNil() {
			return append(to, 0), nil
		}
		return putMany(to, v)
	case reflect.Struct:
		var err error
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && f.Type.Kind() != reflect.Interface && err == nil {
				to, err = put(to, v.Field(i))
			}
		}
		return to, err
	}
	return to, fmt.Errorf("a catalog cannot hold a %s", v.Type())
}

func putMany(to []byte, v reflect.Value) (_ []byte, err error) {
	switch v.Kind() {
	case reflect.Pointer:
		return put(append(to, 1), v.Elem())
	case reflect.Slice:
		to = binary.AppendUvarint(to, uint64(v.Len())+1) // a length
		for i := 0; i < v.Len() && err == nil; i++ {
			to, err = put(to, v.Index(i))
		}
		return to, err
	}
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	to = binary.AppendUvarint(to, uint64(len(keys))+1)
	for _, k := range keys {
		if to, err = put(to, k); err == nil {
			to, err = put(to, v.MapIndex(k))
		}
		if err != nil {
			return to, err
		}
	}
	return to, nil
}

// taking reads what put wrote. Its texts are parts of the text that is read.
type taking struct {
	rest string
	bad  bool // the text ends too early, or holds something else
}

func (r *taking) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		n := r.number()
		if n > uint64(len(r.rest)) {
			r.bad, r.rest, n = true, "", 0
		}
		v.SetString(r.rest[:n])
		r.rest = r.rest[n:]
	case reflect.Int, reflect.Int64:
		n := r.number()
		v.SetInt(int64(n>>1) ^ -int64(n&1)) // a varint with its sign
	case reflect.Bool:
		v.SetBool(r.number() == 1)
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() && f.Kind() != reflect.Interface {
				r.value(f)
			}
		}
	default:
		if n := r.number(); n > uint64(len(r.rest))+1 { // what follows takes a byte each at least
			r.bad, r.rest = true, ""
		} else if n > 0 {
			r.many(v, int(n)-1) // it was compared
		}
	}
}

func (r *taking) many(v reflect.Value, n int) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		r.value(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			r.value(v.Index(i))
		}
	case reflect.Map:
		v.Set(reflect.MakeMapWithSize(v.Type(), n))
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		for range n {
			r.value(key)
			value.SetZero()
			r.value(value)
			v.SetMapIndex(key, value)
		}
	default:
		r.bad = true
	}
}

func (r *taking) number() uint64 {
	var n uint64
	for i := range min(len(r.rest), binary.MaxVarintLen64) {
		b := r.rest[i]
		n |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			r.rest = r.rest[i+1:]
			return n
		}
	}
	r.bad, r.rest = true, ""
	return 0
}
