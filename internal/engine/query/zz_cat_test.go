//go:build lean

package query

import (
	"fmt"
	"testing"

	"tickmark/catalog"
)

func TestCat(t *testing.T) {
	was := cpuNow()
	fmt.Println("before", was, mem())
	catalog.Load()
	fmt.Println("catalog", cpuNow()-was, mem())
}
