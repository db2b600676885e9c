package connector

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	"tickmark/internal/audit"
)

// checkExec looks at the program of each request, without running any: whether
// it is there and may be run, and whether somebody else could put another in its
// place.
func (r *run) checkExec() (Permissions, error) {
	p := Permissions{Granted: []string{}, Missing: []string{}, Beyond: []string{}}
	for _, q := range r.job.Source.Requests {
		path, err := r.programOf(q)
		if err != nil {
			p.Missing = append(p.Missing, q.Name+": "+r.secrets.scrub(err.Error()))
			continue
		}
		p.Granted = append(p.Granted, "run "+path)
		for _, place := range []string{path, filepath.Dir(path)} {
			who, err := strangers(place)
			if err != nil {
				return p, err
			}
			if who != "" {
				p.Beyond = append(p.Beyond, fmt.Sprintf("%s can be changed by %s, and would be run", place, who))
			}
		}
	}
	p.Granted, p.Beyond = without(p.Granted, nil), without(p.Beyond, nil)
	return p, nil
}

// programOf finds the program of a request, links followed, and asks for the
// secrets that it is given.
func (r *run) programOf(q audit.Request) (string, error) {
	if len(q.Command) == 0 {
		return "", errors.New("it has no command")
	}
	name, err := r.values.fill(q.Command[0])
	if err != nil {
		return "", err
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return "", fmt.Errorf("find the program: %w", err)
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return "", fmt.Errorf("find the program: %w", err)
	}
	if _, err := digestOfFile(path); err != nil {
		return "", fmt.Errorf("read the program, whose digest is recorded: %w", err)
	}
	given := audit.Request{Env: map[string]string{}}
	for variable, template := range q.Env {
		if _, ok := r.secretOf(template); ok {
			given.Env[variable] = template
		}
	}
	_, err = (&programs{run: r}).environment(&ask{request: given, values: r.values})
	return path, err
}

// strangers says who else may write to a file or, where names can be replaced, to
// a folder; "" when nobody.
func strangers(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	mode := info.Mode()
	switch {
	case mode.IsDir() && mode&os.ModeSticky != 0:
		return "", nil // only who owns a name there may replace it
	case mode.Perm()&0o002 != 0:
		return "everybody on this machine", nil
	case mode.Perm()&0o020 != 0:
		return "its whole group", nil
	}
	return "", nil
}

// checkFile looks at the folder and at each file that a request would read:
// whether it can be read, and whether this process could write there, which it
// never has to.
func (r *run) checkFile(ctx context.Context) (Permissions, error) {
	if r.job.Settings["path"] == "" {
		return Permissions{Unknown: "the files are handed over one collection at a time: there is no folder to look at"}, nil
	}
	p := Permissions{Granted: []string{}, Missing: []string{}, Beyond: []string{}}
	t, err := openFile(ctx, r)
	if err != nil {
		p.Missing = append(p.Missing, "read "+r.job.Settings["path"]+": "+err.Error())
		return p, nil
	}
	defer func() { _ = t.close() }()
	f := t.(*files) //nolint:forcetypeassert // there is a path, so it is no upload
	for _, q := range r.job.Source.Requests {
		if err := f.readable(&ask{request: q, values: r.values}); err != nil {
			p.Missing = append(p.Missing, q.Name+": "+err.Error())
		}
	}
	p.Granted = append(p.Granted, "read "+f.dir)
	if f.writable() {
		p.Granted = append(p.Granted, "write "+f.dir)
		p.Beyond = append(p.Beyond, "write "+f.dir)
	}
	return p, nil
}

// readable opens each file that a request would read.
func (f *files) readable(a *ask) error {
	if a.request.Each != "" {
		return nil // which files they are is known when the records are
	}
	pattern, err := patternOf(a)
	if err != nil {
		return err
	}
	found, err := f.list(pattern)
	if err == nil && len(found) == 0 && !a.request.Optional {
		err = fmt.Errorf("no file in %s matches %s", f.dir, pattern)
	}
	for _, file := range found {
		opened, opening := f.root.OpenFile(file.name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
		if opening == nil {
			opening = opened.Close()
		}
		err = errors.Join(err, opening)
	}
	return err
}

// writable reports whether this process may write to the folder, or to the one
// file that is read.
func (f *files) writable() bool {
	const write = 2 // W_OK
	places := []string{f.dir}
	if f.only != "" {
		places = append(places, filepath.Join(f.dir, f.only))
	}
	for _, place := range places {
		if err := syscall.Access(place, write); err == nil || !errors.Is(err, fs.ErrPermission) && !errors.Is(err, syscall.EROFS) {
			return true
		}
	}
	return false
}
