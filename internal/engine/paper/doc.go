// Package paper owns the document tree and writes it as PDF: typeset, tagged,
// and the same bytes for the same document on every machine.
//
// It stands on the floor of the engines and hides one technology, the Typst
// compiler as WebAssembly, which runs in a child process of the same binary
// that can be killed and that sees no file but the document.
//
// It does not know what a SOC report is, where a document came from or where it
// goes; it reads no clock, so a document carries its own date.
package paper
