//go:build slow

package demo

import "testing"

// What the tests of the same names without other seeds see, on other dice.

func TestTheWideSampleOfOtherSeeds(t *testing.T) { theWideSample(t, 42) }

func TestProceduresFlagExactlyWhatIsPlantedWithOtherSeeds(t *testing.T) {
	flagsWhatIsPlanted(t, write(t, 20250101, 200))
}
