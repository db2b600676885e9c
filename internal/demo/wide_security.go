package demo

// wideSecurity gives the security operations and the governance of the group.
func (g *wide) wideSecurity() {}
