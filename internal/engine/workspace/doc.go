// Package workspace owns the folder in which an organization describes itself:
// YAML, Markdown and SQL that a person can read, review and keep in Git.
//
// It stands on floor 2 and turns such a folder into the nouns of package audit
// and back, so that reading, exporting and reading again changes nothing.
//
// It does not know the catalog, the store or the vault: whether a criterion, a
// population or a procedure exists is asked later, and Where tells the asker
// which line to point at.
package workspace
