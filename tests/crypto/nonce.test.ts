import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { IntegrityError } from "../../src/errors.ts";
import { NonceFileInvalid, NonceManager, type NonceStore } from "../../src/crypto/nonce.ts";
import { temporaryFolder } from "./memory_store.ts";

const AHEAD = 1n << 28n;

class Marks implements NonceStore {
  writes = 0;
  constructor(public mark: bigint | undefined) {}

  getFreeNonce(): Promise<bigint | undefined> {
    return Promise.resolve(this.mark);
  }

  commitNonceReservation(next: bigint, expected: bigint | undefined): Promise<void> {
    assert.equal(expected, this.mark);
    this.mark = next;
    this.writes++;
    return Promise.resolve();
  }
}

describe("NonceManager", () => {
  let folder = "";
  let local = "";
  beforeEach(() => {
    folder = temporaryFolder();
    local = join(folder, "security", "nonce");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const hex = (value: bigint) => value.toString(16).padStart(16, "0");
  const localMark = () => readFileSync(local, "latin1");

  it("starts at 0 in a new repository and stores the mark twice", async () => {
    const marks = new Marks(undefined);
    const nonces = new NonceManager(marks, local, 0n);
    assert.equal(await nonces.reserve(3n), 0n);
    assert.equal(marks.mark, 3n + AHEAD);
    assert.equal(localMark(), hex(3n + AHEAD));
    assert.equal(statSync(local).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(join(folder, "security")), ["nonce"]);
  });

  it("starts at the highest mark, wherever that is", async () => {
    for (const [repository, own, manifest] of [[100n, 50n, 70n], [50n, 100n, 70n], [50n, 70n, 100n]] as const) {
      const marks = new Marks(repository);
      await new NonceManager(new Marks(undefined), local, 0n).reserve(1n);
      writeFileSync(local, hex(own));
      assert.equal(await new NonceManager(marks, local, manifest).reserve(1n), 100n);
      assert.equal(localMark(), hex(101n + AHEAD));
    }
  });

  it("goes on within the reservation without writing", async () => {
    const marks = new Marks(10n);
    const nonces = new NonceManager(marks, local, 0n);
    assert.equal(nonces.take(1n), undefined);
    assert.equal(await nonces.reserve(5n), 10n);
    assert.equal(nonces.take(7n), 15n);
    assert.equal(await nonces.reserve(1n), 22n);
    assert.equal(nonces.take(AHEAD), undefined);
    assert.equal(marks.writes, 1);
  });

  it("uses the reservation up to its last value, then reserves beyond it", async () => {
    const marks = new Marks(undefined);
    const nonces = new NonceManager(marks, local, 0n);
    assert.equal(await nonces.reserve(1n), 0n);
    assert.equal(await nonces.reserve(AHEAD), 1n);
    assert.equal(marks.writes, 1);
    assert.equal(await nonces.reserve(1n), AHEAD + 1n);
    assert.equal(marks.writes, 2);
    assert.equal(marks.mark, 2n * AHEAD + 2n);
  });

  it("never gives a value twice to calls that overlap", async () => {
    const nonces = new NonceManager(new Marks(5n), local, 0n);
    const sizes = Array.from({ length: 40 }, (_, i) => i % 7 === 0 ? AHEAD : BigInt(i));
    const starts = await Promise.all(sizes.map((size) => nonces.reserve(size)));
    let free = 5n;
    starts.forEach((start, i) => {
      assert.ok(start >= free);
      free = start + sizes[i]!;
    });
  });

  it("never gives a value twice over two runs", async () => {
    const marks = new Marks(undefined);
    const first = new NonceManager(marks, local, 0n);
    const used = await first.reserve(1000n) + 1000n;
    for (const lost of ["repository", "local"]) {
      if (lost === "repository") marks.mark = undefined;
      else rmSync(local);
      assert.ok(await new NonceManager(marks, local, 0n).reserve(1n) >= used);
    }
  });

  it("refuses to reach the end of the counter", async () => {
    const nonces = new NonceManager(new Marks((1n << 64n) - AHEAD), local, 0n);
    await assert.rejects(nonces.reserve(1n), IntegrityError);
    assert.equal(existsSync(local), false);
  });

  it("refuses a damaged local file, and tries again later", async () => {
    await new NonceManager(new Marks(undefined), local, 0n).reserve(1n);
    for (const text of ["", "xyz", "0".repeat(15), "0".repeat(17)]) {
      writeFileSync(local, text);
      const nonces = new NonceManager(new Marks(undefined), local, 0n);
      await assert.rejects(nonces.reserve(1n), NonceFileInvalid);
      writeFileSync(local, hex(8n));
      assert.equal(await nonces.reserve(1n), 8n);
    }
  });

  it("gives nothing when the mark cannot be stored", async () => {
    const marks = new Marks(1n);
    marks.commitNonceReservation = () => Promise.reject(new Error("read-only"));
    const nonces = new NonceManager(marks, local, 0n);
    await assert.rejects(nonces.reserve(1n), /read-only/);
    assert.equal(nonces.take(1n), undefined);
    assert.equal(existsSync(local), false);
  });
});
