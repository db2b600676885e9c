package web

import (
	"strconv"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
	"tickmark/internal/surface/web/page"
)

// hitOf is a record as the palette shows it.
func hitOf(h store.Hit, hidden map[string]bool) page.Hit {
	out := page.Hit{Kind: strings.ReplaceAll(h.Kind, "-", " "), Code: h.Code, Text: h.Title, Where: h.Engaged, Href: leadsTo(h, hidden)}
	if h.Kind == audit.KindScope {
		out.Kind = h.Part
	}
	plain := ""
	for _, p := range h.Excerpt {
		plain += p.Text
		out.Excerpt = append(out.Excerpt, page.Piece{Text: p.Text, Match: p.Match})
	}
	if strings.Contains(h.Title, strings.Trim(plain, "…")) && plain != "" || h.Title == h.Code {
		out.Text = "" // the excerpt is of it
	}
	return out
}

// leadsTo is the page on which a record stands: its own, or that of the leaf by
// which it was recorded; none for who does not see the history.
func leadsTo(h store.Hit, hidden map[string]bool) string {
	section, to := "proof", path("trail", strconv.FormatInt(h.Sequence, 10))
	switch h.Kind {
	case audit.KindScope:
		section, to = describedAt(h, section, to)
	case audit.KindPopulation:
		section, to = "populations", address("/populations", "q", h.Code)
	case audit.KindCollection:
		section, to = "collections", "/collections"
	case audit.KindExceptions, audit.KindDisposition, audit.KindAssignment:
		procedure, _, _ := strings.Cut(h.Code, " ")
		section, to = "exceptions", path("exceptions", h.Part, procedure)
	case audit.KindResult:
		section, to = "procedures", path("procedures", h.Code)
	case audit.KindConclusion:
		section, to = "controls", address(path("controls", h.Code), "engagement", h.Part)
	case audit.KindReport:
		section, to = "reports", "/reports"
	default:
		if at := inFile(h); at != "" {
			return at
		}
	}
	if hidden[section] {
		return ""
	}
	return to
}

// describedAt is where something stands that management describes.
func describedAt(h store.Hit, section, to string) (string, string) {
	switch audit.ScopeKind(h.Part) {
	case audit.ScopeControl:
		return "controls", path("controls", h.Code)
	case audit.ScopeObjective:
		return "programme", path("criteria", h.Code)
	case audit.ScopeEngagement:
		return "engagements", path("engagements", h.Code)
	case audit.ScopeDataset:
		return "populations", address("/populations", "q", h.Code)
	case audit.ScopeConnection:
		return "connections", "/connections"
	}
	return section, to
}

// inFile is the page of an examination on which a record of it stands.
func inFile(h store.Hit) string {
	at := func(names ...string) string { return path(append([]string{"engagements", h.Part}, names...)...) }
	switch h.Kind {
	case audit.KindRequest:
		return at("requests", h.Code)
	case audit.KindResponse, audit.KindDelegation, audit.KindComment:
		return at("requests", strings.TrimPrefix(h.About, "request/"))
	case audit.KindIntake:
		return at("intake")
	case audit.KindSample:
		return at("samples", string(h.ID))
	case audit.KindWorkpaper:
		return at("workpapers", h.Code)
	case audit.KindDeviation:
		return at("deviations", h.Code)
	case audit.KindConcluded:
		return at("conclusions")
	case audit.KindStatement, audit.KindSignature:
		return at("statements")
	}
	if code, ok := strings.CutPrefix(h.About, "workpaper/"); ok && (h.Kind == audit.KindNote || h.Kind == audit.KindSignOff) {
		return at("workpapers", code)
	}
	return ""
}
