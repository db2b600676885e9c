package connector

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gocloud.dev/blob"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store/storetest"
)

// filled is a bucket on a real server, with objects in it.
func filled(t *testing.T, server storetest.S3Server, name string, objects map[string]string) (address string, bucket *blob.Bucket) {
	t.Helper()
	server.Login(t)
	address = server.Bucket(t, name)
	bucket, err := blob.OpenBucket(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { bucket.Close() })
	for key, text := range objects {
		if err := bucket.WriteAll(t.Context(), key, []byte(text), nil); err != nil {
			t.Fatal(err)
		}
	}
	// The collector has what its connection gives it, and nothing of the machine.
	t.Setenv("AWS_ACCESS_KEY_ID", "of the machine")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "of the machine")
	return address, bucket
}

func bucketJob(c *cabinet, server storetest.S3Server, address, prefix, pattern string) Job {
	return c.job(audit.Source{
		Transport: "s3", Limits: audit.Limits{PageMB: 1, Retries: 1, Seconds: 20},
		Auth:     &audit.Auth{Kind: "sigv4", User: "{settings.key_id}", Secret: "key", Region: "us-east-1", Service: "s3"},
		Requests: []audit.Request{{Name: "rows", Format: "csv", Files: pattern}},
	}, map[string]string{"bucket": address, "prefix": prefix, "key_id": server.AccessKey}, map[string]string{"key": server.SecretKey})
}

func TestBuckets(t *testing.T) {
	server := storetest.S3(t)
	for i, c := range []struct {
		name string
		test func(*testing.T, storetest.S3Server, string)
	}{
		{"objects that match", objectsThatMatch},
		{"what is recorded", whatIsRecordedOfAnObject},
		{"more than a page of the list", moreThanAPageOfTheList},
		{"deleted after it was listed", objectsThatChangeMeanwhile},
		{"buckets that misbehave", bucketsThatMisbehave},
		{"credentials of the machine", credentialsOfTheMachine},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, server, fmt.Sprintf("bucket%d", i)) })
	}
}

func objectsThatMatch(t *testing.T, server storetest.S3Server, name string) {
	address, _ := filled(t, server, name, map[string]string{
		"logs/a.csv": "x\na\n", "logs/b.csv": "x\nb\n", "logs/2025/c.csv": "x\nc\n", "other/d.csv": "x\nd\n", "logs/e.csv.gz": packed(t, "x\ne\n"),
	})
	for _, c := range []struct{ prefix, pattern, want string }{
		{"logs/", "*.csv", "x\na\nx\nb\n"}, {"logs/", "2025/*", "x\nc\n"}, {"", "*/?.csv", "x\na\nx\nb\nx\nd\n"}, {"logs/", "*.gz", "x\ne\n"}, {"logs/", "", "x\nc\nx\na\nx\nb\nx\ne\n"},
	} {
		t.Run(c.prefix+c.pattern, func(t *testing.T) {
			shelf := &cabinet{}
			if got := shelf.text(collects(t, bucketJob(shelf, server, address, c.prefix, c.pattern)), "rows"); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func whatIsRecordedOfAnObject(t *testing.T, server storetest.S3Server, name string) {
	address, bucket := filled(t, server, name, map[string]string{"a.csv": "x\na\n"})
	attrs, err := bucket.Attributes(t.Context(), "a.csv")
	if err != nil {
		t.Fatal(err)
	}
	c := collects(t, bucketJob(&cabinet{}, server, address, "", ""))
	text := c.Pages[0].Text
	if !strings.HasPrefix(text, "s3://"+name+"/a.csv, 4 bytes, of 20") || !strings.Contains(text, "etag "+attrs.ETag) {
		t.Errorf("got %q, etag %s", text, attrs.ETag)
	}
	if text := c.Requests[0].Text; !strings.HasSuffix(text, "in s3://"+name+"/: 1 object listed") {
		t.Errorf("got %q", text)
	}
}

func moreThanAPageOfTheList(t *testing.T, server storetest.S3Server, name string) {
	address, _ := filled(t, server, name, nil)
	const many = 1100
	for i := range many {
		if err := os.WriteFile(filepath.Join(server.Root, name, fmt.Sprintf("%04d.csv", i)), fmt.Appendf(nil, "x\n%d\n", i), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c := collects(t, bucketJob(&cabinet{}, server, address, "", "*.csv"))
	if a := c.Requests[0]; a.Pages != many || a.Records != many {
		t.Errorf("got %+v", a)
	}
}

func objectsThatChangeMeanwhile(t *testing.T, server storetest.S3Server, name string) {
	address, bucket := filled(t, server, name, nil)
	for _, c := range []struct {
		name   string
		change func() error
		why    string
	}{
		{"deleted", func() error { return bucket.Delete(t.Context(), "b.csv") }, "2 of 2 objects: b.csv: it was listed and is gone"},
		{"other bytes", func() error { return bucket.WriteAll(t.Context(), "b.csv", []byte("x\nc\n"), nil) }, "b.csv: it changed after it was listed"},
		{"more bytes", func() error { return bucket.WriteAll(t.Context(), "b.csv", []byte("x\nb\nc\n"), nil) }, "b.csv: it changed after it was listed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for key, text := range map[string]string{"a.csv": "x\na\n", "b.csv": "x\nb\n"} {
				if err := bucket.WriteAll(t.Context(), key, []byte(text), nil); err != nil {
					t.Fatal(err)
				}
			}
			shelf := &cabinet{before: func(n int, _ []byte) {
				if n != 1 {
					return
				}
				if err := c.change(); err != nil {
					t.Error(err)
				}
			}}
			got := falls(t, bucketJob(shelf, server, address, "", "*.csv"), c.why)
			if text := shelf.text(got, "rows"); text != "x\na\n" {
				t.Errorf("kept %q", text)
			}
		})
	}
}

func bucketsThatMisbehave(t *testing.T, server storetest.S3Server, name string) {
	address, _ := filled(t, server, name, map[string]string{"large.csv": strings.Repeat("x\n", 1<<19+1), "small.csv": "x\n"})
	for _, c := range []struct {
		name, pattern string
		change        func(*Job)
		why           string
	}{
		{"nothing matches", "*.json", func(*Job) {}, "nothing in s3://" + name},
		{"too large", "large.csv", func(*Job) {}, "more than 1 MB"},
		{"no such bucket", "", func(j *Job) { j.Settings["bucket"] = strings.Replace(address, name, "nothing", 1) }, "list the bucket s3://nothing"},
		{"nobody's credentials", "", func(j *Job) { j.Source.Auth = nil }, "list the bucket"},
		{"the wrong key", "", func(j *Job) { j.Settings["key_id"] = "somebody" }, "list the bucket"},
		{"no server", "", func(j *Job) {
			j.Settings["bucket"] = "s3://x?region=us-east-1&endpoint=http://127.0.0.1:1&use_path_style=true"
		}, "list the bucket"},
		{"no TLS", "", func(j *Job) { j.Settings["bucket"] = "s3://x?region=us-east-1&endpoint=http://192.0.2.1" }, "without TLS"},
		{"no region", "", func(j *Job) { j.Settings["bucket"] = "s3://x"; j.Source.Auth = nil }, "in which region"},
		{"no such option", "", func(j *Job) { j.Settings["bucket"] += "&profile=mine" }, "the option profile"},
		{"credentials in the address", "", func(j *Job) { j.Settings["bucket"] = "s3://a:secret@x" }, "do not belong into"},
		{"another scheme", "", func(j *Job) { j.Settings["bucket"] = "gs://x" }, `the scheme "gs"`},
		{"no address", "", func(j *Job) { j.Settings["bucket"] = "x" }, "needs the setting bucket"},
	} {
		t.Run(c.name, func(t *testing.T) {
			j := bucketJob(&cabinet{}, server, address, "", c.pattern)
			c.change(&j)
			if got := fmt.Sprint(falls(t, j, c.why)); strings.Contains(got, server.SecretKey) || strings.Contains(got, "of the machine") {
				t.Errorf("a secret is shown: %s", got)
			}
		})
	}
}

// What the machine may read is read only when the connection says so.
func credentialsOfTheMachine(t *testing.T, server storetest.S3Server, name string) {
	address, _ := filled(t, server, name, map[string]string{"a.csv": "x\na\n"})
	server.Login(t)
	j := bucketJob(&cabinet{}, server, address, "", "")
	j.Source.Auth = nil
	falls(t, j, "list the bucket")
	j.Settings["credentials"] = ofMachine
	j.Source.Settings = append(j.Source.Settings, audit.Setting{Name: "credentials"})
	collects(t, j)
}

func TestAFolderAsABucket(t *testing.T) {
	shelf := &cabinet{}
	dir := t.TempDir()
	for _, name := range []string{"a.csv", "b.csv"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x\n"+name+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	j := bucketJob(shelf, storetest.S3Server{}, "file://"+dir, "", "*.csv")
	if got := shelf.text(collects(t, j), "rows"); got != "x\na.csv\nx\nb.csv\n" {
		t.Errorf("got %q", got)
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(dir, "c.csv")); err != nil {
		t.Fatal(err)
	}
	falls(t, j, "c.csv: statat c.csv: path escapes")
}
