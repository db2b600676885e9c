// Package seal signs PDF files: a detached CMS signature with the signer's
// certificate, in the form that ETSI EN 319 142 calls PAdES B-B. It stands among
// the engines and appends to the bytes it is given, changing none of them. It
// does not know what a report is, who may issue one, or what time it is.
package seal

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"time"
)

// hole is how many bytes are kept for the signature, before it is known: a
// chain of five certificates of the largest usual kind fits.
const hole = 16 << 10

// Signer is a private key with the certificate that names its owner, and the
// certificates of those who issued it.
type Signer struct {
	Key   crypto.Signer // RSA, or ECDSA
	Cert  *x509.Certificate
	Chain []*x509.Certificate // issuers, carried along for the reader; the nearest first
}

// Statement is what a signature says of itself. Nothing of it is proven: the
// time is the signer's own word.
type Statement struct {
	Reason string // "" when none is given
	At     time.Time
}

// Read reads a signer from PEM texts: a private key that is not encrypted, and
// the certificate with its issuers after it.
func Read(key, certificates []byte) (Signer, error) {
	var s Signer
	var err error
	if s.Key, err = readKey(key); err != nil {
		return s, fmt.Errorf("signing key: %w", err)
	}
	for rest := certificates; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			continue
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return s, fmt.Errorf("signing certificate: %w", err)
		}
		s.Chain = append(s.Chain, c)
	}
	if len(s.Chain) == 0 {
		return s, errors.New("signing certificate: the file holds none in PEM form (BEGIN CERTIFICATE)")
	}
	s.Cert, s.Chain = s.Chain[0], s.Chain[1:]
	return s, s.matches()
}

func readKey(text []byte) (crypto.Signer, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("the file holds no key in PEM form (BEGIN PRIVATE KEY)")
	}
	var key any
	var err error
	switch block.Type {
	case "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(block.Bytes)
	case "ENCRYPTED PRIVATE KEY":
		return nil, errors.New("it is encrypted: decrypt it first, as with `openssl pkcs8`")
	default:
		return nil, fmt.Errorf("%q is no kind of key that is known: give PKCS #8, PKCS #1 or SEC 1", block.Type)
	}
	if err != nil {
		return nil, err
	}
	switch k := key.(type) {
	case *rsa.PrivateKey:
		return k, nil
	case *ecdsa.PrivateKey:
		return k, nil
	}
	return nil, fmt.Errorf("readers of PDF cannot check a signature of a %T: use RSA or ECDSA", key)
}

// matches says why the key and the certificate do not belong together, or nil.
func (s Signer) matches() error {
	public, ok := s.Key.Public().(interface{ Equal(crypto.PublicKey) bool })
	if !ok || !public.Equal(s.Cert.PublicKey) {
		return fmt.Errorf("the certificate of %s is of another key than the one that was given", s.Cert.Subject)
	}
	return nil
}

// usable says why the certificate cannot stand under a signature of a day, or nil.
func (s Signer) usable(at time.Time) error {
	const day = "2006-01-02"
	allowed := x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment
	switch {
	case at.Before(s.Cert.NotBefore) || at.After(s.Cert.NotAfter):
		return fmt.Errorf("the certificate of %s is valid from %s to %s, and the signature is of %s", s.Cert.Subject, s.Cert.NotBefore.Format(day), s.Cert.NotAfter.Format(day), at.UTC().Format(day))
	case s.Cert.KeyUsage != 0 && s.Cert.KeyUsage&allowed == 0:
		return fmt.Errorf("the certificate of %s is not issued for signatures", s.Cert.Subject)
	}
	return nil
}

// PDF returns the file with a signature appended. All bytes but those of the
// signature itself are signed. The same file, signer and statement give the
// same bytes.
func (s Signer) PDF(file []byte, x Statement) ([]byte, error) {
	if err := s.usable(x.At); err != nil {
		return nil, err
	}
	d, err := open(file)
	if err != nil {
		return nil, fmt.Errorf("the PDF cannot be signed: %w", err)
	}
	u := update{document: d}
	u.out.Write(file)
	if file[len(file)-1] != '\n' {
		u.out.WriteByte('\n')
	}
	from, to, err := u.signature(s.Cert.Subject.CommonName, x)
	if err != nil {
		return nil, fmt.Errorf("the PDF cannot be signed: %w", err)
	}
	out := u.out.Bytes()
	der, err := s.detached(sha256Of(out[:from], out[to:]))
	if err != nil {
		return nil, err
	}
	if hex.EncodedLen(len(der)) > to-from-2 {
		return nil, fmt.Errorf("the signature takes %d bytes, and there is room for %d: carry fewer issuers along", len(der), (to-from-2)/2)
	}
	hex.Encode(out[from+1:], der)
	return bytes.Clone(out), nil
}
