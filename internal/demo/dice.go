package demo

import "math/rand/v2"

// The kinds of entities that have dice of their own. What is drawn for one
// entity does not depend on what was drawn for another.
const (
	diceWorker uint64 = iota + 1
	diceEmployee
	diceLine
	diceBank
	dicePayment
	diceChange
	diceBackup
	dicePlan
	diceWide
)

// dice draws for one entity after another without allocating.
type dice struct {
	pcg rand.PCG
	*rand.Rand
}

func newDice() *dice {
	d := &dice{}
	d.Rand = rand.New(&d.pcg)
	return d
}

// of returns the dice of entity n of a kind.
func (d *dice) of(seed int64, kind uint64, n int) *dice {
	d.pcg.Seed(scatter(uint64(seed)+kind<<56), scatter(uint64(n)+kind<<48))
	return d
}

// scatter spreads neighbouring numbers over all 64 bits (the finalizer of SplitMix64).
func scatter(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// chance is true in n of 1000 draws.
func (d *dice) chance(n int) bool { return d.IntN(1000) < n }

// between draws from low to high, both included.
func (d *dice) between(low, high int) int { return low + d.IntN(high-low+1) }

// one draws an element.
func one[T any](d *dice, list []T) T { return list[d.IntN(len(list))] }
