import { decompress } from "../compression/decompress.ts";
import { assertId } from "../crypto/id.ts";
import { equal } from "../encoding/bytes.ts";
import { release } from "../encoding/release.ts";
import { BorgError } from "../errors.ts";
import { MANIFEST_ID } from "../repository/repository.ts";
import type { ChunkFailure, JobResult, UnsealJob } from "./jobs.ts";
import type { Keyed } from "./keyed.ts";
import type { Slot } from "./slot.ts";

/** The plaintext does not fit the slot's output any more: not damage, just for somebody with more room. */
export const DOES_NOT_FIT = "DoesNotFit";

/** Plaintexts are verified and written once they come to this many bytes: few objects can stand for a lot of them. */
const GROUP_BYTES = 4 << 20;

/** A payload that has been opened, and what it holds, in memory of its own or of the payload's. */
interface Opened {
  readonly position: number;
  readonly payload: Uint8Array;
  readonly plaintext: Uint8Array;
}

/** Performs an UnsealJob on its slot. */
export function unsealBatch(keyed: Keyed, job: UnsealJob, slot: Slot): JobResult {
  return new Unsealing(keyed, job, slot).run();
}

/** One UnsealJob. */
class Unsealing {
  readonly #failures: ChunkFailure[] = [];
  /** Where the next output goes. */
  #end = 0;

  constructor(private readonly keyed: Keyed, private readonly job: UnsealJob, private readonly slot: Slot) {}

  run(): JobResult {
    const { job, slot } = this;
    slot.outputLengths.fill(0, 0, job.count);
    let group: Opened[] = [];
    let bytes = 0;
    for (const [position, payload] of this.#open().entries()) {
      const plaintext = this.#attempt(position, () => decompress(valid(payload)));
      if (!plaintext) continue;
      group.push({ position, payload: valid(payload), plaintext });
      bytes += plaintext.length;
      if (bytes < GROUP_BYTES) continue;
      this.#finish(group);
      group = [];
      bytes = 0;
    }
    this.#finish(group);
    return { failures: this.#failures };
  }

  #open(): (Uint8Array | Error)[] {
    const { keyed, job, slot } = this;
    return keyed.sealer.openAll(slot.inputs(job.count).map((object, i) => ({ object, id: slot.id(i) })));
  }

  /** Verifies ids, writes the plaintexts and gives their memory back. */
  #finish(group: readonly Opened[]): void {
    const ids = this.keyed.ids.of(group.map(({ plaintext }) => plaintext));
    for (const [i, { position, payload, plaintext }] of group.entries()) {
      this.#attempt(position, () => this.#assertId(position, ids[i]!)) && this.#write(position, plaintext);
      release(plaintext);
      release(payload);
    }
  }

  /** The manifest is the one object whose id is not made from its contents. */
  #assertId(position: number, computed: Uint8Array): true {
    const id = this.slot.id(position);
    if (!equal(id, MANIFEST_ID)) assertId(this.keyed.material, id, computed);
    return true;
  }

  #write(position: number, plaintext: Uint8Array): void {
    const { output, outputLengths } = this.slot;
    if (this.job.discard) return;
    if (this.#end + plaintext.length > output.length) {
      this.#failures.push({ position, code: DOES_NOT_FIT, data: [] });
      return;
    }
    output.set(plaintext, this.#end);
    outputLengths[position] = plaintext.length;
    this.#end += plaintext.length;
  }

  /** What `action` gives; undefined, with the failure noted, when the chunk turns out to be damaged. */
  #attempt<T>(position: number, action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof BorgError)) throw error;
      this.#failures.push({ position, code: error.code, data: error.data });
      return undefined;
    }
  }
}

function valid(payload: Uint8Array | Error): Uint8Array {
  if (payload instanceof Error) throw payload;
  return payload;
}
