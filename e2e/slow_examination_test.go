//go:build slow

package e2e_test

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"tickmark/internal/engine/store/storetest"
)

// TestExaminationsOnPostgreSQL: the examinations of both engagements, from
// acceptance to the archive, go on PostgreSQL as they do on SQLite.
func TestExaminationsOnPostgreSQL(t *testing.T) {
	server := storetest.PostgreSQL(t)
	testscript.Run(t, testscript.Params{
		Files:               []string{"testdata/script/examination-soc1.txtar", "testdata/script/examination-soc2.txtar"},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("TICKMARK_DATABASE", storetest.Database(t, server))
			return prepare(e)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "signs": signsSeen, "replace": replace, "flip": flip, "jsonkeys": jsonKeys,
			"meridian": func(ts *testscript.TestScript, _ bool, args []string) {
				ts.Check(ts.Exec("tickmark", "demo", "--dir", args[0], "--people", "100"))
			},
		},
	})
}
