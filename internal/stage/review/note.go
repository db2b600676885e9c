package review

import (
	"context"
	"fmt"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
)

// Raise asks a question about something of the file.
func (s Stage) Raise(ctx context.Context, n audit.Note) (x audit.Note, err error) {
	err = s.Facts.Decide(ctx, func(ctx context.Context) (err error) {
		x, err = s.raise(ctx, n)
		return err
	})
	return x, err
}

func (s Stage) raise(ctx context.Context, n audit.Note) (audit.Note, error) {
	if err := s.human("review note"); err != nil {
		return n, err
	}
	f, err := s.open(ctx, n.Engagement)
	if err != nil {
		return n, err
	}
	var against []string
	if _, there := f.note(n.Code); there || n.Code == "" {
		against = append(against, "give it a code of its own")
	}
	if blank(n.Text) {
		against = append(against, "say what is asked")
	}
	if _, err := f.standing(n.Subject); err != nil {
		against = append(against, err.Error())
	}
	if err := refused("review note "+n.Code, against); err != nil {
		return n, err
	}
	n, _, err = s.Papers.AddNote(ctx, audit.Note{Engagement: n.Engagement, Code: n.Code, Subject: n.Subject, Text: n.Text})
	return n, err
}

func (f file) note(code string) (audit.Note, bool) {
	return named(f.notes, code, func(n audit.Note) string { return n.Code })
}

// Answer answers a review note.
func (s Stage) Answer(ctx context.Context, engagement, code, answer string) (n audit.Note, err error) {
	err = s.Facts.Decide(ctx, func(ctx context.Context) (err error) {
		n, err = s.answer(ctx, engagement, code, answer)
		return err
	})
	return n, err
}

func (s Stage) answer(ctx context.Context, engagement, code, answer string) (audit.Note, error) {
	n, _, err := s.noted(ctx, engagement, code)
	switch {
	case err != nil:
		return n, err
	case n.Cleared:
		return n, fmt.Errorf("review note %s: it is cleared; raise another", code)
	case blank(answer):
		return n, fmt.Errorf("review note %s: say what the answer is", code)
	}
	n.Answer = answer
	n, _, err = s.Papers.AddNote(ctx, n)
	return n, err
}

// Clear settles a review note: whoever raised it, or somebody senior to him,
// and never the one who answered it.
func (s Stage) Clear(ctx context.Context, engagement, code string) (n audit.Note, err error) {
	err = s.Facts.Decide(ctx, func(ctx context.Context) (err error) {
		n, err = s.settle(ctx, engagement, code)
		return err
	})
	return n, err
}

func (s Stage) settle(ctx context.Context, engagement, code string) (audit.Note, error) {
	n, f, err := s.noted(ctx, engagement, code)
	if err != nil {
		return n, err
	}
	raised := authority.SameName(n.By, s.Who.Name)
	switch {
	case n.Cleared:
		return n, fmt.Errorf("review note %s: %s cleared it already", code, n.ClearedBy)
	case n.Answer == "":
		return n, fmt.Errorf("review note %s: nobody answered it", code)
	case authority.SameName(n.AnsweredBy, s.Who.Name):
		return n, fmt.Errorf("review note %s: %s answered it, and cannot clear it", code, s.Who.Name)
	case !raised && rank(f.role(s.Who)) <= rank(f.role(audit.Person{Name: n.By, Side: audit.Auditor})):
		return n, fmt.Errorf("review note %s: %s raised it; he clears it, or somebody senior to him", code, n.By)
	}
	n.Cleared = true
	n, _, err = s.Papers.AddNote(ctx, n)
	return n, err
}

// noted finds a note.
func (s Stage) noted(ctx context.Context, engagement, code string) (audit.Note, file, error) {
	if err := s.human("review note"); err != nil {
		return audit.Note{}, file{}, err
	}
	f, err := s.open(ctx, engagement)
	if err != nil {
		return audit.Note{}, f, err
	}
	n, ok := f.note(code)
	if !ok {
		return n, f, fmt.Errorf("there is no review note %q; see `tickmark note list`", code)
	}
	return n, f, nil
}
