package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/engine/bundle"
	"tickmark/internal/engine/coffer"
	"tickmark/internal/engine/store"
	"tickmark/internal/method/authority"
	"tickmark/internal/stage/engage"
	"tickmark/internal/stage/publish"
	"tickmark/internal/verify"
)

// Bundled is a bundle that was written.
type Bundled struct {
	bundle.Manifest
	Recipients []string `json:"encrypted_to,omitempty"` // none of a plain one
}

// Bundle writes everything recorded so far that the person may see as a bundle:
// management's evidence package, or the archive of the auditor's file, which is
// encrypted to the firm.
func (a *App) Bundle(ctx context.Context, p audit.Person, out string) (bundle.Manifest, error) {
	b, err := a.WriteBundle(ctx, p, out, false)
	return b.Manifest, err
}

// WriteBundle is Bundle, of which an auditor whose firm has no recipient may say
// that it is to be plain.
func (a *App) WriteBundle(ctx context.Context, p audit.Person, out string, plain bool) (Bundled, error) {
	t, err := a.tenant(ctx, p)
	if err != nil {
		return Bundled{}, err
	}
	org, err := a.organization(ctx)
	if err != nil {
		return Bundled{}, err
	}
	var b Bundled
	if b.Recipients, err = recipients(ctx, t, p, plain); err != nil {
		return b, err
	}
	s := publish.Stage{Records: t, Files: a.vault, Side: p.Side, Scratch: a.state("scratch")}
	if len(b.Recipients) > 0 {
		s.Lock = func(w io.Writer) (io.WriteCloser, error) { return coffer.Lock(w, b.Recipients) }
	}
	if s.Signer, s.Verifier, err = a.keys(org.ID); err != nil {
		return b, err
	}
	path, err := filepath.Abs(out)
	if err != nil {
		return b, err
	}
	b.Manifest, err = s.Bundle(ctx, org.Body.Name, path)
	return b, err
}

// recipients are those to whom a person's bundle is encrypted. Management's is
// not; the auditor's always is, unless no firm of his has a recipient and he
// says that it is to be plain.
func recipients(ctx context.Context, t *store.Tenant, p audit.Person, plain bool) ([]string, error) {
	if p.Side != audit.Auditor {
		if plain {
			return nil, errors.New("management's bundle is never encrypted, as nothing of the auditor's file is in it: leave --plain out")
		}
		return nil, nil
	}
	firms, err := t.Firms(ctx)
	if err != nil {
		return nil, err
	}
	members, err := t.Members(ctx, "")
	if err != nil {
		return nil, err
	}
	to, lacking := engage.Recipients(p.Name, firms, members)
	switch {
	case len(to) > 0 && plain:
		return nil, errors.New("the firm keeps its files encrypted, and none is written plain: leave --plain out")
	case len(to) == 0 && !plain:
		return nil, fmt.Errorf("%w: the auditor's bundle holds the whole file, and there is nobody to encrypt it to: %s. Make a key where the firm keeps such things (`tickmark firm key new FILE`) and record its recipient (`tickmark firm key set FILE.pub`), or write it with `tickmark bundle --plain`, for whoever gets hold of it to read", authority.ErrRefused, lacks(p.Name, lacking))
	}
	return to, nil
}

// lacks says why somebody has no recipient.
func lacks(name string, lacking []string) string {
	if len(lacking) == 0 {
		return name + " is in no firm's team"
	}
	return "no recipient of " + strings.Join(lacking, ", ") + " is recorded"
}

// SetRecipient records the recipient of a firm that a file holds.
func (a *App) SetRecipient(ctx context.Context, p audit.Person, firm, path string) (audit.Firm, bool, error) {
	text, err := coffer.Text(path)
	if err != nil {
		return audit.Firm{}, false, err
	}
	recipient, err := coffer.ReadRecipient(text)
	if err != nil {
		return audit.Firm{}, false, fmt.Errorf("%s: %w", path, err)
	}
	o, err := a.openAll(ctx, p)
	if err != nil {
		return audit.Firm{}, false, err
	}
	return o.engage().SetRecipient(ctx, firm, recipient)
}

// Archive names the file that was written of an engagement, and the firm's
// private key that opens it; "" of a plain one.
type Archive struct{ File, Key string }

// archived verifies a file as a stranger would, against this organization's key,
// and returns its digest, how many records of the history it holds and to whom
// it is encrypted. It must be the auditor's, in which nothing is withheld.
func (a *App) archived(ctx context.Context, x Archive) (digest audit.Digest, records int64, recipient string, err error) {
	org, err := a.organization(ctx)
	if err != nil {
		return "", 0, "", err
	}
	v := verify.Verifier{Query: a.Query(), Schemas: a.Catalog.Populations, Scratch: a.state("scratch")}
	if _, v.Key, err = a.keys(org.ID); err != nil {
		return "", 0, "", err
	}
	if x.Key != "" {
		if v.Coffer, err = coffer.ReadFile(x.Key); err != nil {
			return "", 0, "", err
		}
	}
	if digest, _, err = bundle.DigestFile(x.File); err != nil {
		return "", 0, "", err
	}
	found, err := v.Bundle(ctx, x.File)
	if err != nil {
		return "", 0, "", err
	}
	if n := len(found.Faults); n > 0 {
		return "", 0, "", fmt.Errorf("this is no whole bundle of this organization: %s, the first: %s", audit.Plural(int64(n), "fault"), found.Faults[0])
	}
	if found.Side != audit.Auditor {
		return "", 0, "", fmt.Errorf("this is the bundle of the side of %s, which the auditor's file is not in: write the archive with --side auditor", found.Side)
	}
	again, _, err := bundle.DigestFile(x.File)
	if err == nil && again != digest {
		err = errors.New("it changed while it was verified")
	}
	return digest, found.Records, found.Recipient, err
}
