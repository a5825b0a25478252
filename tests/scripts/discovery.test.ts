import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { discoverTests } from "../../scripts/test/discovery.ts";

const UNIT = "tests/encoding/path.test.ts";
const INTEROP = "tests/interop/modes.test.ts";
const EXECUTABLE = "tests/cli/executable/scripts.test.ts";
const ALL = [INTEROP, "tests/interop/harness.ts", UNIT, EXECUTABLE, "tests/cli/parser.test.ts"];

describe("discovering tests", () => {
  it("sets tests of the executable apart", () => {
    assert.deepEqual(discoverTests(ALL, []), {
      unit: ["tests/cli/parser.test.ts", UNIT],
      executable: [EXECUTABLE, INTEROP],
    });
  });

  it("keeps those whose path holds one of the filters", () => {
    assert.deepEqual(discoverTests(ALL, ["encoding", "interop"]), { unit: [UNIT], executable: [INTEROP] });
  });

  it("does not accept that there are none", () => {
    assert.throws(() => discoverTests(ALL, ["nowhere"]), /no tests found for nowhere/);
    assert.throws(() => discoverTests([], []), /no tests found/);
    assert.throws(() => discoverTests([INTEROP], []), /no unit tests/);
    assert.throws(() => discoverTests([UNIT], []), /no tests of the executable/);
  });
});
