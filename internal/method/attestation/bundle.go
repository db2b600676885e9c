package attestation

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/asn1"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"time"
)

// material is what a Sigstore bundle carries to be verified with.
type material struct {
	Certificate *der `json:"certificate"`
	Chain       struct {
		Certificates []der `json:"certificates"`
	} `json:"x509CertificateChain"`
	Log []struct {
		Time json.RawMessage `json:"integratedTime"` // seconds, as text or number
	} `json:"tlogEntries"`
	Stamps struct {
		RFC3161 []struct {
			Stamp []byte `json:"signedTimestamp"`
		} `json:"rfc3161Timestamps"`
	} `json:"timestampVerificationData"`
}

type der struct {
	Raw []byte `json:"rawBytes"`
}

// certificates are the signer's, and those above it that the bundle carries.
func (m material) certificates() (leaf *x509.Certificate, chain []*x509.Certificate, err error) {
	all := m.Chain.Certificates
	if m.Certificate != nil {
		all = []der{*m.Certificate}
	}
	for i, d := range all {
		c, err := x509.ParseCertificate(d.Raw)
		if err != nil {
			return nil, nil, fmt.Errorf("certificate %d of the bundle: %w", i+1, err)
		}
		if i == 0 {
			leaf = c
		} else {
			chain = append(chain, c)
		}
	}
	return leaf, chain, nil
}

// time is when the log or a time stamp says that the signature was there; zero
// when the bundle does not tell. A stamp of another signature is refused.
func (m material) time(signatures [][]byte) (time.Time, error) {
	for _, e := range m.Log {
		if len(e.Time) == 0 {
			continue
		}
		seconds, err := strconv.ParseInt(string(bytes.Trim(e.Time, `"`)), 10, 64)
		if err != nil || seconds < 0 || seconds > 1<<36 {
			return time.Time{}, fmt.Errorf("the log's time %s is no number of seconds", e.Time)
		}
		if seconds > 0 {
			return time.Unix(seconds, 0).UTC(), nil
		}
	}
	for _, s := range m.Stamps.RFC3161 {
		return stamped(s.Stamp, signatures)
	}
	return time.Time{}, nil
}

// The parts of an RFC 3161 answer that are read.
type (
	stampAnswer struct {
		Status asn1.RawValue
		Token  contentInfo
	}
	contentInfo struct {
		Type    asn1.ObjectIdentifier
		Content asn1.RawValue `asn1:"explicit,tag:0"`
	}
	signedData struct {
		Version int
		Digests asn1.RawValue
		Inner   struct {
			Type    asn1.ObjectIdentifier
			Content []byte `asn1:"explicit,tag:0"`
		}
	}
	stampInfo struct {
		Version int
		Policy  asn1.ObjectIdentifier
		Imprint struct {
			Algorithm asn1.RawValue
			Digest    []byte
		}
		Serial *big.Int
		Time   time.Time `asn1:"generalized"`
	}
)

// stamped reads the time of a stamp and holds the stamp against the signatures.
func stamped(stamp []byte, signatures [][]byte) (time.Time, error) {
	var answer stampAnswer
	var data signedData
	var info stampInfo
	if _, err := asn1.Unmarshal(stamp, &answer); err != nil {
		return time.Time{}, fmt.Errorf("the bundle's time stamp: %w", err)
	}
	if _, err := asn1.Unmarshal(answer.Token.Content.Bytes, &data); err != nil {
		return time.Time{}, fmt.Errorf("the bundle's time stamp: %w", err)
	}
	if _, err := asn1.Unmarshal(data.Inner.Content, &info); err != nil {
		return time.Time{}, fmt.Errorf("the bundle's time stamp: %w", err)
	}
	for _, sig := range signatures {
		short, long, longest := sha256.Sum256(sig), sha512.Sum384(sig), sha512.Sum512(sig)
		for _, sum := range [][]byte{short[:], long[:], longest[:]} {
			if bytes.Equal(sum, info.Imprint.Digest) {
				return info.Time.UTC(), nil
			}
		}
	}
	return time.Time{}, errors.New("the bundle's time stamp is of another signature")
}

// vouched follows the certificate to one of the roots, at the time of the log.
func vouched(leaf *x509.Certificate, chain []*x509.Certificate, text string, at time.Time) (State, string, error) {
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	for _, c := range chain {
		between.AddCert(c)
	}
	err := blocks(text, func(b *pem.Block) error {
		c, err := x509.ParseCertificate(b.Bytes)
		if err != nil {
			return err
		}
		if bytes.Equal(c.RawSubject, c.RawIssuer) {
			roots.AddCert(c)
		} else {
			between.AddCert(c)
		}
		return nil
	})
	if err != nil {
		return "", "", fmt.Errorf("the given roots: %w", err)
	}
	options := x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning}}
	state, why := follow(leaf, options)
	return state, why, nil
}

func follow(leaf *x509.Certificate, options x509.VerifyOptions) (State, string) {
	at := options.CurrentTime
	if at.IsZero() {
		return DoesNotVerify, "who vouches for it cannot be told: the bundle names no time of a log or stamp"
	}
	if _, err := leaf.Verify(options); err != nil {
		return DoesNotVerify, "no given root vouches for it: " + err.Error()
	}
	return Verified, "a given root vouches for it at " + at.Format(time.RFC3339) + ", the time that the bundle names"
}

// signer is the name that the certificate gives to the signer.
func signer(c *x509.Certificate) string {
	switch {
	case len(c.URIs) > 0:
		return c.URIs[0].String()
	case len(c.EmailAddresses) > 0:
		return c.EmailAddresses[0]
	case len(c.DNSNames) > 0:
		return c.DNSNames[0]
	}
	return c.Subject.CommonName
}

// The extensions in which Fulcio names who vouched for the signer's identity:
// the newer holds DER, the older plain text.
var (
	issuerDER  = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 57264, 1, 8}
	issuerText = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 57264, 1, 1}
)

func issuer(c *x509.Certificate) string {
	plain := ""
	for _, e := range c.Extensions {
		var s string
		if _, err := asn1.Unmarshal(e.Value, &s); err == nil && e.Id.Equal(issuerDER) {
			return s
		}
		if e.Id.Equal(issuerText) {
			plain = string(e.Value)
		}
	}
	return plain
}
