import { Buffer } from "node:buffer";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What somebody types who has read the README. HOST is where releases are. */
export const COMMANDS: readonly string[] = [
  "wget -q HOST/borg-linux-x64 HOST/SHA256SUMS",
  "grep borg-linux-x64$ SHA256SUMS | sha256sum -c",
  "mv borg-linux-x64 borg && chmod +x borg",
  "export BORG_PASSPHRASE='correct horse battery staple'",
  "./borg init -e repokey-blake2 backups",
  "./borg create --stats backups::monday documents",
  "sha256sum documents/* > sums; rm documents/letter.txt; echo oops > documents/photo.raw",
  "./borg create backups::tuesday documents",
  "./borg diff --content-only backups::monday tuesday",
  "./borg extract backups::monday",
  "sha256sum -c sums",
  "./borg check -v --verify-data backups",
];

/** A letter, and a photo that does not compress. */
export function fillHome(home: string): void {
  mkdirSync(join(home, "documents"));
  writeFileSync(join(home, "documents", "letter.txt"), "Dear reader,\n".repeat(1000));
  writeFileSync(join(home, "documents", "photo.raw"), noise(8_000_000));
}

function noise(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let state = 1;
  for (let at = 0; at < size; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes.writeUInt32LE((state ^ (state >>> 15)) >>> 0, at);
  }
  return bytes;
}
