package identity

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/uptrace/bun"
)

// What a session holds, all of it text.
const (
	keyID      = "id"      // by which it is listed and ended
	keyAccount = "account" // who, as far as it is known
	keyStage   = "stage"   // what is still missing
	keySince   = "since"   // when that account was given, in microseconds
	keyOrg     = "org"     // the organization that is worked on
	keyAddress = "address"
	keyAgent   = "agent"
	keyTask    = "task"  // a ceremony that has begun
	keyBirth   = "birth" // set while the row is to be made; never stored
)

// passing is how long a session lasts in which nobody has signed in.
const passing = 15 * time.Minute

// sessions is what scs keeps sessions in. It is handed hashes of the cookies.
type sessions struct{ desk *Desk }

var (
	_ scs.CtxStore = sessions{}
	_ scs.Codec    = sessionText{}
)

func (d *Desk) manager(secure bool) *scs.SessionManager {
	m := scs.New()
	m.Store, m.Codec, m.Lifetime, m.HashTokenInStore = sessions{d}, sessionText{}, d.Absolute, true
	m.Cookie.Name, m.Cookie.Secure, m.Cookie.HttpOnly = "tickmark", secure, true
	m.Cookie.SameSite, m.Cookie.Path, m.Cookie.Persist = http.SameSiteLaxMode, "/", false
	if secure {
		m.Cookie.Name = "__Host-tickmark"
	}
	m.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) {
		d.Log.ErrorContext(r.Context(), "session", "error", err)
		http.Error(w, "sessions cannot be read or written at this moment", http.StatusServiceUnavailable)
	}
	return m
}

// sessionText is a session as JSON.
type sessionText struct {
	Deadline time.Time         `json:"deadline"`
	Values   map[string]string `json:"values"`
}

// Encode writes values, which are texts.
func (sessionText) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	t := sessionText{deadline, map[string]string{}}
	for k, v := range values {
		text, ok := v.(string)
		if !ok {
			return nil, fmt.Errorf("a session holds texts only, and %s is %T", k, v)
		}
		t.Values[k] = text
	}
	return json.Marshal(t)
}

// Decode reads what Encode wrote.
func (sessionText) Decode(b []byte) (time.Time, map[string]any, error) {
	t, err := textOf(b)
	values := map[string]any{}
	for k, v := range t.Values {
		values[k] = v
	}
	return t.Deadline, values, err
}

func textOf(b []byte) (t sessionText, err error) {
	if err := json.Unmarshal(b, &t); err != nil {
		return t, fmt.Errorf("a stored session cannot be read: %w", err)
	}
	return t, nil
}

type sessionRow struct {
	bun.BaseModel `bun:"table:identity_session"`
	Hash          string
	ID            string
	AccountID     string
	Data          string
	Address       string
	Agent         string
	MadeAt        int64
	SeenAt        int64
	ExpiresAt     int64
}

// live reports whether a session has ended neither by its age nor by idleness.
func (d *Desk) live(r sessionRow, now int64) bool {
	return now < r.ExpiresAt && now < r.SeenAt+d.Idle.Microseconds()
}

// FindCtx returns a live session, and notes once a minute that it was used:
// nothing is written while pages are read.
func (s sessions) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	var row sessionRow
	err := s.desk.readers.NewSelect().Model(&row).Where("hash = ?", token).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("reading a session: %w", err)
	}
	now := s.desk.micros()
	if !s.desk.live(row, now) {
		return nil, false, nil
	}
	if now-row.SeenAt >= time.Minute.Microseconds() {
		_, err := s.desk.writer.NewRaw("UPDATE identity_session SET seen_at = ? WHERE hash = ?", now, token).Exec(ctx)
		if err != nil {
			return nil, false, fmt.Errorf("noting a session's use: %w", err)
		}
	}
	return []byte(row.Data), true, nil
}

// CommitCtx writes a session. One that somebody has signed in to is made once,
// when its token is: a request that was under way when it was ended does not
// bring it back.
func (s sessions) CommitCtx(ctx context.Context, token string, b []byte, expiry time.Time) error {
	t, err := textOf(b)
	if err != nil {
		return err
	}
	_, birth := t.Values[keyBirth]
	delete(t.Values, keyBirth)
	data, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("writing a session: %w", err)
	}
	account := t.Values[keyAccount]
	if account != "" && !birth {
		_, err := s.desk.writer.NewRaw("UPDATE identity_session SET data = ? WHERE hash = ?", string(data), token).Exec(ctx)
		return err
	}
	now := s.desk.micros()
	if t.Values[keyStage] != stageIn {
		expiry = when(now + passing.Microseconds())
	}
	row := sessionRow{Hash: token, ID: orElse(t.Values[keyID], s.desk.name("ses")), AccountID: account, Data: string(data),
		Address: t.Values[keyAddress], Agent: t.Values[keyAgent], MadeAt: now, SeenAt: now, ExpiresAt: expiry.UnixMicro()}
	_, err = s.desk.writer.NewInsert().Model(&row).On("CONFLICT (hash) DO UPDATE").Set("data = excluded.data").Exec(ctx)
	if err != nil {
		return fmt.Errorf("writing a session: %w", err)
	}
	return nil
}

// DeleteCtx ends a session.
func (s sessions) DeleteCtx(ctx context.Context, token string) error {
	_, err := s.desk.writer.NewRaw("DELETE FROM identity_session WHERE hash = ?", token).Exec(ctx)
	return err
}

// Find, Commit and Delete are for callers without a context; scs is none.
func (s sessions) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without a context.
func (s sessions) Commit(token string, b []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, b, expiry)
}

// Delete is DeleteCtx without a context.
func (s sessions) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

// Session is one browser in which an account is signed in.
type Session struct {
	ID      string
	At      time.Time // of the sign-in
	Seen    time.Time // to the minute
	Expires time.Time // at the latest
	From    From
	Current bool // it is the one that asks
}

// Sessions lists an account's live sessions, the last used first. In a request,
// the one that asks is marked.
func (d *Desk) Sessions(ctx context.Context, account string) ([]Session, error) {
	var rows []sessionRow
	if err := d.readers.NewSelect().Model(&rows).Where("account_id = ?", account).OrderExpr("seen_at DESC, id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("reading sessions: %w", err)
	}
	current := ""
	if loaded(ctx) {
		current = d.sessions.GetString(ctx, keyID)
	}
	var all []Session
	for _, r := range rows {
		t, err := textOf([]byte(r.Data))
		if err != nil {
			return nil, err
		}
		if t.Values[keyStage] == stageIn && d.live(r, d.micros()) {
			all = append(all, Session{ID: r.ID, At: sinceOf(t.Values[keySince]), Seen: when(r.SeenAt), Expires: when(r.ExpiresAt),
				From: From{Address: r.Address, Agent: r.Agent}, Current: r.ID == current})
		}
	}
	return all, nil
}

// EndSession ends one of an account's sessions.
func (d *Desk) EndSession(ctx context.Context, account, id string, by Event) error {
	return d.writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := one(tx.NewRaw("DELETE FROM identity_session WHERE account_id = ? AND id = ?", account, clean(id)).Exec(ctx)); err != nil {
			return fmt.Errorf("session: %w", err)
		}
		by.Kind, by.Account, by.Detail = EventSessionEnded, account, id
		return d.note(ctx, tx, by)
	})
}

// EndOtherSessions ends an account's sessions but one, or all when that is "".
func (d *Desk) EndOtherSessions(ctx context.Context, account, but string, by Event) error {
	return d.writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := endAll(ctx, tx, account, but); err != nil {
			return err
		}
		by.Kind, by.Account, by.Detail = EventSessionEnded, account, "all others"
		return d.note(ctx, tx, by)
	})
}

func endAll(ctx context.Context, tx bun.Tx, account, but string) error {
	_, err := tx.NewRaw("DELETE FROM identity_session WHERE account_id = ? AND id <> ?", account, but).Exec(ctx)
	if err != nil {
		return fmt.Errorf("ending sessions: %w", err)
	}
	return nil
}
