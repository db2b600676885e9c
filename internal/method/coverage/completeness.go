package coverage

import (
	"fmt"
	"slices"

	"tickmark/internal/audit"
)

// Completeness asks of a scope what no description criterion asks by itself:
// whether objectives reach every assertion of user entities, whether every class
// of transactions has one, whether data are traced and exclusions have reasons.
func Completeness(f Facts) []Part {
	d := described{Facts: f}
	out := []Part{d.traced(), d.reasons()}
	if f.Engagement.Kind == audit.SOC1 {
		out = append([]Part{d.reached(), d.processed()}, out...)
	}
	for i := range out {
		out[i] = out[i].settled()
	}
	return out
}

// reached is whether the objectives together reach the assertions.
func (d described) reached() Part {
	p := Part{ID: "assertions", Asks: "The control objectives together reach every financial-statement assertion of user entities that the services bear on."}
	for _, a := range audit.Assertions {
		var by []string
		for _, o := range d.Objectives {
			if slices.Contains(o.Assertions, a) {
				by = append(by, o.Code)
			}
		}
		if len(by) == 0 {
			p.Lacks = append(p.Lacks, "an objective for "+a+", or a word on why the services do not bear on it")
			continue
		}
		p.Where = append(p.Where, fmt.Sprintf("objectives.yaml: %s: %d objectives", a, len(by)))
	}
	return p
}

func (d described) processed() Part {
	p := Part{ID: "transactions", Asks: "Every class of transactions has its way, its assertions, and an objective that speaks to each of them."}
	d.records(&p, len(d.System.Transactions), "system.yaml", "classes of transactions")
	for _, t := range d.System.Transactions {
		if len(t.Objectives) == 0 {
			p.Lacks = append(p.Lacks, "the objectives of "+t.Name)
		}
		for _, a := range t.Assertions {
			if !slices.ContainsFunc(d.Objectives, func(o audit.Objective) bool {
				return slices.Contains(t.Objectives, o.Code) && slices.Contains(o.Assertions, a)
			}) {
				p.Lacks = append(p.Lacks, "an objective of "+t.Name+" for "+a)
			}
		}
	}
	return p
}

func (d described) traced() Part {
	p := Part{ID: "data", Asks: "Every kind of data has a class, components that hold it, and its way."}
	d.records(&p, len(d.System.Data), "system.yaml", "kinds of data")
	for _, k := range d.System.Data {
		if len(k.Held) == 0 {
			p.Lacks = append(p.Lacks, "what holds "+k.Name)
		}
		if len(k.Flow) == 0 {
			p.Lacks = append(p.Lacks, "the flow of "+k.Name)
		}
	}
	return p
}

func (d described) reasons() Part {
	p := Part{ID: "exclusions", Asks: "What a reader would expect and is not in the scope is named, with the reason."}
	for _, x := range d.System.Exclusions {
		p.Where = append(p.Where, "system.yaml: "+x.Kind+" "+x.What+": "+x.Reason)
	}
	if len(d.System.Exclusions) == 0 {
		p.Found, p.Where = NotCalledFor, []string{"nothing is said to be excluded"}
	}
	return p
}
