package scope

import (
	"context"

	"tickmark/internal/engine/workspace"
)

// Amend records what one description says other than another: the records as
// they stand, and as somebody wants them. It keeps no file, and retires nothing.
func (s Stage) Amend(ctx context.Context, stands, wanted workspace.Folder) ([]Change, error) {
	if err := Check(s.Catalog, wanted); err != nil {
		return nil, err
	}
	have, err := stands.Items()
	if err != nil {
		return nil, err
	}
	want, err := wanted.Items()
	if err != nil {
		return nil, err
	}
	items, changes := additions(want, have)
	if len(items) == 0 {
		return changes, nil
	}
	_, err = s.Records.ApplyScope(ctx, items)
	return changes, err
}
