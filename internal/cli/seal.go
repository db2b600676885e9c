package cli

import (
	"cmp"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
)

// sealFlags name the key that signs an issued report. Without them the
// environment's count.
func sealFlags(c *cobra.Command) func(*app.App) {
	var key, certificate string
	c.Flags().StringVar(&key, "sign-key", "", "PEM file of the private key that signs the PDF (default: TICKMARK_SIGN_KEY; not signed without one)")
	c.Flags().StringVar(&certificate, "sign-cert", "", "PEM file of its certificate, with its issuers after it (default: TICKMARK_SIGN_CERT)")
	return func(a *app.App) {
		a.SignKey, a.SignCert = cmp.Or(key, a.SignKey), cmp.Or(certificate, a.SignCert)
	}
}
