package connector

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"gocloud.dev/blob"
)

// checkS3 tries what a collection needs of a bucket, to list it and to read an
// object, and asks for what it must not be allowed, to write and to delete, in
// ways that change nothing even when they are allowed.
func (r *run) checkS3(ctx context.Context) (Permissions, error) {
	t, err := openS3(ctx, r)
	if err != nil {
		return Permissions{}, r.secrets.scrubbed(err)
	}
	defer func() { _ = t.close() }()
	o := t.(*objects) //nolint:forcetypeassert // openS3 opens nothing else
	p := Permissions{Granted: []string{}, Missing: []string{}, Beyond: []string{}}
	o.checkReading(ctx, &p)
	if o.root != nil {
		if f := (&files{dir: o.root.Name()}); f.writable() {
			p.Granted, p.Beyond = append(p.Granted, "put", "delete"), append(p.Beyond, "put", "delete")
		}
		return p, nil
	}
	var client *s3.Client
	if !o.bucket.As(&client) {
		return p, fmt.Errorf("the bucket %s is not asked over S3", o.name)
	}
	o.checkWriting(ctx, client, &p)
	for _, list := range []*[]string{&p.Missing, &p.Untold} {
		for i := range *list {
			(*list)[i] = r.secrets.scrub((*list)[i])
		}
	}
	return p, nil
}

// checkReading lists, and reads a byte of the first object.
func (o *objects) checkReading(ctx context.Context, p *Permissions) {
	each := o.bucket.List(&blob.ListOptions{Prefix: o.prefix})
	for {
		x, err := o.next(ctx, each)
		if errors.Is(err, io.EOF) {
			p.Granted = append(p.Granted, "list")
			p.Untold = append(p.Untold, fmt.Sprintf("get: nothing is in %s/%s", o.name, o.prefix))
			return
		}
		if err != nil {
			p.Missing = append(p.Missing, "list: "+err.Error())
			p.Untold = append(p.Untold, "get: the bucket cannot be listed")
			return
		}
		if x.IsDir || x.Size == 0 {
			continue
		}
		p.Granted = append(p.Granted, "list")
		if err := o.first(ctx, x.Key); err != nil {
			p.Missing = append(p.Missing, "get: "+x.Key+": "+err.Error())
		} else {
			p.Granted = append(p.Granted, "get")
		}
		return
	}
}

func (o *objects) first(ctx context.Context, key string) error {
	timed, cancel := o.timed(ctx)
	defer cancel()
	r, err := o.bucket.NewRangeReader(timed, key, 0, 1, nil)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, r)
	return errors.Join(err, r.Close())
}

// checkWriting asks to write and to delete. A part of an upload that nobody
// began is refused either way, by who allows writing for another reason. To
// delete what is not there leaves a mark in a bucket that keeps versions, so
// there it is not tried.
func (o *objects) checkWriting(ctx context.Context, client *s3.Client, p *Permissions) {
	bucket, key, part := o.host, o.prefix+"tickmark-check-"+rand.Text(), int32(1)
	none := "there-is-no-such-upload"
	o.tried(ctx, p, "put", func(ctx context.Context) error {
		_, err := client.UploadPart(ctx, &s3.UploadPartInput{Bucket: &bucket, Key: &key, PartNumber: &part, UploadId: &none})
		return err
	})
	timed, cancel := o.timed(ctx)
	defer cancel()
	versions, err := client.GetBucketVersioning(timed, &s3.GetBucketVersioningInput{Bucket: &bucket})
	switch {
	case err != nil:
		p.Untold = append(p.Untold, "delete: not tried, since the bucket does not say whether it keeps versions, where trying would leave a mark")
		return
	case versions.Status == types.BucketVersioningStatusEnabled || versions.Status == types.BucketVersioningStatusSuspended:
		p.Untold = append(p.Untold, "delete: not tried, since the bucket keeps versions, where trying would leave a mark")
		return
	}
	o.tried(ctx, p, "delete", func(ctx context.Context) error {
		_, err := client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &bucket, Key: &key})
		return err
	})
}

// tried asks for something that should be refused, and notes the answer.
func (o *objects) tried(ctx context.Context, p *Permissions, what string, do func(context.Context) error) {
	timed, cancel := o.timed(ctx)
	defer cancel()
	err := do(timed)
	answered, code := (*awshttp.ResponseError)(nil), http.StatusOK
	if errors.As(err, &answered) {
		code = answered.HTTPStatusCode()
	} else if err != nil {
		code = 0
	}
	switch code {
	case http.StatusUnauthorized, http.StatusForbidden:
	case http.StatusOK, http.StatusNotFound:
		p.Granted, p.Beyond = append(p.Granted, what), append(p.Beyond, what)
	default:
		p.Untold = append(p.Untold, what+": "+err.Error())
	}
}
