package browser_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// browser is one Chromium for all tests of this process.
type browser struct {
	once   sync.Once
	ctx    context.Context //nolint:containedctx // chromedp keeps the browser in it
	cancel []context.CancelFunc
	err    error
}

var chromium browser

var errNoChromium = errors.New("these tests need Chromium: on Debian or Ubuntu, apt-get install chromium")

func (b *browser) start() {
	path, err := exec.LookPath("chromium")
	if err != nil {
		b.err = errNoChromium
		return
	}
	flags := []chromedp.ExecAllocatorOption{chromedp.ExecPath(path), chromedp.NoFirstRun, chromedp.NoSandbox, chromedp.WSURLReadTimeout(time.Minute)}
	for _, f := range []string{"headless", "disable-gpu", "disable-quic", "disable-background-networking", "disable-component-update", "disable-sync", "disable-dev-shm-usage", "hide-scrollbars", "disable-extensions"} {
		flags = append(flags, chromedp.Flag(f, true))
	}
	ctx, stop := chromedp.NewExecAllocator(context.Background(), flags...)
	b.cancel = append(b.cancel, stop)
	ctx, stop = chromedp.NewContext(ctx)
	b.cancel = append(b.cancel, stop)
	b.ctx, b.err = ctx, chromedp.Do(ctx)
}

func (b *browser) close() {
	for i := len(b.cancel) - 1; i >= 0; i-- {
		b.cancel[i]()
	}
}

// view is how wide a window is, and its colours.
type view struct {
	wide int64
	dark bool
}

func (v view) name() string {
	name := map[bool]string{false: "light", true: "dark"}[v.dark]
	if v.wide < 600 {
		return name + "-390"
	}
	return name + "-1440"
}

var desk = view{wide: 1440}

// window is a person's window: its cookies are nobody else's.
type window struct {
	*testing.T
	ctx  context.Context //nolint:containedctx // chromedp keeps the window in it
	base string
	view view
}

// patience is how long a window waits for anything.
const patience = 40 * time.Second

func open(t *testing.T, base string, look ...view) *window {
	t.Helper()
	chromium.once.Do(chromium.start)
	if chromium.err != nil {
		t.Fatal(chromium.err)
	}
	ctx, stop := chromedp.NewContext(chromium.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(stop)
	if err := chromedp.Do(ctx); err != nil { // the window lives as long as this context, and no shorter
		t.Fatal(err)
	}
	w := &window{t, ctx, base, desk}
	if len(look) > 0 {
		w.view = look[0]
	}
	w.looks(w.view)
	return w
}

// looks gives the window a width and colours.
func (w *window) looks(v view) {
	w.Helper()
	w.view = v
	scheme := "light"
	if v.dark {
		scheme = "dark"
	}
	tall := int64(1000)
	if v.wide < 600 {
		tall = 844
	}
	colours := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
	w.run(chromedp.EmulateViewport(v.wide, tall), chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, colours)
		return err
	}))
}

// run does something in the window, or says on which page it could not.
func (w *window) run(all ...chromedp.Action[chromedp.Void]) {
	w.Helper()
	ctx, stop := context.WithTimeout(w.ctx, patience)
	defer stop()
	if err := chromedp.Do(ctx, all...); err != nil {
		w.Fatalf("%v\n%s", err, w.where())
	}
}

// got is what an action in the window gives.
func got[T any](w *window, a chromedp.Action[T]) T {
	w.Helper()
	ctx, stop := context.WithTimeout(w.ctx, patience)
	defer stop()
	out, err := chromedp.Run(ctx, a)
	if err != nil {
		w.Fatalf("%v\n%s", err, w.where())
	}
	return out
}

// where is what the window shows, for a failure.
func (w *window) where() string {
	ctx, stop := context.WithTimeout(w.ctx, 5*time.Second)
	defer stop()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + (document.body?.innerText || "").slice(0, 1500)`))
	if err != nil {
		return err.Error()
	}
	return text
}

// see goes to an address of the server, or to any other.
func (w *window) see(path string) {
	w.Helper()
	if strings.HasPrefix(path, "/") {
		path = w.base + path
	}
	w.run(chromedp.Navigate(path))
}

// press presses what leads to another page, and waits for that.
func (w *window) press(what string) {
	w.Helper()
	w.leads(chromedp.Click(chromedp.CSS(what), chromedp.NodeVisible))
}

// leads does what leads to another page, and waits for that.
func (w *window) leads(all ...chromedp.Action[chromedp.Void]) {
	w.Helper()
	ctx, stop := context.WithTimeout(w.ctx, patience)
	defer stop()
	if _, err := chromedp.RunResponse(ctx, all...); err != nil {
		w.Fatalf("no page came: %v\n%s", err, w.where())
	}
}

func (w *window) fill(what, text string) {
	w.Helper()
	w.run(chromedp.SetValue(chromedp.CSS(what), text, chromedp.NodeReady))
}

func (w *window) keys(what, text string) {
	w.Helper()
	w.run(chromedp.SendKeys(chromedp.CSS(what), text, chromedp.NodeVisible))
}

// value is what an expression of the page says.
func value[T any](w *window, js string) T {
	w.Helper()
	return got(w, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
}

// reads waits until the page says something; it may go from page to page meanwhile.
func (w *window) reads(text string) {
	w.Helper()
	quoted, err := json.Marshal(strings.ToLower(text))
	if err != nil {
		w.Fatal(err)
	}
	ctx, stop := context.WithTimeout(w.ctx, patience)
	defer stop()
	said := chromedp.Evaluate[bool](`document.body !== null && document.body.innerText.toLowerCase().includes(` + string(quoted) + `)`)
	for {
		there, err := chromedp.Run(ctx, said)
		if there {
			return
		}
		select {
		case <-ctx.Done():
			w.Fatalf("the page does not say %q: %v\n%s", text, err, w.where())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// arrives waits until the window is at an address that begins so.
func (w *window) arrives(path string) {
	w.Helper()
	for end := time.Now().Add(patience); !strings.HasPrefix(w.path(), path); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			w.Fatalf("it did not come to %s\n%s", path, w.where())
		}
	}
}

// path is where the window is.
func (w *window) path() string {
	w.Helper()
	return strings.TrimPrefix(value[string](w, `location.href`), w.base)
}

// shot keeps what the window shows, from top to bottom, where somebody wants to
// look at it.
func (w *window) shot(name string) {
	w.Helper()
	if places.shots == "" {
		return
	}
	png := got(w, chromedp.FullScreenshot(100))
	if err := os.WriteFile(filepath.Join(places.shots, name+"-"+w.view.name()+".png"), png, 0o600); err != nil {
		w.Fatal(err)
	}
}
