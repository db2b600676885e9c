package conclude

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// leadRecords is all that judging leads may see of the store.
type leadRecords interface {
	Analyses(ctx context.Context, engagement string) ([]audit.Analysis, error)
	AddDispositions(ctx context.Context, d []audit.Disposition) (int, error)
}

// leadFiles is where the leads are.
type leadFiles interface {
	Open(ctx context.Context, d audit.Digest) (io.ReadCloser, error)
}

// Leads takes people's judgments of leads. A lead is no exception, so that what
// becomes of it never changes what the tests of a control amount to.
type Leads struct {
	Records leadRecords
	Files   leadFiles
}

// Judge records dispositions of leads. One that names no lead of a standing
// analysis, or gives no reason, is refused, and with it all of them.
func (s Leads) Judge(ctx context.Context, dispositions []audit.Disposition) (int, error) {
	var errs []error
	for i, d := range dispositions {
		if err := s.check(ctx, d); err != nil {
			errs = append(errs, fmt.Errorf("disposition %d: %w", i+1, err))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return 0, err
	}
	return s.Records.AddDispositions(ctx, dispositions)
}

func (s Leads) check(ctx context.Context, d audit.Disposition) error {
	if d.Judgment != audit.IsExplained && d.Judgment != audit.IsFollowedUp {
		return fmt.Errorf("a lead is %s or %s, not %q", audit.IsExplained, audit.IsFollowedUp, d.Judgment)
	}
	if strings.TrimSpace(d.Reason) == "" || strings.TrimSpace(d.By) == "" {
		return errors.New("say who judged and why")
	}
	all, err := s.Records.Analyses(ctx, d.Engagement)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(a audit.Analysis) bool { return a.Analytic == d.Procedure })
	if i < 0 {
		return fmt.Errorf("%s was not run in %s", d.Procedure, d.Engagement)
	}
	found := false
	err = EachLead(ctx, s.Files, all[i], func(l audit.Lead) error {
		found = found || l.Item == d.Item
		return nil
	})
	if err == nil && !found {
		return fmt.Errorf("%s gave no lead %q in %s", d.Procedure, d.Item, d.Engagement)
	}
	return err
}

// EachLead reads the leads of an analysis, one at a time.
func EachLead(ctx context.Context, f leadFiles, a audit.Analysis, visit func(audit.Lead) error) error {
	if a.Detail == "" {
		return nil
	}
	detail, err := f.Open(ctx, a.Detail)
	if err != nil {
		return fmt.Errorf("leads of %s: %w", a.Analytic, err)
	}
	defer detail.Close()
	lines, n := json.NewDecoder(bufio.NewReader(detail)), int64(0)
	for {
		var l audit.Lead
		err := lines.Decode(&l)
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = visit(l)
		}
		if err != nil {
			return fmt.Errorf("leads of %s: %w", a.Analytic, err)
		}
		n++
	}
	if n != a.Leads {
		return fmt.Errorf("leads of %s: the file lists %d, the analysis counts %d", a.Analytic, n, a.Leads)
	}
	return nil
}
