package connector

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
	"golang.org/x/oauth2/jwt"

	"tickmark/internal/audit"
)

// authorizer proves to a source who asks.
type authorizer interface {
	authorize(ctx context.Context, req *http.Request, body []byte) error
	renew() bool // whether a refused proof can be made anew
}

// newAuthorizer makes the one that the source declares. What it needs of
// secrets it asks for now, so that a missing one is known before the first page.
func newAuthorizer(ctx context.Context, w *web) (authorizer, error) {
	declared := w.run.job.Source.Auth
	if declared == nil {
		return nobody{}, nil
	}
	a, err := w.filledAuth(*declared)
	if err != nil {
		return nil, fmt.Errorf("auth: %w", err)
	}
	secret, err := w.run.secrets.value(a.Secret)
	if err != nil {
		return nil, fmt.Errorf("auth: %w", err)
	}
	switch a.Kind {
	case "bearer":
		return header{"Authorization", or(a.Prefix, "Bearer ") + strings.TrimSpace(secret)}, nil
	case "header":
		return header{a.Header, a.Prefix + strings.TrimSpace(secret)}, nil
	case "basic":
		w.run.secrets.remember(a.User + ":" + secret)
		return basic{a.User, secret}, nil
	case "sigv4":
		return newSigner(w, a, secret)
	default:
		return newTokens(ctx, w, a, secret)
	}
}

// filledAuth is auth with its templates filled in.
func (w *web) filledAuth(a audit.Auth) (audit.Auth, error) {
	for _, field := range []*string{&a.User, &a.Audience, &a.Subject, &a.Region} {
		filled, err := w.run.values.fill(*field)
		if err != nil {
			return a, err
		}
		*field = filled
	}
	if a.TokenURL == "" {
		return a, nil
	}
	u, err := w.run.values.fillURL(a.TokenURL)
	if err != nil {
		return a, err
	}
	a.TokenURL = u.String()
	return a, w.hosts.allow(u)
}

// nobody asks without a proof.
type nobody struct{}

func (nobody) authorize(context.Context, *http.Request, []byte) error { return nil }
func (nobody) renew() bool                                            { return false }

// header is a secret in a header.
type header struct{ name, value string }

func (h header) authorize(_ context.Context, req *http.Request, _ []byte) error {
	req.Header.Set(h.name, h.value)
	return nil
}
func (header) renew() bool { return false }

// basic is a user and a password.
type basic struct{ user, password string }

func (b basic) authorize(_ context.Context, req *http.Request, _ []byte) error {
	req.SetBasicAuth(b.user, b.password)
	return nil
}
func (basic) renew() bool { return false }

// tokens are access tokens from a token endpoint, each used until it expires.
type tokens struct {
	run    *run
	client *http.Client
	scheme string // before the token; what the endpoint says when empty
	source func(ctx context.Context) oauth2.TokenSource
	token  *oauth2.Token
}

func newTokens(_ context.Context, w *web, a audit.Auth, secret string) (authorizer, error) {
	t := &tokens{run: w.run, client: w.client, scheme: a.Prefix}
	switch a.Kind {
	case "oauth2-client":
		c := &clientcredentials.Config{ClientID: a.User, ClientSecret: secret, TokenURL: a.TokenURL, Scopes: a.Scopes}
		if a.Audience != "" {
			c.EndpointParams = url.Values{"audience": {a.Audience}}
		}
		t.source = c.TokenSource
	case "oauth2-refresh":
		c := &oauth2.Config{ClientID: a.User, Endpoint: oauth2.Endpoint{TokenURL: a.TokenURL}, Scopes: a.Scopes}
		if a.Client != "" {
			client, err := w.run.secrets.value(a.Client)
			if err != nil {
				return nil, fmt.Errorf("auth: %w", err)
			}
			c.ClientSecret = client
		}
		refresh := &oauth2.Token{RefreshToken: secret}
		t.source = func(ctx context.Context) oauth2.TokenSource { return rotating{c, ctx, refresh, w.run, a.Secret} }
	case "jwt":
		c, err := assertion(w.run, a, secret)
		if err != nil {
			return nil, fmt.Errorf("auth: %w", err)
		}
		t.source = c.TokenSource
	}
	return t, nil
}

// rotating uses the newest refresh token, since an endpoint may take the old
// one back when it hands out another. The new one is kept before anything is
// asked with what came beside it: whatever happens afterwards, the next run has
// it.
type rotating struct {
	config *oauth2.Config
	ctx    context.Context //nolint:containedctx // what the library's interface has no room for
	last   *oauth2.Token
	run    *run
	secret string // its name
}

func (r rotating) Token() (*oauth2.Token, error) {
	t, err := r.config.TokenSource(r.ctx, r.last).Token()
	if err != nil || t.RefreshToken == "" || t.RefreshToken == r.last.RefreshToken {
		return t, err
	}
	r.run.secrets.remember(t.RefreshToken)
	old := r.last.RefreshToken
	r.last.RefreshToken = t.RefreshToken
	if r.run.job.Reseal == nil {
		return nil, unkept{r.secret, errors.New("secrets are not kept here")}
	}
	if err := r.run.job.Reseal(r.secret, old, t.RefreshToken); err != nil {
		return nil, unkept{r.secret, err}
	}
	return t, nil
}

// unkept is said of a new secret that could not be kept.
type unkept struct {
	name string
	why  error
}

func (u unkept) Error() string {
	return fmt.Sprintf("the token endpoint put another secret in the place of %s, and it could not be kept: %v: when the next collection is refused, authorize anew and give the secret with tickmark secret set", u.name, u.why)
}

// assertion is a signed statement that is traded for a token. The secret is a
// private key in PEM, or a key file in JSON as Google hands it out.
func assertion(r *run, a audit.Auth, secret string) (*jwt.Config, error) {
	var file struct {
		Email string `json:"client_email"`
		Key   string `json:"private_key"`
		ID    string `json:"private_key_id"`
	}
	file.Email, file.Key = a.User, secret
	if isJSON(secret) {
		file.Key = ""
		if err := json.Unmarshal([]byte(secret), &file); err != nil || file.Key == "" {
			return nil, errors.New("the secret is JSON, and no key file: it needs private_key and client_email")
		}
		r.secrets.remember(file.Key)
	}
	if a.User != "" {
		file.Email = a.User
	}
	if err := rsaKey(file.Key); err != nil {
		return nil, err
	}
	return &jwt.Config{
		Email: file.Email, PrivateKey: []byte(file.Key), PrivateKeyID: file.ID, Subject: a.Subject,
		Scopes: a.Scopes, TokenURL: a.TokenURL, Audience: a.Audience,
	}, nil
}

func rsaKey(text string) error {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return errors.New("the secret is no private key in PEM")
	}
	if key, err := x509.ParsePKCS8PrivateKey(block.Bytes); err == nil {
		if _, ok := key.(*rsa.PrivateKey); ok {
			return nil
		}
	}
	if _, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return nil
	}
	return errors.New("the secret is no RSA private key in PEM, PKCS #8 or #1")
}

func (t *tokens) authorize(ctx context.Context, req *http.Request, _ []byte) error {
	if !t.token.Valid() {
		token, err := t.source(context.WithValue(ctx, oauth2.HTTPClient, t.client)).Token()
		if err != nil {
			return tokenless(err)
		}
		t.token = token
		t.run.secrets.remember(token.AccessToken)
		t.run.secrets.remember(token.RefreshToken)
	}
	if t.scheme != "" {
		req.Header.Set("Authorization", t.scheme+t.token.AccessToken)
		return nil
	}
	t.token.SetAuthHeader(req)
	return nil
}

func (t *tokens) renew() bool {
	t.token = nil
	return true
}

// tokenless says why there is no token, without the endpoint's answer, which
// may repeat what it was sent.
func tokenless(err error) error {
	var answered *oauth2.RetrieveError
	var refused refusal
	var lost unkept
	switch {
	case errors.As(err, &lost):
		return stop{lost}
	case errors.As(err, &refused):
		return stop{fmt.Errorf("the token endpoint: %w", refused)}
	case !errors.As(err, &answered) || answered.Response == nil:
		return transient{fmt.Errorf("the token endpoint gave no token: %w", err)}
	}
	code := answered.Response.StatusCode
	said := fmt.Errorf("the token endpoint answered %s", strings.TrimSpace(status(code)+" "+short(answered.ErrorCode)))
	if code == http.StatusTooManyRequests || code >= http.StatusInternalServerError {
		return transient{said}
	}
	if answered.ErrorCode == "invalid_grant" {
		said = fmt.Errorf("%w: the secret is no longer good: authorize anew and give it with tickmark secret set", said)
	}
	return stop{said}
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
