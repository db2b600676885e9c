package browser_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

const soc1 = "/engagements/soc1-2025"

// The examination, with what its people do in a browser: each step stands in the
// script as a command, which is left out here. The script plays the rest.
func TestExamination(t *testing.T) {
	h := at(t, "# REQUESTS ---")
	t.Run("a dropped file is mapped, and nothing is kept before that", func(t *testing.T) { droppedFile(t, h) })
	t.Run("a procedure is performed on the spot", func(t *testing.T) { performNow(t, h) })
	t.Run("keys alone open the palette and lead on", func(t *testing.T) { keysAlone(t, h) })
	t.Run("links and forms work without a script", func(t *testing.T) { withoutScript(t, h) })
	h.goOn(t, "exec tickmark request respond R-4 -e $E --text 'None until today.'")
	auditor, management, chief := h.as(t, staff), h.as(t, lead), h.as(t, partner)
	t.Run("the auditor asks, management answers with a file, the auditor closes", func(t *testing.T) { requests(t, auditor, management) })
	t.Run("a sample is drawn and released", func(t *testing.T) { samples(t, h, auditor, management) })
	t.Run("the grid is marked by keys, and signed", func(t *testing.T) { papers(t, h) })
	h.goOn(t, "# A conclusion waits")
	t.Run("no page has a fault of accessibility", func(t *testing.T) { everyPage(t, h) })
	t.Run("exceptions are judged in bulk, controls concluded", func(t *testing.T) { judgments(t, h, auditor) })
	t.Run("management writes and signs its assertion", func(t *testing.T) { statements(t, h, management) })
	t.Run("the partner signs the opinion and issues the report", func(t *testing.T) { issue(t, h, chief) })
	t.Run("anybody verifies the bundle", func(t *testing.T) { proof(t, h, management) })
	t.Run("a mapped file is kept", func(t *testing.T) { keptFile(t, h, management) })
	if log := h.logged.String(); strings.Contains(log, "level=ERROR") {
		t.Errorf("the server logged %s", log)
	}
}

// in is the window in a subtest: what fails there, fails there.
func (w *window) in(t *testing.T) *window { return &window{t, w.ctx, w.base, w.view} }

func requests(t *testing.T, auditor, management *window) {
	w := auditor.in(t)
	w.see(soc1 + "/requests")
	w.fill(`form.act [name=code]`, "R-9")
	w.fill(`form.act [name=title]`, "List of bank accounts")
	w.fill(`form.act [name=text]`, "With the days on which each was opened and closed.")
	w.press(`form.act .btn`)
	w.reads("The request is on the list.")
	w.shot("asked")

	m := management.in(t)
	m.see("/")
	m.reads("await your answer")
	m.see(soc1 + "/requests/R-9")
	file := filepath.Join(t.TempDir(), "accounts.csv")
	if err := os.WriteFile(file, []byte("account,opened\nDE-1,2020-01-01\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	m.run(chromedp.SetUploadFiles(chromedp.CSS(`[name=file]`), []string{file}))
	m.fill(`[name=source]`, "Treasury system")
	m.fill(`[name=taken_at]`, "2026-01-25T10:00:00Z")
	m.press(`form[action$="/respond"] .btn`)
	m.reads("The answer is recorded.")
	m.reads("accounts.csv")
	m.shot("answered")

	w.see(soc1 + "/requests/R-9")
	w.press(`form[action$="/say"] .btn`)
	w.reads("The request is closed.")
}

func samples(t *testing.T, h *house, auditor, management *window) {
	h.goOn(t, "# Another draw of the same")
	w := auditor.in(t)
	h.enter(w, staff)
	w.see(soc1 + "/samples")
	w.fill(`[name=control]`, "SO-06")
	w.fill(`[name=population]`, "payment_batches")
	w.fill(`[name=size]`, "12")
	w.fill(`[name=basis]`, "Table of the firm, high risk")
	w.press(`form.act .btn`)
	w.reads("every draw is kept, and another one says why")
	w.fill(`[name=why]`, "The scheduler was moved in May: the risk is high.")
	w.press(`form.act .btn`)
	w.reads("The draw is recorded.")
	w.shot("drawn")
	drawn := w.path()
	w.press(`form[action$="/release"] .btn`)
	w.reads("Management sees this sample now.")

	m := management.in(t)
	h.enter(m, lead)
	m.see(strings.Split(drawn, "?")[0])
	m.reads("12 of ")
	h.skipTo(t, "env TICKMARK_SIDE=management 'TICKMARK_PERSON=Adele Marsh'")
}

func papers(t *testing.T, h *house) {
	h.goOn(t, "exec tickmark workpaper mark SO-06-T1")
	w := h.as(t, second)
	w.see(soc1 + "/workpapers/SO-06-T1?mark=1")
	cells := value[int](w, `document.querySelectorAll('table.marks select').length`)
	rows := value[int](w, `document.querySelectorAll('table.marks tbody tr').length`)
	w.run(chromedp.Focus(chromedp.CSS(`table.marks select`)))
	for range rows {
		for range cells/rows - 1 {
			w.run(chromedp.KeyEvent("✓"), chromedp.KeyEvent(kb.ArrowRight))
		}
		w.run(chromedp.KeyEvent("✓"), chromedp.KeyEvent(kb.ArrowDown))
		for range cells/rows - 1 {
			w.run(chromedp.KeyEvent(kb.ArrowLeft))
		}
	}
	w.shot("marked")
	w.press(`form[action$="/marks"] .btn`)
	w.reads("The marks are recorded")
	h.skip()
	h.goOn(t, "# Names: the preparer's")
	w.see(soc1 + "/workpapers/SO-06-T1")
	w.press(`form[action$="/sign"] .btn`)
	w.reads("Your name is under it.")
	w.shot("signed")
}

func judgments(t *testing.T, h *house, auditor *window) {
	h.goOn(t, "exec tickmark apply $X/judgments")
	w := auditor.in(t)
	h.enter(w, staff)
	w.see("/exceptions/soc1-2025/payments-duplicate?state=open")
	w.run(chromedp.KeyEvent("j"), chromedp.KeyEvent("x"))
	w.reads("(1)")
	w.fill(`[name=judgment]`, "deviation")
	w.fill(`[name=reason]`, "The check compares the number of the file, and did not see a second one.")
	w.press(`fieldset.judge .btn`)
	w.reads("1 judgment recorded")
	w.shot("judged")
	h.goOn(t, "# LA-07 made up for")
	w.see(soc1 + "/conclusions")
	w.fill(`[name=code]`, "CA-01")
	w.fill(`[name=operation]`, "effective")
	w.fill(`[name=reason]`, "It is.")
	w.press(`form.act .btn`)
	w.reads("Nothing was recorded.")
	w.fill(`[name=workpapers]`, "CA-01-W, CA-01-P1")
	w.press(`form.act .btn`)
	w.shot("concluded")
	w.reads("The conclusion is recorded.")
}

func statements(t *testing.T, h *house, management *window) {
	h.goOn(t, "signs tickmark statement sign assertion")
	m := management.in(t)
	h.enter(m, lead)
	m.see(soc1 + "/statements")
	m.fill(`[name=kind]`, "assertion")
	m.press(`form.act .btn`)
	m.reads("Nothing is recorded yet.")
	m.shot("drafted")
	m.see(soc1 + "/statements/assertion")
	m.fill(`[name=title]`, "Chief Operating Officer")
	m.press(`form[action*="/sign"] .btn`)
	m.reads("Your name is under it.")
	m.shot("assertion")
	h.skip()
}

func issue(t *testing.T, h *house, chief *window) {
	h.goOn(t, "signs tickmark auditor opinion concur -e $E")
	q := h.as(t, quality)
	q.see(soc1 + "/opinion")
	q.press(`form[action$="/concur"] .btn`)
	q.reads("Your name is under it.")
	h.skip()
	h.goOn(t, "signs tickmark auditor opinion sign -e $E")
	w := chief.in(t)
	h.enter(w, partner)
	w.see(soc1 + "/opinion")
	w.press(`form[action$="/opinion/sign"] .btn`)
	w.reads("Your name is under it.")
	w.shot("opinion")
	h.skip()
	h.goOn(t, "exec tickmark engagement advance issued")
	w.see(soc1)
	w.press(`form[action$="/advance"] .btn`)
	w.reads("The engagement is in its next phase.")
	w.shot("issued-phase")
	h.skip()
	w.see("/reports/soc1-2025/check")
	w.accessible()
	w.shot("checklist")
	w.press(`form[action$="/issue"] .btn`)
	w.reads("The report is issued.")
	w.shot("issued")
}

func proof(t *testing.T, h *house, management *window) {
	w := management.in(t)
	h.enter(w, lead)
	file := filepath.Join(t.TempDir(), "bundle.zip")
	if err := program("--dir", "m", "--as", lead.Name, "--side", "management", "bundle", file); err != nil {
		t.Fatal(err)
	}
	w.see("/verify")
	w.run(chromedp.SetUploadFiles(chromedp.CSS(`[name=file]`), []string{file}))
	w.press(`form.act .btn`)
	w.reads("Nothing was changed")
	w.shot("verified")
}
