import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { concat } from "../../../src/encoding/bytes.ts";
import { Outbox } from "../../../src/repository/remote/outbox.ts";
import { RateLimit, type Time } from "../../../src/repository/remote/rate_limit.ts";
import { bytes } from "../scratch.ts";

const MIB = 1 << 20;

/** A clock that only moves when somebody sleeps. */
class FakeTime implements Time {
  #now = 1000;

  now(): number {
    return this.#now;
  }

  sleep(milliseconds: number): Promise<void> {
    this.#now += milliseconds;
    return Promise.resolve();
  }
}

/** A link that takes a piece each time it is told to. */
class Link {
  readonly sent: Uint8Array[] = [];
  #go: (() => void) | undefined;
  isOpen = false;

  readonly write = async (piece: Uint8Array): Promise<void> => {
    if (!this.isOpen) await new Promise<void>((resolve) => (this.#go = resolve));
    this.sent.push(piece.slice());
  };

  async take(): Promise<void> {
    await turn();
    this.#go?.();
    await turn();
  }
}

/** Lets everything run that can. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

function outbox(link: Pick<Link, "write">, capacity = 0, limit = new RateLimit(0)) {
  const failures: unknown[] = [];
  const box = new Outbox({ write: link.write, limit, capacity, onFailure: (error) => failures.push(error) });
  return { box, failures };
}

describe("Outbox", () => {
  it("sends everything in order, small messages together", async () => {
    const link = new Link();
    link.isOpen = true;
    const { box } = outbox(link);
    const messages = [bytes(10, 1), bytes(20, 2), bytes(3 * MIB, 3), bytes(5, 4)];
    for (const message of messages) box.append(message);
    while (box.isBusy) await turn();
    assert.deepEqual(concat(...link.sent), concat(...messages));
    assert.deepEqual(link.sent.map(({ length }) => length), [MIB, MIB, MIB, 35]);
  });

  it("does not need the messages any more when they are in it", async () => {
    const link = new Link();
    link.isOpen = true;
    const { box } = outbox(link);
    const message = bytes(100);
    box.append(message);
    message.fill(0);
    await turn();
    assert.deepEqual(link.sent, [bytes(100)]);
  });

  it("lets nobody add more than it was told to keep", async () => {
    for (const [capacity, expected] of [[0, 2], [5 * MIB, 5]] as const) {
      const link = new Link();
      const { box } = outbox(link, capacity);
      let added = 0;
      const adding = (async () => {
        for (; added < 10; added++) {
          box.append(new Uint8Array(MIB));
          await box.room();
        }
      })();
      await turn();
      assert.equal(added, expected);
      await link.take();
      assert.equal(added, expected + 1);
      link.isOpen = true;
      await link.take();
      await adding;
    }
  });

  it("tells that nothing can be sent, and holds nobody back then", async () => {
    const lost = new Error("lost");
    const { box, failures } = outbox({ write: () => Promise.reject(lost) });
    box.append(new Uint8Array(5 * MIB));
    await box.room();
    box.append(bytes(1));
    await turn();
    assert.deepEqual(failures, [lost]);
    assert.equal(box.isBusy, false);
  });

  it("holds nobody back once it is stopped", async () => {
    const { box, failures } = outbox(new Link());
    box.append(new Uint8Array(5 * MIB));
    const waiting = box.room();
    await turn();
    box.stop();
    await waiting;
    assert.deepEqual(failures, []);
  });

  it("keeps to a rate", async () => {
    const link = new Link();
    link.isOpen = true;
    const time = new FakeTime();
    const { box } = outbox(link, 0, new RateLimit(100_000, time));
    box.append(new Uint8Array(MIB));
    while (box.isBusy) await turn();
    assert.ok(link.sent.every(({ length }) => length <= 10_000));
    assert.ok(Math.abs(time.now() - 1000 - MIB / 100) < 200, `${time.now()}`);
  });
});

describe("RateLimit", () => {
  it("lets everything pass at once where there is none", async () => {
    const time = new FakeTime();
    const limit = new RateLimit(0, time);
    for (let i = 0; i < 10; i++) await limit.pass(1e9);
    assert.equal(time.now(), 1000);
    assert.equal(limit.portion, Infinity);
  });

  it("does not make up for times in which nothing passed", async () => {
    const time = new FakeTime();
    const limit = new RateLimit(1000, time);
    await limit.pass(100);
    await time.sleep(60_000);
    const before = time.now();
    for (let i = 0; i < 11; i++) await limit.pass(100);
    assert.equal(time.now() - before, 1000);
  });
});
