import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { after, describe, it } from "node:test";
import type { ChunkEntry } from "../../src/archive/item.ts";
import { Objects } from "../../src/archive/objects.ts";
import { toHex } from "../../src/encoding/bytes.ts";
import { BorgError } from "../../src/errors.ts";
import { Unsealer } from "../../src/mount/unsealer.ts";
import { ObjectNotFound } from "../../src/repository/errors.ts";
import { WorkerPool } from "../../src/workers/pool.ts";
import { Slot } from "../../src/workers/slot.ts";
import { MemoryRepository } from "../archive/memory_repository.ts";
import { vectorMaterial } from "../crypto/material.ts";

describe("Unsealer", () => {
  const repository = new MemoryRepository();
  const objects = new Objects(repository, vectorMaterial("repokey-blake2"), { reserve: () => Promise.resolve(0n) });
  const pool = new WorkerPool(1, { material: objects.material });
  const unsealer = new Unsealer(objects, pool);
  after(() => pool.close());

  async function store(contents: string): Promise<ChunkEntry> {
    const plaintext = new TextEncoder().encode(contents);
    const { id, csize } = await objects.write(plaintext, { name: "lz4" });
    return { id, size: plaintext.length, csize };
  }

  async function unseal(slot: Slot, chunks: readonly ChunkEntry[]) {
    const results = await unsealer.into(slot, chunks);
    return results.map((result) => result instanceof Uint8Array ? new TextDecoder().decode(result.slice()) : result);
  }

  it("opens chunks side by side in a slot, and on this thread", async () => {
    const chunks = [await store("one"), await store("two and more")];
    assert.deepEqual(await unseal(Slot.allocate(1000, 1000), chunks), ["one", "two and more"]);
    assert.equal(new TextDecoder().decode(await unsealer.here(chunks[1]!)), "two and more");
  });

  it("fails for what is missing or damaged alone", async () => {
    const [good, gone, bad] = [await store("good"), await store("gone"), await store("bad")];
    repository.objects.delete(toHex(gone.id));
    repository.objects.get(toHex(bad.id))!.data[10]! ^= 1;
    const [first, missing, second, damaged] = await unseal(Slot.allocate(1000, 1000), [good, gone, good, bad]);
    assert.deepEqual([first, second], ["good", "good"]);
    assert.ok(missing instanceof ObjectNotFound);
    assert.ok(damaged instanceof BorgError && damaged.code === "IntegrityError");
    await assert.rejects(unsealer.here(bad), { code: "IntegrityError" });
    await assert.rejects(unsealer.here(gone), ObjectNotFound);
  });

  it("opens what does not fit elsewhere", async () => {
    const chunks = [await store("a".repeat(100)), await store("b".repeat(2000)), await store("c")];
    const results = await unsealer.into(Slot.allocate(1000, 150), chunks);
    assert.deepEqual(results.map((result) => (result as Uint8Array).length), [100, 2000, 1], "in its output");
    const slot = Slot.allocate(chunks[0]!.csize, 5000);
    const narrow = await unsealer.into(slot, chunks);
    assert.deepEqual(narrow.map((result) => (result as Uint8Array).length), [100, 2000, 1], "in its input");
    assert.deepEqual(narrow.map((result) => (result as Uint8Array).buffer === slot.shared), [true, false, false]);
  });

  it("asks for all at once, and takes them as they come", async () => {
    const chunks = [await store("first asked for"), await store("second")];
    const asked: string[] = [];
    const late = new (class extends MemoryRepository {
      override async find(id: Uint8Array) {
        asked.push(toHex(id));
        if (asked.length === 1) await new Promise((resolve) => setTimeout(resolve, 1));
        assert.equal(asked.length, 2);
        return await repository.find(id);
      }
    })();
    const results = await new Unsealer(new Objects(late, objects.material), pool).into(
      Slot.allocate(1000, 1000),
      chunks,
    );
    assert.deepEqual(results.map((result) => Buffer.from(result as Uint8Array).toString()), [
      "first asked for",
      "second",
    ]);
  });

  it("takes no chunk that is longer than its item says", async () => {
    const { id, csize } = await store("d".repeat(2000));
    for (const size of [1999, 2 ** 40]) {
      const [result] = await unsealer.into(Slot.allocate(1000, 100), [{ id, size, csize }]);
      assert.ok(result instanceof BorgError && result.code === "IntegrityError", String(result));
    }
  });

  it("fails as a whole with the pool", async () => {
    const ended = new WorkerPool(1, { material: objects.material });
    await ended.close();
    await assert.rejects(new Unsealer(objects, ended).into(Slot.allocate(1000, 1000), [await store("x")]));
  });
});
