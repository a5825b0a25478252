import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ChunkEntry } from "../../../src/archive/item.ts";
import { IntegrityError } from "../../../src/errors.ts";
import type { ChunkReader, ChunkRequest } from "../../../src/operations/chunk_reader.ts";
import { type Step, StepQueue } from "../../../src/operations/extract/queue.ts";

/** Hands over requested chunks only when it is drained; those whose id begins with 0xff are damaged. */
class LazyReader {
  readonly #waiting: ChunkRequest[] = [];

  request(requests: readonly ChunkRequest[]): Promise<void> {
    this.#waiting.push(...requests);
    return Promise.resolve();
  }

  async drain(): Promise<void> {
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      if (next.id[0] === 0xff) await next.fail(new IntegrityError("damaged"));
      else await next.receive(next.id.slice(0, next.size));
    }
  }
}

function chunks(...ids: number[]): ChunkEntry[] {
  return ids.map((first) => ({ id: new Uint8Array(32).fill(first), size: 1, csize: 1 }));
}

/** Does `steps`, each by name; gives what happened in which order. */
async function perform(...steps: [name: string, chunks: ChunkEntry[] | undefined, broken?: keyof Step][]) {
  const events: string[] = [];
  const queue = new StepQueue(new LazyReader() as unknown as ChunkReader);
  for (const [name, wanted, broken] of steps) {
    const does = (what: keyof Step, detail = "") => {
      events.push(`${name} ${what}${detail}`);
      if (what === broken) throw new Error(what);
    };
    await queue.add({
      chunks: wanted,
      begin: () => does("begin"),
      write: (plaintext) => does("write", ` ${plaintext[0]}`),
      end: () => does("end"),
      fail: (error) => does("fail", ` ${error instanceof Error ? error.message : ""}`),
    });
  }
  await queue.drain();
  return events;
}

describe("steps", () => {
  it("are done one after the other, although later ones have nothing to wait for", async () => {
    const events = await perform(["file", chunks(1, 2)], ["dir", undefined], ["other", chunks(3)], ["empty", []]);
    assert.deepEqual(events, [
      "file begin",
      "file write 1",
      "file write 2",
      "file end",
      "dir begin",
      "dir end",
      "other begin",
      "other write 3",
      "other end",
      "empty begin",
      "empty end",
    ]);
  });

  it("are done at once while nothing is waited for", async () => {
    assert.deepEqual(await perform(["a", undefined], ["b", []]), ["a begin", "a end", "b begin", "b end"]);
  });

  it("are not kept waiting without end for a chunk that comes before them", async () => {
    const queue = new StepQueue(new LazyReader() as unknown as ChunkReader);
    let done = 0;
    const step = { begin: () => {}, write: () => {}, end: () => void done++, fail: assert.fail };
    await queue.add({ ...step, chunks: chunks(1) });
    for (let i = 0; i < 20_000; i++) await queue.add({ ...step, chunks: undefined });
    assert.ok(done > 10_000, `${done} steps are done before the end`);
  });

  for (const broken of ["begin", "write", "end"] as const) {
    it(`fail once and alone when ${broken} throws`, async () => {
      const events = await perform(["bad", chunks(1, 2), broken], ["good", chunks(3)]);
      assert.deepEqual(events.filter((event) => event.startsWith("bad")).slice(-2), [
        `bad ${broken}${broken === "write" ? " 1" : ""}`,
        `bad fail ${broken}`,
      ]);
      assert.deepEqual(events.slice(-3), ["good begin", "good write 3", "good end"]);
    });
  }

  it("fail when a chunk is damaged, without an end", async () => {
    const events = await perform(["bad", chunks(1, 0xff, 2)], ["good", chunks(3)]);
    assert.deepEqual(events, [
      "bad begin",
      "bad write 1",
      "bad fail IntegrityError(damaged)",
      "good begin",
      "good write 3",
      "good end",
    ]);
  });
});
