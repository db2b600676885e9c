package cli

import (
	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/engine/coffer"
)

func (e *env) firmKey() *cobra.Command {
	c := &cobra.Command{
		Use: "key", Short: "Make the firm's key, and have the auditor's bundles encrypted to it", Args: args(cobra.NoArgs),
		Long: "The firm alone holds its private key; the records have the recipient, its public half. Once that is recorded, every bundle of the\n" +
			"auditor's side is encrypted to it, and so is the archive. The recipient may be replaced, when a key is lost or its holder leaves,\n" +
			"and is never taken away; what was encrypted before still takes the key of then.",
		Example: "  tickmark firm key new hale.key\n  tickmark --dir demo firm key set hale.key.pub --side auditor --as 'P. Hale'",
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(e.firmKeyNew(), e.firmKeySet())
	return c
}

// made is a key that was made: where, and never what.
type made struct {
	File      string `json:"file"`
	Recipient string `json:"recipient_file"`
	Mark      string `json:"recipient"`
}

func (e *env) firmKeyNew() *cobra.Command {
	return &cobra.Command{
		Use: "new FILE", Short: "Make a key: FILE for the firm alone, FILE.pub for the records", Args: args(cobra.ExactArgs(1)),
		Long: "Writes a private key to FILE, which its owner alone can read, and its recipient to FILE.pub. Nothing is recorded, and no folder of\n" +
			"state is looked at: do it on a machine of the firm.",
		Example: "  tickmark firm key new hale.key",
		RunE: func(_ *cobra.Command, list []string) error {
			recipient, err := coffer.Make(list[0])
			m := made{list[0], list[0] + coffer.Suffix, coffer.Mark(recipient)}
			if err != nil || e.json {
				return e.shown(err, m)
			}
			e.printf("%s is the firm's private key. It is recorded nowhere, and nobody can make it again:\n", m.File)
			e.printf("  without it nothing that is encrypted to it can be read, by anybody, for as long as the file is kept.\n")
			e.printf("  Keep it where management does not reach, and a copy of it elsewhere.\n")
			e.printf("%s is its recipient %s. Record it: tickmark firm key set %s --side auditor\n", m.Recipient, m.Mark, m.Recipient)
			return nil
		},
	}
}

func (e *env) firmKeySet() *cobra.Command {
	var firm string
	c := &cobra.Command{
		Use: "set FILE.pub", Short: "Record the recipient to which the firm's bundles are encrypted", Args: args(cobra.ExactArgs(1)),
		Example: "  tickmark --dir demo firm key set hale.key.pub --side auditor --as 'P. Hale'",
	}
	c.Flags().StringVar(&firm, "firm", "", "code of the firm (default: the only one)")
	c.RunE = func(c *cobra.Command, list []string) error {
		return e.acting(c, func(a *app.App, p audit.Person) error {
			f, changed, err := a.SetRecipient(c.Context(), p, firm, list[0])
			return e.said(err, f, changed, "The bundles of %s are encrypted to recipient %s from now on.\n", f.Name, coffer.Mark(f.Recipient))
		})
	}
	return c
}

// encryptedTo says to whom a firm's bundles are encrypted.
func encryptedTo(recipient string) string {
	if recipient == "" {
		return "not encrypted: no recipient is recorded (`tickmark firm key`)"
	}
	return "encrypted to recipient " + coffer.Mark(recipient)
}
