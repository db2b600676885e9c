package connector

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
)

// An XML record for which another request is asked is what a mapping sees, so
// that {each.Name.0.#text} and $.Name[0]."#text" are the same value.
func TestMatchingXML(t *testing.T) {
	const body = `<?xml version="1.0"?>
<R xmlns="urn:x" xmlns:xsi="urn:i"><Buckets>
 <Bucket><Name>a &amp; b</Name><Tag k="1"/><Tag k="2">x</Tag></Bucket>
 <Bucket xsi:type="T"><Name>c</Name></Bucket>
</Buckets></R>`
	q := audit.Request{Format: "xml", Records: "Buckets.Bucket"}
	for _, c := range []struct {
		where map[string]string
		want  []string
	}{
		{nil, []string{
			`{"#name":"Bucket","Name":[{"#name":"Name","#text":"a \u0026 b"}],"Tag":[{"#name":"Tag","@k":"1"},{"#name":"Tag","#text":"x","@k":"2"}]}`,
			`{"#name":"Bucket","@type":"T","Name":[{"#name":"Name","#text":"c"}]}`,
		}},
		{map[string]string{"Name.0.#text": "c"}, []string{`{"#name":"Bucket","@type":"T","Name":[{"#name":"Name","#text":"c"}]}`}},
		{map[string]string{"Name.0.#text": "d"}, nil},
	} {
		got, err := matching(q, []byte(body), c.where)
		if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
			t.Errorf("where %v: %v, -want +got\n%s", c.where, err, diff)
		}
	}
	got, err := values{}.of(`{"Name":[{"#text":"c"}]}`).fill("{each.Name.0.#text}")
	if got != "c" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}
