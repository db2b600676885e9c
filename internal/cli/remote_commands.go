package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/stage/request"
	"tickmark/internal/surface/api"
)

// remotes are the commands that can speak to a server, by what is typed.
func (e *env) remotes() map[string]func(*cobra.Command, *remote, []string) error {
	return map[string]func(*cobra.Command, *remote, []string) error{
		"status":                 e.remoteStatus,
		"engagement list":        e.remoteEngagements,
		"exceptions list":        e.remoteExceptions,
		"exceptions disposition": e.remoteDisposition,
		"request list":           e.remoteRequests,
		"request show":           e.remoteRequest,
		"request comment":        e.remoteComment,
		"mcp":                    e.remoteMCP,
	}
}

func (e *env) remoteStatus(c *cobra.Command, r *remote, _ []string) error {
	if c.Flags().Changed("rejects") || c.Flags().Changed("exceptions") {
		return usage{errors.New("of a server, `tickmark exceptions list` lists exceptions; rejected rows are listed on its pages")}
	}
	var s app.Status
	if err := r.get(c.Context(), below("status"), &s); err != nil || e.json {
		return e.shown(err, s)
	}
	e.status(s)
	return nil
}

func (e *env) remoteEngagements(c *cobra.Command, r *remote, _ []string) error {
	list, err := all[app.Standing](c.Context(), r, below("engagements"))
	if err != nil || e.json {
		return e.shown(err, list)
	}
	e.standings(list)
	return nil
}

// chosenThere are the exceptions that the flags of a command choose.
func chosenThere(c *cobra.Command, r *remote, procedure string) (taken []app.Exception, of int, engagement string, err error) {
	var o choice
	f := c.Flags()
	var errs [4]error
	o.engagement, errs[0] = f.GetString("engagement")
	o.group, errs[1] = f.GetString("group")
	o.open, errs[2] = f.GetBool("open")
	o.items, errs[3] = f.GetStringArray("item")
	if err := errors.Join(append(errs[:], o.check())...); err != nil {
		return nil, 0, "", err
	}
	list, err := all[app.Exception](c.Context(), r, below("engagements", o.engagement, "procedures", procedure, "exceptions"))
	for _, x := range list {
		if o.takes(x) {
			taken = append(taken, x)
		}
	}
	return taken, len(list), o.engagement, err
}

func (e *env) remoteExceptions(c *cobra.Command, r *remote, list []string) error {
	taken, of, _, err := chosenThere(c, r, list[0])
	if err != nil {
		return err
	}
	for _, x := range taken {
		if err := e.exception(x); err != nil {
			return err
		}
	}
	if !e.json {
		e.printf("%s shown of %s.\n", audit.Count(int64(len(taken))), audit.Plural(int64(of), "exception"))
	}
	return nil
}

func (e *env) remoteDisposition(c *cobra.Command, r *remote, list []string) error {
	f := c.Flags()
	if !f.Changed("item") && !f.Changed("group") && !f.Changed("open") {
		return usage{errors.New("say which exceptions with --item, --group or --open")}
	}
	taken, _, engagement, err := chosenThere(c, r, list[0])
	if err != nil {
		return err
	}
	if len(taken) == 0 {
		return errors.New("no exception is meant: see `tickmark exceptions list`")
	}
	var j api.Judgments
	for _, x := range taken {
		j.Items = append(j.Items, x.Item)
	}
	j.Judgment = audit.Judgment(f.Lookup("judgment").Value.String())
	j.Reason, j.Of, j.Compensating = f.Lookup("reason").Value.String(), f.Lookup("of").Value.String(), f.Lookup("compensating").Value.String()
	var done api.Recorded
	if err := r.post(c.Context(), below("engagements", engagement, "procedures", list[0], "dispositions"), j, &done); err != nil {
		return err
	}
	e.printf("%s recorded.\n", audit.Plural(int64(done.Recorded), "disposition"))
	return nil
}

// engagementThere is the engagement of a command: the only one when not said.
func engagementThere(c *cobra.Command, r *remote) (string, error) {
	code, err := c.Flags().GetString("engagement")
	if err != nil || code != "" {
		return code, err
	}
	list, err := all[app.Standing](c.Context(), r, below("engagements"))
	if err != nil {
		return "", err
	}
	if len(list) != 1 {
		return "", usage{errors.New("say which engagement with --engagement")}
	}
	return list[0].Engagement.Code, nil
}

func (e *env) remoteRequests(c *cobra.Command, r *remote, _ []string) error {
	code, err := engagementThere(c, r)
	if err != nil {
		return err
	}
	owed, err := c.Flags().GetBool("owed")
	if err != nil {
		return err
	}
	list, err := all[request.Item](c.Context(), r, below("engagements", code, "requests"))
	if err != nil {
		return err
	}
	shown := make([]request.Item, 0, len(list))
	for _, x := range list {
		if !owed || x.Owed() {
			shown = append(shown, x)
		}
	}
	if e.json {
		return e.printJSON(shown)
	}
	e.requests(shown, len(list))
	return nil
}

func (e *env) remoteRequest(c *cobra.Command, r *remote, list []string) error {
	code, err := engagementThere(c, r)
	if err != nil {
		return err
	}
	var x api.RequestHistory
	if err := r.get(c.Context(), below("engagements", code, "requests", list[0]), &x); err != nil || e.json {
		return e.shown(err, x)
	}
	e.request(x.Item, x.History)
	return nil
}

func (e *env) remoteComment(c *cobra.Command, r *remote, list []string) error {
	code, err := engagementThere(c, r)
	if err != nil {
		return err
	}
	var x audit.Comment
	text, err := c.Flags().GetString("text")
	if err != nil {
		return err
	}
	err = r.post(c.Context(), below("engagements", code, "requests", list[0], "comments"), map[string]string{"text": text}, &x)
	return e.said(err, x, true, "Comment %d on %s is recorded; both sides see it.\n", x.Number, list[0])
}
