package oversight

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/program"
)

// Expected is a population that a connection was to give by a day, because its
// schedule called on that day.
type Expected struct {
	Connection string     `json:"connection"`
	Population string     `json:"population"`
	Due        audit.Date `json:"due_on"`                 // in the connection's time zone
	Collected  audit.Date `json:"collected_on,omitempty"` // of the first complete collection that began on that day or later
	Collection audit.ID   `json:"collection,omitempty"`
	Paused     bool       `json:"paused,omitempty"` // now; what is paused is past due all the same
}

// Asked is a question to a control owner with the answer to it.
type Asked struct {
	program.OwnerQuestion
	Answer *program.OwnerAttestation `json:"answer,omitempty"`
	Worded bool                      `json:"of_control_as_worded"` // the control is worded as it was when the answer was given
}

// Notice is something that is due or past due.
type Notice struct {
	About string     `json:"about"`
	Due   audit.Date `json:"due_on"`
	Late  bool       `json:"late"`
	Says  string     `json:"says"`
}

// State is the register on a day.
type State struct {
	On       audit.Date        `json:"on"`
	Asked    []Asked           `json:"attestations"`
	Expected []Expected        `json:"evidence"` // what schedules called for in the window
	Window   audit.Period      `json:"evidence_window"`
	Meetings []program.Meeting `json:"meetings"`
	Packs    []program.Pack    `json:"packs"`
	Notices  []Notice          `json:"due"`
}

// State reads the register. What schedules called for within the window is told
// to it.
func (r Register) State(ctx context.Context, window audit.Period, expected []Expected) (State, error) {
	s := State{On: r.Today, Asked: []Asked{}, Expected: expected, Window: window}
	questions, err := r.Records.OwnerQuestions(ctx)
	if err != nil {
		return s, err
	}
	answers, err := r.Records.OwnerAttestations(ctx)
	if err != nil {
		return s, err
	}
	for _, q := range questions {
		a := Asked{OwnerQuestion: q}
		i := slices.IndexFunc(answers, func(x program.OwnerAttestation) bool { return x.Control == q.Control && x.Period == q.Period })
		if i >= 0 {
			now, _, err := r.Records.DigestOf(ctx, audit.KindScope, string(audit.ScopeControl), q.Control)
			if err != nil {
				return s, err
			}
			a.Answer, a.Worded = &answers[i], now == answers[i].Digest
		}
		s.Asked = append(s.Asked, a)
	}
	if s.Meetings, err = r.Records.Meetings(ctx); err != nil {
		return s, err
	}
	if s.Packs, err = r.Records.Packs(ctx); err != nil {
		return s, err
	}
	s.Notices = s.notices()
	return s, nil
}

// notices is what is open, by day.
func (s State) notices() []Notice {
	out := []Notice{}
	add := func(about string, due audit.Date, format string, args ...any) {
		out = append(out, Notice{about, due, due < s.On, fmt.Sprintf(format, args...)})
	}
	for _, a := range s.Asked {
		span := string(a.Period.From) + " to " + string(a.Period.To)
		switch {
		case a.Answer == nil:
			add(a.Control, a.Due, "%s has not said whether it operated from %s", a.Owner, span)
		case a.Answer.Answer == program.WordRefused:
			add(a.Control, a.Due, "%s refused his word for %s: %s", a.Owner, span, a.Answer.Says)
		case !a.Worded:
			add(a.Control, a.Due, "it was worded anew since %s gave his word for %s", a.Owner, span)
		}
	}
	for _, m := range s.Meetings {
		sent := slices.ContainsFunc(s.Packs, func(p program.Pack) bool { return p.Meeting == m.Code })
		switch {
		case m.Held == "":
			add(m.Code, m.Planned, "%s: not held yet%s", m.Body, map[bool]string{false: ", and nothing was sent to its members"}[sent || m.Management])
		case m.Minutes == "":
			add(m.Code, m.Held, "%s: no minutes are recorded", m.Body)
		case m.Approver == "":
			add(m.Code, m.Held, "%s: nobody approved the minutes that %s wrote", m.Body, m.Writer)
		}
	}
	for _, x := range s.Expected {
		if x.Collected == "" {
			add(x.Connection, x.Due, "no complete collection gave %s%s", x.Population, map[bool]string{true: "; it is paused"}[x.Paused])
		}
	}
	slices.SortStableFunc(out, func(a, b Notice) int { return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.About, b.About)) })
	return out
}

// Tables publishes the register as populations.
func (s State) Tables() []program.Table {
	return []program.Table{s.attestations(), s.evidence(), s.board(), s.reviews(), s.packs()}
}

func (s State) attestations() program.Table {
	t := program.Table{Population: "control_attestations", Columns: []string{
		"attestation_id", "control", "period_from", "period_to", "owner_id", "asked_on", "due_on", "answer", "answered_on", "answered_by", "of_current_wording",
	}}
	for _, a := range s.Asked {
		answer, on, by, worded := "", "", "", ""
		if a.Answer != nil {
			answer, on, by, worded = string(a.Answer.Answer), string(a.Answer.On), a.Answer.By, fmt.Sprint(a.Worded)
		}
		t.Rows = append(t.Rows, []string{
			a.Control + "/" + string(a.Period.From) + "/" + string(a.Period.To), a.Control, string(a.Period.From), string(a.Period.To), a.Owner,
			string(a.Asked), string(a.Due), answer, on, by, worded,
		})
	}
	return t
}

func (s State) evidence() program.Table {
	t := program.Table{Population: "evidence_expectations", Columns: []string{
		"expectation_id", "connection", "population", "due_on", "collected_on", "collection_id", "paused",
	}}
	for _, x := range s.Expected {
		t.Rows = append(t.Rows, []string{
			x.Connection + "/" + x.Population + "/" + string(x.Due), x.Connection, x.Population, string(x.Due), string(x.Collected),
			string(x.Collection), fmt.Sprint(x.Paused),
		})
	}
	return t
}

func (s State) board() program.Table {
	t := program.Table{Population: "board_meetings", Columns: []string{
		"meeting_id", "body", "planned_on", "held_on", "members", "present", "independent", "topics", "minutes_approved_on",
	}}
	for _, m := range s.Meetings {
		if m.Management {
			continue
		}
		t.Rows = append(t.Rows, []string{
			m.Code, m.Body, string(m.Planned), string(m.Held), counted(m.Members, m), counted(m.Present, m), counted(m.Independent, m),
			strings.Join(m.Topics, ","), string(m.Approved),
		})
	}
	return t
}

// counted is a number of people, which nobody counted when no member is recorded.
func counted(n int, m program.Meeting) string {
	if m.Members == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

func (s State) reviews() program.Table {
	t := program.Table{Population: "management_reviews", Columns: []string{
		"review_id", "body", "planned_on", "held_on", "topics", "minutes_digest", "minutes_by", "approved_by", "approved_on",
	}}
	for _, m := range s.Meetings {
		if m.Management {
			t.Rows = append(t.Rows, []string{
				m.Code, m.Body, string(m.Planned), string(m.Held), strings.Join(m.Topics, ","), string(m.Minutes), m.Writer, m.Approver, string(m.Approved),
			})
		}
	}
	return t
}

func (s State) packs() program.Table {
	t := program.Table{Population: "board_packs", Columns: []string{"pack_id", "meeting_id", "as_of_on", "sent_on", "contents", "document_digest"}}
	for _, p := range s.Packs {
		t.Rows = append(t.Rows, []string{"pack/" + p.Meeting, p.Meeting, string(p.AsOf), string(p.Sent), strings.Join(p.Holds, ","), string(p.Digest)})
	}
	return t
}
