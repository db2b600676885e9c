package app

import "tickmark/internal/method/coverage"

// frameworks are those of the catalog, as the pure decisions know them.
func (a *App) frameworks() []coverage.Framework {
	var all []coverage.Framework
	for _, f := range a.Catalog.Frameworks {
		all = append(all, throughCriteria(f))
	}
	return all
}
