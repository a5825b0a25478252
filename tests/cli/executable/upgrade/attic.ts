import { Buffer } from "node:buffer";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ini } from "../../../../src/encoding/ini.ts";
import { decode, type Encodable, encode } from "../../../../src/encoding/msgpack.ts";
import type { Program, Sandbox } from "../../../interop/harness.ts";

const SETTINGS = ["version", "segments_per_dir", "max_segment_size", "id", "key"];

/**
 * Makes a repository as Attic would have left it, with two archives. Attic is not to be had any more; but for first bytes
 * and names its files are those of BorgBackup (format reference 2.1, 16), so `writer` makes them with the compression and the
 * modes that Attic had (`none` and `keyfile`), and then they get Attic's: magics of segments, index and chunk cache, hints of
 * version 1, no digests, no nonce, README, a configuration of four or five settings, key file and cache in Attic's places.
 * What stays different: manifest and archives are signed and say more than Attic's do.
 */
export function makeAttic(sandbox: Sandbox, writer: Program, mode: string, path: string, base: string): void {
  const borg = (...args: string[]) => sandbox.succeed(writer, args, { base, cwd: sandbox.root });
  writeFileSync(sandbox.path("a"), "first\n");
  writeFileSync(sandbox.path("b"), "x".repeat(100_000));
  borg("init", "-e", mode, path);
  borg("config", path, "segments_per_dir", "10000");
  borg("config", path, "max_segment_size", "5242880");
  borg("create", "-C", "zlib", "--files-cache", "mtime,size,inode", `${path}::one`, "a", "b");
  writeFileSync(sandbox.path("a"), "second\n");
  borg("create", "-C", "zlib", "--files-cache", "mtime,size,inode", `${path}::two`, "a", "b");
  ageRepository(path);
  ageKeys(base);
  ageCache(base);
}

function ageRepository(path: string): void {
  for (const folder of readdirSync(join(path, "data"))) {
    for (const name of readdirSync(join(path, "data", folder))) {
      replaceStart(join(path, "data", folder, name), "BORG_SEG", "ATTICSEG");
    }
  }
  for (const name of readdirSync(path)) {
    if (/^(integrity\.|nonce$)/.test(name)) rmSync(join(path, name));
    if (name.startsWith("index.")) replaceStart(join(path, name), "BORG_IDX", "ATTICIDX");
    if (name.startsWith("hints.")) ageHints(join(path, name));
  }
  writeFileSync(join(path, "README"), "This is an Attic repository\n");
  const config = Ini.parse(readFileSync(join(path, "config"), "utf8"));
  for (const name of config.names("repository")) if (!SETTINGS.includes(name)) config.delete("repository", name);
  writeFileSync(join(path, "config"), config.format());
}

function ageHints(path: string): void {
  const hints = decode(readFileSync(path)) as ReadonlyMap<string, ReadonlyMap<number, number>>;
  const fields: [string, Encodable][] = [["version", 1], ["segments", hints.get("segments")!]];
  writeFileSync(path, encode(new Map([...fields, ["compact", [...hints.get("compact")!.keys()]]])));
}

function ageKeys(base: string): void {
  const keys = join(base, ".config/borg/keys");
  mkdirSync(join(base, ".attic/keys"), { recursive: true });
  for (const name of existsSync(keys) ? readdirSync(keys) : []) {
    renameSync(join(keys, name), join(base, ".attic/keys", name));
    replaceStart(join(base, ".attic/keys", name), "BORG_KEY ", "ATTIC KEY ");
  }
  rmSync(join(base, ".config/borg"), { recursive: true });
}

function ageCache(base: string): void {
  const [from, to] = [join(base, ".cache/borg"), join(base, ".cache/attic")];
  for (const id of readdirSync(from).filter((name) => name.length === 64)) {
    mkdirSync(join(to, id), { recursive: true });
    writeFileSync(join(to, id, "README"), "This is an Attic cache");
    for (const name of ["config", "chunks", "files"]) renameSync(join(from, id, name), join(to, id, name));
    replaceStart(join(to, id, "chunks"), "BORG_IDX", "ATTICIDX");
    const config = readFileSync(join(to, id, "config"), "utf8");
    writeFileSync(join(to, id, "config"), config.slice(0, config.indexOf("[integrity]")));
  }
  rmSync(from, { recursive: true });
}

function replaceStart(path: string, from: string, to: string): void {
  const content = readFileSync(path);
  if (content.toString("latin1", 0, from.length) !== from) throw new Error(`${path} does not begin with ${from}`);
  writeFileSync(path, Buffer.concat([Buffer.from(to, "latin1"), content.subarray(from.length)]));
}
