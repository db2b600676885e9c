package demo

// widePayroll gives what stands around the payroll year: taxes, jobs, inputs.
func (g *wide) widePayroll() {}
