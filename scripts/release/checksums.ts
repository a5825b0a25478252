import { createHash } from "node:crypto";

/** The lines of SHA256SUMS, as sha256sum writes and checks them, in the order of names. */
export function checksums(files: ReadonlyMap<string, Uint8Array>): string {
  return [...files].sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, content]) => `${createHash("sha256").update(content).digest("hex")}  ${name}\n`).join("");
}
