package connector

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"gocloud.dev/blob"
	"gocloud.dev/blob/s3blob"
)

// ofMachine is the value of the setting credentials by which an operator lets a
// source use the credentials that this machine has. Without it, and without
// auth, a bucket is asked as anybody could.
const ofMachine = "machine"

// openBucket opens a bucket of S3 or of what speaks its protocol. Its address
// may have the options region, endpoint and use_path_style.
func openBucket(ctx context.Context, r *run, u *url.URL) (*blob.Bucket, error) {
	if r.job.Settings["credentials"] == ofMachine {
		if r.job.Source.Auth != nil {
			return nil, errors.New("the setting credentials is machine, and the source has auth: one of the two")
		}
		return blob.OpenBucket(ctx, u.String())
	}
	c := aws.Config{RetryMaxAttempts: r.limits.Retries, Credentials: aws.AnonymousCredentials{}}
	options, err := bucketOptions(u.Query(), &c)
	if err != nil {
		return nil, err
	}
	if c.HTTPClient, err = clientOf(r, c.BaseEndpoint); err != nil {
		return nil, err
	}
	if err := credentials(r, &c); err != nil {
		return nil, err
	}
	if c.Region == "" {
		return nil, errors.New("in which region is it? Say ?region=… in the setting bucket")
	}
	return s3blob.OpenBucket(ctx, s3.NewFromConfig(c, options), u.Host, nil)
}

func bucketOptions(q url.Values, c *aws.Config) (func(*s3.Options), error) {
	pathStyle := false
	for _, name := range sortedKeys(q) {
		value := q.Get(name)
		var err error
		switch name {
		case "region":
			c.Region = value
		case "endpoint":
			c.BaseEndpoint = &value
		case "use_path_style":
			pathStyle, err = strconv.ParseBool(value)
		default:
			err = errors.New("it is not known: region, endpoint or use_path_style")
		}
		if err != nil {
			return nil, fmt.Errorf("the option %s: %w", name, err)
		}
	}
	return func(o *s3.Options) {
		o.UsePathStyle, o.DisableLogOutputChecksumValidationSkipped = pathStyle, true
	}, nil
}

// clientOf is bound by the rules of transport http: no bucket elsewhere without
// TLS, and no address where a cloud keeps a machine's credentials.
func clientOf(r *run, endpoint *string) (*http.Client, error) {
	h := hosts{insecure: r.job.Settings["insecure"] == "true"}
	if endpoint == nil {
		return h.client(r.job.Client), nil
	}
	u, err := url.Parse(*endpoint)
	if err != nil {
		return nil, fmt.Errorf("the option endpoint: %w", err)
	}
	h.origins = []string{origin(u)}
	return h.client(r.job.Client), h.allow(u)
}

// credentials are the ones of the source's auth, of kind sigv4.
func credentials(r *run, c *aws.Config) error {
	auth := r.job.Source.Auth
	if auth == nil {
		return nil
	}
	if auth.Kind != "sigv4" {
		return fmt.Errorf("auth %s is not for a bucket: sigv4", auth.Kind)
	}
	id, err := r.values.fill(auth.User)
	if err != nil {
		return err
	}
	region, err := r.values.fill(auth.Region)
	if err != nil {
		return err
	}
	if c.Region == "" {
		c.Region = region
	}
	own := aws.Credentials{AccessKeyID: id, Source: "the connection's secrets"}
	if own.SecretAccessKey, err = r.secrets.value(auth.Secret); err != nil {
		return err
	}
	if auth.Session != "" {
		if own.SessionToken, err = r.secrets.value(auth.Session); err != nil {
			return err
		}
	}
	c.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return own, nil })
	return nil
}
