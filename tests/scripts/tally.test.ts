import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { settle, tallyBun, tallyDeno } from "../../scripts/test/tally.ts";

const DENO_REPORT = `<testsuites name="deno test" tests="6" failures="3">
<testcase name="outer" classname="x"><failure message="1 test step failed">1 test step failed.</failure></testcase>
<testcase name="top" classname="x" line="9"></testcase>
<testcase name="outer &gt; good" classname="y"></testcase>
<testcase name="outer &gt; later" classname="y"><skipped/></testcase>
<testcase name="outer &gt; inner" classname="y"><failure message="1 test step failed">.</failure></testcase>
<testcase name="outer &gt; inner &gt; bad" classname="y"><failure message="Uncaught &quot;x&quot;">at</failure></testcase>
</testsuites>`;

describe("counting tests", () => {
  it("counts the members of groups, not the groups, of a Deno report", () => {
    assert.deepEqual(tallyDeno(DENO_REPORT), { passed: 2, failed: 1, skipped: 1 });
  });

  it("reads the last lines of Bun", () => {
    const output = "(pass) 77 pass\n\n 12 pass\n 2 skip\n 1 todo\n 3 fail\n 1 error\nRan 17 tests across 2 files.";
    assert.deepEqual(tallyBun(output), { passed: 12, failed: 3, skipped: 3 });
  });
});

describe("settling a run", () => {
  it("counts a skipped group that the runtime does not mention", () => {
    const settled = settle({ passed: 1, failed: 0, skipped: 0 }, "SKIP mounting: no fuse\nSKIP ssh: none\n", 0);
    assert.deepEqual(settled, { passed: 1, failed: 0, skipped: 2 });
  });

  it("does not count one skip twice", () => {
    assert.equal(settle({ passed: 1, failed: 0, skipped: 1 }, "SKIP mounting: no fuse\n", 0).skipped, 1);
  });

  it("fails a run that broke down, was killed or ran nothing", () => {
    const good = { passed: 5, failed: 0, skipped: 0 };
    assert.equal(settle(good, "", 1).failed, 1);
    assert.equal(settle(good, "", null).failed, 1);
    assert.equal(settle({ passed: 0, failed: 0, skipped: 0 }, "", 0).failed, 1);
    assert.equal(settle(good, "", 0).failed, 0);
  });
});
