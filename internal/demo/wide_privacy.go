package demo

// widePrivacy gives what is done with personal information.
func (g *wide) widePrivacy() {}
