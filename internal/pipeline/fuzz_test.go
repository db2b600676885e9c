package pipeline

import (
	"testing"
	"time"

	"tickmark/internal/audit"
)

// Whatever stands in a schedule: it is refused, or its slots lie before now, its
// next instant after it, and what waits for it waits less than its step.
func FuzzSchedule(f *testing.F) {
	for _, seed := range []string{"15 6 * * *", "*/5 * * * *", "0 0 29 2 *", "0 0 31 2 *", "@daily", "60 * * * *", "", "0 2 * * 1#1", "0 0 L * *", "* * * * * *", "0-59/0 * * * *", "0 0 1,1,1 JAN-DEC SUN"} {
		f.Add(seed, "Europe/Lisbon", int64(1_751_284_800))
	}
	f.Add("30 2 * * *", "America/New_York", int64(1_741_503_600)) // the hour that is left out in spring
	f.Add("* * * * *", "Mars/Olympus", int64(0))
	f.Fuzz(func(t *testing.T, schedule, zone string, at int64) {
		now := time.Unix(at%(1<<33), 0).UTC()
		c := audit.Connection{Code: "github", Schedule: schedule, Timezone: zone}
		if slot, err := Slot(c, now); err == nil && slot.After(now) {
			t.Errorf("%q at %s called at %s", schedule, now, slot)
		}
		next, err := Next(c, now)
		if err == nil && schedule != "" && !next.After(now) {
			t.Errorf("%q at %s calls next at %s", schedule, now, next)
		}
		if d, err := Jitter("org", c, now); err == nil && (d < 0 || d >= 10*time.Minute) {
			t.Errorf("%q waits %s", schedule, d)
		}
		if d, err := Silence(c, now); err == nil && d < 0 {
			t.Errorf("%q may be silent for %s", schedule, d)
		}
	})
}
