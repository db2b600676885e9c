// Package paper owns the document tree and writes it three ways: as PDF, typeset
// and tagged; as DOCX, for people to edit; as HTML, one page that runs nothing.
// The same document gives the same bytes on every machine.
//
// It stands on the floor of the engines. PDF hides one technology, the Typst
// compiler as WebAssembly, which runs in a child process of the same binary
// that can be killed and that sees no file but the document; the others are
// plain Go.
//
// It does not know what a SOC report is, where a document came from or where it
// goes; it reads no clock, so a document carries its own date.
package paper
