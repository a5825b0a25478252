import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { toHex } from "../../../src/encoding/bytes.ts";
import { LocalRepository } from "../../../src/repository/local/local_repository.ts";
import { MANIFEST_ID } from "../../../src/repository/repository.ts";
import { Sandbox, theirs } from "../../interop/harness.ts";
import { requirePeer } from "../../interop/requirements.ts";
import { readObjectIds } from "../../interop/segments.ts";
import { accessOptions, bytes, createLocal, id, withLocal } from "../scratch.ts";
import { repeatLog } from "./mirror.ts";

describe("beside the real borg, a local repository", requirePeer("borg"), () => {
  let sandbox: Sandbox;
  let path: string;

  beforeEach(() => {
    sandbox = new Sandbox();
    path = sandbox.path("repository");
    const source = sandbox.folder("source");
    for (let i = 0; i < 40; i++) writeFileSync(join(source, `file${i}`), bytes(500 + 100 * i, i));
    borg("init", "-e", "none", path);
    borg("create", `${path}::one`, "source");
  });
  afterEach(() => sandbox.remove());

  function borg(...args: string[]): string {
    return sandbox.succeed(theirs, args);
  }

  /** Index, hints and digests with their contents: borg writes them anew when it does not accept them. */
  function helpers(): Map<string, string> {
    const names = readdirSync(path).filter((name) => /^(index|hints|integrity)\./.test(name)).sort();
    return new Map(
      names.map((name) => [name, `${statSync(join(path, name)).ino} ${readFileSync(join(path, name), "hex")}`]),
    );
  }

  function checkByBorg(...options: string[]): void {
    borg("check", "--repository-only", ...options, path);
  }

  it("is read whole", async () => {
    await withLocal(path, { lock: "shared" }, async (repository) => {
      const ids = (await repository.list()).map(toHex);
      assert.deepEqual(new Set(ids), readObjectIds(path));
      for await (const data of repository.getMany(await repository.list())) assert.equal(data[0], 2);
      assert.equal(await repository.check(), true);
    });
  });

  it("is accepted with all its files after we wrote to it", async () => {
    await withLocal(path, {}, async (repository) => {
      for (let i = 0; i < 300; i++) await repository.put(id(i), bytes(i, i));
      await repository.put(MANIFEST_ID, await repository.get(MANIFEST_ID));
      await repository.commit();
      for (let i = 0; i < 300; i += 2) await repository.delete(id(i));
      await repository.put(id(1), bytes(5));
      await repository.commit();
    });
    const before = helpers();
    checkByBorg();
    borg("list", path);
    assert.match(borg("debug", "get-obj", path, toHex(id(3)), sandbox.path("object")), /fetched/);
    assert.deepEqual(new Uint8Array(readFileSync(sandbox.path("object"))), bytes(3, 3));
    assert.deepEqual(helpers(), before);
    borg("create", `${path}::two`, "source");
    borg("compact", path);
    await withLocal(path, {}, async (repository) => {
      assert.deepEqual(await repository.get(id(1)), bytes(5));
      await assert.rejects(repository.get(id(2)), { code: "Repository.ObjectNotFound" });
      assert.equal(await repository.check(), true);
      for (let i = 1; i < 300; i += 2) await repository.delete(id(i));
      await repository.commit({ compact: true });
    });
    borg("check", path);
    borg("extract", "--dry-run", `${path}::two`);
    borg("delete", `${path}::one`);
    assert.match(borg("list", "--short", path), /^two\n$/);
  });

  it("has hints that borg can go on with", async () => {
    await withLocal(path, {}, async (repository) => {
      await repository.put(id(1), bytes(1000));
      await repository.commit();
      await repository.delete(id(1));
      await repository.commit();
    });
    borg("debug", "dump-hints", path, sandbox.path("hints"));
    const hints = JSON.parse(readFileSync(sandbox.path("hints"), "utf8"));
    assert.deepEqual(hints.shadow_index[toHex(id(1))].length, 1);
    borg("compact", path);
    borg("compact", path);
    await withLocal(path, {}, async (repository) => {
      await assert.rejects(repository.get(id(1)));
      assert.equal(await repository.check(), true);
    });
    assert.ok(!readObjectIds(path).has(toHex(id(1))));
  });

  it("comes out alike when compacted by either, with segments of any size", async () => {
    rmSync(path, { recursive: true });
    borg("init", "-e", "none", path);
    const config = readFileSync(join(path, "config"), "utf8");
    writeFileSync(join(path, "config"), config.replace(/max_segment_size.*/, "max_segment_size = 9000"));
    for (const name of ["one", "two", "three"]) {
      for (let i = 0; i < 20; i += 2) writeFileSync(sandbox.path("source", `file${i}`), bytes(700, name.length * i));
      borg("create", `${path}::${name}`, "source");
    }
    borg("delete", `${path}::one`);
    const copy = sandbox.path("copy");
    await (await createLocal(copy)).close();
    writeFileSync(join(copy, "config"), readFileSync(join(path, "config")));
    await withLocal(copy, {}, async (repository) => {
      await repeatLog(path, repository);
      await repository.commit();
      await repository.put(MANIFEST_ID, await repository.get(MANIFEST_ID));
      await repository.commit({ compact: true });
    });
    borg("compact", path);
    const segments = readdirSync(join(path, "data", "0"));
    assert.deepEqual(readdirSync(join(copy, "data", "0")).sort(), segments.sort());
    for (const name of segments) {
      assert.ok(readFileSync(join(path, "data", "0", name)).equals(readFileSync(join(copy, "data", "0", name))), name);
    }
    rmSync(path, { recursive: true });
    sandbox.succeed(theirs, ["check", copy]);
  });

  it("is repaired so that borg is content", async () => {
    const segment = join(path, "data", "0", "2");
    const content = readFileSync(segment);
    content[2000]! ^= 1;
    writeFileSync(segment, content);
    await withLocal(path, {}, async (repository) => {
      assert.equal(await repository.check(), false);
      assert.equal(await repository.check({ repair: true }), true);
    });
    const before = helpers();
    checkByBorg();
    assert.deepEqual(helpers(), before);
  });

  it("is recovered by either after a crash", async () => {
    await withLocal(path, {}, (repository) => repository.put(id(1), bytes(9)));
    borg("create", `${path}::two`, "source");
    for (const name of helpers().keys()) rmSync(join(path, name));
    borg("list", path);
    for (const name of helpers().keys()) if (!name.startsWith("index")) rmSync(join(path, name));
    await withLocal(path, {}, async (repository) => {
      await repository.put(id(1), bytes(9));
      await repository.commit();
    });
    const before = helpers();
    checkByBorg();
    borg("list", path);
    assert.deepEqual(helpers(), before);
  });

  it("is locked for both", async () => {
    const list = () => sandbox.run(theirs, ["--lock-wait", "0", "list", path]).status;
    const create = () => sandbox.run(theirs, ["--lock-wait", "0", "create", `${path}::two`, "source"]).status;
    await withLocal(path, { lock: "shared" }, () => Promise.resolve(assert.deepEqual([list(), create()], [0, 2])));
    await withLocal(path, {}, () => Promise.resolve(assert.deepEqual([list(), create()], [2, 2])));
    assert.deepEqual([list(), create()], [0, 0]);
    const other = { hostId: "elsewhere@1", pid: 1 };
    await LocalRepository.open(path, accessOptions({ identity: other }));
    borg("break-lock", path);
    assert.ok(!existsSync(join(path, "lock.exclusive")) && !existsSync(join(path, "lock.roster")));
    mkdirSync(sandbox.path("seen"));
    borg("with-lock", path, "cp", "-r", join(path, "lock.exclusive"), join(path, "lock.roster"), sandbox.path("seen"));
    const [holder] = readdirSync(sandbox.path("seen", "lock.exclusive"));
    const [hostId, pid] = JSON.parse(readFileSync(sandbox.path("seen", "lock.roster"), "utf8")).exclusive[0];
    assert.equal(holder, `${hostId}.${pid}-0`);
  });
});
