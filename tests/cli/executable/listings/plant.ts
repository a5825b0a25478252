import { Buffer } from "node:buffer";
import { linkSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** Makes a folder with everything that a listing shows in a way of its own. */
export function plant(folder: string): void {
  const path = (name: string) => join(folder, name);
  mkdirSync(path("d"), { recursive: true });
  writeFileSync(path("a"), "hello\n", { mode: 0o640 });
  linkSync(path("a"), path("hard"));
  symlinkSync("a/ü", path("sym"));
  execFileSync("mkfifo", ["-m", "600", path("fifo")]);
  const noise = Uint8Array.from({ length: 1_500_000 }, (_, i) => (i * i * 31 + (i >> 7)) & 0xff);
  writeFileSync(path("d/big"), noise);
  writeFileSync(path("d/big2"), noise);
  writeFileSync(path("ü 日本"), "");
  writeFileSync(path("with 'quotes'"), "x".repeat(12345));
  writeFileSync(Buffer.from(`${folder}/bad\xff`, "latin1"), "undecodable");
  // Time stamps that show how times are rounded.
  utimesSync(path("a"), 1_700_000_000, 1_700_000_000.999_999_9);
  utimesSync(path("d/big"), 1_700_000_000, 1_000_000_000.123_456_7);
  execFileSync("touch", ["-d", "2024-02-29T23:59:59.999999900Z", path("d/big2")]);
}
