package demo

// wideAccess gives access and people: grants, reviews, sign-ins, devices.
func (g *wide) wideAccess() {}
