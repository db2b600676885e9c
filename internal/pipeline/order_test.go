package pipeline

import (
	"testing"

	"tickmark/internal/audit"
)

// Data flows one way: a stage reads only what earlier stages wrote, and every
// kind of record has exactly one writer.
func TestOneWay(t *testing.T) {
	written := map[string]string{}
	for _, s := range Order {
		for _, k := range s.Reads {
			if written[k] == "" && k != audit.KindStep {
				t.Errorf("%s reads %s before any stage wrote it", s.Name, k)
			}
		}
		for _, k := range s.Writes {
			if by := written[k]; by != "" {
				t.Errorf("%s is written by both %s and %s", k, by, s.Name)
			}
			written[k] = s.Name
		}
	}
}
