package connector

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"
)

// refusal is a connection that we do not make; asking again changes nothing.
type refusal struct{ error }

func (r refusal) Unwrap() error { return r.error }

// hosts are the addresses that the settings name, such as
// "https://api.example.com", and whether one without TLS may be elsewhere than
// on this machine.
type hosts struct {
	origins  []string
	insecure bool
}

func hostsOf(settings map[string]string) (hosts, error) {
	h := hosts{insecure: settings["insecure"] == "true"}
	for _, name := range sortedKeys(settings) {
		u, err := url.Parse(settings[name])
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			continue
		}
		if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
			return h, fmt.Errorf("setting %s: an address here has a host and a path, and no user, query or fragment", name)
		}
		h.origins = append(h.origins, origin(u))
	}
	return h, nil
}

// origin is scheme, host and port, written in one way.
func origin(u *url.URL) string {
	port := u.Port()
	if port == "" && u.Scheme == "https" {
		port = "443"
	}
	if port == "" && u.Scheme == "http" {
		port = "80"
	}
	return u.Scheme + "://" + net.JoinHostPort(strings.ToLower(u.Hostname()), port)
}

// allow says why an address may not be asked, or nil.
func (h hosts) allow(u *url.URL) error {
	if u.User != nil || !slices.Contains(h.origins, origin(u)) {
		return refusal{fmt.Errorf("%s://%s is not asked: no setting names that host", u.Scheme, u.Host)}
	}
	if u.Scheme == "http" && !h.insecure && !loopback(u.Hostname()) {
		return refusal{fmt.Errorf("http://%s is not asked: without TLS anybody on the way reads the secret; use https", u.Host)}
	}
	return nil
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}

// same says why next is not to be asked after u, or nil.
func same(u, next *url.URL) error {
	if next.User != nil || origin(next) != origin(u) {
		return refusal{fmt.Errorf("the next address is on another host, %s://%s, and was not asked", next.Scheme, next.Host)}
	}
	return nil
}

// client is one that follows no redirect to another host, keeps no cookies and
// does not unpack what it gets.
func (h hosts) client(given *http.Client) *http.Client {
	c := &http.Client{CheckRedirect: func(req *http.Request, via []*http.Request) error {
		const most = 5
		if len(via) > most {
			return refusal{fmt.Errorf("redirected more than %d times", most)}
		}
		if origin(req.URL) != origin(via[0].URL) || req.URL.User != nil {
			return refusal{fmt.Errorf("redirected to another host, %s://%s, which was not asked", req.URL.Scheme, req.URL.Host)}
		}
		if via[0].Method != http.MethodGet {
			return refusal{errors.New("redirected, which a POST does not follow")}
		}
		return nil
	}}
	if given != nil {
		c.Transport = given.Transport
		return c
	}
	dialer := &net.Dialer{Timeout: 30 * time.Second, ControlContext: h.control}
	c.Transport = &http.Transport{
		Proxy: http.ProxyFromEnvironment, DialContext: dialer.DialContext, ForceAttemptHTTP2: true, DisableCompression: true,
		TLSHandshakeTimeout: 30 * time.Second, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: 1 << 20,
	}
	return c
}

// control refuses, when a name was looked up, the addresses at which a cloud
// gives a machine its credentials, unless a setting is literally that address.
func (h hosts) control(_ context.Context, _, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return refusal{fmt.Errorf("%s is no address to connect to", address)}
	}
	ip := at.Addr().Unmap().WithZone("")
	if !linkLocal(ip) || slices.ContainsFunc(h.origins, func(o string) bool {
		u, err := url.Parse(o)
		return err == nil && u.Hostname() == ip.String()
	}) {
		return nil
	}
	return refusal{fmt.Errorf("%s is not asked: it is a link-local address, where a cloud keeps a machine's credentials", ip)}
}

func linkLocal(ip netip.Addr) bool {
	metadata := []string{"fd00:ec2::254", "100.100.100.200"}
	return ip.IsLinkLocalUnicast() || slices.Contains(metadata, ip.String())
}
