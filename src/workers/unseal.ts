import { decompress, decompressInto } from "../compression/decompress.ts";
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

/** Plaintexts that are not wanted are verified once they come to this many bytes: few objects can stand for a lot of them. */
const GROUP_BYTES = 16 << 20;

/** What an object holds, in the slot's output, not yet verified. */
interface Opened {
  readonly position: number;
  readonly plaintext: Uint8Array;
}

/** Performs an UnsealJob on its slot. */
export function unsealBatch(keyed: Keyed, job: UnsealJob, slot: Slot): JobResult {
  return new Unsealing(keyed, job, slot).run();
}

/** One UnsealJob. Objects are decrypted where they are, and decompressed to where they are wanted. */
class Unsealing {
  readonly #failures: ChunkFailure[] = [];
  #opened: Opened[] = [];
  /** Where the next plaintext goes. */
  #end = 0;

  constructor(private readonly keyed: Keyed, private readonly job: UnsealJob, private readonly slot: Slot) {}

  run(): JobResult {
    const { job, slot } = this;
    slot.outputLengths.fill(0, 0, job.count);
    for (const [position, payload] of this.#open().entries()) {
      if (job.discard && this.#end >= GROUP_BYTES) this.#verify();
      this.#attempt(position, () => this.#decompress(position, valid(payload)));
    }
    this.#verify();
    return { failures: this.#failures };
  }

  #open(): (Uint8Array | Error)[] {
    const { keyed, job, slot } = this;
    return keyed.sealer.openAll(slot.inputs(job.count).map((object, i) => ({ object, id: slot.id(i) })));
  }

  #decompress(position: number, payload: Uint8Array): void {
    const room = this.slot.output.subarray(this.#end);
    const length = decompressInto(payload, room);
    if (length === undefined) return this.#verifyElsewhere(position, payload);
    this.#opened.push({ position, plaintext: room.subarray(0, length) });
    this.#end += length;
  }

  /** A plaintext for which there is no room. */
  #verifyElsewhere(position: number, payload: Uint8Array): void {
    const plaintext = decompress(payload);
    this.#assertId(position, this.keyed.ids.of([plaintext])[0]!);
    release(plaintext);
    if (!this.job.discard) this.#failures.push({ position, code: DOES_NOT_FIT, data: [] });
  }

  /** Verifies ids, and closes the gaps that failures leave. */
  #verify(): void {
    const opened = this.#opened;
    this.#opened = [];
    this.#end = 0;
    const ids = this.keyed.ids.of(opened.map(({ plaintext }) => plaintext));
    for (const [i, { position, plaintext }] of opened.entries()) {
      this.#attempt(position, () => this.#assertId(position, ids[i]!)) && this.#keep(position, plaintext);
    }
  }

  /** The manifest is the one object whose id is not made from its contents. */
  #assertId(position: number, computed: Uint8Array): true {
    const id = this.slot.id(position);
    if (!equal(id, MANIFEST_ID)) assertId(this.keyed.material, id, computed);
    return true;
  }

  #keep(position: number, plaintext: Uint8Array): void {
    const { output, outputLengths } = this.slot;
    if (this.job.discard) return;
    const start = plaintext.byteOffset - output.byteOffset;
    if (start !== this.#end) output.copyWithin(this.#end, start, start + plaintext.length);
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
