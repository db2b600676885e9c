package identity

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"unicode"
)

// From is where a request came from.
type From struct {
	Address string
	Agent   string // what the browser calls itself
}

// From reads a request's address, believing X-Forwarded-For only as far as it
// was written by the proxies of the configuration.
func (d *Desk) From(r *http.Request) From {
	remote, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return From{Address: "unknown", Agent: agent(r)}
	}
	address := remote.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		if !slices.ContainsFunc(d.Proxies, func(p netip.Prefix) bool { return p.Contains(address) }) {
			break
		}
		before, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break
		}
		address = before.Unmap().WithZone("")
	}
	return From{Address: address.String(), Agent: agent(r)}
}

func agent(r *http.Request) string {
	printable := strings.Map(func(c rune) rune {
		if unicode.IsPrint(c) {
			return c
		}
		return -1
	}, strings.ToValidUTF8(r.UserAgent(), ""))
	return clip(printable, 200)
}

// network is what is counted as one address: of IPv6 the /64, of which one
// subscriber has at least one.
func (f From) network() string {
	a, err := netip.ParseAddr(f.Address)
	if err != nil || a.Is4() {
		return f.Address
	}
	p, err := a.Prefix(64)
	if err != nil {
		return f.Address
	}
	return p.String()
}

// LocalPath returns where to go after a sign-in: the path that was asked for,
// if it is one of this server, or "/".
func LocalPath(asked string) string {
	if len(asked) < 1 || asked[0] != '/' || strings.HasPrefix(asked, "//") || strings.ContainsAny(asked, "\\\r\n\t") {
		return "/"
	}
	return asked
}
