export { decodeText, encodeText } from "../platform/path_bytes.ts";

/** `text` as terminals and JSON show it: each byte that is no part of valid UTF-8 as "?". */
export function displayText(text: string): string {
  return text.isWellFormed() ? text : text.replace(/[\uD800-\uDFFF]/gu, "?");
}
