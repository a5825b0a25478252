import assert from "node:assert/strict";
import { it } from "node:test";
import { sumsOf } from "../../src/archive/archive.ts";
import { Statistics } from "../../src/archive/statistics.ts";

it("statistics count contents and parts apart, and new chunks once", () => {
  const statistics = new Statistics();
  statistics.addChunk(100, 60, true);
  statistics.addChunk(100, 60, false);
  statistics.addChunk(7, 5, true, true);
  statistics.addFile();
  statistics.addFile(true);
  const other = new Statistics();
  other.addChunk(100, 60, true, false, -1);
  other.add(statistics);
  assert.deepEqual({ ...other }, {
    osize: 100,
    csize: 60,
    usize: 0,
    nfiles: 1,
    osizeParts: 7,
    csizeParts: 5,
    usizeParts: 5,
    nfilesParts: 1,
  });
  assert.deepEqual(sumsOf(statistics), {
    size: 200,
    csize: 120,
    nfiles: 1,
    sizeParts: 7,
    csizeParts: 5,
    nfilesParts: 1,
  });
});
