package demo

// wideFinance gives other people's books: claims, loans, funds, prices, ledgers.
func (g *wide) wideFinance() {}
