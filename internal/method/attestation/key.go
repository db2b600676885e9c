package attestation

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
)

// key is a public key and the SHA-256 of its DER form.
type key struct {
	public crypto.PublicKey
	id     string
}

const smallestRSA = 2048 // bits

func keyOf(public crypto.PublicKey) (key, error) {
	switch p := public.(type) {
	case *ecdsa.PublicKey, ed25519.PublicKey:
	case *rsa.PublicKey:
		if p.N.BitLen() < smallestRSA {
			return key{}, fmt.Errorf("an RSA key of %d bits proves nothing; expected at least %d", p.N.BitLen(), smallestRSA)
		}
	default:
		return key{}, fmt.Errorf("a key of kind %T; expected ECDSA, Ed25519 or RSA", public)
	}
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return key{}, err
	}
	sum := sha256.Sum256(der)
	return key{public: public, id: hex.EncodeToString(sum[:])}, nil
}

// publicKeys reads PEM: public keys, and certificates for their keys.
func publicKeys(text string) ([]key, error) {
	var keys []key
	err := blocks(text, func(b *pem.Block) error {
		public, err := publicKey(b)
		if err != nil {
			return err
		}
		k, err := keyOf(public)
		keys = append(keys, k)
		return err
	})
	return keys, err
}

func publicKey(b *pem.Block) (crypto.PublicKey, error) {
	switch b.Type {
	case "PUBLIC KEY":
		return x509.ParsePKIXPublicKey(b.Bytes)
	case "RSA PUBLIC KEY":
		return x509.ParsePKCS1PublicKey(b.Bytes)
	case "CERTIFICATE":
		c, err := x509.ParseCertificate(b.Bytes)
		if err != nil {
			return nil, err
		}
		return c.PublicKey, nil
	}
	return nil, fmt.Errorf("a PEM block %q; expected PUBLIC KEY or CERTIFICATE", b.Type)
}

// blocks visits every block of a PEM text, and refuses text that is none.
func blocks(text string, visit func(*pem.Block) error) error {
	rest := []byte(strings.TrimSpace(text))
	for n := 1; len(rest) > 0; n++ {
		b, after := pem.Decode(rest)
		if b == nil {
			return errors.New("text that is not PEM; expected -----BEGIN PUBLIC KEY----- or -----BEGIN CERTIFICATE-----")
		}
		if err := visit(b); err != nil {
			return fmt.Errorf("block %d: %w", n, err)
		}
		rest = []byte(strings.TrimSpace(string(after)))
	}
	return nil
}

// verifies tries the ways in which a key of this kind signs.
func (k key) verifies(text, sig []byte) bool {
	short, long, longest := sha256.Sum256(text), sha512.Sum384(text), sha512.Sum512(text)
	switch p := k.public.(type) {
	case ed25519.PublicKey:
		return ed25519.Verify(p, text, sig)
	case *ecdsa.PublicKey:
		switch p.Curve.Params().BitSize {
		case 384:
			return ecdsa.VerifyASN1(p, long[:], sig) || ecdsa.VerifyASN1(p, short[:], sig)
		case 521:
			return ecdsa.VerifyASN1(p, longest[:], sig) || ecdsa.VerifyASN1(p, short[:], sig)
		}
		return ecdsa.VerifyASN1(p, short[:], sig)
	case *rsa.PublicKey:
		return rsa.VerifyPSS(p, crypto.SHA256, short[:], sig, nil) == nil || rsa.VerifyPKCS1v15(p, crypto.SHA256, short[:], sig) == nil
	}
	return false
}

// Check reads what is trusted and says what of it is no key or certificate.
func (t Trust) Check() error {
	if _, err := publicKeys(t.Keys); err != nil {
		return fmt.Errorf("the given keys: %w", err)
	}
	err := blocks(t.Roots, func(b *pem.Block) error {
		_, err := x509.ParseCertificate(b.Bytes)
		return err
	})
	if err != nil {
		return fmt.Errorf("the given roots: %w", err)
	}
	return nil
}
