package authority

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"

	"github.com/cedar-policy/cedar-go"
)

//go:embed policies/*.cedar
var texts embed.FS

// library is every policy of the folder, under its own name.
type library struct {
	names   []cedar.PolicyID // in the order of the files
	all     map[cedar.PolicyID]*cedar.Policy
	says    map[cedar.PolicyID]string
	actions map[cedar.PolicyID][]string // to which it applies; nil to every one
}

// policies reads them once.
var policies = sync.OnceValues(func() (library, error) {
	l := library{all: map[cedar.PolicyID]*cedar.Policy{}, says: map[cedar.PolicyID]string{}, actions: map[cedar.PolicyID][]string{}}
	files, err := texts.ReadDir("policies")
	for _, f := range files {
		err = errors.Join(err, l.file("policies/"+f.Name()))
	}
	return l, err
})

func (l *library) file(name string) error {
	text, err := texts.ReadFile(name)
	if err != nil {
		return err
	}
	list, err := cedar.NewPolicyListFromBytes(name, text)
	if err != nil {
		return fmt.Errorf("reading the policies: %w", err)
	}
	for _, p := range list {
		if err := l.add(p); err != nil {
			return fmt.Errorf("%s:%d: %w", name, p.Position().Line, err)
		}
	}
	return nil
}

func (l *library) add(p *cedar.Policy) (err error) {
	notes := p.Annotations()
	id := cedar.PolicyID(notes["id"])
	if id == "" || l.all[id] != nil {
		return fmt.Errorf("a policy has no @id, or another's (%q)", id)
	}
	l.names = append(l.names, id)
	l.all[id], l.says[id] = p, string(notes["says"])
	l.actions[id], err = actionsOf(p)
	return err
}

// actionsOf reads the actions that a policy's head names, or nil when it is of
// every one.
func actionsOf(p *cedar.Policy) ([]string, error) {
	text, err := p.MarshalJSON()
	if err != nil {
		return nil, err
	}
	type entity struct{ ID string }
	var head struct {
		Action struct {
			Op       string
			Entity   *entity
			Entities []entity
		}
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return nil, err
	}
	a := head.Action
	switch {
	case a.Op == "All":
		return nil, nil
	case a.Entity != nil:
		a.Entities = []entity{*a.Entity}
	case len(a.Entities) == 0:
		return nil, fmt.Errorf("its action is neither one, nor a list, nor every one")
	}
	var names []string
	for _, e := range a.Entities {
		names = append(names, e.ID)
	}
	return names, nil
}

// of is the policies that can say something of an action, in their order.
func (l library) of(action string) forAction { return forAction{l, action} }

type forAction struct {
	library
	action string
}

// All hands out the policies, as cedar asks for them.
func (f forAction) All() iter.Seq2[cedar.PolicyID, *cedar.Policy] {
	return func(yield func(cedar.PolicyID, *cedar.Policy) bool) {
		for _, id := range f.names {
			if of := f.actions[id]; of != nil && !slices.Contains(of, f.action) {
				continue
			}
			if !yield(id, f.all[id]) {
				return
			}
		}
	}
}
