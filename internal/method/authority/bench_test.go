package authority

import (
	"testing"

	"tickmark/internal/audit"
)

func BenchmarkDecide(b *testing.B) {
	g, err := Admit(audit.Person{Name: "anybody", Side: audit.Auditor}, "o", *exemplary(audit.AuditorStaff))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if !g.Decide(DutyTest, In{Engagement: "e", Today: "2026-01-01"}).Allowed {
			b.Fatal("refused")
		}
	}
}
