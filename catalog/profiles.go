package catalog

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

//go:embed profiles
var shippedProfiles embed.FS

// Profile is what is usual in an industry, as proposed answers to the
// questions of the advisor. It proposes and never decides: a person confirms
// each answer or gives another.
type Profile struct {
	ID       string     `json:"id" yaml:"id"`
	Title    string     `json:"title" yaml:"title"`
	About    string     `json:"about" yaml:"about"`
	Examples []string   `json:"examples" yaml:"examples"`
	Proposes []Proposal `json:"proposes" yaml:"proposes"`
}

// Proposal is one proposed answer, and why it is usual. The catalog does not
// know the questions; who asks them checks that they exist.
type Proposal struct {
	Question string   `json:"question" yaml:"question"`
	Values   []string `json:"values" yaml:"values"`
	Why      string   `json:"why" yaml:"why"`
}

// Profiles reads the industry profiles that are built into the program, by id.
func Profiles() ([]Profile, error) { return ProfilesFS(shippedProfiles) }

// ProfilesFS reads the industry profiles in the folder profiles of fsys: all
// or an error.
func ProfilesFS(fsys fs.FS) ([]Profile, error) {
	var all []Profile
	faults := strangeProfiles(fsys)
	err := each(fsys, "profiles/*.yaml", func(file string, src []byte) error {
		p, err := ParseProfile(file, src)
		if err == nil && p.ID != base(file, ".yaml") {
			err = fmt.Errorf("%s:1: the profile is that of %q; expected it in a file %s.yaml", file, p.ID, p.ID)
		}
		all = append(all, p)
		return err
	})
	if err := errors.Join(faults, err); err != nil {
		return nil, err
	}
	return all, nil
}

// strangeProfiles refuses files that would be passed over in silence.
func strangeProfiles(fsys fs.FS) error {
	entries, err := fs.ReadDir(fsys, "profiles")
	if err != nil {
		return fmt.Errorf("list profiles: %w", err)
	}
	var faults []error
	for _, e := range entries {
		if e.IsDir() || !strings.HasSuffix(e.Name(), ".yaml") {
			faults = append(faults, fmt.Errorf("profiles/%s: no profile has this name; expected ID.yaml", e.Name()))
		}
	}
	return errors.Join(faults...)
}

// ParseProfile reads one profile from YAML. Name is the file's name; it stands
// in errors.
func ParseProfile(name string, src []byte) (Profile, error) {
	e, err := readOne[Profile](name, src)
	if err != nil {
		return Profile{}, err
	}
	return e.Value, e.refuse(profileFaults(e.Value)...)
}

func profileFaults(p Profile) []fault {
	faults := required("id", p.ID, "title", p.Title, "about", p.About)
	if len(p.Proposes) == 0 {
		faults = append(faults, faultf("proposes", "proposes is missing or empty; expected at least one answer"))
	}
	var asked []string
	for i, a := range p.Proposes {
		path := at("proposes", i)
		asked = append(asked, a.Question)
		faults = append(faults, required(path+".question", a.Question, path+".why", a.Why)...)
		if len(a.Values) == 0 {
			faults = append(faults, faultf(path, "%s proposes no values; expected at least one", path))
		}
		faults = append(faults, repeated(path+".values", a.Values)...)
	}
	return append(faults, repeated("proposes", asked)...)
}
