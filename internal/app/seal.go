package app

import (
	"errors"
	"fmt"
	"os"

	"tickmark/internal/audit"
	"tickmark/internal/engine/seal"
	"tickmark/internal/stage/report"
)

// seal is what signs an issued report, or nil when no key is configured. The
// key is read when it is needed and kept nowhere.
func (a *App) seal() (report.Seal, error) {
	if a.SignKey == "" && a.SignCert == "" {
		return nil, nil
	}
	if a.SignKey == "" || a.SignCert == "" {
		return nil, errors.New("a signature takes both a key and its certificate: name both files, or neither")
	}
	key, err := os.ReadFile(a.SignKey)
	if err != nil {
		return nil, fmt.Errorf("signing key: %w", err)
	}
	certificate, err := os.ReadFile(a.SignCert)
	if err != nil {
		return nil, fmt.Errorf("signing certificate: %w", err)
	}
	signer, err := seal.Read(key, certificate)
	if err != nil {
		return nil, err
	}
	by := fmt.Sprintf("%s (certificate SHA-256 %s)", signer.Cert.Subject, audit.DigestOf(signer.Cert.Raw))
	return func(pdf []byte) ([]byte, string, error) {
		signed, err := signer.PDF(pdf, seal.Statement{Reason: "Issue of the report", At: a.clock().UTC()})
		return signed, by, err
	}, nil
}
