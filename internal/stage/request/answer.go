package request

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tickmark/internal/audit"
)

// Answer is management's answer before it is recorded: a population that was
// collected, a file, or words.
type Answer struct {
	Request    string
	Population string // name or ID of one that was collected
	File       string // path
	Source     string // of a file: the system, the query or the person it is from
	TakenAt    string // of a file, RFC 3339
	Text       string
}

// Respond records an answer. A file is put into the vault first.
func (s Stage) Respond(ctx context.Context, a Answer) (r audit.Response, err error) {
	err = s.Talk.Decide(ctx, func(ctx context.Context) (err error) {
		r, err = s.respond(ctx, a)
		return err
	})
	return r, err
}

func (s Stage) respond(ctx context.Context, a Answer) (audit.Response, error) {
	none := audit.Response{}
	x, err := s.find(ctx, a.Request)
	if err != nil {
		return none, err
	}
	if x.State == Closed || x.State == Withdrawn {
		return none, fmt.Errorf("request %s is %s: ask the auditor in a comment to reopen it", a.Request, x.State)
	}
	r := audit.Response{Engagement: s.Engagement, Request: a.Request}
	if r.Text, err = plain("answer", a.Text); err == nil {
		err = s.holds(ctx, a, x.Request, &r)
	}
	if err != nil {
		return none, fmt.Errorf("request %s: %w", a.Request, err)
	}
	r, added, err := s.Records.AddResponse(ctx, r)
	if err == nil && !added {
		err = fmt.Errorf("request %s: the same answer stands already, as number %d: answer with something new, or comment", a.Request, r.Number)
	}
	return r, err
}

// holds fills in what the answer consists of.
func (s Stage) holds(ctx context.Context, a Answer, asked audit.InformationRequest, r *audit.Response) error {
	switch {
	case a.Population != "" && a.File != "":
		return errors.New("answer with a population or with a file: two answers are two responses")
	case a.Population != "":
		p, err := s.population(ctx, a.Population, asked.Population)
		r.Population = p.ID
		return err
	case a.File != "":
		return s.file(ctx, a, r)
	case a.Source != "" || a.TakenAt != "":
		return errors.New("source and time belong to a file: name it")
	case r.Text == "":
		return errors.New("an answer is a population, a file or words")
	}
	return nil
}

// population finds a collected population by its ID or name.
func (s Stage) population(ctx context.Context, named, wanted string) (audit.Population, error) {
	all, err := s.Records.Populations(ctx)
	if err != nil {
		return audit.Population{}, err
	}
	var mine []audit.Population
	for _, p := range all {
		if string(p.ID) == named || p.Name == named {
			mine = append(mine, p)
		}
	}
	switch {
	case len(mine) == 0:
		return audit.Population{}, fmt.Errorf("no population %q was collected: `tickmark status` lists those that were", named)
	case len(mine) > 1:
		return audit.Population{}, fmt.Errorf("%d populations are named %q: name one by its ID: %s", len(mine), named, ids(mine))
	case wanted != "" && mine[0].Name != wanted:
		return audit.Population{}, fmt.Errorf("it asks for the population %s, not for %s", wanted, mine[0].Name)
	}
	return mine[0], nil
}

func ids(all []audit.Population) string {
	var out []string
	for _, p := range all {
		out = append(out, fmt.Sprintf("%s (%s to %s)", p.ID, p.Window.From, p.Window.To))
	}
	return strings.Join(out, ", ")
}

// file puts a file into the vault with where it comes from.
func (s Stage) file(ctx context.Context, a Answer, r *audit.Response) error {
	info, err := os.Stat(a.File)
	if err != nil {
		return err
	}
	at, wrong := time.Parse(time.RFC3339, a.TakenAt)
	switch {
	case !info.Mode().IsRegular() || info.Size() == 0:
		return fmt.Errorf("%s is no file, or is empty", a.File)
	case strings.TrimSpace(a.Source) == "":
		return errors.New("say where the file comes from: the system, the query or the person")
	case wrong != nil:
		return fmt.Errorf("say when the file was taken, as 2025-12-31T18:00:00Z, not %q", a.TakenAt)
	case audit.Date(at.UTC().Format(time.DateOnly)) > s.Today.Add(1):
		return fmt.Errorf("the file was taken at %s, which is after today, %s", a.TakenAt, s.Today)
	}
	if r.Source, err = plain("source", a.Source); err != nil {
		return err
	}
	r.TakenAt = at.UTC().Format(time.RFC3339)
	r.File.Name = filepath.Base(a.File)
	if _, err := plain("the file's name", r.File.Name); err != nil {
		return err
	}
	r.File.Digest, r.File.Size, err = s.Files.PutFile(ctx, a.File)
	return err
}

// Moment is one thing that happened to a request.
type Moment struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	What string    `json:"what"`           // asked, edited, delegated, answered, returned, ...
	Says string    `json:"says,omitempty"` // in words, for a reader

	Version    *audit.InformationRequest `json:"version,omitempty"`
	Response   *audit.Response           `json:"response,omitempty"`
	Comment    *audit.Comment            `json:"comment,omitempty"`
	Delegation *audit.Delegation         `json:"delegation,omitempty"`
}

// History is all that happened to one request, in order: every version,
// response and comment, and who answers it now.
func (s Stage) History(ctx context.Context, code string) (Item, []Moment, error) {
	all, err := s.List(ctx)
	if err != nil {
		return Item{}, nil, err
	}
	i := slices.IndexFunc(all, func(x Item) bool { return x.Request.Code == code })
	if i < 0 {
		_, err := s.find(ctx, code)
		return Item{}, nil, err
	}
	versions, err := s.Records.RequestHistory(ctx, s.Engagement)
	if err != nil {
		return Item{}, nil, err
	}
	responses, err := s.Records.Responses(ctx, s.Engagement)
	if err != nil {
		return Item{}, nil, err
	}
	comments, err := s.Talk.Comments(ctx, s.Engagement)
	if err != nil {
		return Item{}, nil, err
	}
	out := told(versions, responses, code)
	for _, c := range comments {
		if c.Subject == subject(code) {
			out = append(out, Moment{At: c.At, By: c.By, What: "commented", Says: c.Text, Comment: &c})
		}
	}
	if d := all[i].Delegated; d != nil {
		out = append(out, Moment{At: d.At, By: d.By, What: "delegated", Says: "to " + d.To, Delegation: d})
	}
	slices.SortStableFunc(out, func(a, b Moment) int { return a.At.Compare(b.At) })
	return all[i], out, nil
}

// told interleaves versions and responses: a version stands after the responses
// that it knows of, whatever the clock says.
func told(versions []audit.InformationRequest, responses []audit.Response, code string) []Moment {
	var out []Moment
	var before audit.InformationRequest
	next := 0
	mine := slices.DeleteFunc(slices.Clone(responses), func(r audit.Response) bool { return r.Request != code })
	slices.SortFunc(mine, func(a, b audit.Response) int { return a.Number - b.Number })
	for _, v := range versions {
		if v.Code != code {
			continue
		}
		for ; next < len(mine) && mine[next].Number <= v.Seen; next++ {
			out = append(out, answered(mine[next]))
		}
		m := Moment{At: v.At, By: v.By, Version: &v, What: "asked", Says: v.Title}
		if before.Code != "" {
			m.What, m.Says = spoken(before, v)
		}
		out, before = append(out, m), v
	}
	for ; next < len(mine); next++ {
		out = append(out, answered(mine[next]))
	}
	return out
}

// spoken says what a version changed.
func spoken(before, v audit.InformationRequest) (what, says string) {
	if v.State != before.State || v.Seen != before.Seen || v.Reason != before.Reason {
		return string(v.State), v.Reason
	}
	return "edited", strings.Join(draftOf(v).differs(before), ", ")
}

func answered(r audit.Response) Moment {
	m := Moment{At: r.At, By: r.By, What: "answered", Response: &r, Says: r.Text}
	switch {
	case r.Population != "":
		m.Says = strings.TrimSpace("with population " + string(r.Population) + "  " + r.Text)
	case r.File.Digest != "":
		m.Says = strings.TrimSpace(fmt.Sprintf("with %s from %s, taken %s, SHA-256 %s  %s", r.File.Name, r.Source, r.TakenAt, r.File.Digest.Short(), r.Text))
	}
	return m
}
