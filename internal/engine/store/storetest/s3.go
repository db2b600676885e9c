package storetest

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// versitygw is the S3-compatible server that tests run, at a pinned version.
// It keeps a bucket as a folder and an object as a file.
const versitygw = "github.com/versity/versitygw/cmd/versitygw@v1.8.0"

// S3Server is a private S3-compatible server.
type S3Server struct {
	Endpoint  string // http://127.0.0.1:…
	AccessKey string
	SecretKey string
	Root      string // the folder of its buckets
}

// S3 starts a server that runs until t ends. Where its program is not
// installed it is built once, into the user's cache, from the module proxy.
func S3(t *testing.T) S3Server {
	t.Helper()
	program := s3Program(t)
	const tries = 5
	for range tries {
		if s, ok := serveS3(t, program); ok {
			return s
		}
	}
	t.Fatal("versitygw does not answer on any port that was free")
	return S3Server{}
}

// Bucket makes a bucket and returns the URL by which gocloud opens it.
func (s S3Server) Bucket(t *testing.T, name string) string {
	t.Helper()
	if err := os.Mkdir(filepath.Join(s.Root, name), 0o755); err != nil {
		t.Fatal(err)
	}
	q := url.Values{"endpoint": {s.Endpoint}, "region": {"us-east-1"}, "use_path_style": {"true"}}
	return "s3://" + name + "?" + q.Encode()
}

// Login puts the server's credentials where the AWS libraries look for them.
func (s S3Server) Login(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", s.AccessKey)
	t.Setenv("AWS_SECRET_ACCESS_KEY", s.SecretKey)
	t.Setenv("AWS_SESSION_TOKEN", "")
}

// serveS3 reports false when the server did not come up, as when another
// process took the port meanwhile.
func serveS3(t *testing.T, program string) (S3Server, bool) {
	t.Helper()
	dir := t.TempDir()
	s := S3Server{AccessKey: "tickmark", SecretKey: "an example of a secret key", Root: filepath.Join(dir, "buckets")}
	iam, versions, log := filepath.Join(dir, "iam"), filepath.Join(dir, "versions"), filepath.Join(dir, "log")
	for _, d := range []string{s.Root, iam, versions} {
		if err := os.Mkdir(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	address := freeAddress(t)
	s.Endpoint = "http://" + address
	// The shell stops the server when its input ends, with the test at the latest.
	serve := exec.CommandContext(context.WithoutCancel(t.Context()), "/bin/sh", "-c", `log=$1; shift
		"$@" >"$log" 2>&1 </dev/null & server=$!
		read -r _; kill $server; wait $server; exit 0`, "sh", log,
		program, "--port", address, "--iam-dir", iam, "--quiet", "posix", "--versioning-dir", versions, s.Root)
	serve.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "ROOT_ACCESS_KEY=" + s.AccessKey, "ROOT_SECRET_KEY=" + s.SecretKey}
	input := must(serve.StdinPipe())(t)
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, input, serve) })
	return s, answers(t, address, log)
}

// answers waits until the server listens, and does not when it has given up.
func answers(t *testing.T, address, log string) bool {
	dialer := &net.Dialer{}
	const tries = 400
	for range tries {
		if c, err := dialer.DialContext(t.Context(), "tcp", address); err == nil {
			_ = c.Close()
			return true
		}
		if said, _ := os.ReadFile(log); strings.Contains(string(said), "address already in use") {
			return false
		}
		time.Sleep(25 * time.Millisecond)
	}
	return false
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l := must((&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0"))(t)
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// s3Program finds versitygw on the path or where Go puts programs; the last
// resort is to build it.
func s3Program(t *testing.T) string {
	t.Helper()
	if path, err := exec.LookPath("versitygw"); err == nil {
		return path
	}
	cache := must(os.UserCacheDir())(t)
	own := filepath.Join(cache, "tickmark-test", strings.ReplaceAll(filepath.Base(versitygw), "@", "-"))
	for _, path := range []string{goBin(t), "/usr/local/bin", own} {
		path = filepath.Join(path, "versitygw")
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path
		}
	}
	install := exec.CommandContext(t.Context(), "go", "install", versitygw)
	install.Dir, install.Env = t.TempDir(), append(os.Environ(), "GOBIN="+own, "GOFLAGS=")
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatal(fmt.Errorf("the S3-compatible server for tests cannot be built; install it with `go install %s`: %w\n%s", versitygw, err, out))
	}
	return filepath.Join(own, "versitygw")
}

func goBin(t *testing.T) string {
	out, err := exec.CommandContext(t.Context(), "go", "env", "GOBIN", "GOPATH").Output()
	lines := strings.Split(string(out), "\n")
	if err != nil || len(lines) < 2 {
		return ""
	}
	if lines[0] != "" {
		return lines[0]
	}
	return filepath.Join(lines[1], "bin")
}
