package cli

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/stage/review"
)

func (e *env) workpaperCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "workpaper", Short: "Write, mark, sign and look through the auditor's workpapers", Args: args(cobra.NoArgs),
		Long: "A workpaper is a file: `new` writes one with the items of its sample and no mark, `record` records each version of it. A name under it is\n" +
			"a name under the digest of one version, and falls when the paper changes. Kinds: walkthrough (one instance: design and\n" +
			"implementation), operating (a sample), population (a whole population, adopted after `rerun`), rollforward, no-occurrence, general.",
		Example: "  tickmark workpaper new WP-1 --control AC-01 --kind operating --sample sam_… --attribute A='Approved before use' > wp-1.yaml\n" +
			"  tickmark workpaper record wp-1.yaml --side auditor\n  tickmark workpaper sign WP-1 preparer --side auditor",
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(e.workpaperNew(), e.workpaperRecord(), e.workpaperMark(), e.workpaperList(), e.workpaperShow(), e.workpaperHistory(), e.workpaperDiff(),
		e.workpaperRerun(), e.workpaperCoverage(), e.workpaperSign(), e.workpaperWithdraw())
	return c
}

// auditing is a command on the auditor's file of an engagement.
func (e *env) auditing(c *cobra.Command, do func(a *app.App, p audit.Person, engagement string, list []string) error) *cobra.Command {
	var engagement string
	engagementFlag(c, &engagement)
	c.RunE = func(c *cobra.Command, list []string) error {
		return e.acting(c, func(a *app.App, p audit.Person) error { return do(a, p, engagement, list) })
	}
	return c
}

func (e *env) workpaperNew() *cobra.Command {
	var b review.Blank
	var attributes []string
	c := &cobra.Command{
		Use: "new CODE", Short: "Write a paper to fill in, with nothing marked or concluded", Args: args(cobra.ExactArgs(1)),
		Long:    "Prints the paper as a file, with the firm's legend. Without --from and --to it speaks for the days on which the control was\nworded in one way. Nothing is recorded.",
		Example: "  tickmark workpaper new WP-1 --control AC-01 --kind operating --sample sam_… --attribute A='Approved before use' > wp-1.yaml",
	}
	f := c.Flags()
	f.StringVar((*string)(&b.Kind), "kind", "", "walkthrough, operating, population, rollforward, no-occurrence or general")
	f.StringVar(&b.Control, "control", "", "code of the control")
	f.StringVar(&b.Title, "title", "", "what the paper is about; the control's title when not given")
	f.StringVar((*string)(&b.Sample), "sample", "", "id of the sample, of an operating paper")
	f.StringVar((*string)(&b.Result), "result", "", "id of the result that a population paper adopts")
	f.StringVar((*string)(&b.Population), "population", "", "id of the population that is empty, of a paper on no occurrence")
	f.StringVar((*string)(&b.Dates.From), "from", "", "first day for which it speaks")
	f.StringVar((*string)(&b.Dates.To), "to", "", "last day for which it speaks")
	f.StringArrayVar(&attributes, "attribute", nil, "CODE=TEXT: what each item is tested for; may be given several times")
	f.StringArrayVar(&b.References, "reference", nil, "code of another paper; may be given several times")
	return e.auditing(c, func(a *app.App, p audit.Person, engagement string, list []string) error {
		b.Code = list[0]
		for _, text := range attributes {
			code, what, ok := strings.Cut(text, "=")
			if !ok {
				return usage{fmt.Errorf("--attribute %q: write CODE=TEXT", text)}
			}
			b.Attributes = append(b.Attributes, audit.Attribute{Code: code, Text: what})
		}
		w, text, err := a.NewWorkpaper(c.Context(), p, engagement, b)
		if err != nil || e.json {
			return e.shown(err, w)
		}
		e.printf("%s", text)
		return nil
	})
}

func (e *env) workpaperRecord() *cobra.Command {
	var evidence []string
	c := &cobra.Command{
		Use: "record FILE...", Short: "Record a version of a paper, or of many", Args: args(cobra.MinimumNArgs(1)),
		Long: "Every field is checked, and an error names its line. Of a folder, every .yaml file is read; all papers are recorded, or none. Beside\n" +
			"its id, a sample and an empty population may be named by the population, and a result by its procedure: the newest is meant. Of a sample that is\n" +
			"named without items, all stand in the grid, unmarked. --evidence puts a file into the vault and its digest into the paper, where the paper\n" +
			"names evidence by the file's name; request/R-1 and population/payments name what was handed over.",
		Example: "  tickmark workpaper record wp-1.yaml --evidence ticket-17.png --side auditor\n  tickmark workpaper record papers/ --side auditor",
	}
	c.Flags().StringArrayVar(&evidence, "evidence", nil, "file that the paper names; may be given several times")
	return e.auditing(c, func(a *app.App, p audit.Person, engagement string, list []string) error {
		all, err := a.RecordWorkpapers(c.Context(), p, engagement, list, evidence)
		if err != nil || e.json {
			return e.shown(err, all)
		}
		e.recorded(all)
		return nil
	})
}

// recorded says what became of papers.
func (e *env) recorded(all []review.Recorded) {
	n := 0
	for _, x := range all {
		if x.Changed {
			n++
		}
	}
	switch {
	case len(all) == 1 && n == 1:
		e.printf("Workpaper %s is recorded, by %s. Names under an earlier version have fallen.\n", all[0].Paper.Code, all[0].Paper.By)
	case n == 0:
		e.printf("That is recorded already; nothing changed.\n")
	default:
		e.printf("%s recorded, by %s; %s unchanged. Names under earlier versions have fallen.\n", audit.Plural(int64(n), "workpaper"), all[0].Paper.By, audit.Count(int64(len(all)-n)))
	}
}

// markFlags are those of marks.
type markFlags struct {
	note, from, evidence, shows string
	context, rest               bool
}

func (e *env) workpaperMark() *cobra.Command {
	var m markFlags
	c := &cobra.Command{
		Use: "mark CODE [ITEM] ATTRIBUTE MARK", Short: "Set one mark of the grid, or the same mark for many items", Args: args(cobra.RangeArgs(3, 4)),
		Long:    "With --items-from, a file with one item on each line takes the place of ITEM, and all marks are one version of the paper. With --rest,\nthe mark is set for all items that have none of the attribute yet. ATTRIBUTE may be several, as A,B.",
		Example: "  tickmark workpaper mark WP-1 T-17 A ✓ --side auditor\n  tickmark workpaper mark WP-1 A N --items-from later.txt --note 'Created after the change.' --side auditor\n  tickmark workpaper mark WP-1 A,B ✓ --rest --side auditor",
	}
	f := c.Flags()
	f.BoolVar(&m.rest, "rest", false, "for all items without a mark of the attribute")
	f.StringVar(&m.note, "note", "", "why, of a mark that wants a reason")
	f.StringVar(&m.from, "items-from", "", "file with one item on each line")
	f.StringVar(&m.evidence, "evidence", "", "file to put into the vault, beside the items")
	f.StringVar(&m.shows, "shows", "", "days that the evidence shows: FROM..TO, or one day")
	f.BoolVar(&m.context, "context-only", false, "the evidence is context, and supports nothing by itself")
	return e.auditing(c, func(a *app.App, p audit.Person, engagement string, list []string) error {
		if m.rest {
			if len(list) != 3 || m.from != "" || m.evidence != "" {
				return usage{errors.New("--rest is said as CODE ATTRIBUTE MARK --rest, without items and evidence")}
			}
			w, n, err := a.MarkRest(c.Context(), p, engagement, list[0], strings.Split(list[1], ","), list[2], m.note)
			return e.said(err, w, true, "%s set in %s.\n", audit.Plural(int64(n), "mark"), w.Code)
		}
		marks, err := m.marks(list)
		if err != nil {
			return err
		}
		var evidence []audit.PaperEvidence
		if m.evidence != "" {
			evidence = []audit.PaperEvidence{{Name: m.evidence, Dates: span(m.shows), Context: m.context}}
		}
		w, changed, err := a.MarkWorkpaper(c.Context(), p, engagement, list[0], marks, evidence)
		return e.said(err, w, changed, "%s set in %s.\n", audit.Plural(int64(len(marks)), "mark"), w.Code)
	})
}

// span reads FROM..TO, or one day.
func span(text string) audit.Period {
	from, to, ok := strings.Cut(text, "..")
	if !ok {
		to = from
	}
	return audit.Period{From: audit.Date(from), To: audit.Date(to)}
}

// marked adds the marks of an item, of one attribute or of several.
func (m markFlags) marked(all []review.Marking, item, attributes, mark string) []review.Marking {
	for a := range strings.SplitSeq(attributes, ",") {
		all = append(all, review.Marking{Item: item, Attribute: a, Mark: mark, Note: m.note})
	}
	return all
}

func (m markFlags) marks(list []string) ([]review.Marking, error) {
	single := len(list) == 4
	if single == (m.from != "") {
		return nil, usage{errors.New("say CODE ITEM ATTRIBUTE MARK, or CODE ATTRIBUTE MARK with --items-from FILE")}
	}
	if single {
		return m.marked(nil, list[1], list[2], list[3]), nil
	}
	text, err := os.ReadFile(m.from)
	if err != nil {
		return nil, err
	}
	var out []review.Marking
	for line := range strings.Lines(string(text)) {
		if item := strings.TrimSpace(line); item != "" {
			out = m.marked(out, item, list[1], list[2])
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s names no item", m.from)
	}
	return out, nil
}
