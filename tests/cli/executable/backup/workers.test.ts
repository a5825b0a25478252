import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { ours, theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { Pair } from "./pair.ts";
import { shell } from "./tree.ts";

describe("the number of workers", requirePeer("borg"), () => {
  let pair: Pair;
  before(() => {
    pair = new Pair();
    shell(
      pair.source,
      `head -c 20M /dev/urandom >big; head -c 9M /dev/zero >zeros; mkdir many; cd many
       for i in $(seq 800); do echo "$i $(seq $i)" >$i; done`,
    );
  });
  after(() => pair.remove());

  it("makes no difference to what is stored, nor to its order", () => {
    const made = ["1", "2", "8"].map((workers) => {
      const repository = pair.sandbox.path(`repository-${workers}`);
      shell(pair.source, `cp -r '${pair.repository(ours)}' '${repository}'`);
      const base = pair.sandbox.folder(`base-${workers}`);
      const env = { VINCULUM_WORKERS: workers };
      const args = ["create", "-C", "zstd", "--timestamp", "2020-01-01T00:00:00", `${repository}::archive`, "."];
      assert.equal(pair.sandbox.run(ours, args, { cwd: pair.source, base, env }).status, 0);
      return { items: itemsOf(pair, repository), segments: segments(repository) };
    });
    assert.deepEqual(made[1]!.items, made[0]!.items);
    assert.deepEqual(made[2]!.items, made[0]!.items);
    // The last segment holds the archive's own object, which names the repository it was made in.
    assert.ok(made[0]!.segments.length >= 2);
    assert.deepEqual(made[1]!.segments, made[0]!.segments);
    assert.deepEqual(made[2]!.segments, made[0]!.segments);
  });

  for (const mode of ["repokey", "keyfile-blake2", "authenticated"]) {
    it(`makes no difference to a reader with ${mode}`, () => {
      const other = new Pair(mode);
      try {
        for (const workers of ["1", "8"]) {
          const env = { VINCULUM_WORKERS: workers };
          const args = ["create", `@::${workers}`, pair.source];
          assert.equal(other.run(ours, args, { env }).status, 0);
        }
        const base = other.sandbox.folder("base-ours");
        other.sandbox.succeed(theirs, ["check", "--verify-data", other.repository(ours)], { base });
        for (const workers of ["1", "8"]) {
          const folder = other.fresh(ours);
          const env = { VINCULUM_WORKERS: workers };
          const args = ["extract", `${other.repository(ours)}::8`];
          assert.equal(other.sandbox.run(ours, args, { cwd: folder, env }).status, 0);
          shell(folder, `diff -r '${pair.source}' '.${pair.source}'`);
        }
      } finally {
        other.remove();
      }
    });
  }

  it("must be one", () => {
    for (const workers of ["0", "-1", "many", "1.5"]) {
      const { status, stderr } = pair.run(ours, ["create", "@::none", "."], { env: { VINCULUM_WORKERS: workers } });
      assert.deepEqual([status, stderr], [2, `Error: not a number of workers: ${workers}\n`]);
    }
  });
});

function itemsOf(pair: Pair, repository: string): unknown {
  const base = pair.sandbox.folder("base-reader");
  const path = pair.sandbox.path(`dump-${createHash("sha256").update(repository).digest("hex")}`);
  pair.sandbox.succeed(theirs, ["debug", "dump-archive", `${repository}::archive`, path], { base });
  const { _meta: { items }, _items } = JSON.parse(readFileSync(path, "utf8")) as {
    _meta: { items: unknown };
    _items: unknown;
  };
  return { items, _items };
}

/** All segments, up to the archive's own object, which holds the name of the repository; the manifest follows it. */
function segments(repository: string): string[] {
  const folder = join(repository, "data", "0");
  const whole = readdirSync(folder).sort((a, b) => Number(a) - Number(b)).map((name) =>
    readFileSync(join(folder, name))
  );
  return whole.map((bytes) => {
    const end = bytes.indexOf("cmdline");
    return createHash("sha256").update(end < 0 ? bytes : bytes.subarray(0, end - 1000)).digest("hex");
  }).slice(0, -2);
}
