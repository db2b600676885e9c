package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/engine/coffer"
	"tickmark/internal/verify"
)

func (e *env) verifyCommand() *cobra.Command {
	var keys []string
	var since string
	c := &cobra.Command{
		Use: "verify BUNDLE", Short: "Check a bundle, offline, and perform every test again",
		Long: "Checks every byte of BUNDLE, its signatures and its history, and performs every procedure again from the populations in it, comparing the results byte for byte. It needs no network, no account and no trust in whoever made the bundle.\n" +
			"--key is given once or twice; what the file holds says what it is for. The organization's public key is then taken from it and not from the bundle. The firm's private key opens the auditor's bundle, which is encrypted to it; it is read and kept nowhere.\n" +
			"With --since, the history must continue that of an earlier bundle.\n\nExit status 3: faults were found; each is named.",
		Example: "  tickmark verify demo/bundle.zip\n  tickmark verify bundle.zip --key meridian.key --json\n  tickmark verify archive.zip --key hale.key --key meridian.key", Args: args(cobra.ExactArgs(1)),
	}
	c.Flags().StringVar(&since, "since", "", "an earlier bundle of the same organization: its history must be the beginning of this one's")
	c.Flags().StringArrayVar(&keys, "key", nil, "file with the organization's public key, got by another way, or with the firm's private key")
	c.RunE = func(c *cobra.Command, list []string) error {
		f, err := e.check(c, list[0], keys, since)
		if err != nil {
			return err
		}
		if e.json {
			err = e.printJSON(f)
		} else {
			e.finding(f)
		}
		if err == nil && !f.Sound() {
			err = errFaults
		}
		return err
	}
	return c
}

func (e *env) check(c *cobra.Command, path string, keys []string, since string) (verify.Finding, error) {
	config, err := e.config()
	if err != nil {
		return verify.Finding{}, err
	}
	known, err := catalog.Load()
	if err != nil {
		return verify.Finding{}, err
	}
	v := verify.Verifier{Query: config.Query(), Schemas: known.Populations, Since: since}
	for _, file := range keys {
		if err := withKey(&v, file); err != nil {
			return verify.Finding{}, err
		}
	}
	w := newProgress(e.errs)
	defer w.end()
	v.Progress = func(text string) { w.step("verify", text, 0, 1) }
	return v.Bundle(c.Context(), path)
}

// withKey gives a verifier the key of a file: a firm's, which opens, or an
// organization's, which signed.
func withKey(v *verify.Verifier, file string) error {
	text, err := coffer.Text(file)
	if err != nil {
		return err
	}
	signing := !coffer.Private(text)
	switch {
	case signing && v.Key != "" || !signing && !v.Coffer.Zero():
		return usage{errors.New("give --key once for the organization's public key, and once for the firm's private one")}
	case strings.HasPrefix(text, "PRIVATE+KEY+"):
		return fmt.Errorf("%s is the organization's private key, which is nobody else's business and opens nothing: give its public one, or the firm's private one", file)
	case signing:
		v.Key = strings.TrimSpace(text)
		return nil
	}
	v.Coffer, err = coffer.ReadFile(file)
	return err
}

func (e *env) finding(f verify.Finding) {
	e.printf("%s: bundle of %s, %d files, %s in the history, root %s\n", f.Organization, f.Side, f.Entries, audit.Plural(f.Records, "record"), f.Root)
	if f.Withheld > 0 {
		e.printf("  %s of the auditor's file stand in the history only: this side does not see them.\n", audit.Plural(f.Withheld, "record"))
	}
	if f.Recipient != "" {
		e.printf("Encrypted, and opened with the key of recipient %s\n", coffer.Mark(f.Recipient))
	}
	e.printf("Signed with %s\n", f.Key)
	if !f.Pinned {
		e.printf("  This key came with the bundle. Compare it with one that the organization gave you by another way (--key).\n")
	}
	for _, a := range f.Performed {
		word := "same"
		if !a.Same {
			word = "DIFFERENT"
		}
		e.printf("  %-10s %-14s %-32s %s tested, %s\n", word, a.Engagement, a.Procedure, audit.Count(a.Tested), audit.Plural(a.Exceptions, "exception"))
	}
	for _, d := range f.Drawn {
		word := "same"
		if !d.Same {
			word = "DIFFERENT"
		}
		e.printf("  %-10s %-14s sample for %-21s %s drawn again\n", word, d.Engagement, d.Control, audit.Plural(int64(d.Items), "item"))
	}
	if f.Signed > 0 {
		e.printf("%s in the auditor's file stand under what was recorded then, and nobody reviewed his own work.\n", audit.Plural(int64(f.Signed), "name"))
	}
	if f.Continues > 0 {
		e.printf("The earlier bundle's %s stand unchanged at the beginning.\n", audit.Plural(f.Continues, "record"))
	}
	if f.Sound() {
		e.printf("Nothing was changed, and every test performed again gives the recorded result.\n")
		return
	}
	e.printf("\n%s found:\n", audit.Plural(int64(len(f.Faults)), "fault"))
	for _, x := range f.Faults {
		e.printf("  - %s\n", x)
	}
}
