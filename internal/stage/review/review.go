// Package review keeps the auditor's file of an engagement: workpapers, the
// names under them, review notes, deviations, conclusions and the opinion. It is
// the stage of people, and the only writer of those kinds of records. It
// concludes nothing by itself: it says what a conclusion would rest on, and
// refuses one that rests on nothing.
package review

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tickmark/catalog"
	"tickmark/internal/audit"
)

// papers are the auditor's papers with the names and notes on them.
type papers interface {
	Workpapers(ctx context.Context, engagement string) ([]audit.Workpaper, error)
	WorkpaperHistory(ctx context.Context, engagement string) ([]audit.Workpaper, error)
	AddWorkpaper(ctx context.Context, p audit.Workpaper) (audit.Workpaper, bool, error)
	SignOffs(ctx context.Context, engagement string) ([]audit.SignOff, error)
	AddSignOff(ctx context.Context, s audit.SignOff) (audit.SignOff, bool, error)
	Notes(ctx context.Context, engagement string) ([]audit.Note, error)
	AddNote(ctx context.Context, n audit.Note) (audit.Note, bool, error)
}

// judgments are what the auditor makes of them.
type judgments interface {
	Deviations(ctx context.Context, engagement string) ([]audit.Deviation, error)
	AddDeviation(ctx context.Context, d audit.Deviation) (audit.Deviation, bool, error)
	AuditorConclusions(ctx context.Context, engagement string) ([]audit.AuditorConclusion, error)
	AddAuditorConclusion(ctx context.Context, c audit.AuditorConclusion) (audit.AuditorConclusion, bool, error)
	Opinions(ctx context.Context, engagement string) ([]audit.Opinion, error)
	AddOpinion(ctx context.Context, o audit.Opinion) (audit.Opinion, bool, error)
	DigestOf(ctx context.Context, kind string, series ...string) (audit.Digest, int64, error)
}

// facts are what was described, collected, tested and drawn.
type facts interface {
	Scope(ctx context.Context, kinds ...audit.ScopeKind) ([]audit.ScopeItem, error)
	Populations(ctx context.Context) ([]audit.Population, error)
	Results(ctx context.Context, engagement string) ([]audit.Result, error)
	Dispositions(ctx context.Context, engagement string) ([]audit.Disposition, error)
	Samples(ctx context.Context, engagement string) ([]audit.Sample, error)
	Intakes(ctx context.Context, engagement string) ([]audit.Intake, error)
	// Decide runs a reading and the writing that follows from it with nothing in between.
	Decide(ctx context.Context, do func(context.Context) error) error
}

// parties are who examines, and what management said in writing.
type parties interface {
	Firms(ctx context.Context) ([]audit.Firm, error)
	Members(ctx context.Context, engagement string) ([]audit.Member, error)
	Steps(ctx context.Context) ([]audit.Step, error)
	Responses(ctx context.Context, engagement string) ([]audit.Response, error)
	Statements(ctx context.Context, engagement string) ([]audit.Statement, error)
	Signatures(ctx context.Context, engagement string) ([]audit.Signature, error)
}

// files is where evidence is.
type files interface {
	Has(ctx context.Context, d audit.Digest) (bool, error)
}

// exceptions reads the exceptions of results, one at a time, in their order.
type exceptions func(ctx context.Context, results []audit.Result, visit func(result int, x audit.ExceptionRow) error) error

// Stage keeps the auditor's file. One store is all four of its records.
type Stage struct {
	Papers     papers
	Judgments  judgments
	Facts      facts
	Parties    parties
	Files      files
	Catalog    *catalog.Catalog
	Exceptions exceptions
	Who        audit.Person
}

// refused joins what speaks against something into one error, or is nil.
func refused(what string, against []string) error {
	if len(against) == 0 {
		return nil
	}
	errs := make([]error, len(against))
	for i, why := range against {
		errs[i] = fmt.Errorf("%s: %s", what, why)
	}
	return errors.Join(errs...)
}

// human says why the person cannot work on the auditor's file, or nil. Who may
// do what in it, the store decides; that it is a person of the auditor's, is
// said here before anything is read.
func (s Stage) human(what string) error {
	switch s.Who.Side {
	case audit.Auditor:
		return nil
	case audit.Automation:
		return fmt.Errorf("%s: %s is a machine; only a person of the service auditor does", what, s.Who.Name)
	}
	return fmt.Errorf("%s: %s is on the side of %s; only a person of the service auditor does: act with --side auditor", what, s.Who.Name, s.Who.Side)
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

// some names the first few of many and counts the others.
func some(names []string) string {
	if len(names) <= 5 {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %s more", strings.Join(names[:5], ", "), audit.Count(int64(len(names)-5)))
}

// digest is that of a record as the store keeps it.
func digest(record any) (audit.Digest, error) {
	b, err := audit.Canonical(record)
	return audit.DigestOf(b), err
}

// named finds the one of a list that has a code.
func named[T any](all []T, code string, of func(T) string) (T, bool) {
	if i := slices.IndexFunc(all, func(x T) bool { return of(x) == code }); i >= 0 {
		return all[i], true
	}
	var none T
	return none, false
}
