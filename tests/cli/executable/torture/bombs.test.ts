import assert from "node:assert/strict";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import type { Item } from "../../../../src/archive/item.ts";
import { concat } from "../../../../src/encoding/bytes.ts";
import { type Encodable, encode } from "../../../../src/encoding/msgpack.ts";
import { ours, Sandbox } from "../../../interop/harness.ts";
import { require } from "../../../interop/requirements.ts";
import { BOMBS } from "./bombs.ts";
import { plantArchive, plantManifest } from "./hostile_repository.ts";
import { measure } from "./peak_memory.ts";

/** The type of objects in mode `none`. */
const PLAIN = Uint8Array.of(2);
/** So many files with a bomb in each. */
const COUNT = 4;
/** What a bomb may take, in MiB: for each of two workers the most that an object may hold (128), and as much for its source. */
const ALLOWANCE = 2 * 2 * 128;

/** Messages that say that they hold far more than they do, or that never end. */
const MESSAGES: Readonly<Record<string, Uint8Array>> = {
  "a map without end": Uint8Array.of(0xdf, 0xff, 0xff, 0xff, 0xff, 0xa1, 0x61),
  "an array without end": Uint8Array.of(0xdd, 0xff, 0xff, 0xff, 0xff, 0xc0),
  "a text without end": Uint8Array.of(0xdb, 0xff, 0xff, 0xff, 0xff, 0x61),
  "arrays in arrays": new Uint8Array(2_000_000).fill(0x91),
  "maps in maps": new Uint8Array(2_000_000).fill(0x81),
  "a map of arrays in arrays": concat(Uint8Array.of(0x81, 0xa1, 0x61), new Uint8Array(2_000_000).fill(0x91)),
  "a map of maps in maps": Uint8Array.from({ length: 2_000_001 }, (_, i) => [0x81, 0xa1, 0x61][i % 3]!),
  "twenty million nothings": concat(Uint8Array.of(0xdd, 0x01, 0x31, 0x2d, 0), new Uint8Array(20_000_000).fill(0xc0)),
  "a manifest full of nonsense": encode(
    new Map<string, Encodable>([["version", 1], ["archives", new Map([["a", 5]])], ["timestamp", 7], ["config", []]]),
  ),
};

describe("memory stays bounded", require(process.platform === "linux", "needs /proc"), () => {
  const sandbox = new Sandbox();
  const repository = sandbox.path("repo");
  const other = sandbox.path("other");
  const base = sandbox.folder("base");
  let usual = 0;

  const run = (...args: readonly string[]) =>
    measure(args, { base, cwd: sandbox.folder("work"), env: { BORG_EXIT_CODES: "modern" } });

  before(async () => {
    for (const path of [repository, other]) sandbox.succeed(ours, ["init", "-e", "none", path], { base });
    sandbox.succeed(ours, ["create", `${repository}::usual`, "base"], { base });
    usual = (await run("extract", `${repository}::usual`)).peak;
    assert.ok(usual > 20, `${usual} MiB: nothing was measured`);
    for (const [name, make] of Object.entries(BOMBS)) {
      await plantArchive(repository, name.replaceAll(" ", "-"), async (_, { repository }) => {
        const payload = make();
        const items: Item[] = [];
        for (let i = 0; i < COUNT; i++) {
          const id = new Uint8Array(32).fill(i + 1);
          new TextEncoder().encodeInto(name, id.subarray(1));
          await repository.put(id, concat(PLAIN, payload));
          items.push(fileOf(`file${i}`, id));
        }
        return items;
      });
    }
  });
  after(() => sandbox.remove());

  for (const name of Object.keys(BOMBS)) {
    it(`when files hold bombs: ${name}`, async () => {
      const { status, stderr, peak } = await run("extract", `${repository}::${name.replaceAll(" ", "-")}`);
      console.log(`${name}: ${Math.round(peak)} MiB, ${Math.round(usual)} MiB without`);
      assert.ok(status !== 0 && status !== null, stderr);
      assertFriendly(stderr);
      assert.ok(peak < usual + ALLOWANCE, `${peak} MiB, ${usual} MiB without bombs`);
    });
  }

  it("when all of them are checked", async () => {
    const { status, stderr, peak } = await run("check", "--verify-data", repository);
    assert.notEqual(status, 0);
    assertFriendly(stderr);
    assert.ok(peak < usual + ALLOWANCE, `${peak} MiB, ${usual} MiB without bombs`);
  });

  for (const [name, message] of Object.entries(MESSAGES)) {
    it(`when a manifest is ${name}`, async () => {
      await plantManifest(other, message);
      for (const command of ["list", "check"]) {
        const { status, stderr, peak } = await run(command, other);
        assert.ok(status !== 0 && status !== null, `${command}: ${stderr}`);
        assertFriendly(stderr);
        assert.ok(peak < usual + ALLOWANCE, `${peak} MiB, ${usual} MiB without bombs`);
      }
    });
  }
});

function fileOf(path: string, id: Uint8Array): Item {
  const mtime = 1_700_000_000_000_000_000n;
  return { path, mode: 0o100644, uid: 0, gid: 0, user: null, group: null, mtime, chunks: [{ id, size: 5, csize: 5 }] };
}

function assertFriendly(stderr: string): void {
  assert.doesNotMatch(stderr, /^\s+at |\b(Type|Range|Reference|Syntax)Error\b|undefined|NaN|out of memory/im);
}
