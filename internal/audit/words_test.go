package audit

import "testing"

func TestCountAndPlural(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 7: "7", 999: "999", 1000: "1,000", 13000: "13,000", 1234567: "1,234,567", -4200: "-4,200"} {
		if got := Count(n); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
	if got := Plural(1, "exception") + " " + Plural(2000, "exception"); got != "1 exception 2,000 exceptions" {
		t.Error(got)
	}
}
