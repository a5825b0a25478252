import { fromHex } from "../../encoding/bytes.ts";
import { ID_LENGTH } from "../../repository/repository.ts";

/** An object's id, and how it was typed. */
export interface TypedId {
  readonly text: string;
  readonly id: Uint8Array;
}

/** The id that `text` is. `idProblem` must have found nothing wrong. */
export function readId(text: string): TypedId {
  return { text, id: fromHex(text) };
}

/** Why `text` is no object's id; undefined when it is one. */
export function idProblem(text: string): string | undefined {
  // deno-lint-ignore no-control-regex
  if (/[^\x00-\x7f]/.test(text)) return "string argument should contain only ASCII characters";
  if (text.length % 2 !== 0) return "Odd-length string";
  if (/[^0-9a-fA-F]/.test(text)) return "Non-hexadecimal digit found";
  return text.length === 2 * ID_LENGTH ? undefined : "id must be 256bits or 64 hex digits";
}
