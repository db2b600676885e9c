package web

import (
	"cmp"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/confine"
	"tickmark/internal/method/authority"
	"tickmark/internal/stage/request"
	"tickmark/internal/surface/web/page"
)

// maxUpload is the size of the largest file that answers a request from a page.
// Larger ones are answered from the command line.
const maxUpload = 32 << 20

var maxUploadText = strconv.Itoa(maxUpload>>20) + " MB"

// largest is how much of a request's body is read: a form, unless it brings a file.
func largest(r *http.Request) int64 {
	if inParts(r) && bringsFile(r) {
		return maxUpload
	}
	return maxForm
}

// requests is the request list with where each stands.
func (b *bench) requests(c *call) error {
	e, err := b.engaged(c)
	if err != nil {
		return err
	}
	all, err := b.Engaged.Requests.Requests(c.r.Context(), c.person, e.Code)
	if err != nil {
		return err
	}
	s := page.Sheet{}
	if s.Dossier, err = b.dossier(c, e, "requests", ""); err != nil {
		return err
	}
	s.Lead = "What the auditor asks of management, each with where it stands."
	t := page.Table{
		Caption: "Requests by code",
		Columns: []page.Column{{Name: "Request"}, {Name: "Stands"}, {Name: "Title", Wide: true}, {Name: "Wants"}, {Name: "Due"}, {Name: "With"}, {Name: "Answers", Num: true}, {Name: "Comments", Num: true}},
		Empty:   page.Empty{Title: "Nothing is asked yet", Text: "The auditor writes the list; management answers each request here.", Command: "tickmark request add R-1 --title TITLE --side auditor"},
	}
	counts, wanted := map[string]int64{}, c.r.URL.Query().Get("state")
	for _, x := range all {
		word, _ := standsRequest(x)
		if counts[word]++; wanted == "" || wanted == word {
			t.Rows = append(t.Rows, requestRow(e, x))
		}
	}
	if len(all) > 0 {
		t.Empty = page.Empty{Title: "No request is like that", Text: "Take the filter away.", Link: page.Link{Text: "All requests", Href: of(e, "requests")}}
		s.Filters = []page.Filter{{Name: "Stands", Choices: choices(c, "state", "all", counts, requestTone)}}
	}
	s.Sections, s.Acts = []page.Section{{Table: paged(c, t, "request")}}, b.askActs(c, e)
	return b.show(c, s.Write())
}

func requestRow(e audit.Engagement, x request.Item) page.Row {
	word, note := standsRequest(x)
	with := ""
	if x.Delegated != nil {
		with = x.Delegated.To
	}
	return page.Row{
		{Text: x.Request.Code, Href: of(e, "requests", x.Request.Code), Mono: true}, {Text: word, Tone: requestTone(word), Note: note}, {Text: x.Request.Title},
		{Text: string(x.Request.Wants), Note: x.Request.Population}, {Text: days(x.Request.Due)}, {Text: with}, {Text: strconv.Itoa(x.Responses)}, {Text: strconv.Itoa(x.Comments)},
	}
}

// overdue is a request that management owes after its day.
const overdue = "overdue"

// standsRequest is the word for where a request stands, and what to add to it.
func standsRequest(x request.Item) (word, note string) {
	if x.Overdue > 0 {
		return overdue, string(x.State) + ", by " + audit.Plural(int64(x.Overdue), "day")
	}
	return string(x.State), ""
}

func requestTone(word string) page.Tone {
	switch request.State(word) {
	case overdue:
		return page.Bad
	case request.Answered, request.Returned:
		return page.Warn
	case request.Closed:
		return page.Good
	case request.Withdrawn:
		return page.Off
	}
	return page.Quiet
}

// requestOf is the request of an address, if the person sees it.
func (b *bench) requestOf(c *call) (audit.Engagement, request.Item, []request.Moment, error) {
	e, err := b.engaged(c)
	if err != nil {
		return e, request.Item{}, nil, err
	}
	code := c.r.PathValue("code")
	all, err := b.Engaged.Requests.Requests(c.r.Context(), c.person, e.Code)
	if err != nil {
		return e, request.Item{}, nil, err
	}
	if !slices.ContainsFunc(all, func(x request.Item) bool { return x.Request.Code == code }) {
		return e, request.Item{}, nil, errNoPage
	}
	x, moments, err := b.Engaged.Requests.RequestHistory(c.r.Context(), c.person, e.Code, code)
	return e, x, moments, err
}

// request is one request's page.
func (b *bench) request(c *call) error {
	out, err := b.asked(c)
	if err != nil {
		return err
	}
	return b.show(c, out.Write())
}

func (b *bench) asked(c *call) (page.Asked, error) {
	e, x, moments, err := b.requestOf(c)
	if err != nil {
		return page.Asked{}, err
	}
	word, note := standsRequest(x)
	out := page.Asked{
		Verdict: page.Verdict{Tone: requestTone(word), Status: strings.TrimSuffix(word+": "+note, ": "), Reason: x.Request.Reason, AsOf: days(x.AsOf)},
		Text:    x.Request.Text, Facts: requestFacts(c, x),
	}
	if out.Dossier, err = b.dossier(c, e, "requests", x.Request.Title); err != nil {
		return out, err
	}
	out.Over = e.Code + ", request " + x.Request.Code
	have, err := c.evidence(c.r.Context())
	if err != nil && !errors.Is(err, authority.ErrRefused) {
		return out, err
	}
	for _, m := range moments {
		out.Moments = append(out.Moments, momentOf(e, x.Request.Code, m, have))
	}
	out.Forms = b.requestForms(c, e, x, have)
	return out, nil
}

func requestFacts(c *call, x request.Item) []page.Fact {
	r := x.Request
	facts := known(fact("Wants", string(r.Wants)), fact("Population", r.Population), fact("Due", days(r.Due)), fact("Asked by", r.By))
	for i, code := range r.Controls {
		name := ""
		if i == 0 {
			name = "Controls"
		}
		facts = append(facts, page.Fact{Name: name, Value: page.Cell{Text: code, Href: c.controlOf(r.Engagement, code)}})
	}
	if d := x.Delegated; d != nil {
		facts = append(facts, page.Fact{Name: "Answered by", Value: page.Cell{Text: d.To, Note: strings.TrimSuffix("until "+days(d.Due), "until ")}})
	}
	return facts
}

func momentOf(e audit.Engagement, code string, m request.Moment, have []audit.Population) page.Moment {
	out := page.Moment{At: instant(m.At), Who: m.By, What: m.What, Says: m.Says, Tone: page.Quiet}
	switch {
	case m.Response != nil:
		out.Tone, out.Says = page.Good, m.Response.Text
		out.Link, out.Facts = answerLink(e, code, *m.Response, have)
	case m.Version != nil && m.What != "asked" && m.What != "edited":
		out.Tone = requestTone(m.What)
	}
	return out
}

// answerLink leads to what an answer consists of.
func answerLink(e audit.Engagement, code string, r audit.Response, have []audit.Population) (page.Link, string) {
	switch {
	case r.File.Digest != "":
		return page.Link{Text: r.File.Name, Href: of(e, "requests", code, "files", strconv.Itoa(r.Number))},
			audit.Plural(r.File.Size, "byte") + ", from " + r.Source + ", taken " + said(r.TakenAt) + ", SHA-256 " + r.File.Digest.Short()
	case r.Population != "":
		for _, p := range have {
			if p.ID == r.Population {
				return page.Link{Text: "Population " + p.Name, Href: path("populations", string(p.ID))}, audit.Plural(p.Rows, "row") + ", taken " + said(p.TakenAt)
			}
		}
	}
	return page.Link{}, ""
}

// requestForms are what the person may do about a request as it stands.
func (b *bench) requestForms(c *call, e audit.Engagement, x request.Item, have []audit.Population) page.RequestForms {
	f := page.RequestForms{Action: of(e, "requests", x.Request.Code), Largest: strconv.Itoa(maxUpload>>20) + " MB", Typed: map[string]string{}}
	may := func(d authority.Duty) bool { return c.may(c.r.Context(), d) == nil }
	ended := x.State == request.Closed || x.State == request.Withdrawn
	f.Comment, f.Respond = may(authority.DutyComment), may(authority.DutyRespond) && !ended
	if f.Respond && x.Request.Wants == audit.WantsPopulation {
		for _, p := range newestOf(have) {
			if x.Request.Population == "" || p.Name == x.Request.Population {
				f.Populations = append(f.Populations, page.Choice{Link: page.Link{Text: p.Name + ", taken " + said(p.TakenAt), Href: string(p.ID)}})
			}
		}
	}
	if may(authority.DutyRequest) {
		f.Words = wordsFor(x.State)
	}
	if ended && c.person.Side == audit.Management {
		f.Why = "The request is " + string(x.State) + ". Ask the auditor in a comment to reopen it, if there is more to say."
	}
	return f
}

// wordsFor are what the auditor can say of a request from where it stands.
func wordsFor(s request.State) []page.Word {
	closed := page.Word{Value: string(audit.RequestClosed), Text: "close it: the answer is what was asked for"}
	returned := page.Word{Value: string(audit.RequestReturned), Text: "return it: the answer is not enough"}
	withdrawn := page.Word{Value: string(audit.RequestWithdrawn), Text: "withdraw it: it is not needed any more"}
	switch s {
	case request.Answered:
		return []page.Word{closed, returned, withdrawn}
	case request.Closed, request.Withdrawn:
		return []page.Word{{Value: string(audit.RequestReopened), Text: "reopen it"}}
	}
	return []page.Word{withdrawn}
}

// say records the auditor's word on a request.
func (b *bench) say(c *call) error {
	e, x, _, err := b.requestOf(c)
	if err != nil {
		return err
	}
	state := audit.RequestState(c.r.PostFormValue("state"))
	_, err = b.Engaged.Requests.SayOfRequest(c.r.Context(), c.person, e.Code, x.Request.Code, state, c.r.PostFormValue("reason"))
	return b.spoken(c, e, string(state), err)
}

// comment records a remark that both sides see.
func (b *bench) comment(c *call) error {
	e, x, _, err := b.requestOf(c)
	if err != nil {
		return err
	}
	_, err = b.Engaged.Requests.CommentRequest(c.r.Context(), c.person, e.Code, x.Request.Code, c.r.PostFormValue("comment"))
	return b.spoken(c, e, "comment", err)
}

// spoken goes back to the request, or shows why nothing was recorded with what
// was typed.
func (b *bench) spoken(c *call, e audit.Engagement, done string, err error) error {
	if err == nil {
		http.Redirect(c.w, c.r, address(of(e, "requests", c.r.PathValue("code")), "done", done), http.StatusSeeOther)
		return nil
	}
	if errors.Is(err, authority.ErrRefused) {
		return err
	}
	out, wrong := b.asked(c)
	if wrong != nil {
		return wrong
	}
	out.Fault = err.Error()
	for k := range c.r.PostForm {
		out.Forms.Typed[k] = c.r.PostForm.Get(k)
	}
	b.write(c.w, c.r, http.StatusUnprocessableEntity, out.Write())
	return nil
}

// respond records management's answer: words, a population or a file.
func (b *bench) respond(c *call) error {
	e, x, _, err := b.requestOf(c)
	if err != nil {
		return err
	}
	dir, done, err := confine.Scratch(b.Scratch)
	if err != nil {
		return err
	}
	defer done()
	file, err := receive(c.r, dir)
	if err != nil {
		return err
	}
	form := c.r.PostForm
	_, err = b.Engaged.Requests.Respond(c.r.Context(), c.person, e.Code, request.Answer{
		Request: x.Request.Code, Population: form.Get("population"), File: file, Source: form.Get("source"), TakenAt: form.Get("taken_at"), Text: form.Get("text"),
	})
	return b.spoken(c, e, "respond", err)
}

// receive reads a form with a file, which it writes into a folder under its own
// name. What the form says otherwise stands in PostForm.
func receive(r *http.Request, dir string) (file string, err error) {
	r.PostForm = map[string][]string{}
	parts, err := r.MultipartReader()
	if err != nil {
		return "", problem{http.StatusBadRequest, "This form could not be read", err.Error()}
	}
	for {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return file, nil
		}
		if err == nil && p.FormName() == "file" {
			if file != "" {
				return "", problem{http.StatusBadRequest, "This form could not be read", "It brings more than one file: each is an answer of its own."}
			}
			file, err = keepFile(p, dir)
		} else if err == nil {
			err = keepField(r, p)
		}
		if err != nil {
			return "", unread(err)
		}
	}
}

func unread(err error) error {
	var large *http.MaxBytesError
	var own problem
	switch {
	case errors.As(err, &own):
		return own
	case errors.As(err, &large):
		return problem{http.StatusRequestEntityTooLarge, "This file is too large", "A file of at most " + strconv.Itoa(maxUpload>>20) + " MB is taken here. Answer with a larger one by tickmark request respond."}
	}
	return problem{http.StatusBadRequest, "This form could not be read", err.Error()}
}

// maxFields is how many fields a form with a file may have.
const maxFields = 20

func keepField(r *http.Request, p *multipart.Part) error {
	text, err := io.ReadAll(p)
	if len(r.PostForm) >= maxFields {
		return problem{http.StatusBadRequest, "This form could not be read", "It has more fields than the page."}
	}
	r.PostForm.Set(p.FormName(), string(text))
	return err
}

// keepFile writes a part into a folder; "" when no file was chosen.
func keepFile(p *multipart.Part, dir string) (string, error) {
	name := p.FileName()
	name = name[strings.LastIndexByte(name, '\\')+1:]
	if name == "" {
		return "", nil
	}
	if name != filepath.Base(name) || name == "." || name == ".." || len(name) > 200 {
		return "", problem{http.StatusBadRequest, "This form could not be read", "The name of the file is none that a file can be kept under."}
	}
	f, err := os.OpenFile(filepath.Join(dir, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return "", err
	}
	_, err = io.Copy(f, p)
	return f.Name(), cmp.Or(err, f.Close())
}

// answerFile hands out the file of an answer, as it was received.
func (b *bench) answerFile(c *call) error {
	_, _, moments, err := b.requestOf(c)
	if err != nil {
		return err
	}
	for _, m := range moments {
		if m.Response == nil || m.Response.File.Digest == "" || strconv.Itoa(m.Response.Number) != c.r.PathValue("number") {
			continue
		}
		f, err := b.Files.Open(c.r.Context(), m.Response.File.Digest)
		if err != nil {
			return err
		}
		defer f.Close()
		attach(c.w, "application/octet-stream", m.Response.File.Name)
		_, err = io.Copy(c.w, f)
		if err != nil {
			b.Log.Error("file of an answer", "path", c.r.URL.Path, "error", err)
		}
		return nil
	}
	return errNoPage
}
