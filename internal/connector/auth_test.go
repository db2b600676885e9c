package connector

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"tickmark/internal/audit"
)

const (
	password = "s3cret-p@ss/word+1"
	refresh  = "refresh-0123456789"
)

// guarded is a bench whose source proves who asks.
func guarded(a audit.Auth) *bench {
	b := newBench(audit.Request{Name: "members", URL: "{settings.base_url}/members", Paging: &audit.Paging{Kind: "page", Param: "p"}})
	b.source.Secrets = []audit.Setting{{Name: "key"}, {Name: "client"}, {Name: "session"}}
	b.source.Auth = &a
	b.secrets = map[string]string{"key": password, "client": "client-secret-1", "session": "session-token-1"}
	return b
}

// guard lets in who proves himself, to two pages.
func guard(allowed func(r *http.Request) bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !allowed(r) {
			http.Error(w, `{"message":"Bad credentials"}`, http.StatusUnauthorized)
			return
		}
		page := number(r.URL.Query().Get("p"))
		_, _ = io.WriteString(w, people(3).slice(page*2, 2))
	}
}

// secretless looks for secrets in everything that is written down.
func secretless(t *testing.T, b *bench, got Collected, others ...string) {
	t.Helper()
	text, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range append(others, password, refresh, "client-secret-1", "session-token-1") {
		for _, form := range []string{secret, url.QueryEscape(secret), base64.StdEncoding.EncodeToString([]byte(secret))} {
			if strings.Contains(string(text), form) {
				t.Errorf("the secret %q stands in %s", secret, text)
			}
			for _, page := range b.drawer {
				if strings.Contains(page, form) {
					t.Errorf("the secret %q stands in the page %s", secret, page)
				}
			}
		}
	}
}

func TestSecretsInHeaders(t *testing.T) {
	for _, c := range []struct {
		auth         audit.Auth
		header, want string
	}{
		{audit.Auth{Kind: "bearer", Secret: "key"}, "Authorization", "Bearer " + password},
		{audit.Auth{Kind: "bearer", Secret: "key", Prefix: "token "}, "Authorization", "token " + password},
		{audit.Auth{Kind: "basic", Secret: "key", User: "{settings.organization}"}, "Authorization", "Basic " + base64.StdEncoding.EncodeToString([]byte("acme:"+password))},
		{audit.Auth{Kind: "header", Secret: "key", Header: "Authorization", Prefix: "SSWS "}, "Authorization", "SSWS " + password},
		{audit.Auth{Kind: "header", Secret: "key", Header: "X-Api-Key"}, "X-Api-Key", password},
	} {
		t.Run(c.auth.Kind+" "+c.auth.Header+c.auth.Prefix, func(t *testing.T) {
			b := guarded(c.auth)
			got := b.collect(t, guard(func(r *http.Request) bool { return r.Header.Get(c.header) == c.want }))
			wants(t, got, "")
			if got.Requests[0].Records != 3 {
				t.Errorf("%d records, want 3", got.Requests[0].Records)
			}
			secretless(t, b, got, "acme:"+password)
		})
	}
}

func TestARefusedSecretIsAskedWithOnce(t *testing.T) {
	b := guarded(audit.Auth{Kind: "bearer", Secret: "key"})
	got := b.collect(t, guard(func(*http.Request) bool { return false }))
	wants(t, got, `answered 401 Unauthorized: the page begins "{\"message\":\"Bad credentials\"}"`)
	if len(b.log) != 1 {
		t.Errorf("asked %d times", len(b.log))
	}
	delete(b.secrets, "key")
	wants(t, b.collect(t, say(`[]`)), "auth: secret key: not set; not asked: members")
}

func TestASecretDoesNotFollowARedirect(t *testing.T) {
	heard := "nothing"
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { heard = r.Header.Get("Authorization") }))
	defer elsewhere.Close()
	b := guarded(audit.Auth{Kind: "bearer", Secret: "key"})
	got := b.collect(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, 307) })
	wants(t, got, "redirected to another host")
	if heard != "nothing" {
		t.Errorf("the other host was sent %q", heard)
	}
}

// A secret that a source puts into its own texts is taken out of ours.
func TestSecretsAreTakenOutOfTexts(t *testing.T) {
	const secret = "ghp0123456789abcdef"
	b := guarded(audit.Auth{Kind: "bearer", Secret: "key"})
	b.secrets["key"] = secret
	b.source.Requests[0].Paging = &audit.Paging{Kind: "link"}
	got := b.collect(t, inTurn(
		linked(`[{"id":1}]`, `</members?page=2&k=`+secret+`>; rel="next"`),
		linked(`[{"id":2}]`, `<https://`+secret+`.example/>; rel="next"`),
	))
	wants(t, got, "is on another host, https://[secret].example")
	secretless(t, b, got, secret)
	if len(b.log) != 2 || !strings.Contains(b.log[1], secret) || !strings.Contains(got.Pages[1].Text, "k=[secret]") {
		t.Errorf("asked %q, recorded %q", b.log, got.Pages[1].Text)
	}
}

// endpoint is a token endpoint as RFC 6749 has it.
type endpoint struct {
	form   url.Values
	user   string
	asked  int
	issued int
	life   int // seconds
	refuse func(w http.ResponseWriter) bool
}

func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.asked++
	if e.refuse != nil && e.refuse(w) {
		return
	}
	_ = r.ParseForm()
	e.form = r.PostForm
	e.user, _, _ = r.BasicAuth()
	e.issued++
	w.Header().Set("Content-Type", "application/json")
	_, _ = fmt.Fprintf(w, `{"access_token":%q,"token_type":"Bearer","expires_in":%d,"refresh_token":"refresh-rotated-%d"}`, e.token(), e.life, e.issued)
}

func (e *endpoint) token() string { return fmt.Sprintf("access-token-%d", e.issued) }

// behind serves the token endpoint at /token and lets in who holds its newest token.
func (e *endpoint) behind(expireFirst bool) http.HandlerFunc {
	pages := guard(func(r *http.Request) bool {
		return r.Header.Get("Authorization") == "Bearer "+e.token() && !(expireFirst && e.issued == 1 && r.URL.Query().Get("p") != "0")
	})
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/token" {
			e.ServeHTTP(w, r)
			return
		}
		pages(w, r)
	}
}

func TestOAuth2(t *testing.T) {
	for _, c := range []struct {
		auth audit.Auth
		user string
		form url.Values // a part of what the endpoint must be sent
	}{
		{audit.Auth{Kind: "oauth2-client", Secret: "key", User: "client-1", Scopes: []string{"users.read", "groups.read"}, Audience: "{settings.base_url}/"}, "client-1",
			url.Values{"grant_type": {"client_credentials"}, "scope": {"users.read groups.read"}}},
		{audit.Auth{Kind: "oauth2-refresh", Secret: "key", User: "client-1", Client: "client"}, "client-1",
			url.Values{"grant_type": {"refresh_token"}, "refresh_token": {password}}},
	} {
		t.Run(c.auth.Kind, func(t *testing.T) {
			c.auth.TokenURL = "{settings.base_url}/token"
			e := &endpoint{life: 3600}
			b := guarded(c.auth)
			got := b.collect(t, e.behind(false))
			wants(t, got, "")
			if got.Requests[0].Records != 3 || e.asked != 1 || e.user != c.user {
				t.Errorf("%d records, %d tokens, user %q; want 3, 1, %s", got.Requests[0].Records, e.asked, e.user, c.user)
			}
			for name, want := range c.form {
				if e.form.Get(name) != want[0] {
					t.Errorf("%s is %q, want %q", name, e.form.Get(name), want[0])
				}
			}
			secretless(t, b, got, "access-token-1", "refresh-rotated-1")
		})
	}
}

// A token may be taken back before its time, and a refresh token is often good
// for one use.
func TestATokenIsRenewed(t *testing.T) {
	e := &endpoint{life: 3600}
	b := guarded(audit.Auth{Kind: "oauth2-refresh", Secret: "key", User: "client-1", Client: "client", TokenURL: "{settings.base_url}/token"})
	b.secrets["key"] = refresh
	got := b.collect(t, e.behind(true))
	wants(t, got, "")
	if e.issued != 2 || e.form.Get("refresh_token") != "refresh-rotated-1" || got.Requests[0].Records != 3 {
		t.Errorf("%d tokens, the last for %q, %d records", e.issued, e.form.Get("refresh_token"), got.Requests[0].Records)
	}
}

func TestATokenEndpointMisbehaves(t *testing.T) {
	for _, c := range []struct {
		name   string
		refuse func(w http.ResponseWriter) bool
		why    string
	}{
		{"is away for a moment", func() func(w http.ResponseWriter) bool {
			n := 0
			return func(w http.ResponseWriter) bool {
				n++
				if n == 1 {
					http.Error(w, "", http.StatusServiceUnavailable)
				}
				return n == 1
			}
		}(), ""},
		{"refuses and repeats the secret", func(w http.ResponseWriter) bool {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = fmt.Fprintf(w, `{"error":"invalid_client","error_description":"not %s"}`, password)
			return true
		}, "the token endpoint answered 401 Unauthorized invalid_client; not asked"},
		{"answers a web page", func(w http.ResponseWriter) bool { _, _ = io.WriteString(w, "<html>"); return true }, "the token endpoint gave no token"},
		{"redirects elsewhere", func(w http.ResponseWriter) bool {
			w.Header().Set("Location", "https://evil.example/")
			w.WriteHeader(http.StatusTemporaryRedirect)
			return true
		}, "the token endpoint: redirected to another host, https://evil.example"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := guarded(audit.Auth{Kind: "oauth2-client", Secret: "key", User: "client-1", TokenURL: "{settings.base_url}/token"})
			b.source.Requests = append(b.source.Requests, audit.Request{Name: "teams", URL: "{settings.base_url}/members"})
			got := b.collect(t, (&endpoint{life: 3600, refuse: c.refuse}).behind(false))
			wants(t, got, c.why)
			secretless(t, b, got)
		})
	}
}

func TestAnAssertionIsSigned(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	text := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}))
	file, _ := json.Marshal(map[string]string{"type": "service_account", "client_email": "robot@acme.example", "private_key": text, "private_key_id": "kid-1"})
	for name, c := range map[string]struct{ secret, user, kid string }{
		"PEM":           {text, "robot@acme.example", ""},
		"PEM, PKCS #1":  {string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})), "robot@acme.example", ""},
		"JSON key file": {string(file), "", "kid-1"},
	} {
		t.Run(name, func(t *testing.T) {
			e := &endpoint{life: 3600}
			b := guarded(audit.Auth{
				Kind: "jwt", Secret: "key", User: c.user, Subject: "admin@{settings.organization}.example",
				Scopes: []string{"directory.readonly", "audit.readonly"}, TokenURL: "{settings.base_url}/token",
			})
			b.secrets["key"] = c.secret
			got := b.collect(t, e.behind(false))
			wants(t, got, "")
			claims := verified(t, &key.PublicKey, e.form.Get("assertion"), c.kid)
			for name, want := range map[string]string{"iss": "robot@acme.example", "sub": "admin@acme.example", "scope": "directory.readonly audit.readonly"} {
				if claims[name] != want {
					t.Errorf("%s is %v, want %s", name, claims[name], want)
				}
			}
			if aud, _ := claims["aud"].(string); !strings.HasSuffix(aud, "/token") || e.form.Get("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer" {
				t.Errorf("aud %q, grant_type %q", aud, e.form.Get("grant_type"))
			}
			secretless(t, b, got, text, "access-token-1")
		})
	}
	for secret, why := range map[string]string{
		"no key": "the secret is no private key in PEM", `{"type":"authorized_user"}`: "the secret is JSON, and no key file",
		"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n": "the secret is no RSA private key",
	} {
		b := guarded(audit.Auth{Kind: "jwt", Secret: "key", User: "x", TokenURL: "{settings.base_url}/token"})
		b.secrets["key"] = secret
		wants(t, b.collect(t, say(`[]`)), why)
	}
}

// verified checks an RS256 signature and returns the claims.
func verified(t *testing.T, key *rsa.PublicKey, assertion, kid string) map[string]any {
	t.Helper()
	parts := strings.Split(assertion, ".")
	if len(parts) != 3 {
		t.Fatalf("assertion %q has %d parts", assertion, len(parts))
	}
	var raw [3][]byte
	for i, part := range parts {
		b, err := base64.RawURLEncoding.DecodeString(part)
		if err != nil {
			t.Fatal(err)
		}
		raw[i] = b
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if err := rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], raw[2]); err != nil {
		t.Errorf("signature: %v", err)
	}
	var head, claims map[string]any
	if json.Unmarshal(raw[0], &head) != nil || json.Unmarshal(raw[1], &claims) != nil || head["alg"] != "RS256" {
		t.Errorf("assertion %s %s", raw[0], raw[1])
	}
	if got, _ := head["kid"].(string); got != kid {
		t.Errorf("key id %q, want %q", got, kid)
	}
	return claims
}

func aws4(service string) audit.Auth {
	return audit.Auth{Kind: "sigv4", Secret: "key", User: "AKIDEXAMPLE", Region: "us-east-1", Service: service}
}

// The first vector that AWS publishes for Signature Version 4 ("get-vanilla").
func TestTheSignatureOfThePublishedExample(t *testing.T) {
	at, err := http.ParseTime("Sun, 30 Aug 2015 12:36:00 GMT")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ query, want string }{
		{"", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
		{"?Param2=value2&Param1=value1", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
	} {
		b := guarded(aws4("service"))
		b.secrets["key"] = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
		j := b.job("https://example.amazonaws.com")
		r, err := newRun(j)
		if err != nil {
			t.Fatal(err)
		}
		r.job.Now = func() time.Time { return at }
		w, err := openWeb(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		req, err := http.NewRequestWithContext(t.Context(), "GET", "https://example.amazonaws.com/"+c.query, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.auth.authorize(t.Context(), req, nil); err != nil {
			t.Fatal(err)
		}
		want := "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=" + c.want
		if got := req.Header.Get("Authorization"); got != want {
			t.Errorf("%q:\n got %s\nwant %s", c.query, got, want)
		}
	}
}

// The server signs what it received and compares.
func TestTheServerVerifiesTheSignature(t *testing.T) {
	for _, c := range []struct {
		service, session string
		request          audit.Request
	}{
		{"iam", "", audit.Request{URL: "{settings.base_url}/?Action=ListUsers&Version=2010-05-08"}},
		{"cloudtrail", "session", audit.Request{Method: "POST", URL: "{settings.base_url}/", Body: `{"trailNameList":[]}`, Headers: map[string]string{"X-Amz-Target": "CloudTrail.DescribeTrails", "Content-Type": "application/x-amz-json-1.1"}}},
		{"s3", "", audit.Request{URL: "{settings.base_url}/a%20bucket/{settings.organization}?acl="}},
	} {
		t.Run(c.service, func(t *testing.T) {
			a := aws4(c.service)
			a.Session = c.session
			b := guarded(a)
			c.request.Name = "answer"
			b.source.Requests = []audit.Request{c.request}
			got := b.collect(t, inTurn(fails(503), func(w http.ResponseWriter, r *http.Request) {
				want := signedAgain(r, password, c.service)
				if r.Header.Get("Authorization") != want || c.session != "" && r.Header.Get("X-Amz-Security-Token") != "session-token-1" {
					http.Error(w, `{"Code":"SignatureDoesNotMatch"}`, http.StatusForbidden)
					return
				}
				_, _ = io.WriteString(w, `{}`)
			}))
			wants(t, got, "")
			secretless(t, b, got)
		})
	}
}

// signedAgain computes the signature of a received request anew, step by step
// as the documentation of Signature Version 4 has it.
func signedAgain(r *http.Request, secret, service string) string {
	body, _ := io.ReadAll(r.Body)
	_, list, _ := strings.Cut(r.Header.Get("Authorization"), "SignedHeaders=")
	list, _, _ = strings.Cut(list, ",")
	headers := ""
	for name := range strings.SplitSeq(list, ";") {
		value := r.Header.Get(name)
		switch name {
		case "host":
			value = r.Host
		case "content-length":
			value = fmt.Sprint(len(body))
		}
		headers += name + ":" + strings.Join(strings.Fields(value), " ") + "\n"
	}
	path := r.URL.EscapedPath()
	if service != "s3" {
		path = strings.ReplaceAll(path, "%", "%25")
	}
	query := strings.ReplaceAll(r.URL.Query().Encode(), "+", "%20")
	canonical := strings.Join([]string{r.Method, path, query, headers, list, hexSum(string(body))}, "\n")
	date := r.Header.Get("X-Amz-Date")
	scope := date[:8] + "/us-east-1/" + service + "/aws4_request"
	key := []byte("AWS4" + secret)
	for _, part := range append(strings.Split(scope, "/"), "AWS4-HMAC-SHA256\n"+date+"\n"+scope+"\n"+hexSum(canonical)) {
		mac := hmac.New(sha256.New, key)
		_, _ = io.WriteString(mac, part)
		key = mac.Sum(nil)
	}
	return fmt.Sprintf("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/%s, SignedHeaders=%s, Signature=%x", scope, list, key)
}

func hexSum(s string) string { return string(audit.DigestOf([]byte(s))) }
