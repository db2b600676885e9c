package review

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// Left is what was not signed, and why.
type Left struct {
	Subject string   `json:"subject"`
	Against []string `json:"against"`
}

// Batch is what somebody signs together.
type Batch struct {
	Names  []audit.SignOff `json:"names"`  // that are set, or would be
	Digest audit.Digest    `json:"digest"` // of all that is signed, as it stands
	Left   []Left          `json:"left,omitempty"`
}

// SignAll puts the caller's name under several papers or conclusions as they
// stand: under all of them, or under none. Of no subject, it is every paper that
// still wants a name of his capacity and that he may sign: a preparer's own; for
// a reviewer, those that others prepared; which of these are left, and why, is
// said. seen is the digest, or its beginning, of the batch that he looked at, as
// ToSign shows it.
func (s Stage) SignAll(ctx context.Context, engagement string, subjects []string, as audit.SignAs, seen audit.Digest) (b Batch, err error) {
	err = s.Facts.Decide(ctx, func(ctx context.Context) error {
		if b, err = s.ToSign(ctx, engagement, subjects, as); err != nil || len(b.Names) == 0 {
			return err
		}
		if err := refused("sign", unseen(seen, b.Digest)); err != nil {
			return err
		}
		b.Names, err = s.addNames(ctx, b.Names)
		return err
	})
	return b, err
}

// ToSign is what SignAll would sign. It records nothing.
func (s Stage) ToSign(ctx context.Context, engagement string, subjects []string, as audit.SignAs) (Batch, error) {
	f, err := s.signing(ctx, engagement, as)
	if err != nil {
		return Batch{}, err
	}
	b := Batch{Names: []audit.SignOff{}}
	wanted := subjects
	if len(subjects) == 0 {
		wanted = s.wanting(f, as)
	}
	var errs []error
	for _, subject := range wanted {
		now, against, err := s.standsToSign(ctx, f, subject, as)
		switch {
		case err != nil:
			errs = append(errs, err)
		case len(against) > 0 && len(subjects) == 0:
			b.Left = append(b.Left, Left{subject, against})
		case len(against) > 0:
			errs = append(errs, refused("sign "+subject, against))
		default:
			b.Names = append(b.Names, audit.SignOff{Engagement: engagement, Subject: subject, Digest: now, As: as})
		}
	}
	slices.SortFunc(b.Names, func(x, y audit.SignOff) int { return strings.Compare(x.Subject, y.Subject) })
	text, err := audit.Canonical(b.Names)
	b.Digest = audit.DigestOf(text)
	return b, errors.Join(append(errs, err)...)
}

// wanting are the papers that still want a name that may be the caller's.
func (s Stage) wanting(f file, as audit.SignAs) []string {
	var out []string
	for _, p := range f.papers {
		subject := paperSubject(p.Code)
		if len(f.standingNames(subject, as)) == 0 && among(f.wrote(p.Code), s.Who.Name) == (as == audit.AsPreparer) {
			out = append(out, subject)
		}
	}
	return out
}

func (s Stage) signing(ctx context.Context, engagement string, as audit.SignAs) (file, error) {
	if err := s.human("sign"); err != nil {
		return file{}, err
	}
	if err := capacity("papers", as); err != nil {
		return file{}, err
	}
	return s.open(ctx, engagement)
}

func (s Stage) addNames(ctx context.Context, names []audit.SignOff) ([]audit.SignOff, error) {
	for i, x := range names {
		var err error
		if names[i], _, err = s.Papers.AddSignOff(ctx, x); err != nil {
			return names[:i], fmt.Errorf("%s of %d set: %w", audit.Plural(int64(i), "name"), len(names), err)
		}
	}
	return names, nil
}
