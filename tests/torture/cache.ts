import assert from "node:assert/strict";
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { remove } from "./commands.ts";
import type { Machine } from "./machine.ts";
import { references } from "./state.ts";

const NAMES = ["config", "chunks", "files"] as const;

/** What a power cut may leave of one of the copies that are kept during a commit, for they are not synced. */
type Copy = "whole" | "empty" | "garbled" | "missing";
const COPIES: readonly Copy[] = ["whole", "empty", "garbled", "missing"];

/** What a power cut in the middle of a commit of the cache may leave. */
export interface CacheRemains {
  /** Which files are new already, a bit each. */
  readonly renewed: number;
  /** The copies of the old ones; undefined: none yet, or no more. */
  readonly copies: readonly Copy[] | undefined;
}

export function allRemains(): CacheRemains[] {
  const found: CacheRemains[] = [];
  for (let renewed = 0; renewed < 8; renewed++) {
    found.push({ renewed, copies: undefined });
    for (let i = 0; i < 64; i++) {
      found.push({ renewed, copies: [COPIES[i & 3]!, COPIES[i >> 2 & 3]!, COPIES[i >> 4]!] });
    }
  }
  return found;
}

/** Makes what `remains` says of a cache that was about to be brought in step with a deletion; looks what is made of it. */
export async function tryRemains(template: Machine, remains: readonly CacheRemains[]): Promise<number> {
  const before = template.copy();
  const now = template.copy();
  try {
    await references(before);
    await remove(now.host(), ["two"]);
    const stranger = now.stranger();
    const expected = await references(stranger);
    stranger.remove();
    for (const each of remains) await tryOne(before, now, each, expected);
    return remains.length;
  } finally {
    before.remove();
    now.remove();
  }
}

async function tryOne(before: Machine, now: Machine, remains: CacheRemains, expected: readonly string[]) {
  const machine = now.copy();
  try {
    leave(cacheOf(before), cacheOf(now), cacheOf(machine), remains);
    assert.deepEqual(await references(machine), expected, JSON.stringify(remains));
  } finally {
    machine.remove();
  }
}

function leave(before: string, now: string, target: string, { renewed, copies }: CacheRemains): void {
  rmSync(target, { recursive: true });
  cpSync(before, target, { recursive: true });
  for (const [i, name] of NAMES.entries()) {
    const from = join(renewed & 1 << i ? now : before, name);
    if (existsSync(from)) copyFileSync(from, join(target, name));
  }
  if (copies === undefined) return;
  mkdirSync(join(target, "txn.active"));
  for (const [i, name] of NAMES.entries()) leaveCopy(join(before, name), join(target, "txn.active", name), copies[i]!);
}

function leaveCopy(from: string, to: string, copy: Copy): void {
  if (copy === "missing") return;
  const content = existsSync(from) ? readFileSync(from) : new Uint8Array(0);
  if (copy === "garbled") content.fill(0xa5, content.length >> 1);
  writeFileSync(to, copy === "empty" ? "" : content);
}

/** The directory of the one cache that there is. */
function cacheOf({ base }: Machine): string {
  const folder = join(base, ".cache", "borg");
  const [name] = readdirSync(folder).filter((name) => /^[0-9a-f]{64}$/.test(name));
  return join(folder, name!);
}
