package connector

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tickmark/internal/engine/store/storetest"
)

// says looks for one line of each list, and for none where nothing is wanted.
func says(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %q, want %q", what, got, want)
	}
	for i := range want {
		if !strings.Contains(got[i], want[i]) {
			t.Errorf("%s: %q, want %q", what, got[i], want[i])
		}
	}
}

func checked(t *testing.T, j Job) Permissions {
	t.Helper()
	p, err := Check(t.Context(), j)
	if err != nil || p.Unknown != "" {
		t.Fatal(err, p.Unknown)
	}
	return p
}

func TestWhatAProgramNeeds(t *testing.T) {
	for _, c := range []struct {
		name            string
		change          func(path string) error
		missing, beyond []string
	}{
		{"as it should be", func(string) error { return nil }, nil, nil},
		{"not there", os.Remove, []string{"find the program"}, nil},
		{"not executable", func(p string) error { return os.Chmod(p, 0o644) }, []string{"permission denied"}, nil},
		{"others may write it", func(p string) error { return os.Chmod(p, 0o757) }, nil, []string{"report can be changed by everybody on this machine"}},
		{"its group may write it", func(p string) error { return os.Chmod(p, 0o775) }, nil, []string{"report can be changed by its whole group"}},
		{"others may put another there", func(p string) error { return os.Chmod(filepath.Dir(p), 0o777) }, nil, []string{"can be changed by everybody on this machine"}},
		{"a folder of which names stay", func(p string) error { return os.Chmod(filepath.Dir(p), 0o777|os.ModeSticky) }, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			ran := filepath.Join(t.TempDir(), "ran")
			j, path := program(t, &cabinet{}, "touch "+ran, "ndjson")
			j.Source.Requests[0].Env = map[string]string{"TOKEN": "{secret.token}"}
			if err := os.Chmod(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := c.change(path); err != nil {
				t.Fatal(err)
			}
			p := checked(t, j)
			says(t, "missing", p.Missing, c.missing...)
			says(t, "beyond", p.Beyond, c.beyond...)
			if _, err := os.Stat(ran); err == nil {
				t.Error("the check ran the program")
			}
		})
	}
	j, _ := program(t, &cabinet{}, "exit 0", "ndjson")
	j.Source.Requests[0].Env = map[string]string{"TOKEN": "{secret.token}"}
	j.Secret = nil
	says(t, "missing", checked(t, j).Missing, "secret token is not set")
}

func TestWhatAFolderNeeds(t *testing.T) {
	j, dir := folder(t, &cabinet{}, "*.csv", map[string]string{"a.csv": "x\n1\n"})
	for _, mode := range []os.FileMode{0o755, 0o555} {
		if err := os.Chmod(dir, mode); err != nil {
			t.Fatal(err)
		}
		probe := filepath.Join(dir, "probe") // whether we may write is what writing says
		var beyond []string
		if os.WriteFile(probe, nil, 0o600) == nil {
			beyond = []string{"write " + dir}
			if err := os.Remove(probe); err != nil {
				t.Fatal(err)
			}
		}
		p := checked(t, j)
		says(t, "missing", p.Missing)
		says(t, "beyond", p.Beyond, beyond...)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(dir, "b.csv")); err != nil {
		t.Fatal(err)
	}
	says(t, "missing", checked(t, j).Missing, "a link that leads out of the folder")
	j.Source.Requests[0].Files = "*.json"
	says(t, "missing", checked(t, j).Missing, "matches *.json")
	j.Settings["path"] = dir + "-gone"
	says(t, "missing", checked(t, j).Missing, "no such file or directory")
	j.Settings["path"] = ""
	if p, err := Check(t.Context(), j); err != nil || !strings.Contains(p.Unknown, "handed over") {
		t.Errorf("%+v, %v", p, err)
	}
}

// reader stands before a bucket as a policy does that lets its caller read only.
func reader(t *testing.T, target string, refuse func(*http.Request) bool) string {
	t.Helper()
	u, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(u)
		r.Out.Host = r.In.Host // it is signed
	}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !refuse(r) {
			proxy.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte(`<Error><Code>AccessDenied</Code><Message>no</Message></Error>`))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestWhatABucketNeeds(t *testing.T) {
	server := storetest.S3(t)
	address, bucket := filled(t, server, "checked", map[string]string{"logs/a.csv": "x\na\n"})
	writes := func(r *http.Request) bool { return r.Method == http.MethodPut || r.Method == http.MethodDelete }
	reads := func(r *http.Request) bool {
		return r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "a.csv")
	}
	lists := func(r *http.Request) bool { return r.URL.Query().Get("list-type") != "" }
	versions := func(r *http.Request) bool { return r.URL.Query().Has("versioning") }
	for _, c := range []struct {
		name                    string
		refuse                  func(*http.Request) bool
		missing, beyond, untold []string
	}{
		{"everything is allowed", func(*http.Request) bool { return false }, nil, []string{"put", "delete"}, nil},
		{"reading only", writes, nil, nil, nil},
		{"not to be read", func(r *http.Request) bool { return writes(r) || reads(r) }, []string{"get: logs/a.csv"}, nil, nil},
		{"not to be listed", func(r *http.Request) bool { return writes(r) || lists(r) }, []string{"list: "}, nil, []string{"get: "}},
		{"whether versions are kept is not said", func(r *http.Request) bool { return r.Method == http.MethodPut || versions(r) }, nil, nil, []string{"delete: not tried"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			at, err := url.Parse(address)
			if err != nil {
				t.Fatal(err)
			}
			q := at.Query()
			q.Set("endpoint", reader(t, q.Get("endpoint"), c.refuse))
			at.RawQuery = q.Encode()
			p := checked(t, bucketJob(&cabinet{}, server, at.String(), "logs/", ""))
			says(t, "missing", p.Missing, c.missing...)
			says(t, "beyond", p.Beyond, c.beyond...)
			says(t, "untold", p.Untold, c.untold...)
		})
	}
	var left []string
	for each := bucket.List(nil); ; {
		x, err := each.Next(t.Context())
		if err != nil {
			break
		}
		left = append(left, x.Key)
	}
	if !slices.Equal(left, []string{"logs/a.csv"}) {
		t.Errorf("the checks left %q", left)
	}
	p := checked(t, bucketJob(&cabinet{}, server, address, "nothing/", ""))
	says(t, "untold", p.Untold, "nothing is in")
	j := bucketJob(&cabinet{}, server, "file://"+t.TempDir(), "", "")
	j.Source.Auth = nil
	says(t, "beyond", checked(t, j).Beyond, "put", "delete")
}
