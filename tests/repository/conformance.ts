import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { toHex } from "../../src/encoding/bytes.ts";
import { release } from "../../src/encoding/release.ts";
import { BorgError } from "../../src/errors.ts";
import { MANIFEST_ID, MAX_DATA_SIZE, type Repository } from "../../src/repository/repository.ts";
import { bytes, id } from "./scratch.ts";

/** A new, empty repository open for writing, and what the tests need beside the contract. */
export interface Subject {
  repository: Repository;
  /** Closes the repository and opens it again for writing. */
  reopen(): Promise<Repository>;
  dispose(): Promise<void>;
}

function hasCode(code: string): (error: unknown) => boolean {
  return (error) => error instanceof BorgError && error.code === code;
}

function sortedHex(ids: readonly Uint8Array[]): string[] {
  return ids.map(toHex).sort();
}

/** What every store has to do, whatever is below it. */
export function describeConformance(name: string, create: () => Promise<Subject>): void {
  describe(`${name} as a repository`, () => {
    let subject: Subject;
    let repository: Repository;

    beforeEach(async () => {
      subject = await create();
      repository = subject.repository;
    });
    afterEach(() => subject.dispose());

    async function reopen(): Promise<void> {
      repository = await subject.reopen();
    }

    /** What was asked for has been done, wherever that is. */
    async function settled(request: Promise<void>): Promise<void> {
      await request;
      await repository.settle();
    }

    async function putAll(count: number): Promise<Uint8Array[]> {
      const ids = Array.from({ length: count }, (_, i) => id(i));
      for (const [i, each] of ids.entries()) await repository.put(each, bytes(10 + i, i));
      return ids;
    }

    async function walk(step: (marker?: Uint8Array) => Promise<Uint8Array[]>): Promise<Uint8Array[]> {
      const found: Uint8Array[] = [];
      for (let part = await step(); part.length > 0; part = await step(part.at(-1))) found.push(...part);
      return found;
    }

    it("has an id of 32 bytes and a version", () => {
      assert.equal(repository.id.length, 32);
      assert.ok(repository.version.length >= 3);
    });

    it("begins empty", async () => {
      assert.equal(await repository.count(), 0);
      assert.deepEqual(await repository.list(), []);
      assert.deepEqual(await repository.scan(10), []);
      await assert.rejects(repository.get(id(1)), hasCode("Repository.ObjectNotFound"));
      await assert.rejects(settled(repository.delete(id(1))), hasCode("Repository.ObjectNotFound"));
    });

    it("gives back what was put, before and after the commit and after opening again", async () => {
      for (const length of [0, 1, 31, 32, 4096, 32 * 1024, 3 << 20]) {
        await repository.put(id(length), bytes(length, length));
        assert.deepEqual(await repository.get(id(length)), bytes(length, length), `${length} bytes, uncommitted`);
      }
      await repository.commit();
      assert.deepEqual(await repository.get(id(4096)), bytes(4096, 4096));
      await reopen();
      for (const length of [0, 1, 31, 32, 4096, 32 * 1024, 3 << 20]) {
        assert.deepEqual(await repository.get(id(length)), bytes(length, length), `${length} bytes, opened again`);
      }
    });

    it("leaves the arrays that it took to the caller", async () => {
      const key = id(1);
      const data = bytes(1000);
      await repository.put(key, data);
      data.fill(0);
      key.fill(0);
      assert.deepEqual(await repository.get(id(1)), bytes(1000));
      const received = await repository.get(id(1));
      received.fill(9);
      assert.deepEqual(await repository.get(id(1)), bytes(1000));
    });

    it("replaces an object", async () => {
      await repository.put(id(1), bytes(100, 1));
      await repository.put(id(1), bytes(50, 2));
      assert.deepEqual(await repository.get(id(1)), bytes(50, 2));
      await repository.commit();
      await repository.put(id(1), bytes(70, 3));
      assert.deepEqual(await repository.get(id(1)), bytes(70, 3));
      await repository.commit();
      await reopen();
      assert.deepEqual(await repository.get(id(1)), bytes(70, 3));
      assert.equal(await repository.count(), 1);
    });

    it("deletes an object", async () => {
      await putAll(3);
      await repository.commit();
      await repository.delete(id(1));
      await repository.settle();
      await assert.rejects(repository.get(id(1)), hasCode("Repository.ObjectNotFound"));
      await repository.commit();
      await reopen();
      await assert.rejects(repository.get(id(1)), hasCode("Repository.ObjectNotFound"));
      assert.equal(await repository.count(), 2);
      await repository.put(id(1), bytes(5));
      assert.deepEqual(await repository.get(id(1)), bytes(5));
    });

    it("forgets what is rolled back, or not committed when it is closed", async () => {
      await putAll(3);
      await repository.commit();
      await repository.delete(id(0));
      await repository.put(id(1), bytes(1));
      await repository.put(id(9), bytes(1));
      await repository.rollback();
      await repository.rollback();
      assert.deepEqual(sortedHex(await repository.list()), sortedHex([id(0), id(1), id(2)]));
      assert.deepEqual(await repository.get(id(1)), bytes(11, 1));
      await repository.delete(id(2));
      await reopen();
      assert.deepEqual(await repository.get(id(2)), bytes(12, 2));
    });

    it("goes on after a rollback", async () => {
      await putAll(2);
      await repository.rollback();
      assert.equal(await repository.count(), 0);
      await repository.put(id(5), bytes(5));
      await repository.commit();
      await reopen();
      assert.deepEqual(await repository.list(), [id(5)]);
    });

    it("keeps the manifest like any object", async () => {
      await repository.put(MANIFEST_ID, bytes(10));
      await repository.put(id(1), bytes(10));
      await repository.put(MANIFEST_ID, bytes(20));
      await repository.commit();
      await reopen();
      assert.deepEqual(await repository.get(MANIFEST_ID), bytes(20));
      assert.deepEqual(await repository.get(id(1)), bytes(10));
    });

    it("gets many objects in the order asked for", async () => {
      const ids = await putAll(20);
      const wanted = [...ids.toReversed(), ids[3]!, ids[3]!];
      repository.preload(wanted);
      const lengths: number[] = [];
      for await (const data of repository.getMany(wanted)) lengths.push(data.length);
      assert.deepEqual(lengths, [...Array.from({ length: 20 }, (_, i) => 29 - i), 13, 13]);
    });

    it("finds objects and puts them where they are wanted, in any order, and again", async () => {
      const lengths = [10, 40_000, 700_000, 20, 30, 600_000, 0];
      for (const [i, length] of lengths.entries()) await repository.put(id(i), bytes(length, i));
      const order = [0, 1, 2, 3, 4, 5, 6, 5, 3, 0];
      repository.preload(order.map((n) => id(n)));
      for (const i of order) {
        const found = await repository.find(id(i));
        assert.equal(found.length, lengths[i]);
        const target = new Uint8Array(found.length + 5);
        found.copyTo(target);
        assert.deepEqual(target.subarray(0, found.length), bytes(lengths[i]!, i));
        assert.deepEqual(target.subarray(found.length), new Uint8Array(5));
      }
    });

    it("finds what was found last, whatever was read and written meanwhile", async () => {
      await putAll(5);
      const found = await repository.find(id(1));
      await repository.get(id(4));
      const target = new Uint8Array(found.length);
      found.copyTo(target);
      assert.deepEqual(target, bytes(11, 1));
      await repository.commit();
      await repository.put(id(9), bytes(900));
      const later = await repository.find(id(9));
      assert.equal(later.length, 900);
      await repository.rollback();
      await assert.rejects(async () => await repository.find(id(9)), hasCode("Repository.ObjectNotFound"));
      await repository.put(id(8), bytes(800, 8));
      const other = await repository.find(id(8));
      const rest = new Uint8Array(other.length);
      other.copyTo(rest);
      assert.deepEqual(rest, bytes(800, 8));
    });

    it("gives the memory of each object away", async () => {
      const wanted = [id(1), id(2), id(1), id(2)];
      await repository.put(id(1), bytes(300_000, 1));
      await repository.put(id(2), bytes(400_000, 2));
      repository.preload(wanted);
      const received: Uint8Array[] = [];
      for await (const data of repository.getMany(wanted)) {
        received.push(data.slice());
        release(data);
        assert.equal(data.length, 0);
      }
      assert.deepEqual(received, [1, 2, 1, 2].map((n) => bytes(200_000 + n * 100_000, n)));
      const single = await repository.get(id(1));
      release(single);
      assert.deepEqual(await repository.get(id(1)), bytes(300_000, 1));
    });

    it("stops getting many at the first that is missing", async () => {
      await putAll(2);
      const received: number[] = [];
      await assert.rejects(async () => {
        for await (const data of repository.getMany([id(0), id(77), id(1)])) received.push(data.length);
      }, hasCode("Repository.ObjectNotFound"));
      assert.deepEqual(received, [10]);
    });

    it("lists all ids in pieces, each once", async () => {
      const ids = await putAll(50);
      await repository.commit();
      for (const limit of [1, 7, 49, 50, 51]) {
        assert.deepEqual(sortedHex(await walk((marker) => repository.list(limit, marker))), sortedHex(ids));
      }
      assert.deepEqual(sortedHex(await repository.list()), sortedHex(ids));
      assert.equal((await repository.list(0)).length, 0);
    });

    it("scans ids in the order of the log", async () => {
      await putAll(40);
      await repository.commit();
      await repository.delete(id(5));
      await repository.put(id(0), bytes(3));
      await repository.put(id(40), bytes(4));
      await repository.commit();
      const order = Array.from({ length: 40 }, (_, i) => i).filter((i) => i !== 0 && i !== 5).map(id);
      const expected = [...order, id(0), id(40)].map(toHex);
      for (const limit of [1, 7, 100]) {
        assert.deepEqual((await walk((marker) => repository.scan(limit, marker))).map(toHex), expected);
      }
    });

    it("refuses a scan without a limit of at least 1, and unknown markers", async () => {
      await repository.put(id(1), bytes(1));
      await assert.rejects(repository.scan(0));
      await assert.rejects(repository.scan(1, id(2)), hasCode("Repository.ObjectNotFound"));
      await assert.rejects(repository.list(1, id(2)), hasCode("Repository.ObjectNotFound"));
    });

    it("refuses ids that are not 32 bytes long", async () => {
      await assert.rejects(repository.put(new Uint8Array(31), bytes(1)), RangeError);
      await assert.rejects(repository.get(new Uint8Array(33)), RangeError);
      await assert.rejects(repository.delete(new Uint8Array(0)), RangeError);
    });

    it("takes the longest object and refuses a longer one", async () => {
      await assert.rejects(repository.put(id(2), new Uint8Array(MAX_DATA_SIZE + 1)), hasCode("IntegrityError"));
      await repository.put(id(1), new Uint8Array(MAX_DATA_SIZE));
      assert.equal((await repository.get(id(1))).length, MAX_DATA_SIZE);
      await repository.commit();
      assert.equal(await repository.count(), 1);
    });

    it("keeps everything through compaction", async () => {
      const ids = await putAll(30);
      await repository.commit();
      for (const each of ids.slice(0, 20)) await repository.delete(each);
      await repository.commit({ compact: true });
      await repository.put(ids[0]!, bytes(99));
      await repository.commit({ compact: true, threshold: 0, cleanupCommits: true });
      await reopen();
      assert.deepEqual(sortedHex(await repository.list()), sortedHex([ids[0]!, ...ids.slice(20)]));
      assert.deepEqual(await repository.get(ids[0]!), bytes(99));
      assert.deepEqual(await repository.get(ids[25]!), bytes(35, 25));
      assert.equal(await repository.check(), true);
    });

    it("keeps the key", async () => {
      assert.deepEqual(await repository.loadKey(), new Uint8Array(0));
      const blob = new TextEncoder().encode("first line\nsecond line+/=");
      await repository.saveKey(blob);
      await reopen();
      assert.deepEqual(await repository.loadKey(), blob);
      await repository.saveKey(blob.subarray(0, 5));
      assert.deepEqual(await repository.loadKey(), blob.subarray(0, 5));
    });

    it("keeps the nonce and notices that another one raised it", async () => {
      assert.equal(await repository.getFreeNonce(), undefined);
      await repository.commitNonceReservation(0xfedcba9876543210n, undefined);
      await reopen();
      assert.equal(await repository.getFreeNonce(), 0xfedcba9876543210n);
      await assert.rejects(repository.commitNonceReservation(5n, undefined));
      await assert.rejects(repository.commitNonceReservation(5n, 4n));
      await repository.commitNonceReservation(0xfedcba9876543211n, 0xfedcba9876543210n);
      assert.equal(await repository.getFreeNonce(), 0xfedcba9876543211n);
    });

    it("commits nothing without complaint", async () => {
      await repository.commit();
      await repository.put(id(1), bytes(1));
      await repository.commit();
      await repository.commit();
      assert.equal(await repository.count(), 1);
      assert.equal(await repository.check(), true);
    });

    it("can be closed twice", async () => {
      await repository.close();
      await repository.close();
    });
  });
}
