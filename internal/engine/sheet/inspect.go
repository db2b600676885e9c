package sheet

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// inspect refuses archives whose table of contents already tells that they
// are bombs. A part that lies about its size fails when it is read.
func inspect(file string) error {
	z, err := zip.OpenReader(file)
	if err != nil {
		return fmt.Errorf("it is not a workbook (XLSX): %w", err)
	}
	defer z.Close()
	if len(z.File) > maxParts {
		return fmt.Errorf("it holds %d parts; a workbook has at most %d: refused as an archive bomb", len(z.File), maxParts)
	}
	var total uint64
	for _, f := range z.File {
		total += f.UncompressedSize64
		if f.UncompressedSize64 > maxPart || total > maxUnpacked {
			return fmt.Errorf("it would unpack to more than %d bytes: refused as an archive bomb", uint64(maxPart))
		}
		if f.UncompressedSize64 > ratioFrom && f.UncompressedSize64 > maxRatio*max(f.CompressedSize64, 1) {
			return fmt.Errorf("part %s would unpack to %d times its size: refused as an archive bomb", f.Name, f.UncompressedSize64/max(f.CompressedSize64, 1))
		}
	}
	return nil
}

// onlyValues refuses a sheet with a formula or an error in a cell and names
// the first one and how many there are.
func onlyValues(file, sheet string) error {
	z, err := zip.OpenReader(file)
	if err != nil {
		return err
	}
	defer z.Close()
	part, err := partOf(&z.Reader, sheet)
	if err != nil {
		return err
	}
	f, err := z.Open(part)
	if err != nil {
		return fmt.Errorf("sheet %q: %w", sheet, err)
	}
	defer f.Close()
	var s scan
	if err := s.all(xml.NewDecoder(f)); err != nil {
		return fmt.Errorf("sheet %q cannot be read: %w", sheet, err)
	}
	return s.verdict(sheet)
}

// scan walks a sheet's XML and remembers what is not a plain value.
type scan struct {
	cell             string
	formulas, errors int
	first            string
}

func (s *scan) all(d *xml.Decoder) error {
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if start, ok := token.(xml.StartElement); ok {
			s.element(start)
		}
	}
}

func (s *scan) element(e xml.StartElement) {
	switch e.Name.Local {
	case "c":
		s.cell = attribute(e, "r")
		if attribute(e, "t") == "e" {
			s.errors++
			s.remember()
		}
	case "f":
		s.formulas++
		s.remember()
	}
}

func (s *scan) remember() {
	if s.first == "" {
		s.first = s.cell
	}
}

func (s *scan) verdict(sheet string) error {
	if s.formulas == 0 && s.errors == 0 {
		return nil
	}
	return fmt.Errorf("sheet %q holds %d formulas and %d error values, the first in cell %s: export the values from the source system, or paste them as values, and import again",
		sheet, s.formulas, s.errors, s.first)
}

// partOf finds the part that holds a sheet, through the workbook's relations.
func partOf(z *zip.Reader, sheet string) (string, error) {
	var book struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	var relations struct {
		Relations []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := errors.Join(decode(z, "xl/workbook.xml", &book), decode(z, "xl/_rels/workbook.xml.rels", &relations)); err != nil {
		return "", err
	}
	for _, s := range book.Sheets {
		for _, r := range relations.Relations {
			if s.Name == sheet && s.ID == r.ID {
				if absolute, ok := strings.CutPrefix(r.Target, "/"); ok {
					return absolute, nil
				}
				return path.Join("xl", r.Target), nil
			}
		}
	}
	return "", fmt.Errorf("the workbook does not say where sheet %q is", sheet)
}

func decode(z *zip.Reader, name string, into any) error {
	f, err := z.Open(name)
	if err != nil {
		return fmt.Errorf("it is not a workbook: %w", err)
	}
	defer f.Close()
	if err := xml.NewDecoder(io.LimitReader(f, 16<<20)).Decode(into); err != nil {
		return fmt.Errorf("part %s: %w", name, err)
	}
	return nil
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
