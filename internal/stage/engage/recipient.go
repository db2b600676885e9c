package engage

import (
	"context"

	"tickmark/internal/audit"
	"tickmark/internal/engine/coffer"
)

// Set records the firm, with its license, legend and tables. To whom its bundles
// are encrypted stays as it was.
func (s Stage) Set(ctx context.Context, f audit.Firm) (set audit.Firm, changed bool, err error) {
	err = s.Records.Decide(ctx, func(ctx context.Context) (err error) {
		all, err := s.Records.Firms(ctx)
		if err != nil {
			return err
		}
		for _, x := range all {
			if x.Code == f.Code {
				f.Recipient = x.Recipient
			}
		}
		set, changed, err = s.Records.AddFirm(ctx, f)
		return err
	})
	return set, changed, err
}

// SetRecipient records the public half of the firm's key: from then on the
// bundles of its people are encrypted to it. Code is "" for the only firm.
func (s Stage) SetRecipient(ctx context.Context, code, recipient string) (set audit.Firm, changed bool, err error) {
	if err := coffer.Sound(recipient); err != nil {
		return set, false, err
	}
	err = s.Records.Decide(ctx, func(ctx context.Context) (err error) {
		if code, err = s.firm(ctx, code); err != nil {
			return err
		}
		all, err := s.Records.Firms(ctx)
		for _, x := range all {
			if x.Code == code {
				set = x
			}
		}
		if err != nil {
			return err
		}
		set.Recipient = recipient
		set, changed, err = s.Records.AddFirm(ctx, set)
		return err
	})
	return set, changed, err
}

// Recipients are those to whom a bundle of somebody's is encrypted: of the firms
// in whose teams he is now. Lacking are the firms of these that have none.
func Recipients(name string, firms []audit.Firm, members []audit.Member) (recipients, lacking []string) {
	of := map[string]bool{}
	for _, m := range members {
		if m.Name == name && m.Role.Side() == audit.Auditor && !m.Left {
			of[m.Firm] = true
		}
	}
	for _, f := range firms {
		switch {
		case of[f.Code] && f.Recipient != "":
			recipients = append(recipients, f.Recipient)
		case of[f.Code]:
			lacking = append(lacking, f.Code)
		}
	}
	return recipients, lacking
}
