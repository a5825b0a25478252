import { headerOf } from "./header.ts";
import type { Payload } from "./payload.ts";

export function compressNone(data: Uint8Array): Payload {
  return { parts: [headerOf("none"), data] };
}
