import { readFileSync } from "node:fs";
import { fromHex } from "../../src/encoding/bytes.ts";
import type { ModeName } from "../../src/crypto/modes.ts";

/** What BorgBackup 1.4.5 left in a repository of each mode; the passphrase is `PASSPHRASE`. */
export interface ModeFixture {
  readonly repositoryId: string;
  readonly manifest: string;
  readonly archiveId: string;
  readonly archive: string;
  readonly repositoryKey?: string;
  readonly keyFile?: string;
}

export const PASSPHRASE = "correct horse";

export const FIXTURES: Readonly<Record<ModeName, ModeFixture>> = JSON.parse(
  readFileSync(new URL("../fixtures/crypto/borg-1.4.5.json", import.meta.url), "utf8"),
);

/** A range of bytes, as in the keys of the test vectors. */
export function range(from: number, to: number): Uint8Array {
  return Uint8Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

/** A slow and simple decoder of the two compressions that the fixtures have: none and lz4. */
export function inflate(payload: Uint8Array): Uint8Array {
  return payload[0] === 0 ? payload.subarray(2) : lz4(payload.subarray(2));
}

function lz4(block: Uint8Array): Uint8Array {
  const out: number[] = [];
  let at = 0;
  const length = (nibble: number) => {
    let total = nibble;
    for (let more = nibble === 15; more;) {
      const byte = block[at++]!;
      total += byte;
      more = byte === 255;
    }
    return total;
  };
  while (at < block.length) {
    const token = block[at++]!;
    for (let literals = length(token >> 4); literals > 0; literals--) out.push(block[at++]!);
    if (at >= block.length) break;
    const distance = block[at++]! + 256 * block[at++]!;
    for (let copies = length(token & 15) + 4; copies > 0; copies--) out.push(out[out.length - distance]!);
  }
  return Uint8Array.from(out);
}

export const bytesOf = (fixture: ModeFixture, name: "repositoryId" | "manifest" | "archiveId" | "archive") =>
  fromHex(fixture[name]);
