import { toHex } from "../../encoding/bytes.ts";
import type { Find } from "../../operations/debug/search_objects.ts";

/** The line of `borg debug search-repo-objs` for an object that has `wanted` in it. */
export function findLine({ number, id, count, idBefore, before, after }: Find, wanted: Uint8Array): string {
  const where = count === undefined ? `${toHex(idBefore)} | ${toHex(id)}:` : `${toHex(id)} #${count}:`;
  const parts = [before, wanted, after];
  return `${number} ${where} ${parts.map(toHex).join(" ")} == ${parts.map(pythonBytes).join(" ")}`;
}

const ESCAPES: Readonly<Record<string, string>> = { "\t": "\\t", "\n": "\\n", "\r": "\\r", "\\": "\\\\" };

/** Bytes as Python shows them: `b'abc\\x00'`. */
export function pythonBytes(bytes: Uint8Array): string {
  const characters = Array.from(bytes, (byte) => String.fromCharCode(byte));
  const quote = characters.includes("'") && !characters.includes('"') ? '"' : "'";
  const shown = characters.map((character) => {
    if (character === quote) return `\\${quote}`;
    if (character in ESCAPES) return ESCAPES[character];
    if (character >= " " && character <= "~") return character;
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
  return `b${quote}${shown.join("")}${quote}`;
}
