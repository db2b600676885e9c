package e2e_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// tried is where somebody tries to break an invariant: the file of a test, and
// what stands in it.
type tried struct{ surface, file, text string }

// hard are seven of the eight invariants of which nobody can be relieved, each
// with the tests that try to break it: in the policies, in the store whoever calls it, in the
// stages, on the command line, on the pages, over REST, by assistants, and in bundles. The random sequences
// (TestNoForbiddenActSucceeds) try all of the first six in every combination of
// people and acts that comes up.
var hard = []struct {
	says  string
	tests []tried
}{
	{"nobody reviews what he prepared, and the quality reviewer stands outside the team", []tried{
		{"policies", "internal/method/authority/invariants_test.go", `"quality-reviewer-never-prepares"`},
		{"store", "internal/engine/store/storetest/examination.go", `"nobody reviews what he prepared, and a signature is of the newest version"`},
		{"store", "internal/engine/store/storetest/examination.go", `"nobody is recorded on both sides, nor inside and outside the team"`},
		{"stages", "internal/stage/review/sign_test.go", `func TestNobodyReviewsHisOwnWork(`},
		{"stages", "internal/stage/review/judgment_test.go", `func TestQualityReviewerStandsApart(`},
		{"command line", "e2e/testdata/script/examination-soc1.txtar", `nobody reviews his own work`},
		{"pages", "internal/surface/web/wall_test.go", `"whoever wrote a paper reviews it"`},
		{"bundles", "e2e/forge_file_test.go", `"the preparer is made the reviewer"`},
		{"sequences", "e2e/roles_rules_test.go", `func nobodyReviewsHimself(`},
		{"REST", "internal/surface/api/invariants_test.go", `"1: nobody reviews what he wrote and prepared"`},
		{"REST", "internal/surface/api/invariants_test.go", `"1: the quality reviewer prepares nothing"`},
		{"MCP", "internal/surface/mcp/invariants_test.go", `"1: nobody's assistant signs as reviewer"`},
	}},
	{"nobody is on both sides of one period, or examines what he designed, operated or decided", []tried{
		{"policies", "internal/method/authority/invariants_test.go", `func TestNobodyIsAppointedToBothSides(`},
		{"policies", "internal/method/authority/invariants_test.go", `"prior operation, eleven months ago"`},
		{"store", "internal/engine/store/storetest/party.go", `"nobody leaves what he never was, so that nobody is put on the other side by leaving it"`},
		{"command line", "e2e/testdata/script/examination-soc1.txtar", `nobody works on both sides of the wall in one period`},
		{"command line", "e2e/testdata/script/examination-soc1.txtar", `policy prior-work`},
		{"pages", "internal/surface/web/signin_test.go", `func TestInvitationKeepsToItsSide(`},
		{"REST", "internal/surface/api/invariants_test.go", `"2: whoever operated controls does not judge them"`},
		{"MCP", "internal/surface/mcp/invariants_test.go", `"2: nobody is put on a team"`},
		{"sequences", "e2e/roles_rules_test.go", `func membersAreOnOneSide(`},
	}},
	{"management neither reads nor writes the auditor's file, nor a sample before its release; an auditor changes nothing of management's", []tried{
		{"policies", "internal/method/authority/matrix_test.go", `func TestEveryCellOfTheMatrix(`},
		{"store", "internal/engine/store/storetest/sight.go", `"nothing that management reads tells of the auditor's file"`},
		{"store", "internal/engine/store/storetest/sight.go", `"management sees a sample when it is released, and no other"`},
		{"command line", "e2e/testdata/script/auditor.txtar", `The auditor may not describe`},
		{"pages", "internal/surface/web/engagement_wall_test.go", `func TestWallOnPages(`},
		{"pages", "internal/surface/web/wall_test.go", `"management writes into a paper"`},
		{"bundles", "e2e/forge_file_test.go", `func TestBundlesOfTwoSides(`},
		{"sequences", "e2e/roles_end_test.go", `func (c *scene) managementSeesNoFile(`},
		{"REST", "internal/surface/api/invariants_test.go", `func TestTheFileStaysInsideOverREST(`},
		{"REST", "internal/surface/api/invariants_test.go", `"3: an auditor answers no request"`},
		{"MCP", "internal/surface/mcp/invariants_test.go", `func TestTheFileStaysInsideForAssistants(`},
		{"MCP", "internal/surface/mcp/invariants_test.go", `"3: the auditor's answers no request"`},
	}},
	{"a machine neither concludes nor signs", []tried{
		{"policies", "internal/method/authority/invariants_test.go", `"automation-never-judges"`},
		{"store", "internal/engine/store/storetest/switch.go", `the machine switched something off`},
		{"stages", "internal/stage/review/sign_test.go", `"by a machine"`},
		{"stages", "internal/app/papers_test.go", `a machine performed again`},
		{"command line", "e2e/testdata/script/examination-soc1.txtar", `a machine concludes nothing`},
		{"REST", "internal/surface/api/invariants_test.go", `"4: a machine signs nothing"`},
		{"MCP", "internal/surface/mcp/invariants_test.go", `"4: an assistant judges nothing"`},
		{"sequences", "e2e/roles_issue_test.go", `"reach conclusion"`},
	}},
	{"nobody reads the auditor's file by administering", []tried{
		{"policies", "internal/method/authority/invariants_test.go", `func TestTheAuditorsFileIsSeenByAuditorsOnly(`},
		{"store", "internal/engine/store/storetest/sight.go", `"each role sees of an examination what is its to see"`},
		{"pages", "internal/surface/web/engagement_wall_test.go", `func TestWallOnPages(`},
		{"REST", "internal/surface/api/invariants_test.go", `func TestTheFileStaysInsideOverREST(`},
		{"REST", "internal/surface/api/roles_test.go", `"another organization's member"`},
		{"MCP", "internal/surface/mcp/invariants_test.go", `"5: an administrator's reads no other organization"`},
	}},
	{"an opinion is signed by a partner of a licensed firm, when all is reviewed and management has spoken, not after the report's date", []tried{
		{"policies", "internal/method/authority/invariants_test.go", `"a license that ran out"`},
		{"store", "internal/engine/store/storetest/examination.go", `"the opinion waits for its notes, the assertion and the representations, and for a partner"`},
		{"stages", "internal/stage/review/judgment_test.go", `func TestOpinion(`},
		{"stages", "internal/stage/review/judgment_test.go", `func TestLicense(`},
		{"command line", "e2e/testdata/script/examination-soc1.txtar", `exits 1 tickmark auditor opinion sign`},
		{"pages", "internal/surface/web/wall_test.go", `"a manager signs the opinion"`},
		{"REST", "internal/surface/api/invariants_test.go", `"6: a manager signs no opinion"`},
		{"MCP", "internal/surface/mcp/invariants_test.go", `"6: an assistant signs no opinion"`},
		{"store", "internal/engine/store/storetest/issue.go", `"a report is issued by auditors, once a partner has signed`},
		{"stages", "internal/stage/report/meanwhile_test.go", `func TestNothingComesBetweenTheCheckAndTheIssue(`},
		{"sequences", "e2e/roles_issue_test.go", `func reportsWait(`},
	}},
	{"the auditor's copy leaves by the auditor's bundle, encrypted to a key that the firm alone holds, and no other holds any of it", []tried{
		{"bundles", "e2e/forge_file_test.go", `func TestBundlesOfTwoSides(`},
		{"store", "internal/engine/store/storetest/sight.go", `"the team of one engagement sees nothing of another's"`},
		{"store", "internal/engine/store/storetest/issue.go", `"the firm's recipient is recorded by those who lead`},
		{"stages", "internal/stage/advance/advance_test.go", `encrypted to another recipient than hale has now`},
		{"Go API", "internal/app/bundle_test.go", `func TestTheAuditorsBundleIsEncryptedToTheFirm(`},
		{"Go API", "internal/app/bundle_test.go", `func TestTheArchiveIsEncryptedToTheFirm(`},
		{"command line", "e2e/testdata/script/examination-soc1.txtar", `archive.zip is encrypted to a firm`},
		{"REST", "internal/surface/api/invariants_test.go", `"7: the auditor's bundle cannot be had over the network"`},
		{"MCP", "internal/surface/mcp/invariants_test.go", `"7: no assistant is given a bundle"`},
		{"sequences", "e2e/roles_issue_test.go", `func recipientsStay(`},
	}},
}

// Each of the invariants is tried in several places, and the tests that try it
// are there.
func TestInvariantsAreTried(t *testing.T) {
	for _, x := range hard {
		if len(x.tests) < 2 {
			t.Errorf("%s: tried in %d places", x.says, len(x.tests))
		}
		for _, try := range x.tests {
			text, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(try.file)))
			if err != nil || !strings.Contains(string(text), try.text) {
				t.Errorf("%s: it is not tried in %s: %s holds no %s, %v", x.says, try.surface, try.file, try.text, err)
			}
		}
	}
}

// The eighth: fees, incentives and a ranking of auditors have no place in the
// vocabulary of an examination.
func TestNothingIsSaidOfFeesOrRanks(t *testing.T) {
	files, err := filepath.Glob("../internal/audit/*.go")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	name := regexp.MustCompile(`(?m)^\t(\w*(?:Fee|Price|Commission|Incentive|Rebate|Rating|Ranking)s?)\s`)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if found := name.FindStringSubmatch(string(text)); found != nil {
			t.Errorf("%s has a field %s", file, found[1])
		}
	}
}
