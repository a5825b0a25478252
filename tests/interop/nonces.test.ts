import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { after, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { type CounterRange, counterRange, findOverlaps } from "./counter_ranges.ts";
import { environment, ours, type Program, Sandbox, theirs } from "./harness.ts";
import { requirePeer } from "./requirements.ts";
import { readPuts } from "./segments.ts";
import { randomBytes } from "./write_tree.ts";

const MODES = ["repokey", "repokey-blake2", "keyfile", "keyfile-blake2"];

/** All ranges ever seen in a repository: segments of a killed run vanish, the counter values stay used. */
class Witness {
  readonly #seen = new Map<string, CounterRange>();

  constructor(readonly repository: string) {}

  look(): void {
    for (const put of readPuts(this.repository)) {
      const range = counterRange(put);
      this.#seen.set(`${range.first} ${put.data.toString("base64")}`, range);
    }
  }

  get ranges(): CounterRange[] {
    return [...this.#seen.values()];
  }
}

describe("looking for shared counter values", () => {
  const range = (first: bigint, end: bigint): CounterRange => ({ first, end, where: `${first}` });

  it("finds an overlap of one value and no overlap of neighbours", () => {
    assert.deepEqual(findOverlaps([range(10n, 20n), range(0n, 10n), range(20n, 21n)]), []);
    assert.equal(findOverlaps([range(10n, 20n), range(0n, 11n)]).length, 1);
    assert.equal(findOverlaps([range(5n, 6n), range(5n, 6n)]).length, 1);
  });

  it("reads the range of an encrypted object and refuses others", () => {
    const data = Buffer.alloc(41 + 17);
    data[0] = 3;
    data.writeBigUInt64BE(1000n, 33);
    const object = { segment: 1, offset: 8, id: "", data };
    assert.deepEqual(counterRange(object), { first: 1000n, end: 1002n, where: "segment 1 offset 8" });
    assert.throws(() => counterRange({ ...object, data: Buffer.of(2, 0, 0) }), /not encrypted/);
  });
});

describe("AES counter values", requirePeer("borg"), () => {
  const sandbox = new Sandbox();
  after(() => sandbox.remove());

  for (const mode of MODES) {
    it(`${mode}: none is used twice by both programs together`, async () => {
      const repository = sandbox.path(mode);
      const tree = sandbox.folder(`${mode}-tree`);
      const random = randomBytes(mode.length);
      const env = { BORG_KEYS_DIR: sandbox.folder("keys") };
      const witness = new Witness(repository);
      sandbox.succeed(ours, ["init", "-e", mode, repository], { env });
      for (const [turn, program] of [ours, theirs, ours, ours, theirs].entries()) {
        writeFileSync(`${tree}/file`, random(400_001 + turn));
        const args = ["create", "--chunker-params", "10,16,12,511", `${repository}::${turn}`, "."];
        sandbox.succeed(program, args, { env, cwd: tree });
        witness.look();
      }
      sandbox.succeed(ours, ["delete", `${repository}::0`], { env });
      witness.look();
      sandbox.succeed(theirs, ["delete", `${repository}::1`], { env });
      witness.look();
      await killDuringCreate(sandbox, ours, repository, env);
      witness.look();
      sandbox.succeed(ours, ["break-lock", repository], { env });
      sandbox.succeed(ours, ["create", `${repository}::after`, "."], { env, cwd: tree });
      witness.look();
      assert.ok(witness.ranges.length > 300, `only ${witness.ranges.length} objects were seen`);
      assert.deepEqual(findOverlaps(witness.ranges), []);
    });
  }
});

/** Ends a backup hard once it has stored something: its input never ends, so it cannot be over before. */
async function killDuringCreate(
  sandbox: Sandbox,
  program: Program,
  repository: string,
  env: Record<string, string>,
): Promise<void> {
  const random = randomBytes(77);
  const before = readPuts(repository).length;
  const child = spawn(program.path, ["create", "--chunker-params", "fixed,65536", `${repository}::killed`, "-"], {
    env: { ...environment(sandbox.folder(`base-${program.name}`)), ...env },
    stdio: ["pipe", "ignore", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  child.stdin.on("error", () => {});
  const deadline = Date.now() + 30_000;
  while (readPuts(repository).length < before + 20) {
    assert.ok(Date.now() < deadline && child.exitCode === null, "the backup stored nothing to be killed over");
    child.stdin.write(random(1_000_000));
    await setTimeout(20);
  }
  child.kill("SIGKILL");
  await ended;
  assert.ok(existsSync(repository));
}
