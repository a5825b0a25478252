import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { loadArchive } from "../../src/archive/archive.ts";
import type { Objects } from "../../src/archive/objects.ts";
import { toHex } from "../../src/encoding/bytes.ts";
import type { Host } from "../../src/operations/host.ts";
import { archiveItems } from "../../src/operations/archive_items.ts";
import { withManifest } from "../../src/operations/opening.ts";
import type { Location } from "../../src/repository/location.ts";
import { cached, check, compact, create, remove } from "./commands.ts";
import { LOCATION, type Machine } from "./machine.ts";

/** A digest of all that each archive holds, by its name. */
export type State = ReadonlyMap<string, string>;

/** What the repository holds now; every object that an archive refers to is read. */
export function readState(machine: Machine): Promise<State> {
  return readStateOf(machine.host(), LOCATION);
}

/** The same of any repository. */
export function readStateOf(host: Host, location: Location): Promise<State> {
  const opening = { lock: "shared", lockWait: 0, features: ["read"] } as const;
  return withManifest(host, location, opening, async ({ objects, manifest }) => {
    const state = new Map<string, string>();
    for (const [name, { id }] of manifest.archives) state.set(name, await digestArchive(objects, id));
    return state;
  });
}

/** Throws when anything of it cannot be read. */
export async function digestArchive(objects: Objects, id: Uint8Array): Promise<string> {
  const { metadata } = await loadArchive(objects, id);
  const digest = createHash("sha256");
  for await (const batch of archiveItems(objects, metadata)) {
    for (const { path, size, mode, mtime, chunks = [] } of batch) {
      digest.update(`${path} ${size} ${mode} ${mtime}\n`);
      for await (const plaintext of objects.readMany(chunks.map(({ id }) => id))) digest.update(plaintext);
    }
  }
  return digest.digest("hex");
}

export function describeState(state: State): string {
  return [...state].map(([name, digest]) => `${name}=${digest.slice(0, 8)}`).sort().join(" ");
}

/** Demands that nothing is wrong with the repository, and that the client's cache counts as one made anew does. */
export async function assertClean(machine: Machine, message: string): Promise<void> {
  assert.deepEqual(await check(machine.host()), { store: true, archives: "sound" }, message);
  const stranger = machine.stranger();
  try {
    assert.deepEqual(await references(machine), await references(stranger), `${message}: references`);
  } finally {
    stranger.remove();
  }
}

/** References as a cache counts them. */
export function references(machine: Machine): Promise<readonly string[]> {
  return cached(
    machine.host(),
    ({ cache }) =>
      Promise.resolve(
        Array.from(cache.chunks.entries(), ([id, { refcount, size }]) => {
          return `${toHex(id)} ${refcount} ${size}`;
        }).sort(),
      ),
  );
}

/** Demands that the user can go on as if nothing had been. */
export async function assertGoesOn(machine: Machine, state: State, message: string): Promise<void> {
  const [victim] = state.keys();
  await create(machine.host(), "later", [1, 2, 77]);
  if (victim !== undefined) await remove(machine.host(), [victim]);
  await compact(machine.host());
  const after = new Map(await readState(machine));
  assert.ok(after.delete("later"), message);
  const expected = new Map(state);
  if (victim !== undefined) expected.delete(victim);
  assert.equal(describeState(after), describeState(expected), `${message}: after going on`);
  await assertClean(machine, `${message}: after going on`);
}
