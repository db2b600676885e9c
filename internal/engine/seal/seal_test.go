package seal

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/smallstep/pkcs7"
)

var issuedOn = time.Date(2026, 3, 2, 15, 4, 5, 0, time.UTC)

// papers are a page and what may stand on it already.
var papers = map[string][]string{
	"plain":                  {"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] >>"},
	"links":                  {"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Annots [4 0 R] >>", "<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /Contents (a \\) >> ]) >>"},
	"links in another place": {"<< /Type /Page /Annots 5 0 R /Parent 2 0 R /MediaBox [0 0 99 99] >>", "<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] >>", "[4 0 R]"},
}

// written is a PDF with a catalog, a tree of one page, and these objects.
func pdfOf(catalog string, objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	all := append([]string{"<< /Type /Catalog /Pages 2 0 R" + catalog + " >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"}, objects...)
	var at []int
	for i, body := range all {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, body)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(all)+1)
	for _, n := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF", len(all)+1, start)
	return b.Bytes()
}

// keys are made once: an RSA key takes time.
var keys = sync.OnceValue(func() map[string]crypto.Signer {
	r, _ := rsa.GenerateKey(rand.Reader, 2048)
	e, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	return map[string]crypto.Signer{"RSA": r, "ECDSA": e}
})

// pair is a key with a certificate of its own, as PEM.
func pair(t *testing.T, key crypto.Signer, change func(*x509.Certificate)) (keyPEM, certPEM []byte) {
	t.Helper()
	c := &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "Hale & Okoro LLP — José"}, KeyUsage: x509.KeyUsageDigitalSignature,
		NotBefore: issuedOn.AddDate(-1, 0, 0), NotAfter: issuedOn.AddDate(1, 0, 0),
	}
	if change != nil {
		change(c)
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	k, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: k}), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func signer(t *testing.T, key crypto.Signer) Signer {
	t.Helper()
	s, err := Read(pair(t, key, nil))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// pdfsig is what a reader of the file is told.
func pdfsig(t *testing.T, file []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.pdf")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	said, err := exec.Command("pdfsig", "-nocert", path).CombinedOutput()
	if err != nil && len(said) == 0 {
		t.Fatalf("pdfsig (of poppler-utils): %v", err)
	}
	return string(said)
}

func TestAReaderFindsTheSignatureValid(t *testing.T) {
	for algorithm, key := range keys() {
		for name, objects := range papers {
			t.Run(algorithm+" "+name, func(t *testing.T) {
				file := pdfOf("", objects...)
				signed, err := signer(t, key).PDF(file, Statement{Reason: "Issue of the report", At: issuedOn})
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.HasPrefix(signed, file) {
					t.Error("the bytes of the file itself were changed")
				}
				said := pdfsig(t, signed)
				for _, want := range []string{"Signature is Valid.", "Total document signed", "Hale & Okoro LLP", "ETSI.CAdES.detached", "SHA-256"} {
					if !strings.Contains(said, want) {
						t.Errorf("%q is missing in\n%s", want, said)
					}
				}
				if strings.Contains(name, "links") && !bytes.Contains(signed[len(file):], []byte("[4 0 R ")) {
					t.Error("the page lost its link")
				}
			})
		}
	}
}

// One changed byte anywhere that is signed is found.
func TestOneFlippedByteIsFound(t *testing.T) {
	file := pdfOf("", papers["plain"]...)
	signed, err := signer(t, keys()["RSA"]).PDF(file, Statement{At: issuedOn})
	if err != nil {
		t.Fatal(err)
	}
	for name, at := range map[string]int{"in the page": bytes.Index(signed, []byte("99 99")), "after the signature": bytes.LastIndex(signed, []byte("/Rect [0")) + 7} {
		forged := bytes.Clone(signed)
		forged[at] ^= 1
		if said := pdfsig(t, forged); strings.Contains(said, "Signature is Valid.") || !strings.Contains(said, "Digest Mismatch") {
			t.Errorf("%s: %s", name, said)
		}
	}
}

func TestTheSameSignerGivesTheSameBytes(t *testing.T) {
	for algorithm, key := range keys() {
		s := signer(t, key)
		file := pdfOf("", papers["links"]...)
		one, err1 := s.PDF(file, Statement{Reason: "r", At: issuedOn})
		two, err2 := s.PDF(file, Statement{Reason: "r", At: issuedOn})
		if err1 != nil || err2 != nil || !bytes.Equal(one, two) {
			t.Error(algorithm, "differs", err1, err2)
		}
	}
}

// Another implementation reads the same out of it: the certificate stands among
// what is signed, and no time does.
func TestAnotherImplementationReadsIt(t *testing.T) {
	s := signer(t, keys()["RSA"])
	signed, err := s.PDF(pdfOf("", papers["plain"]...), Statement{At: issuedOn})
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`/ByteRange \[0 (\d+) (\d+) (\d+)\]`).FindSubmatch(signed)
	var at [3]int
	for i := range at {
		if _, err := fmt.Sscan(string(m[i+1]), &at[i]); err != nil {
			t.Fatal(err)
		}
	}
	if at[1]+at[2] != len(signed) {
		t.Errorf("bytes up to %d of %d are signed", at[1]+at[2], len(signed))
	}
	der, err := hex.DecodeString(string(signed[at[0]+1 : at[1]-1]))
	if err != nil {
		t.Fatal(err)
	}
	p, err := pkcs7.Parse(der)
	if err != nil {
		t.Fatal(err)
	}
	p.Content = append(bytes.Clone(signed[:at[0]]), signed[at[1]:]...)
	if err := p.Verify(); err != nil {
		t.Error(err)
	}
	var v2 certificateV2
	if err := p.UnmarshalSignedAttribute(oidCertificateV2, &v2); err != nil || !bytes.Equal(v2.Certificates[0].Hash, sha256Of(s.Cert.Raw)) {
		t.Errorf("%v %x", err, v2)
	}
	var when time.Time
	if err := p.UnmarshalSignedAttribute(pkcs7.OIDAttributeSigningTime, &when); err == nil {
		t.Errorf("it holds a time, %s, which PAdES keeps outside", when)
	}
}

func TestWhatCannotBeSignedIsRefused(t *testing.T) {
	s := signer(t, keys()["ECDSA"])
	plain := pdfOf("", papers["plain"]...)
	once, err := s.PDF(plain, Statement{At: issuedOn})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		file []byte
		at   time.Time
		want string
	}{
		"signed already":    {once, issuedOn, "it has a form already, or a signature"},
		"no PDF":            {[]byte("hello"), issuedOn, "no table of objects"},
		"cut off":           {plain[:len(plain)/2], issuedOn, "no table of objects"},
		"a stream of them":  {bytes.Replace(plain, []byte("xref\n0"), []byte("4 0 obj"), 1), issuedOn, "not in the classic form"},
		"encrypted":         {bytes.Replace(plain, []byte("/Size"), []byte("/Encrypt 9 0 R /Size"), 1), issuedOn, "it is encrypted"},
		"a wrong table":     {bytes.Replace(plain, []byte("%PDF-1.7\n"), []byte("%PDF-1.7\n%\n"), 1), issuedOn, "not in the classic form"},
		"no page":           {pdfOf("", "<< /Kids [] >>"), issuedOn, "it has no page"},
		"certificate ended": {plain, issuedOn.AddDate(2, 0, 0), "is valid from 2025-03-02 to 2027-03-02, and the signature is of 2028-03-02"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := s.PDF(c.file, Statement{At: c.at}); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	key, cert := pair(t, keys()["RSA"], nil)
	other, _ := pair(t, keys()["ECDSA"], nil)
	_, noSigning := pair(t, keys()["RSA"], func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment })
	for name, c := range map[string]struct {
		key, cert []byte
		want      string
	}{
		"no key":       {nil, cert, "holds no key"},
		"no cert":      {key, key, "the file holds none in PEM form"},
		"other key":    {other, cert, "is of another key"},
		"encrypted":    {pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY"}), cert, "decrypt it first"},
		"unknown kind": {pem.EncodeToMemory(&pem.Block{Type: "DSA PRIVATE KEY"}), cert, "no kind of key that is known"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Read(c.key, c.cert); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
	s, err := Read(key, noSigning)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.PDF(pdfOf("", papers["plain"]...), Statement{At: issuedOn}); err == nil || !strings.Contains(err.Error(), "not issued for signatures") {
		t.Error(err)
	}
}
