import { spawnSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { randomBytes } from "./write_tree.ts";

/** The archives of each repository: options of `create`, and what makes the contents of the folder that is archived. */
export const ARCHIVES: Readonly<Record<string, { options: readonly string[]; write: (folder: string) => void }>> = {
  metadata: { options: ["-C", "lz4", "--comment", "golden é"], write: writeMetadata },
  none: { options: ["-C", "none"], write: writeContents(1) },
  lz4: { options: ["-C", "lz4"], write: writeContents(2) },
  zstd_19: { options: ["-C", "zstd,19"], write: writeContents(3) },
  zlib_9: { options: ["-C", "zlib,9"], write: writeContents(4) },
  lzma_0: { options: ["-C", "lzma,0"], write: writeContents(5) },
  auto_lzma_1: { options: ["-C", "auto,lzma,1"], write: writeContents(6) },
  obfuscate_110_zstd_1: { options: ["-C", "obfuscate,110,zstd,1"], write: writeContents(7) },
  buzhash: { options: ["-C", "zstd,3", "--chunker-params", "buzhash,8,12,10,255"], write: writeLong },
  fixed: { options: ["-C", "zlib,1", "--chunker-params", "fixed,4096,512", "--sparse"], write: writeSparse },
};

/** When everything was modified: 2024-02-03T04:05:06 UTC. */
const TIME = 1706933106;

/** Writes the tree that golden repositories hold, a folder for each archive. Root only: it gives files away. */
export function writeGoldenTree(root: string): void {
  for (const [name, { write }] of Object.entries(ARCHIVES)) {
    mkdirSync(join(root, name));
    write(join(root, name));
  }
  settle(Buffer.from(root));
}

function writeContents(seed: number): (folder: string) => void {
  return (folder) => {
    const random = randomBytes(seed + 100);
    writeFileSync(join(folder, "random"), random(600));
    writeFileSync(join(folder, "text"), Array.from(random(700), (byte) => `${byte % 12} bottles\n`).join(""));
    writeFileSync(join(folder, "zeros"), Buffer.alloc(2000 + seed));
  };
}

function writeMetadata(folder: string): void {
  const at = (name: string) => join(folder, name);
  mkdirSync(at("directory"));
  writeFileSync(at("empty"), "");
  writeFileSync(at("directory/ünïcode – 文件"), "unicode\n");
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/bad-`), Buffer.of(0xff, 0xfe)]), "bad name\n");
  writeFileSync(at("first"), "linked\n");
  linkSync(at("first"), at("directory/second"));
  symlinkSync("directory/second", at("link"));
  symlinkSync(Buffer.of(0x80, 0x2f, 0xfd), at("link to nothing"));
  writeFileSync(at("setuid"), "");
  run("mkfifo", at("fifo"));
  run("mknod", at("device"), "c", "1", "3");
  run("setfattr", "-n", "user.binary", "-v", "0x00ff0a", at("first"));
  run("setfacl", "-m", "u:1234:rw,g:4321:r", at("empty"));
  run("setfacl", "-d", "-m", "u:1234:rwx", at("directory"));
  run("chown", "12:34", at("directory"), at("setuid"));
  chmodSync(at("setuid"), 0o4751);
}

function writeLong(folder: string): void {
  writeFileSync(join(folder, "long"), randomBytes(200)(7500));
}

/** A header, data, a hole, data. */
function writeSparse(folder: string): void {
  const random = randomBytes(300);
  const file = openSync(join(folder, "sparse"), "w");
  writeSync(file, random(2000), 0, 2000, 0);
  ftruncateSync(file, 60_000);
  writeSync(file, random(500), 0, 500, 60_000);
  closeSync(file);
}

function run(command: string, ...args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
}

/** Gives everything its time, what is in a folder before the folder. */
function settle(path: Buffer): void {
  for (const name of readdirSync(path, { encoding: "buffer" })) {
    const inner = Buffer.concat([path, Buffer.from("/"), name]);
    if (lstatSync(inner).isDirectory()) settle(inner);
    else lutimesSync(inner, TIME, TIME);
  }
  lutimesSync(path, TIME, TIME);
}
