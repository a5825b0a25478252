import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { type BigIntStats, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { readExtendedAttributes } from "./extended_attributes.ts";

/** Everything about one path that an archive must bring back; the fields are those of `tests/fixtures/tree.jsonl`. */
export interface Description {
  readonly path: string;
  readonly path_b64: string;
  readonly type: string;
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  /** Decimal digits: more than a double can hold. */
  readonly mtime_ns: string;
  readonly size?: number;
  readonly sha256?: string;
  readonly hardlink_of?: string;
  readonly target_b64?: string;
  readonly rdev?: readonly [number, number];
  readonly xattrs_b64?: Readonly<Record<string, string>>;
}

const TYPES = new Map([[0o10, "-"], [0o4, "d"], [0o12, "l"], [0o1, "p"], [0o6, "b"], [0o2, "c"], [0o14, "s"]]);

/** Describes `root` and all below it, in the order of the path bytes. */
export function describeTree(root: string): Description[] {
  const firstPaths = new Map<string, string>();
  return listPaths(Buffer.from(root)).map((path) => describe(Buffer.from(root), path, firstPaths));
}

function listPaths(root: Buffer): Buffer[] {
  const walk = (folder: Buffer, prefix: Buffer): Buffer[] =>
    readdirSync(folder, { encoding: "buffer" }).flatMap((name) => {
      const path = Buffer.concat([prefix, name]);
      const full = join(folder, name);
      return lstatSync(full).isDirectory() ? [path, ...walk(full, Buffer.concat([path, Buffer.from("/")]))] : [path];
    });
  return [Buffer.from("."), ...walk(root, Buffer.alloc(0))].sort(Buffer.compare);
}

function join(folder: Buffer, name: Buffer): Buffer {
  return Buffer.concat([folder, Buffer.from("/"), name]);
}

function describe(root: Buffer, path: Buffer, firstPaths: Map<string, string>): Description {
  const full = join(root, path);
  const stat = lstatSync(full, { bigint: true });
  const type = TYPES.get(Number(stat.mode >> 12n)) ?? "?";
  const xattrs = describeAttributes(full);
  return {
    path: printable(path),
    path_b64: path.toString("base64"),
    type,
    mode: `0o${(stat.mode & 0o7777n).toString(8)}`,
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    mtime_ns: stat.mtimeNs.toString(),
    ...(type === "-" ? describeFile(full, stat, printable(path), firstPaths) : {}),
    ...(type === "l" ? { target_b64: readlinkSync(full, { encoding: "buffer" }).toString("base64") } : {}),
    ...(type === "b" || type === "c" ? { rdev: splitDevice(stat.rdev) } : {}),
    ...(Object.keys(xattrs).length > 0 ? { xattrs_b64: xattrs } : {}),
  };
}

function describeFile(full: Buffer, stat: BigIntStats, path: string, firstPaths: Map<string, string>) {
  const content = { size: Number(stat.size), sha256: createHash("sha256").update(readFileSync(full)).digest("hex") };
  if (stat.nlink < 2n) return content;
  const inode = `${stat.dev} ${stat.ino}`;
  if (!firstPaths.has(inode)) firstPaths.set(inode, path);
  return { ...content, hardlink_of: firstPaths.get(inode) ?? path };
}

function splitDevice(rdev: bigint): [number, number] {
  const major = ((rdev >> 8n) & 0xfffn) | ((rdev >> 32n) & ~0xfffn);
  const minor = (rdev & 0xffn) | ((rdev >> 12n) & ~0xffn);
  return [Number(BigInt.asUintN(32, major)), Number(BigInt.asUintN(32, minor))];
}

/** Attributes of the security namespace belong to the machine, not to the tree. */
function describeAttributes(full: Buffer): Record<string, string> {
  const all = [...readExtendedAttributes(full)].filter(([name]) => !name.startsWith("security."));
  return Object.fromEntries(all.map(([name, value]) => [name, value.toString("base64")]));
}

/** UTF-8 text in which each undecodable byte is a backslash escape. */
function printable(path: Buffer): string {
  let text = "";
  for (let at = 0; at < path.length;) {
    const size = [1, 2, 3, 4].find((n) => isText(path.subarray(at, at + n)));
    text += size ? path.toString("utf8", at, at + size) : `\\x${path.toString("hex", at, at + 1)}`;
    at += size ?? 1;
  }
  return text;
}

function isText(bytes: Buffer): boolean {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes).length > 0;
  } catch {
    return false;
  }
}

/** Reads descriptions as `tree.jsonl` holds them. */
export function readDescriptions(text: string): Description[] {
  const exact = text.replace(/"mtime_ns": (-?\d+)/g, '"mtime_ns": "$1"');
  return exact.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as Description);
}

/** The descriptions of some of the paths. A file whose other links are not among them is no longer a hard link. */
export function pick(tree: readonly Description[], keep: (path: string) => boolean): Description[] {
  const kept = tree.filter(({ path }) => keep(path));
  return kept.map((entry) => {
    if (entry.hardlink_of === undefined) return entry;
    const group = kept.filter((other) => other.hardlink_of === entry.hardlink_of);
    const { hardlink_of: _, ...single } = entry;
    return group.length > 1 ? { ...single, hardlink_of: group[0]?.path ?? entry.path } : single;
  });
}

/**
 * Compares two trees line by line. The root's own time is left out: it is that of the extraction. Times before 1970 are
 * expected as 0, which is how BorgBackup stores them.
 */
export function assertSameTree(actual: readonly Description[], expected: readonly Description[]): void {
  const actualLines = new Set(actual.map(toLine));
  const expectedLines = new Set(expected.map(toLine));
  const missing = [...expectedLines].filter((line) => !actualLines.has(line)).map((line) => `- ${line}`);
  const extra = [...actualLines].filter((line) => !expectedLines.has(line)).map((line) => `+ ${line}`);
  const all = [...missing, ...extra].sort((a, b) => (a.slice(2) < b.slice(2) ? -1 : 1));
  if (all.length > 0) assert.fail(`the trees differ in ${all.length} lines:\n${all.slice(0, 40).join("\n")}`);
  assert.ok(expectedLines.size > 0, "an empty tree was expected: the comparison would be void");
}

function toLine(entry: Description): string {
  const { path, type, mode, uid, gid, size, sha256, hardlink_of, target_b64, rdev, xattrs_b64, path_b64 } = entry;
  const mtime = path === "." ? "" : entry.mtime_ns.startsWith("-") ? "0" : entry.mtime_ns;
  const attributes = Object.entries(xattrs_b64 ?? {}).sort();
  return JSON.stringify({
    path,
    type,
    mode,
    uid,
    gid,
    mtime,
    size,
    sha256,
    hardlink_of,
    target_b64,
    rdev,
    attributes,
    path_b64,
  });
}
