import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fromHex } from "../../src/encoding/bytes.ts";

const FOLDER = fileURLToPath(new URL("seeds/", import.meta.url));

/** Input that a decoder once had trouble with, or may have: each a line of hex digits, with what is wrong with it. */
export interface Seed {
  readonly bytes: Uint8Array;
  readonly reason: string;
}

export function seedsOf(decoder: string): Seed[] {
  const path = `${FOLDER}${decoder}.txt`;
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8").trimEnd().split("\n").map((line) => {
    const [hex = "", reason = ""] = line.split(" # ");
    return { bytes: fromHex(hex), reason };
  });
}

/** The decoders that there are seeds for. */
export function seededDecoders(): string[] {
  return readdirSync(FOLDER).map((name) => name.replace(/\.txt$/, ""));
}
