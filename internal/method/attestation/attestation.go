// Package attestation owns what can be said of a signed statement: whether a
// key verifies its signature, and whether a root vouches for the signer. It
// decides from bytes alone, and what was not verified it calls not verified,
// with the reason. It does not know what the statement says, nor does it verify
// the signature of a transparency log or of a time stamp.
package attestation

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// State is what became of one thing to be verified.
type State string

// The states.
const (
	Verified      State = "verified"
	DoesNotVerify State = "does-not-verify"
	NotVerified   State = "not-verified" // nothing was given to verify it with
	None          State = "none"         // there is no certificate and so no chain
)

// Trust is what the verifier was given. Either may be empty.
type Trust struct {
	Keys  string // PEM: public keys and certificates whose keys are trusted
	Roots string // PEM: certificates of authorities; those that are not self-signed are taken as intermediate
}

// Opened is the content of an envelope and what was found about its signature.
type Opened struct {
	Payload     []byte
	PayloadType string
	Digest      string // SHA-256 of the payload, in hexadecimal digits
	Signature   State
	Chain       State
	Finding     string // in words
	KeyID       string // SHA-256 of the public key that verified it, in hexadecimal digits
	Signer      string // the certificate's name for the signer
	Issuer      string // who vouched for the signer's identity, by the certificate
	LoggedAt    time.Time
}

// document is a DSSE envelope, or a Sigstore bundle that holds one.
type document struct {
	PayloadType string      `json:"payloadType"`
	Payload     string      `json:"payload"`
	Signatures  []signature `json:"signatures"`

	MediaType string          `json:"mediaType"`
	Material  material        `json:"verificationMaterial"`
	Envelope  *document       `json:"dsseEnvelope"`
	Message   json.RawMessage `json:"messageSignature"`
}

type signature struct {
	Sig string `json:"sig"`
}

// envelope is what was decoded.
type envelope struct {
	kind       string
	payload    []byte
	signatures [][]byte
}

// Open reads one DSSE envelope or Sigstore bundle and verifies it with what is
// trusted. A signature that does not verify is no error but a finding; an error
// means that there is no envelope to speak of.
func Open(text []byte, trust Trust) (Opened, error) {
	var d document
	if err := json.Unmarshal(text, &d); err != nil {
		return Opened{}, fmt.Errorf("read the envelope: %w", err)
	}
	inner := &d
	if d.Envelope != nil {
		inner = d.Envelope
	} else if len(d.Message) > 0 {
		return Opened{}, errors.New("the bundle signs a file and holds no statement: only DSSE envelopes can be imported")
	}
	e, err := inner.decode()
	if err != nil {
		return Opened{}, err
	}
	keys, err := publicKeys(trust.Keys)
	if err != nil {
		return Opened{}, fmt.Errorf("the given keys: %w", err)
	}
	sum := sha256.Sum256(e.payload)
	o := Opened{Payload: e.payload, PayloadType: e.kind, Digest: hex.EncodeToString(sum[:]), Chain: None}
	if o.LoggedAt, err = d.Material.time(e.signatures); err != nil {
		return Opened{}, err
	}
	if err := o.judge(e, keys, d.Material, trust.Roots); err != nil {
		return Opened{}, err
	}
	return o, nil
}

func (d *document) decode() (envelope, error) {
	if d.PayloadType == "" || len(d.Signatures) == 0 {
		return envelope{}, errors.New("the envelope has no payloadType or no signature")
	}
	payload, err := unbase64(d.Payload)
	if err != nil {
		return envelope{}, fmt.Errorf("the envelope's payload: %w", err)
	}
	e := envelope{kind: d.PayloadType, payload: payload}
	for i, s := range d.Signatures {
		sig, err := unbase64(s.Sig)
		if err != nil || len(sig) == 0 {
			return envelope{}, fmt.Errorf("signature %d of the envelope is empty or not base64", i+1)
		}
		e.signatures = append(e.signatures, sig)
	}
	return e, nil
}

// unbase64 takes both alphabets, as DSSE does.
func unbase64(s string) ([]byte, error) {
	if strings.ContainsAny(s, "-_") {
		return base64.URLEncoding.DecodeString(s)
	}
	return base64.StdEncoding.DecodeString(s)
}

// signed is the text that was signed: DSSE's pre-authentication encoding.
func (e envelope) signed() []byte {
	b := []byte("DSSEv1 " + strconv.Itoa(len(e.kind)) + " " + e.kind + " " + strconv.Itoa(len(e.payload)) + " ")
	return append(b, e.payload...)
}

// by finds the first of the keys that verifies one of the signatures.
func (e envelope) by(keys []key) (key, bool) {
	text := e.signed()
	for _, k := range keys {
		for _, sig := range e.signatures {
			if k.verifies(text, sig) {
				return k, true
			}
		}
	}
	return key{}, false
}

// judge fills the findings. Given keys count alone; without them, the key of
// the bundle's certificate does.
func (o *Opened) judge(e envelope, keys []key, m material, roots string) error {
	leaf, chain, err := m.certificates()
	if err != nil {
		return err
	}
	if leaf != nil {
		o.Signer, o.Issuer, o.Chain = signer(leaf), issuer(leaf), NotVerified
	}
	switch {
	case len(keys) > 0:
		o.withKeys(e, keys)
	case leaf == nil:
		o.Signature, o.Finding = NotVerified, "not verified: no key was given"
	default:
		return o.withCertificate(e, leaf, chain, roots)
	}
	return nil
}

func (o *Opened) withKeys(e envelope, keys []key) {
	k, ok := e.by(keys)
	if !ok {
		o.Signature, o.Finding = DoesNotVerify, fmt.Sprintf("signature does not verify with any of the %d given keys", len(keys))
		return
	}
	o.Signature, o.KeyID, o.Finding = Verified, k.id, "verified by the given key "+k.id
	o.Chain = None
}

func (o *Opened) withCertificate(e envelope, leaf *x509.Certificate, chain []*x509.Certificate, roots string) error {
	own, err := keyOf(leaf.PublicKey)
	if err != nil {
		return fmt.Errorf("the bundle's certificate: %w", err)
	}
	if _, ok := e.by([]key{own}); !ok {
		o.Signature, o.Finding = DoesNotVerify, "signature does not verify with the key of the bundle's certificate"
		return nil
	}
	o.Signature, o.KeyID = Verified, own.id
	o.Finding = "verified by the key " + own.id + " of the bundle's own certificate; "
	if strings.TrimSpace(roots) == "" {
		o.Finding += "who vouches for it is not verified: no root was given"
		return nil
	}
	state, why, err := vouched(leaf, chain, roots, o.LoggedAt)
	o.Chain, o.Finding = state, o.Finding+why
	return err
}
