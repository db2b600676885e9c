package connector

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// errAbsent is for a path that leads nowhere in a document.
var errAbsent = errors.New("is not there")

// find follows a dotted path through a JSON document and returns the value
// there as it is written. A name is taken as long as it can be, so that a key
// may hold dots ("@odata.nextLink"); a number is a place in a list. The whole
// document is read: what comes after must be JSON too, and a key that the path
// needs may not stand there twice.
func find(body []byte, path string) (json.RawMessage, error) {
	dec := json.NewDecoder(bytes.NewReader(body))
	var value json.RawMessage
	if err := dec.Decode(&value); err != nil {
		return nil, notJSON(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("is not JSON: there is more after its end, at byte %d", dec.InputOffset())
	}
	rest := path
	for rest != "" {
		next, left, err := step(value, rest)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", path, err)
		}
		value, rest = next, left
	}
	return value, nil
}

// step goes one name further and returns what is left of the path.
func step(value json.RawMessage, path string) (json.RawMessage, string, error) {
	switch kindOf(value) {
	case "object":
		return member(value, path)
	case "list":
		return element(value, path)
	default:
		return nil, "", errAbsent
	}
}

func member(value json.RawMessage, path string) (json.RawMessage, string, error) {
	var found json.RawMessage
	longest, twice := "", false
	err := each(value, func(key string, raw json.RawMessage) error {
		if rest, ok := strings.CutPrefix(path, key+"."); path != key && (!ok || rest == "") {
			return nil
		}
		if found != nil && key == longest {
			twice = true
		}
		if found == nil || len(key) > len(longest) {
			longest, found, twice = key, raw, false
		}
		return nil
	})
	if err != nil {
		return nil, "", err
	}
	if twice {
		return nil, "", fmt.Errorf("%q stands there twice, and one of the two would be lost", longest)
	}
	if found == nil {
		return nil, "", errAbsent
	}
	return found, strings.TrimPrefix(strings.TrimPrefix(path, longest), "."), nil
}

func element(value json.RawMessage, path string) (json.RawMessage, string, error) {
	name, rest, _ := strings.Cut(path, ".")
	place, err := strconv.ParseUint(name, 10, 31)
	if err != nil {
		return nil, "", errAbsent
	}
	var found json.RawMessage
	at := uint64(0)
	err = each(value, func(_ string, raw json.RawMessage) error {
		if at == place {
			found = raw
		}
		at++
		return nil
	})
	if err == nil && found == nil {
		err = errAbsent
	}
	return found, rest, err
}

// each gives the members of an object or the elements of a list, in order.
func each(value json.RawMessage, fn func(key string, raw json.RawMessage) error) error {
	dec := json.NewDecoder(bytes.NewReader(value))
	open, err := dec.Token()
	if err != nil {
		return notJSON(err)
	}
	for dec.More() {
		key := ""
		if open == json.Delim('{') {
			token, err := dec.Token()
			if err != nil {
				return notJSON(err)
			}
			key, _ = token.(string)
		}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return notJSON(err)
		}
		if err := fn(key, raw); err != nil {
			return err
		}
	}
	return nil
}

// kindOf names what a JSON value is, by how it begins.
func kindOf(value json.RawMessage) string {
	trimmed := bytes.TrimLeft(value, " \t\r\n")
	if len(trimmed) == 0 {
		return "nothing"
	}
	switch trimmed[0] {
	case '{':
		return "object"
	case '[':
		return "list"
	case '"':
		return "text"
	case 't', 'f':
		return "boolean"
	case 'n':
		return "null"
	default:
		return "number"
	}
}

// scalar is the text of a value that is neither object nor list: a number as
// it is written, null as nothing.
func scalar(value json.RawMessage) (string, error) {
	switch kind := kindOf(value); kind {
	case "text":
		var s string
		err := json.Unmarshal(value, &s)
		return s, err
	case "null":
		return "", nil
	case "number", "boolean":
		return string(bytes.TrimSpace(value)), nil
	default:
		return "", fmt.Errorf("is %s where a single value is expected", article(kind))
	}
}

func article(kind string) string {
	switch kind {
	case "object":
		return "an object"
	case "text", "null", "nothing":
		return kind
	default:
		return "a " + kind
	}
}

func notJSON(err error) error {
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("is not JSON: %w, at byte %d", err, syntax.Offset)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("is not JSON: it ends too early")
	default:
		return fmt.Errorf("is not JSON: %w", err)
	}
}
