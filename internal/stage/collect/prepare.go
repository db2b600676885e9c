package collect

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/method/attestation"
)

// preparations are the known transformations of a page before the mapping, by
// the name that a request gives in its field prepare.
var preparations = map[string]func(page []byte, settings map[string]string) ([]byte, error){
	"dsse": prepareDSSE,
}

// Prepare makes of a recorded page the page that the mapping reads. The
// recorded one stays what it is. Without a kind there is nothing to do.
func Prepare(kind string, page []byte, settings map[string]string) ([]byte, error) {
	if kind == "" {
		return page, nil
	}
	p, ok := preparations[kind]
	if !ok {
		return nil, fmt.Errorf("prepare: %q is not known; expected dsse", kind)
	}
	made, err := p(page, settings)
	if err != nil {
		return nil, fmt.Errorf("prepare %s: %w", kind, err)
	}
	return made, nil
}

// PrepareFile prepares the page at path and returns where the page to be mapped
// is: path itself when there is nothing to do, else a new file in dir.
func PrepareFile(dir, kind, path string, settings map[string]string) (string, error) {
	if kind == "" {
		return path, nil
	}
	page, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	made, err := Prepare(kind, page, settings)
	if err != nil {
		return "", err
	}
	f, err := os.CreateTemp(dir, "prepared-*")
	if err != nil {
		return "", err
	}
	_, err = f.Write(made)
	return f.Name(), errors.Join(err, f.Close())
}

// envelope is one line of the page that a mapping reads instead of a DSSE
// envelope or Sigstore bundle.
type envelope struct {
	Digest      audit.Digest      `json:"digest,omitempty"` // of the statement
	PayloadType string            `json:"payload_type,omitempty"`
	Signature   attestation.State `json:"signature,omitempty"`
	Chain       attestation.State `json:"chain,omitempty"`
	Finding     string            `json:"finding"`
	KeyID       string            `json:"key_id,omitempty"`
	Signer      string            `json:"signer,omitempty"`
	Issuer      string            `json:"signer_issuer,omitempty"`
	LoggedAt    string            `json:"logged_at,omitempty"`
	Statement   json.RawMessage   `json:"statement"`
}

// prepareDSSE opens the envelopes of a page, one after another or in an array,
// and writes one line for each. One that cannot be opened has a line that says
// why and nothing else, so that its row is rejected. Text that is no JSON stays
// as it is, for the mapping to refuse.
func prepareDSSE(page []byte, settings map[string]string) ([]byte, error) {
	trust := attestation.Trust{Keys: settings["public_key"], Roots: settings["trusted_root"]}
	if err := trust.Check(); err != nil {
		return nil, err
	}
	texts, ok := documents(page)
	if !ok {
		return page, nil
	}
	var out bytes.Buffer
	for _, text := range texts {
		line, err := audit.Canonical(open(text, trust))
		if err != nil {
			return nil, err
		}
		out.Write(append(bytes.TrimSpace(line), '\n'))
	}
	return out.Bytes(), nil
}

// documents are the JSON values of a page, if it is JSON; an array is taken apart.
func documents(page []byte) (texts []json.RawMessage, ok bool) {
	d := json.NewDecoder(bytes.NewReader(page))
	for {
		var one json.RawMessage
		if err := d.Decode(&one); err != nil {
			return texts, errors.Is(err, io.EOF)
		}
		var several []json.RawMessage
		if json.Unmarshal(one, &several) != nil {
			several = []json.RawMessage{one}
		}
		texts = append(texts, several...)
	}
}

func open(text []byte, trust attestation.Trust) envelope {
	o, err := attestation.Open(text, trust)
	if err != nil {
		return envelope{Finding: "cannot be opened: " + err.Error()}
	}
	e := envelope{
		Digest: audit.DigestOf(o.Payload), PayloadType: o.PayloadType, Signature: o.Signature, Chain: o.Chain, Finding: o.Finding,
		KeyID: o.KeyID, Signer: o.Signer, Issuer: o.Issuer,
	}
	if !o.LoggedAt.IsZero() {
		e.LoggedAt = o.LoggedAt.Format(time.RFC3339)
	}
	if statement(o.Payload) {
		e.Statement = o.Payload
	}
	return e
}

// statement reports whether a payload is JSON that can stand in a page.
func statement(payload []byte) bool {
	var object map[string]json.RawMessage
	return json.Unmarshal(payload, &object) == nil
}
