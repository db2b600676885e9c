// Package audit is the vocabulary of an examination: the nouns that a service
// organization, its service auditor and the readers of a SOC report use.
//
// It stands on the ground floor. It declares plain structs and says when a
// value is well formed. It knows no database, no file, no clock and no SQL,
// and declares no interface.
//
// Two words are kept apart everywhere:
//
//   - An exception is an item that a procedure flags. It must be dispositioned.
//   - A deviation is an exception that a person judged to be a failure of the
//     control as described. The report lists every one.
package audit
