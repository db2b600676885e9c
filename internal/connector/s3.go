package connector

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	"gocloud.dev/blob/s3blob"
	"gocloud.dev/gcerrors"

	"tickmark/internal/audit"
)

// objects reads the objects of the bucket that the setting bucket names, such
// as s3://logs?region=eu-central-1, below the setting prefix. Each is a page,
// in the order in which the bucket lists them; one whose name ends in .gz is
// unpacked first. A request's pattern is matched against what follows the
// prefix; without one all objects are meant, at any depth.
type objects struct {
	run    *run
	bucket *blob.Bucket
	name   string   // of the bucket, without its options
	host   string   // of its address: what S3 calls the bucket
	prefix string   // of all objects
	root   *os.Root // of file://, to see what a link would lead to
}

// object is one that was listed.
type object struct {
	*blob.ListObject
	etag string
}

var _ transport = (*objects)(nil)

func openS3(ctx context.Context, r *run) (transport, error) {
	address := r.job.Settings["bucket"]
	u, err := url.Parse(address)
	if err != nil || u.Scheme == "" {
		return nil, errors.New("transport s3 needs the setting bucket: an address such as s3://logs?region=eu-central-1")
	}
	if u.User != nil {
		return nil, errors.New("credentials do not belong into the setting bucket: they are secrets, named by auth")
	}
	o := &objects{run: r, name: u.Scheme + "://" + u.Host + u.Path, host: u.Host, prefix: r.job.Settings["prefix"]}
	switch u.Scheme {
	case s3blob.Scheme:
		o.bucket, err = openBucket(ctx, r, u)
	case fileblob.Scheme:
		if o.root, err = os.OpenRoot(u.Path); err == nil {
			o.bucket, err = fileblob.OpenBucket(u.Path, &fileblob.Options{NoTempDir: true, Metadata: fileblob.MetadataDontWrite})
		}
	default:
		err = fmt.Errorf("the scheme %q is not known: s3 or file", u.Scheme)
	}
	if err != nil {
		return nil, fmt.Errorf("open the bucket %s: %w", o.name, err)
	}
	return o, nil
}

func (o *objects) close() error {
	err := o.bucket.Close()
	if o.root != nil {
		err = errors.Join(err, o.root.Close())
	}
	return err
}

func (o *objects) fetch(ctx context.Context, a *ask, keep keeper) error {
	pattern := "" // all of them
	if a.request.Files != "" {
		var err error
		if pattern, err = patternOf(a); err != nil {
			return err
		}
	}
	found, err := o.list(ctx, pattern)
	if err != nil {
		return fmt.Errorf("list the bucket %s: %w", o.name, err)
	}
	if len(found) == 0 && !a.request.Optional {
		return fmt.Errorf("nothing in %s/%s matches %s", o.name, o.prefix, pattern)
	}
	if a.request.Each == "" {
		a.asked.Text += fmt.Sprintf(" in %s/%s: %s listed", o.name, o.prefix, audit.Plural(int64(len(found)), "object"))
	}
	for i, x := range found {
		text, body, err := o.read(ctx, x)
		if err != nil {
			return fmt.Errorf("%s of %s: %s: %w", audit.Count(int64(i+1)), audit.Plural(int64(len(found)), "object"), x.Key, err)
		}
		if err := keepFile(ctx, o.run, x.Key, text, body, keep); err != nil {
			return err
		}
	}
	return nil
}

// list pages through the bucket. Marks of folders are no objects.
func (o *objects) list(ctx context.Context, pattern string) ([]object, error) {
	var found []object
	begins, _, _ := strings.Cut(strings.NewReplacer("*", "\n", "?", "\n", "[", "\n", `\`, "\n").Replace(pattern), "\n")
	each := o.bucket.List(&blob.ListOptions{Prefix: o.prefix + begins})
	for {
		x, err := o.next(ctx, each)
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err != nil {
			return nil, err
		}
		if x.IsDir || x.Size == 0 && strings.HasSuffix(x.Key, "/") {
			continue
		}
		if ok, _ := path.Match(pattern, strings.TrimPrefix(x.Key, o.prefix)); !ok && pattern != "" { // the pattern is well formed
			continue
		}
		listed := object{ListObject: x}
		if raw := (types.Object{}); x.As(&raw) && raw.ETag != nil {
			listed.etag = *raw.ETag
		}
		found = append(found, listed)
	}
}

func (o *objects) next(ctx context.Context, each *blob.ListIterator) (*blob.ListObject, error) {
	timed, cancel := o.timed(ctx)
	defer cancel()
	return each.Next(timed)
}

func (o *objects) timed(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, time.Duration(o.run.limits.Seconds)*time.Second)
}

// read reads an object that was listed and makes sure that it is still the same.
func (o *objects) read(ctx context.Context, x object) (string, []byte, error) {
	if x.Size > o.run.limit() {
		return "", nil, fmt.Errorf("it has %s, more than %d MB, and was not read: raise limits.page_mb of the source", audit.Plural(x.Size, "byte"), o.run.limits.PageMB)
	}
	if err := o.within(x.Key); err != nil {
		return "", nil, err
	}
	timed, cancel := o.timed(ctx)
	defer cancel()
	r, err := o.bucket.NewReader(timed, x.Key, &blob.ReaderOptions{BeforeRead: x.same})
	switch gcerrors.Code(err) {
	case gcerrors.OK:
	case gcerrors.NotFound:
		return "", nil, errors.New("it was listed and is gone: collect again when nobody deletes there")
	case gcerrors.FailedPrecondition:
		return "", nil, errChanged
	default:
		return "", nil, err
	}
	defer func() { _ = r.Close() }() // nothing was written
	body, err := io.ReadAll(io.LimitReader(r, o.run.limit()+1))
	if err != nil {
		return "", nil, err
	}
	if int64(len(body)) != x.Size || r.Size() != x.Size || !r.ModTime().Truncate(time.Second).Equal(x.ModTime.Truncate(time.Second)) {
		return "", nil, errChanged
	}
	return o.describe(x, r), body, nil
}

var errChanged = errors.New("it changed after it was listed: collect again when nobody writes there")

// same asks the server for the object that was listed and for no other.
func (x object) same(as func(any) bool) error {
	var in *s3.GetObjectInput
	if x.etag != "" && as(&in) {
		in.IfMatch = &x.etag
	}
	return nil
}

func (o *objects) describe(x object, r *blob.Reader) string {
	text := fmt.Sprintf("%s/%s, %s, of %s", o.name, x.Key, audit.Plural(x.Size, "byte"), x.ModTime.UTC().Format(time.RFC3339Nano))
	if x.etag != "" {
		text += ", etag " + x.etag
	}
	if raw := (s3.GetObjectOutput{}); r.As(&raw) && raw.VersionId != nil {
		text += ", version " + *raw.VersionId
	}
	return text
}

// within refuses links that lead out of the folder that serves as a bucket.
func (o *objects) within(key string) error {
	if o.root == nil {
		return nil
	}
	info, err := o.root.Stat(filepath.FromSlash(key))
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is no file that can be read to its end")
	}
	return err
}
