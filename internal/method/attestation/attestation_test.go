package attestation

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"
)

const statement = `{"_type":"https://in-toto.io/Statement/v1","subject":[]}`

// The encoding of the example in the DSSE protocol.
func TestWhatIsSigned(t *testing.T) {
	e := envelope{kind: "http://example.com/HelloWorld", payload: []byte("hello world")}
	if got, want := string(e.signed()), "DSSEv1 29 http://example.com/HelloWorld 11 hello world"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func sealed(t *testing.T, payload string, sign func(text []byte) []byte) []byte {
	t.Helper()
	e := envelope{kind: "application/vnd.in-toto+json", payload: []byte(payload)}
	b, err := json.Marshal(map[string]any{
		"payloadType": e.kind, "payload": base64.StdEncoding.EncodeToString(e.payload),
		"signatures": []any{map[string]any{"keyid": "k", "sig": base64.StdEncoding.EncodeToString(sign(e.signed()))}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func pemOf(t *testing.T, public crypto.PublicKey) string {
	t.Helper()
	b, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: b}))
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestEveryKindOfKey(t *testing.T) {
	short := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	long := must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader))
	rsaKey := must(rsa.GenerateKey(rand.Reader, 2048))
	edPublic, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sum := func(b []byte) []byte { s := sha256.Sum256(b); return s[:] }
	for _, c := range []struct {
		name   string
		public crypto.PublicKey
		sign   func([]byte) []byte
	}{
		{"ECDSA P-256", &short.PublicKey, func(b []byte) []byte { return must(ecdsa.SignASN1(rand.Reader, short, sum(b))) }},
		{"ECDSA P-384", &long.PublicKey, func(b []byte) []byte {
			s := sha512.Sum384(b)
			return must(ecdsa.SignASN1(rand.Reader, long, s[:]))
		}},
		{"Ed25519", edPublic, func(b []byte) []byte { return ed25519.Sign(edKey, b) }},
		{"RSA-PSS", &rsaKey.PublicKey, func(b []byte) []byte {
			return must(rsa.SignPSS(rand.Reader, rsaKey, crypto.SHA256, sum(b), nil))
		}},
		{"RSA PKCS #1 v1.5", &rsaKey.PublicKey, func(b []byte) []byte {
			return must(rsa.SignPKCS1v15(rand.Reader, rsaKey, crypto.SHA256, sum(b)))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := sealed(t, statement, c.sign)
			other, _, _ := ed25519.GenerateKey(rand.Reader)
			forged := sealed(t, statement+" ", func(b []byte) []byte { return c.sign(b[:len(b)-1]) })
			for _, x := range []struct {
				name, keys string
				text       []byte
				want       State
				says       string
			}{
				{"its key", pemOf(t, c.public), text, Verified, "verified by the given key "},
				{"its key behind another", pemOf(t, other) + pemOf(t, c.public), text, Verified, "verified by the given key "},
				{"another key", pemOf(t, other), text, DoesNotVerify, "signature does not verify with any of the 1 given keys"},
				{"another text", pemOf(t, c.public), forged, DoesNotVerify, "signature does not verify"},
				{"no key", "", text, NotVerified, "not verified: no key was given"},
			} {
				got, err := Open(x.text, Trust{Keys: x.keys})
				if err != nil {
					t.Fatalf("%s: %v", x.name, err)
				}
				if got.Signature != x.want || got.Chain != None || !strings.HasPrefix(got.Finding, x.says) {
					t.Errorf("%s: got %s, chain %s, %q", x.name, got.Signature, got.Chain, got.Finding)
				}
				if (got.KeyID != "") != (x.want == Verified) {
					t.Errorf("%s: key %q", x.name, got.KeyID)
				}
			}
		})
	}
}

// authority is a root that issued one certificate for a few minutes.
type authority struct {
	root string
	leaf []byte
	key  *ecdsa.PrivateKey
}

func issue(t *testing.T, from time.Time) authority {
	t.Helper()
	rootKey, key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)), must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	root := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "root"}, NotBefore: from.AddDate(-1, 0, 0), NotAfter: from.AddDate(9, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	rootDER := must(x509.CreateCertificate(rand.Reader, root, root, &rootKey.PublicKey, rootKey))
	leaf := &x509.Certificate{SerialNumber: big.NewInt(2), NotBefore: from, NotAfter: from.Add(10 * time.Minute),
		URIs: []*url.URL{must(url.Parse("https://ci.example.com/build"))}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning}, KeyUsage: x509.KeyUsageDigitalSignature}
	leafDER := must(x509.CreateCertificate(rand.Reader, leaf, root, &key.PublicKey, rootKey))
	return authority{root: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: rootDER})), leaf: leafDER, key: key}
}

func (a authority) bundle(t *testing.T, logged any) []byte {
	t.Helper()
	envelope := sealed(t, statement, func(b []byte) []byte {
		s := sha256.Sum256(b)
		return must(ecdsa.SignASN1(rand.Reader, a.key, s[:]))
	})
	return must(json.Marshal(map[string]any{
		"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", "dsseEnvelope": json.RawMessage(envelope),
		"verificationMaterial": map[string]any{
			"certificate": map[string]any{"rawBytes": a.leaf}, "tlogEntries": []any{map[string]any{"integratedTime": logged}},
		},
	}))
}

func TestWhoVouches(t *testing.T) {
	from := time.Date(2025, 6, 1, 10, 0, 0, 0, time.UTC)
	a, other := issue(t, from), issue(t, from)
	in, late := "1748772060", "1748800000"
	for _, c := range []struct {
		name, roots string
		logged      any
		chain       State
		says, keys  string
		signature   State
	}{
		{"no root", "", in, NotVerified, "no root was given", "", Verified},
		{"its root", a.root, in, Verified, "vouches for it at 2025-06-01T10:01:00Z", "", Verified},
		{"time as a number", a.root, 1748772060, Verified, "vouches", "", Verified},
		{"another root", other.root, in, DoesNotVerify, "no given root vouches", "", Verified},
		{"logged after the certificate ran out", a.root, late, DoesNotVerify, "no given root vouches", "", Verified},
		{"no time", a.root, "0", DoesNotVerify, "names no time", "", Verified},
		{"given keys count alone", a.root, in, NotVerified, "does not verify with any of the 1", pemOf(t, &other.key.PublicKey), DoesNotVerify},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Open(a.bundle(t, c.logged), Trust{Roots: c.roots, Keys: c.keys})
			if err != nil {
				t.Fatal(err)
			}
			if got.Signature != c.signature || got.Chain != c.chain || !strings.Contains(got.Finding, c.says) || got.Signer != "https://ci.example.com/build" {
				t.Errorf("got %s, chain %s, signer %q, %q", got.Signature, got.Chain, got.Signer, got.Finding)
			}
		})
	}
}

// A bundle of a real build, with a time stamp instead of a log entry.
func TestARealBundle(t *testing.T) {
	text, err := os.ReadFile("../../../catalog/sources/recorded/sigstore-bundle/bundle.json")
	if err != nil {
		t.Fatal(err)
	}
	got, err := Open(text, Trust{})
	if err != nil {
		t.Fatal(err)
	}
	if got.Signature != Verified || got.Chain != NotVerified || got.Issuer != "https://token.actions.githubusercontent.com" {
		t.Errorf("got %s, %s, %q: %s", got.Signature, got.Chain, got.Issuer, got.Finding)
	}
	if want := "2025-03-18T20:59:03Z"; got.LoggedAt.Format(time.RFC3339) != want {
		t.Errorf("stamped at %s, want %s", got.LoggedAt, want)
	}
	touched := strings.Replace(string(text), "MEYCIQCOaL", "MEYCIQCOaM", 1)
	if touched == string(text) {
		t.Fatal("the test touched nothing")
	}
	if _, err := Open([]byte(touched), Trust{}); err == nil || !strings.Contains(err.Error(), "of another signature") {
		t.Errorf("a touched signature: %v", err)
	}
}

func TestWhatIsNoEnvelope(t *testing.T) {
	good := sealed(t, statement, func([]byte) []byte { return []byte{1} })
	for _, c := range []struct{ name, text, keys, want string }{
		{"no JSON", "{", "", "read the envelope"},
		{"no signature", `{"payloadType":"x","payload":"","signatures":[]}`, "", "no payloadType or no signature"},
		{"no base64", `{"payloadType":"x","payload":"!","signatures":[{"sig":"AA=="}]}`, "", "the envelope's payload"},
		{"empty signature", `{"payloadType":"x","payload":"","signatures":[{"sig":""}]}`, "", "signature 1"},
		{"a signed file", `{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","messageSignature":{"signature":"AA=="}}`, "", "holds no statement"},
		{"a key that is no PEM", string(good), "ssh-ed25519 AAAA", "not PEM"},
		{"a private key", string(good), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", `"PRIVATE KEY"`},
		{"a small key", string(good), smallKey(t), "1024 bits"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := Open([]byte(c.text), Trust{Keys: c.keys}); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func smallKey(t *testing.T) string {
	t.Helper()
	n := new(big.Int).SetBit(big.NewInt(1), 1023, 1)
	return pemOf(t, &rsa.PublicKey{N: n, E: 65537})
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte(`{"payloadType":"x","payload":"e30=","signatures":[{"sig":"AA=="}]}`))
	f.Add([]byte(`{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","dsseEnvelope":{"payloadType":"x","payload":"e30=","signatures":[{"sig":"AA=="}]},"verificationMaterial":{"certificate":{"rawBytes":"MAA="},"timestampVerificationData":{"rfc3161Timestamps":[{"signedTimestamp":"MAA="}]}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := Open(text, Trust{})
		if err == nil && got.Signature == Verified && got.Signer == "" && got.KeyID == "" {
			t.Error("verified by nothing")
		}
	})
}
