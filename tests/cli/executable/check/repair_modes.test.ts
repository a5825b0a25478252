import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { type CounterRange, counterRange, findOverlaps } from "../../../interop/counter_ranges.ts";
import { ours, theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { readPuts } from "../../../interop/segments.ts";
import { MANIFEST } from "./damaged_repository.ts";
import { Ward } from "./ward.ts";

/** The modes that the other tests leave out. */
const MODES = [
  ["keyfile", theirs],
  ["keyfile-blake2", theirs],
  ["authenticated", ours],
  ["authenticated-blake2", ours],
] as const;

describe("check --repair", requirePeer("borg"), () => {
  for (const [mode, creator] of MODES) {
    it(`repairs a repository of mode ${mode}`, () => {
      const ward = new Ward(creator, mode);
      try {
        const patient = ward.admit((repository) => repository.strike(ward.large[1]!, MANIFEST, ward.two.ids.items[1]!));
        patient.repair(ours, "--verify-data");
        patient.assertSound(theirs);
        assert.deepEqual(patient.archives(), ["one", "two"]);
        assert.deepEqual(patient.restore("one", ward.one).zeroed, ["large"]);
      } finally {
        ward.remove();
      }
    });
  }

  it("uses no counter value again when nothing but the objects tells which ones were", () => {
    const ward = new Ward(ours, "repokey-blake2");
    try {
      const patient = ward.admit((repository) => repository.strike(ward.large[1]!, MANIFEST));
      rmSync(join(patient.path, "nonce"));
      rmSync(join(patient.base, ".config"), { recursive: true });
      const before = ranges(patient.path);
      patient.repair(ours);
      const after = ranges(patient.path);
      assert.ok(after.size > before.size);
      assert.deepEqual(findOverlaps([...new Map([...before, ...after]).values()]), []);
    } finally {
      ward.remove();
    }
  });
});

/** The counter values of every object, by the object. */
function ranges(repository: string): Map<string, CounterRange> {
  return new Map(readPuts(repository).map((put) => [put.data.toString("base64"), counterRange(put)]));
}
