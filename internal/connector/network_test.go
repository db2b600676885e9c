package connector

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"tickmark/internal/audit"
)

func TestOnlyHostsOfTheSettingsAreAsked(t *testing.T) {
	h, err := hostsOf(map[string]string{
		"base_url": "https://API.example.com/v1", "token_url": "https://login.example.com:8443", "local": "http://127.0.0.1:8080",
		"plain": "http://intranet.example.com", "name": "acme", "note": "see https://evil.example/",
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ address, why string }{
		{"https://api.example.com/v1/users?x=y", ""},
		{"https://api.example.com:443/other", ""},
		{"https://login.example.com:8443/token", ""},
		{"http://127.0.0.1:8080/", ""},
		{"https://login.example.com/token", "no setting names that host"},
		{"http://api.example.com/", "no setting names that host"},
		{"https://evil.example/", "no setting names that host"},
		{"https://api.example.com.evil.example/", "no setting names that host"},
		{"https://api.example.com@evil.example/", "no setting names that host"},
		{"https://user:pass@api.example.com/", "no setting names that host"},
		{"https://acme/", "no setting names that host"},
		{"http://intranet.example.com/", "without TLS anybody on the way reads the secret"},
	} {
		u, err := url.Parse(c.address)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.allow(u); (err == nil) != (c.why == "") || err != nil && !strings.Contains(err.Error(), c.why) {
			t.Errorf("%s: %v, want %q", c.address, err, c.why)
		}
	}
	h.insecure = true
	if err := h.allow(&url.URL{Scheme: "http", Host: "intranet.example.com"}); err != nil {
		t.Errorf("insecure: %v", err)
	}
	for _, address := range []string{"https://user@api.example.com", "https://api.example.com/?key=1", "https://api.example.com/#x"} {
		if _, err := hostsOf(map[string]string{"base_url": address}); err == nil {
			t.Errorf("%s is taken for a base address", address)
		}
	}
}

func TestAddressesOfAMachinesCredentials(t *testing.T) {
	none := hosts{}
	for _, c := range []struct {
		ip      string
		refused bool
	}{
		{"169.254.169.254", true}, {"169.254.1.1", true}, {"fd00:ec2::254", true}, {"fe80::1%eth0", true}, {"::ffff:169.254.169.254", true},
		{"100.100.100.200", true}, {"127.0.0.1", false}, {"10.0.0.1", false}, {"93.184.216.34", false}, {"fd00:ec2::253", false},
	} {
		address := netip.AddrPortFrom(netip.MustParseAddr(c.ip), 80).String()
		if err := none.control(t.Context(), "tcp", address, nil); (err != nil) != c.refused {
			t.Errorf("%s: %v", c.ip, err)
		}
	}
	named, err := hostsOf(map[string]string{"base_url": "http://169.254.169.254/latest"})
	if err != nil {
		t.Fatal(err)
	}
	if err := named.control(t.Context(), "tcp", "169.254.169.254:80", nil); err != nil {
		t.Errorf("a setting is literally that address: %v", err)
	}
}

// The client that collections really use refuses the address when it connects,
// whatever name led to it.
func TestTheClientRefusesALinkLocalAddress(t *testing.T) {
	client := hosts{}.client(nil)
	client.Transport.(*http.Transport).Proxy = nil // this test is not to depend on the machine it runs on
	resp, err := client.Get("http://169.254.169.254/")
	if err == nil {
		_ = resp.Body.Close()
	}
	if err == nil || !strings.Contains(err.Error(), "it is a link-local address, where a cloud keeps a machine's credentials") {
		t.Errorf("got %v", err)
	}
	if got := plain(err); strings.Contains(got.Error(), "Get ") {
		t.Errorf("not plain: %v", got)
	}
}

func TestASettingCannotLeadElsewhere(t *testing.T) {
	b := newBench(audit.Request{Name: "members", URL: "{settings.organization}/members"})
	wants(t, b.collect(t, say(`[]`)), "is not asked: no setting names that host")
	b = newBench(audit.Request{Name: "members", URL: "{settings.base_url}/{settings.organization}/x"})
	j := b.job(b.serve(t, say(`[]`)).URL)
	j.Settings["organization"] = "../admin"
	got, err := Collect(t.Context(), j)
	if err != nil {
		t.Fatal(err)
	}
	wants(t, got, `{settings.organization} is "../admin", which would lead to another path`)
}
