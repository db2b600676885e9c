package workspace

import "io/fs"

// ExampleFiles are the files of the example, with a placeholder for the
// organization's name: the words that any new workspace begins with.
func ExampleFiles() fs.FS { return example }
