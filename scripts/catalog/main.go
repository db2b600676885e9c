// Command catalog writes the catalog in the form that is quick to read, to be
// built into the program. It stands outside the house, beside the other scripts.
// It knows only where the file goes.
package main

import (
	"fmt"
	"os"

	"tickmark/catalog"
)

func main() {
	text, err := catalog.Compile()
	if err == nil {
		err = os.WriteFile("catalog/compiled/catalog.bin", text, 0o644) // part of the program, as its source is
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "write the compiled catalog:", err)
		os.Exit(1)
	}
}
