package review

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"tickmark/internal/audit"
)

// Form writes a paper as a file to edit, with the firm's legend above it. What
// is not known is empty: nothing is marked or concluded in it.
func (s Stage) Form(ctx context.Context, engagement string, p audit.Workpaper) (string, error) {
	f, err := s.open(ctx, engagement)
	if err != nil {
		return "", err
	}
	firm, err := f.firm()
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Workpaper %s of %s. Record it with `tickmark workpaper record`; every version is kept.\n#\n# Tickmarks of %s:\n", p.Code, engagement, firm.Name)
	for _, m := range firm.Legend {
		fmt.Fprintf(&b, "#   %s  %s%s\n", m.Mark, m.Meaning, hints(m))
	}
	b.WriteString("#\n# A step:      - {nature: inspection, text: what was done, with: whom, on: 2025-11-03}\n")
	b.WriteString("# An item:     - {item: T-17, marks: {A: ✓}, notes: {}}   marks and notes by the codes of the attributes\n")
	b.WriteString("# Evidence:    - {name: file.png, dates: {from: 2025-03-01, to: 2025-03-31}}   recorded with --evidence file.png\n\n")
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	p.Items = slices.Clone(p.Items)
	for i, item := range p.Items {
		p.Items[i].Marks = open(item.Marks, p.Attributes)
	}
	if err := enc.Encode(p); err != nil {
		return "", fmt.Errorf("workpaper %s: %w", p.Code, err)
	}
	text := b.String()
	for _, x := range []struct{ name, text string }{{"narrative", p.Narrative}, {"conclusion", p.Conclusion}} {
		if x.text == "" {
			text += x.name + ": \"\"\n"
		}
	}
	return text, enc.Close()
}

// open are the marks of an item with a place for each that is missing.
func open(marks map[string]string, attributes []audit.Attribute) map[string]string {
	out := map[string]string{}
	for _, a := range attributes {
		out[a.Code] = marks[a.Code]
	}
	return out
}

func hints(m audit.Tickmark) string {
	var out []string
	if m.Exception {
		out = append(out, "an exception")
	}
	if m.Reason {
		out = append(out, "wants a reason in notes")
	}
	if len(out) == 0 {
		return ""
	}
	return " (" + strings.Join(out, "; ") + ")"
}
