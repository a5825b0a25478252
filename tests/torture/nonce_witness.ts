import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { type CounterRange, counterRange, findOverlaps } from "../interop/counter_ranges.ts";
import { putsOf } from "../interop/segments.ts";
import { type FileLayer, readWhole } from "../../src/repository/local/files.ts";
import { PATH } from "./machine.ts";

const DATA = `${PATH}/data`;

/** Remembers which values of the AES counter were used for which object, also of objects that are gone. */
export class NonceWitness {
  readonly #seen: Map<string, CounterRange>;

  constructor(seen: ReadonlyMap<string, CounterRange> = new Map()) {
    this.#seen = new Map(seen);
  }

  /** How many objects were seen. */
  get size(): number {
    return this.#seen.size;
  }

  copy(): NonceWitness {
    return new NonceWitness(this.#seen);
  }

  look(files: FileLayer): void {
    if (files.status(DATA) === undefined) return;
    for (const folder of files.list(DATA)) {
      for (const name of files.list(`${DATA}/${folder}`)) {
        this.#lookAt(Number(name), Buffer.from(readWhole(files, `${DATA}/${folder}/${name}`)));
      }
    }
  }

  assertNoneTwice(message: string): void {
    assert.ok(this.#seen.size > 0, `${message}: nothing was seen`);
    assert.deepEqual(findOverlaps([...this.#seen.values()]), [], message);
  }

  /** A garbled segment shows nothing; an object that is not encrypted is none that a program has written. */
  #lookAt(segment: number, content: Buffer): void {
    if (content.toString("latin1", 0, 8) !== "BORG_SEG") return;
    for (const put of putsOf(segment, content)) {
      if (put.data[0]! > 5) continue;
      const range = counterRange(put);
      this.#seen.set(`${range.first} ${put.data.toString("base64")}`, range);
    }
  }
}
