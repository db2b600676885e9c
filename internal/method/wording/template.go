package wording

import "strings"

// Kept is how much of a template still stands, word for word, in what was made
// of it.
type Kept struct {
	Of        int      `json:"of"` // sentences of the template
	Unchanged []string `json:"unchanged"`
}

// Unchanged counts the sentences of a template that a text holds as they are.
// Space and capitals do not count.
func Unchanged(template []string, text string) Kept {
	k := Kept{Unchanged: []string{}}
	have := map[string]bool{}
	for _, s := range sentences(text) {
		have[plainly(s)] = true
	}
	for _, t := range template {
		for _, s := range sentences(t) {
			k.Of++
			if have[plainly(s)] {
				k.Unchanged = append(k.Unchanged, s)
			}
		}
	}
	return k
}

// sentences cuts at full stops and line ends; headings are none.
func sentences(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for part := range strings.SplitSeq(strings.TrimSpace(line), ". ") {
			if part = strings.TrimSuffix(strings.TrimSpace(part), "."); part != "" {
				out = append(out, part)
			}
		}
	}
	return out
}

func plainly(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }
