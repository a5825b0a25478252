import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readParts } from "../src/cache/local_files.ts";
import { savePrivateFile, savePrivatePieces } from "../src/crypto/private_file.ts";
import { HashIndex } from "../src/encoding/hash_index.ts";
import { decodeIndex, encodeIndex, HEADER_LENGTH } from "../src/encoding/hash_index_file.ts";
import { decodeVerified, FileDigest } from "../src/encoding/integrity.ts";

// A synthetic index of many chunks, filled and saved by one process and loaded by another: the time that each takes, the
// longest pause while it fills, and the highest memory.

const { values, positionals } = parseArgs({
  options: { chunks: { type: "string", default: "10000000" }, file: { type: "string" } },
  allowPositionals: true,
});
const count = Number(values.chunks);

/** So many insertions are timed together. On a busy machine a pause of theirs may be the turn of another process. */
const BATCH = 100;

/** Ids as even as those of chunks: a different one for each number. */
class Ids {
  readonly id = new Uint8Array(32);
  readonly #words = new Uint32Array(this.id.buffer);

  take(number: number): Uint8Array {
    for (let i = 0; i < 8; i++) this.#words[i] = scrambled(number + i * 0x1000193);
    return this.id;
  }
}

function scrambled(number: number): number {
  let word = Math.imul(number ^ (number >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return word ^ (word >>> 16);
}

function fill(words: 2 | 3): HashIndex {
  const ids = new Ids();
  const index = HashIndex.create(words);
  const longest = { wall: 0, cpu: 0 };
  const start = performance.now();
  for (let i = 0; i < count; i += BATCH) {
    const [before, used] = [performance.now(), process.cpuUsage()];
    for (let j = i; j < Math.min(i + BATCH, count); j++) index.set(ids.take(j), j, 1, 2);
    const { user, system } = process.cpuUsage(used);
    longest.wall = Math.max(longest.wall, performance.now() - before);
    longest.cpu = Math.max(longest.cpu, (user + system) / 1000);
  }
  const pause = `${longest.wall.toFixed(1)} ms, of which ${longest.cpu.toFixed(1)} ms of CPU time`;
  tell("fill", start, `longest pause (${BATCH} insertions) ${pause}`);
  return index;
}

function lookUp(index: HashIndex): void {
  const ids = new Ids();
  const start = performance.now();
  for (let i = 0; i < count; i++) if (index.find(ids.take(i)) < 0) throw new Error(`entry ${i} is lost`);
  tell("find all", start);
}

function save(index: HashIndex, file: string): void {
  const start = performance.now();
  const digest = new FileDigest(file, HEADER_LENGTH);
  savePrivatePieces(file, digest.through(encodeIndex(index)));
  savePrivateFile(`${file}.integrity`, new TextEncoder().encode(digest.text()));
  tell("save", start, `${megabytes(statSync(file).size)} MiB`);
}

function load(file: string): void {
  const start = performance.now();
  const digest = readFileSync(`${file}.integrity`, "utf8");
  const index = decodeVerified(file, readParts(file), digest, HEADER_LENGTH, decodeIndex).value;
  tell("load", start, `${index.count} chunks`);
}

function tell(what: string, start: number, more = ""): void {
  console.log(`  ${what.padEnd(10)}${((performance.now() - start) / 1000).toFixed(2).padStart(8)} s  ${more}`);
}

function tellMemory(): void {
  const peak = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync("/proc/self/status", "latin1"))?.[1];
  console.log(`  peak      ${megabytes(1024 * Number(peak)).padStart(8)} MiB`);
}

function megabytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}

function runParts(): void {
  const folder = mkdtempSync(join(tmpdir(), "vinculum-index-"));
  try {
    for (const [name, words] of [["chunk index", "3"], ["repository index", "2"]] as const) {
      console.log(`${name} of ${count} chunks`);
      for (const part of ["fill", "load"]) {
        const script = fileURLToPath(import.meta.url);
        const args = [script, part, words, "--chunks", values.chunks, "--file", join(folder, name)];
        const { status } = spawnSync(process.execPath, args, { stdio: "inherit" });
        if (status !== 0) throw new Error(`${part} ended with ${status}`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const [part, words] = positionals;
if (part === "fill") {
  const index = fill(words === "3" ? 3 : 2);
  lookUp(index);
  save(index, values.file!);
  tellMemory();
} else if (part === "load") {
  load(values.file!);
  tellMemory();
} else {
  runParts();
}
