import { toHex } from "../../encoding/bytes.ts";
import { pythonBytes } from "./python_bytes.ts";
import type { Find } from "../../operations/debug/search_objects.ts";

/** The line of `borg debug search-repo-objs` for an object that has `wanted` in it. */
export function findLine({ number, id, count, idBefore, before, after }: Find, wanted: Uint8Array): string {
  const where = count === undefined ? `${toHex(idBefore)} | ${toHex(id)}:` : `${toHex(id)} #${count}:`;
  const parts = [before, wanted, after];
  return `${number} ${where} ${parts.map(toHex).join(" ")} == ${parts.map(pythonBytes).join(" ")}`;
}
