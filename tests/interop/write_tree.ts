import { Buffer } from "node:buffer";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";

/** What a restored tree may get wrong, in about 1.5 MB. The same seed gives the same contents. */
export function writeTree(root: string, seed: number): void {
  const random = randomBytes(seed);
  mkdirSync(join(root, "dir", "sub"), { recursive: true });
  mkdirSync(join(root, "empty-dir"));
  writeContents(root, random);
  writeManyFiles(join(root, "many"), random);
  writeNames(root);
  writeLinks(root);
  writeMetadata(root);
  settleTimes(root);
}

function writeContents(root: string, random: (size: number) => Buffer): void {
  writeFileSync(join(root, "random"), random(200_000));
  writeFileSync(join(root, "text"), writeWords(random, 300_000));
  writeFileSync(join(root, "zeros"), Buffer.concat([random(1000), Buffer.alloc(700_000), random(1000)]));
  writeFileSync(join(root, "empty"), "");
  writeFileSync(join(root, "dir", "small"), random(10));
  writeSparse(join(root, "sparse"), random(5000));
}

/** Data, then a hole of 3 MB, then data. */
function writeSparse(path: string, data: Buffer): void {
  const file = openSync(path, "w");
  writeSync(file, data, 0, data.length, 0);
  ftruncateSync(file, 3_000_000);
  writeSync(file, data, 0, data.length, 3_000_000);
  closeSync(file);
}

function writeManyFiles(root: string, random: (size: number) => Buffer): void {
  mkdirSync(root);
  for (let i = 0; i < 60; i++) writeFileSync(join(root, `f${i}`), random((i * 37) % 900));
}

function writeNames(root: string): void {
  const raw = Buffer.concat([Buffer.from(`${root}/dir/sub/bad-`), Buffer.of(0xff, 0xfe), Buffer.from("-name")]);
  writeFileSync(raw, "bad name\n");
  symlinkSync(Buffer.of(0x80, 0x2f, 0xfd), join(root, "link-bad"));
  writeFileSync(join(root, "dir", "ünïcode – 文件 🎉"), "unicode\n");
  writeFileSync(join(root, "dir", 'quote "\\ new\nline'), "quoted\n");
}

function writeLinks(root: string): void {
  writeFileSync(join(root, "hard1"), "linked\n");
  linkSync(join(root, "hard1"), join(root, "dir", "sub", "hard2"));
  linkSync(join(root, "hard1"), join(root, "zz-hard3"));
  symlinkSync("dir/small", join(root, "link"));
  symlinkSync("/nowhere/at all", join(root, "dangling"));
  execFileSync("mkfifo", ["-m", "640", join(root, "fifo")]);
}

function writeMetadata(root: string): void {
  chmodSync(join(root, "dir", "small"), 0o4755);
  chmodSync(join(root, "empty-dir"), 0o1777);
  execFileSync("setfattr", ["-n", "user.comment", "-v", "a comment", join(root, "text")]);
  execFileSync("setfattr", ["-n", "user.binary", "-v", "0x00ff0a", join(root, "hard1")]);
  execFileSync("setfattr", ["-n", "user.empty", join(root, "hard1")]);
  execFileSync("setfacl", ["-m", "u:1234:rw,g:4321:r", join(root, "text")]);
  execFileSync("setfacl", ["-d", "-m", "u:1234:rwx", join(root, "dir")]);
}

function settleTimes(root: string): void {
  utimesSync(join(root, "text"), 1_500_000_000.25, 1_500_000_000.123);
  utimesSync(join(root, "empty"), 0, 0);
  utimesSync(join(root, "random"), 2_100_000_000, 2_100_000_000);
  utimesSync(join(root, "dir", "sub"), 1_400_000_000, 1_400_000_000);
}

/** A source of reproducible bytes (xorshift32). */
export function randomBytes(seed: number): (size: number) => Buffer {
  let state = seed * 2654435761 >>> 0 || 1;
  return (size) => {
    const words = new Uint32Array(Math.ceil(size / 4));
    for (let i = 0; i < words.length; i++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      words[i] = state;
    }
    return Buffer.from(words.buffer, 0, size);
  };
}

function writeWords(random: (size: number) => Buffer, size: number): string {
  const words = "backup archive repository chunk manifest segment index cache of the and with a from\n to".split(" ");
  return [...random(size / 6)].map((byte) => words[byte % words.length]).join(" ");
}
