import { withHeader } from "./header.ts";

export function compressNone(data: Uint8Array): Uint8Array {
  return withHeader("none", data);
}
