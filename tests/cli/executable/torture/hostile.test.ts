import assert from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import type { Item } from "../../../../src/archive/item.ts";
import { concat } from "../../../../src/encoding/bytes.ts";
import { ours, type Outcome, Sandbox } from "../../../interop/harness.ts";
import { plantArchive } from "./hostile_repository.ts";

const FILE = 0o100644;
const FOLDER = 0o40755;
const LINK = 0o120777;
const DEVICE = 0o20666;

/** An object holds 20 MiB at most; this is far more. */
const BOMB = 1 << 28;

const SETTINGS = {
  BORG_CHECK_I_KNOW_WHAT_I_AM_DOING: "YES",
  BORG_DELETE_I_KNOW_WHAT_I_AM_DOING: "YES",
  BORG_EXIT_CODES: "modern",
};

function item(path: string, mode = FILE, more: Partial<Item> = {}): Item {
  return { path, mode, uid: 0, gid: 0, user: null, group: null, mtime: 1_700_000_000_000_000_000n, ...more };
}

describe("a repository that an attacker has written", () => {
  const sandbox = new Sandbox();
  const repository = sandbox.path("repo");
  const outside = sandbox.path("outside");

  before(async () => {
    sandbox.succeed(ours, ["init", "-e", "none", repository]);
    mkdirSync(outside);
    writeFileSync(`${outside}/secret`, "secret");
    await plantArchive(repository, "ways", async (store) => {
      const size = 4;
      const chunks = [{ id: await store(new TextEncoder().encode("evil")), size, csize: 10 }];
      return [
        item("../escaped", FILE, { chunks, size }),
        item("/absolute", FILE, { chunks, size }),
        item("a/../../escaped", FILE, { chunks, size }),
        item("way/written", FILE, { chunks, size }),
        item("trap", LINK, { source: outside }),
        item("trap/written", FILE, { chunks, size }),
        item("trap", FOLDER),
        item("stolen", FILE, { source: "../outside/secret" }),
        item("stolen-through-trap", FILE, { source: "trap/secret" }),
        item("device", DEVICE, { rdev: 0x103n }),
        item("control\u001b[2J\nname", FILE, { chunks, size }),
        item("good", FILE, { chunks, size }),
      ];
    });
    await plantArchive(repository, "lies", async (store, objects) => {
      const id = await store(new TextEncoder().encode("short"));
      await objects.repository.put(new Uint8Array(32).fill(9), bomb());
      return [
        item("longer", FILE, { chunks: [{ id, size: 20_000_000, csize: 1 }], size: 20_000_000 }),
        item("shorter", FILE, { chunks: [{ id, size: 1, csize: 1 }], size: 1 }),
        item("endless", FILE, { chunks: [{ id, size: 30_000_000, csize: 7 }], size: Number.MAX_SAFE_INTEGER }),
        item("bomb", FILE, { chunks: [{ id: new Uint8Array(32).fill(9), size: 5, csize: 5 }], size: 5 }),
        item("good", FILE, { chunks: [{ id, size: 5, csize: 5 }], size: 5 }),
      ];
    });
    await plantArchive(repository, "numbers", async (store) => {
      const id = await store(new TextEncoder().encode("count"));
      const sizes = [0xffffffff, 2 ** 40, Number.MAX_SAFE_INTEGER, -1];
      return sizes.map((size) => item(`of ${size}`, FILE, { chunks: [{ id, size, csize: size }] }));
    });
    await plantArchive(repository, "deep", () => Promise.resolve([new Uint8Array(200_000).fill(0x91)]));
    await plantArchive(repository, "long", () => Promise.resolve([Uint8Array.of(0xdf, 0xff, 0xff, 0xff, 0xff, 0xa1)]));
    await plantArchive(repository, "many", () => {
      return Promise.resolve([item("d/".repeat(3000) + "f"), item("n".repeat(5000)), item("good")]);
    });
  });
  after(() => sandbox.remove());

  function run(...args: readonly string[]): Outcome {
    const outcome = sandbox.run(ours, args, { env: SETTINGS, cwd: sandbox.folder("empty") });
    assert.doesNotMatch(
      outcome.stderr,
      /^\s+at |\b(Type|Range|Reference|Syntax|Msgpack|HashIndex)Error\b|undefined|NaN/m,
      `${args.join(" ")}: ${outcome.stderr}`,
    );
    return outcome;
  }

  function extract(archive: string, prepare: (folder: string) => void = () => {}) {
    const folder = sandbox.folder(`into-${archive}`);
    prepare(folder);
    const { status, stderr } = sandbox.run(ours, ["extract", `${repository}::${archive}`], {
      env: SETTINGS,
      cwd: folder,
    });
    return { folder, status, stderr };
  }

  it("writes nothing outside of the directory that is extracted into", () => {
    const { folder, status, stderr } = extract("ways", (folder) => symlinkSync(outside, `${folder}/way`));
    assert.equal(status, 1, stderr);
    assert.deepEqual(readdirSync(outside), ["secret"]);
    assert.ok(!existsSync(sandbox.path("escaped")) && !existsSync("/absolute"));
    assert.equal(lstatSync(`${outside}/secret`).nlink, 1);
    assert.equal(readFileSync(`${folder}/good`, "utf8"), "evil");
  });

  it("does not get right bytes out of what lies about its length", () => {
    const { folder, status, stderr } = extract("lies");
    assert.notEqual(status, 0, stderr);
    assert.equal(readFileSync(`${folder}/good`, "utf8"), "short");
    for (const name of ["longer", "shorter", "endless", "bomb"]) {
      assert.match(stderr, new RegExp(`^${name}: `, "m"), `${name} was taken: ${stderr}`);
    }
  });

  for (const archive of ["deep", "long"]) {
    it(`is refused when its items are ${archive}`, () => {
      const { status, stderr } = extract(archive);
      assert.ok(![0, null].includes(status), stderr);
    });
  }

  it("restores what it can of names that no system takes", () => {
    const { folder, status, stderr } = extract("many");
    assert.ok(status! >= 100, stderr);
    assert.ok(existsSync(`${folder}/good`));
  });

  for (const archive of ["ways", "lies", "deep", "long", "many"]) {
    for (
      const command of ["list @", "info @", "export-tar @ -", "diff @ ways", "extract -n @", "list --json-lines @"]
    ) {
      it(`makes no trouble for ${command.replace("@", archive)}`, () => {
        const { status } = run(...command.replace("@", `${repository}::${archive}`).split(" "));
        assert.notEqual(status, null);
      });
    }
  }

  for (const command of ["list @", "info @", "extract -n @"]) {
    it(`makes no trouble for ${command.replace("@", "numbers")}`, () => {
      assert.notEqual(run(...command.replace("@", `${repository}::numbers`).split(" ")).status, null);
    });
  }

  it("is found out by a check, and repaired", () => {
    assert.notEqual(run("check", "--verify-data", repository).status, 0);
    run("check", "--repair", "--verify-data", repository);
    assert.equal(run("check", "--verify-data", repository).status, 0);
  });

  it("can be recreated", () => {
    for (const archive of ["ways", "lies", "numbers", "many"]) {
      const { status, stderr } = run("recreate", "-C", "lz4", "--recompress", "always", `${repository}::${archive}`);
      assert.ok(status !== null, stderr);
    }
  });
});

/** A stored object in mode `none` whose zlib payload never seems to end. */
function bomb(): Uint8Array {
  return concat(Uint8Array.of(2), new Uint8Array(deflateSync(new Uint8Array(BOMB))));
}
