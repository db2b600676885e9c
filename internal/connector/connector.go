// Package connector asks source systems for evidence and proves what it got:
// every page as received, what was asked for it, and whether it is all there.
// It stands beside the engines and hides the transports: http, sql, exec, file
// and s3; what is asked is a source's text. It does not know what the records
// mean, where pages are kept or who asked for them.
package connector

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"tickmark/internal/audit"
)

// Job is one collection to be made.
type Job struct {
	Source   audit.Source
	Settings map[string]string                   // complete, as Settings returns them
	Secret   func(name string) (string, error)   // asked for when it is needed; nil when the source has none
	Reseal   func(name, old, value string) error // keeps what the source put in the place of a secret, before that is used; nil: such a source ends the collection
	Window   audit.Period
	Timezone string                                                       // UTC when empty
	Keep     func(ctx context.Context, page []byte) (audit.Digest, error) // records a page before anything is made of it
	Read     func(ctx context.Context, d audit.Digest) ([]byte, error)    // what was kept; for requests that ask for each record of another
	Now      func() time.Time                                             // the clock
	Sleep    func(ctx context.Context, d time.Duration) error             // waits; nil for the real thing
	Progress func(request string, pages, records int64)                   // nil to hear nothing
	Client   *http.Client                                                 // whose Transport is used; nil for one that refuses addresses the settings do not name
	Upload   map[string][]byte                                            // files by name, which transport file reads in place of the setting path; nil without an upload
}

// Collected is what came of a job.
type Collected struct {
	Requests []audit.Asked
	Pages    []audit.PageProof
	Why      string // why it is incomplete; "" when it is all there
}

// Collect asks every request of the source in order and keeps every page. A
// source that misbehaves makes the collection incomplete, which is said in Why;
// the error is for when nothing can be said: a source's text that cannot be
// used, a page that could not be kept, a context that is over.
func Collect(ctx context.Context, j Job) (Collected, error) {
	r, err := newRun(j)
	if err != nil {
		return Collected{}, err
	}
	t, err := r.transport(ctx)
	if err != nil {
		err = r.fatal(ctx, err)
		return r.collected(), err
	}
	err = r.all(ctx, t)
	if closing := t.close(); err == nil && closing != nil {
		err = r.fatal(ctx, fmt.Errorf("end: %w", closing))
	}
	return r.collected(), err
}

// Settings fills in the defaults of what was given to a source, and names what
// is missing, unknown or not among the values that a setting can have. A
// default may name a setting that stands before it: https://ec2.{settings.region}.amazonaws.com.
func Settings(s audit.Source, given map[string]string) (map[string]string, error) {
	all := map[string]string{}
	var faults []error
	for _, setting := range s.Settings {
		value, ok := given[setting.Name]
		if !ok || value == "" {
			value = setting.Default
		}
		if value == "" && !setting.Optional {
			faults = append(faults, fmt.Errorf("setting %s is missing (%s)", setting.Name, setting.Meaning))
		}
		if value != "" && len(setting.Values) > 0 && !slices.Contains(setting.Values, value) {
			faults = append(faults, fmt.Errorf("setting %s is %q: give one of %s", setting.Name, value, strings.Join(setting.Values, ", ")))
		}
		all[setting.Name] = value
	}
	for _, name := range sortedKeys(given) {
		if _, ok := all[name]; !ok {
			faults = append(faults, fmt.Errorf("setting %s is not known to source %s", name, s.ID))
		}
	}
	for _, setting := range s.Settings {
		if value := all[setting.Name]; value == setting.Default {
			filled, err := expand(value, values{settings: all}.get)
			if err != nil {
				faults = append(faults, fmt.Errorf("setting %s: %w", setting.Name, err))
			}
			all[setting.Name] = filled
		}
	}
	return all, errors.Join(faults...)
}
