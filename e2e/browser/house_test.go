package browser_test

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/surface/web"
)

// The people of the examination.
var (
	lead    = audit.Person{Name: "Adele Marsh", Side: audit.Management}
	owner   = audit.Person{Name: "Wanda Sato", Side: audit.Management}
	staff   = audit.Person{Name: "Priya Raman", Side: audit.Auditor}
	second  = audit.Person{Name: "Lena Fisch", Side: audit.Auditor}
	manager = audit.Person{Name: "Joel Brandt", Side: audit.Auditor}
	partner = audit.Person{Name: "Miriam Hale", Side: audit.Auditor}
	quality = audit.Person{Name: "Anselm Okoro", Side: audit.Auditor}
)

func config(now func() time.Time) app.Config {
	if now == nil {
		now = app.DemoClock
	}
	return app.Config{Dir: filepath.Join(places.work, "m"), Self: "/proc/self/exe", MemoryMB: 1024, Threads: 2, Timeout: 2 * time.Minute, Now: now}
}

// house is the sample organization with its examination, served to people who
// come by links.
type house struct {
	*examination
	app    *app.App
	door   *web.Door
	server *httptest.Server
	logged *logged
}

// home is made once for all tests of this process.
var home = sync.OnceValues(func() (*house, error) {
	x, err := newExamination()
	if err != nil {
		return nil, err
	}
	a, err := app.Open(context.Background(), config(x.now))
	if err != nil {
		return nil, err
	}
	h := &house{examination: x, app: a, door: a.Door(false), logged: &logged{}}
	pages, err := web.New(a.Workbench(h.door, slog.New(slog.NewTextHandler(h.logged, nil))))
	if err != nil {
		return nil, err
	}
	h.server = httptest.NewServer(pages)
	return h, nil
})

// logged keeps what the server wrote into its log.
type logged struct {
	mu   sync.Mutex
	text []byte
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, p...)
	return len(p), nil
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.text)
}

// at is the house with its script played up to a line.
func at(t *testing.T, line string) *house {
	t.Helper()
	h, err := home()
	if err != nil {
		t.Fatal(err)
	}
	h.goOn(t, line)
	return h
}

// goOn plays the script on, up to a line.
func (h *house) goOn(t *testing.T, line string) {
	t.Helper()
	if err := h.until(line); err != nil {
		t.Fatal(err)
	}
}

// as opens a window for a person, who comes in by a link and presses its button.
func (h *house) as(t *testing.T, p audit.Person, look ...view) *window {
	t.Helper()
	w := open(t, h.server.URL, look...)
	h.enter(w, p)
	return w
}

// enter lets a person in again: with the script's clock, sessions end.
func (h *house) enter(w *window, p audit.Person) {
	w.Helper()
	w.see(web.Link("", h.door.Invite(p)))
	w.press("main button")
}
