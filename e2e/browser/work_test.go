package browser_test

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A file is dropped on the page, its columns are mapped, what would be rejected
// is shown, and nothing of it is kept before somebody says so.
func droppedFile(t *testing.T, h *house) {
	w := h.as(t, lead)
	w.see("/populations")
	w.press(`a[href="/import"]`)
	before := records(w)
	w.bring()
	w.reads("1 row would be rejected")
	w.accessible()
	w.shot("mapping")
	w.fill(`[name="column-full_name"]`, "")
	w.press(`form.act .btn`)
	w.reads("full_name")
	w.reads("cannot be read like this")
	w.fill(`[name="column-full_name"]`, "Name of the person")
	w.press(`form.act .btn`)
	w.reads("2 of 3 rows would be kept")
	w.press(`form[action$="/away"] .btn`)
	w.reads("Bring a file")
	if n := records(w); n != before {
		t.Errorf("the history went from %s to %s by a file that was thrown away", before, n)
	}
}

// keptFile keeps such a file: its population stands with what was rejected.
func keptFile(t *testing.T, h *house, management *window) {
	w := management.in(t)
	h.enter(w, lead)
	w.see("/import")
	before := records(w)
	w.bring()
	w.press(`form[action$="/keep"] .btn`)
	w.reads("The file and its population are recorded.")
	w.arrives("/populations/")
	w.reads("Worker report")
	w.shot("kept")
	if n := records(w); n == before {
		t.Errorf("the history is as long as before, %s, with a file that was kept", n)
	}
}

// bring drops a file on the form of /import, with where it came from.
func (w *window) bring() {
	w.Helper()
	w.fill(`[name=population]`, "people")
	w.fill(`[name=source]`, "Workday")
	w.fill(`[name=query]`, "Worker report")
	w.fill(`[name=from]`, "2025-01-01")
	w.fill(`[name=to]`, "2025-12-31")
	w.fill(`[name=taken_at]`, "2026-01-02T08:00:00Z")
	if n := value[int](w, dropFile); n != 1 {
		w.Errorf("the form has %d files", n)
	}
	w.press(`form.act .btn`)
	w.reads("2 of 3 rows would be kept")
}

// dropFile drops a file on the form, as a hand would.
const dropFile = `(() => {
	const t = new DataTransfer()
	t.items.add(new File(['worker_id,Full-Name,Name of the person,kind,hired_on\nW-1,Ada Vale,Ada Vale,employee,2021-05-03\nW-2,Tom Renn,Tom Renn,employee,2022-01-10\nW-3,Eve,Eve,employee,not a day\n'], 'people.csv'))
	document.querySelector('form.drop').dispatchEvent(new DragEvent('drop', {dataTransfer: t, bubbles: true, cancelable: true}))
	return document.querySelector('[name=file]').files.length
})()`

// records is what the page says of how long the history is.
func records(w *window) string {
	w.Helper()
	return value[string](w, `document.querySelector('footer').innerText.split('UTC, ')[1].split(' in')[0]`)
}

// A procedure is performed on the spot. Its page can be left, and leads to the
// result when it has ended.
func performNow(t *testing.T, h *house) {
	w := h.as(t, lead)
	w.see("/procedures/payments-duplicate")
	w.press(`form[action$="/perform"] .btn`)
	w.reads("Perform payments-duplicate")
	job := w.path()
	w.see("/controls")
	w.see(job)
	w.reads("The procedure was performed now")
	w.shot("performed")
}

// Keys alone: the palette opens, finds and goes; the first tab leads to the
// content.
func keysAlone(t *testing.T, h *house) {
	w := h.as(t, lead)
	w.see("/")
	w.run(chromedp.KeyEvent("k", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	w.keys(`dialog.palette input`, "LA-03")
	w.reads("LA-03")
	w.shot("palette")
	w.run(chromedp.WaitVisible(chromedp.CSS(`#found li:only-child a[href^="/controls/LA-03"], #found li:first-child a[href^="/controls/LA-03"]`)))
	w.run(chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.Enter))
	w.arrives("/controls/LA-03")
}

// What a script would add is not needed: forms are sent and links lead on.
func withoutScript(t *testing.T, h *house) {
	w := h.as(t, lead)
	w.run(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}))
	w.see("/search?q=LA-03")
	w.press(`main .found a`)
	w.press(`nav.side a[href="/engagements"]`)
	w.press(`main td a`)
	w.press(`form.theme button`)
	if dark := value[string](w, `document.documentElement.dataset.bsTheme`); dark != "light" {
		t.Errorf("the theme is %q", dark)
	}
}
