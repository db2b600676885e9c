package report

import "tickmark/internal/audit"

// Seal signs a PDF and says whose certificate stands in it.
type Seal func(pdf []byte) (signed []byte, by string, err error)

// seal signs a report that is about to be recorded, so that its digest is that
// of the signed bytes.
func (s Stage) seal(m *Made) error {
	if s.Seal == nil {
		return nil
	}
	var err error
	if m.PDF, m.Report.Signed, err = s.Seal(m.PDF); err != nil {
		return err
	}
	m.Report.PDF = audit.DigestOf(m.PDF)
	return nil
}
