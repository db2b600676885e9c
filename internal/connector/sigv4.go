package connector

import (
	"context"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"tickmark/internal/audit"
)

// signer signs each request as AWS wants it, Signature Version 4.
type signer struct {
	run    *run
	keys   aws.Credentials
	auth   audit.Auth
	signer *v4.Signer
}

func newSigner(w *web, a audit.Auth, secret string) (authorizer, error) {
	s := &signer{run: w.run, auth: a, keys: aws.Credentials{AccessKeyID: a.User, SecretAccessKey: secret}}
	if a.Session != "" {
		session, err := w.run.secrets.value(a.Session)
		if err != nil {
			return nil, fmt.Errorf("auth: %w", err)
		}
		s.keys.SessionToken = session
	}
	s.signer = v4.NewSigner(func(o *v4.SignerOptions) {
		o.DisableURIPathEscaping = a.Service == "s3" // S3 signs the path as it is
	})
	return s, nil
}

func (s *signer) authorize(ctx context.Context, req *http.Request, body []byte) error {
	digest := string(audit.DigestOf(body))
	if s.auth.Service == "s3" {
		req.Header.Set("X-Amz-Content-Sha256", digest)
	}
	return s.signer.SignHTTP(ctx, s.keys, req, digest, s.auth.Service, s.auth.Region, s.run.job.Now().UTC())
}

func (*signer) renew() bool { return false }
