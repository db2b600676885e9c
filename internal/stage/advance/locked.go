package advance

import (
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/method/lifecycle"
)

// locked refuses an archive that is not encrypted to the team's firm, once that
// has a recipient.
func locked(f lifecycle.Facts, to To) error {
	var codes, recipients []string
	for _, x := range f.Firms {
		of := func(m audit.Member) bool { return m.Firm == x.Code }
		if x.Recipient != "" && slices.ContainsFunc(f.Team(), of) {
			codes, recipients = append(codes, x.Code), append(recipients, x.Recipient)
		}
	}
	switch {
	case len(recipients) == 0 || slices.Contains(recipients, to.Recipient):
		return nil
	case to.Recipient == "":
		return fmt.Errorf("the archive is plain, and %s keeps its files encrypted: write it with `tickmark bundle`, and give the firm's private key with --key", strings.Join(codes, ", "))
	}
	return fmt.Errorf("the archive is encrypted to another recipient than %s has now: write it anew with `tickmark bundle`", strings.Join(codes, ", "))
}

// recipientOf is the digest by which a step names to whom its archive is encrypted.
func recipientOf(to To) audit.Digest {
	if to.Recipient == "" {
		return ""
	}
	return audit.DigestOf([]byte(to.Recipient))
}
