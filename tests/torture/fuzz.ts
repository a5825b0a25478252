import fc from "fast-check";
import { toHex } from "../../src/encoding/bytes.ts";
import { type Decoder, isRefusal } from "./decoders.ts";

/** Gives a decoder bytes that are wrong in many ways. Throws at the first that it neither takes nor refuses in words. */
export async function fuzz({ name, samples, decode }: Decoder, seed: number, runs: number): Promise<void> {
  const known = await samples();
  for (const sample of known) await decode(sample.slice());
  const bytes = fc.oneof(
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
    {
      weight: 6,
      arbitrary: fc.tuple(fc.constantFrom(...known), fc.array(anyChange, { minLength: 1, maxLength: 4 })).map(change),
    },
  );
  await fc.assert(fc.asyncProperty(bytes, (input) => assertTaken(name, decode, input)), { seed, numRuns: runs });
}

export async function assertTaken(name: string, decode: Decoder["decode"], input: Uint8Array): Promise<void> {
  try {
    await decode(input.slice());
  } catch (error) {
    if (!isRefusal(error)) throw new Error(`${name}: ${error} at ${toHex(input)}`, { cause: error });
  }
}

interface Change {
  readonly kind: "set" | "cut" | "insert" | "remove" | "repeat" | "number";
  readonly at: number;
  readonly length: number;
  readonly value: number;
}

const anyChange: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom("set", "cut", "insert", "remove", "repeat", "number"),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 1, max: 20 }),
  value: fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 0x7f, 0x80, 0xc1, 0xdb, 0xdd, 0xdf, 0xff)),
});

function change([sample, changes]: [Uint8Array, Change[]]): Uint8Array {
  return changes.reduce(apply, sample);
}

function apply(bytes: Uint8Array, { kind, at, length, value }: Change): Uint8Array {
  const position = Math.floor(at * bytes.length);
  const head = bytes.subarray(0, position);
  const tail = bytes.subarray(position);
  switch (kind) {
    case "set":
      return join(head, new Uint8Array([value]), tail.subarray(1));
    case "cut":
      return head;
    case "insert":
      return join(head, new Uint8Array(length).fill(value), tail);
    case "remove":
      return join(head, tail.subarray(length));
    case "repeat":
      return join(head, tail.subarray(0, length), tail);
    case "number":
      return join(head, new Uint8Array([value, value, 0xff, 0x7f]), tail.subarray(4));
  }
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}
