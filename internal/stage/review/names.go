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

// SignAll puts the caller's name under several papers or conclusions as they
// stand: under all of them, or under none.
func (s Stage) SignAll(ctx context.Context, engagement string, subjects []string, as audit.SignAs) ([]audit.SignOff, error) {
	f, err := s.signing(ctx, engagement, as)
	if err != nil {
		return nil, err
	}
	var errs []error
	names := make([]audit.SignOff, len(subjects))
	for i, subject := range subjects {
		now, against, err := s.toSign(ctx, f, subject, as, "")
		if err == nil {
			err = refused("sign "+subject, against)
		}
		errs = append(errs, err)
		names[i] = audit.SignOff{Engagement: engagement, Subject: subject, Digest: now, As: as}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return s.addNames(ctx, names)
}

// SignUnsigned puts the caller's name under every paper that still wants one of
// his capacity and that he may sign: a preparer's own papers; for a reviewer,
// those that others prepared. It says which of these are left, and why.
func (s Stage) SignUnsigned(ctx context.Context, engagement string, as audit.SignAs) ([]audit.SignOff, []Left, error) {
	f, err := s.signing(ctx, engagement, as)
	if err != nil {
		return nil, nil, err
	}
	var names []audit.SignOff
	var left []Left
	for _, p := range f.papers {
		subject := paperSubject(p.Code)
		if len(f.standingNames(subject, as)) > 0 || among(f.wrote(p.Code), s.Who.Name) != (as == audit.AsPreparer) {
			continue
		}
		now, against, err := s.toSign(ctx, f, subject, as, "")
		switch {
		case err != nil:
			return nil, nil, err
		case len(against) > 0:
			left = append(left, Left{subject, against})
		default:
			names = append(names, audit.SignOff{Engagement: engagement, Subject: subject, Digest: now, As: as})
		}
	}
	names, err = s.addNames(ctx, names)
	return names, left, err
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
	slices.SortFunc(names, func(a, b audit.SignOff) int { return strings.Compare(a.Subject, b.Subject) })
	for i, x := range names {
		var err error
		if names[i], _, err = s.Papers.AddSignOff(ctx, x); err != nil {
			return names[:i], fmt.Errorf("%s of %d set: %w", audit.Plural(int64(i), "name"), len(names), err)
		}
	}
	return names, nil
}
