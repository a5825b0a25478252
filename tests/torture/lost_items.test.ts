import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { encodeArchive, loadArchive } from "../../src/archive/archive.ts";
import type { ChunkEntry, Item } from "../../src/archive/item.ts";
import type { ModeName } from "../../src/crypto/modes.ts";
import { concat, toHex } from "../../src/encoding/bytes.ts";
import { archiveItems } from "../../src/operations/archive_items.ts";
import { type Unlocked, withManifest } from "../../src/operations/opening.ts";
import { cut, file, packed } from "../archive/items.ts";
import { bytes } from "../repository/scratch.ts";
import { check } from "./commands.ts";
import { LOCATION, type Machine } from "./machine.ts";
import { populate } from "./scenarios.ts";
import { assertClean } from "./state.ts";

const PLAIN = { name: "none" } as const;
const NAME = "planted";
/** Bytes of the item stream in each of its chunks: the cuts are at another place of an item each time. */
const CUT = 431;

/** An archive of which it is known which of its items lie in which chunk of its item stream. */
interface Planted {
  readonly items: readonly Item[];
  /** Where each item begins in the stream, and where the last one ends. */
  readonly starts: readonly number[];
  /** The ids of the chunks of the stream. */
  readonly ids: readonly Uint8Array[];
}

/** What may happen to an object. */
const DAMAGES: Readonly<Record<string, (open: Unlocked, id: Uint8Array) => Promise<void>>> = {
  lost: ({ repository }, id) => repository.delete(id),
  garbled: async ({ repository }, id) => {
    const object = (await repository.get(id)).slice();
    object[object.length - 1]! ^= 1;
    await repository.put(id, object);
  },
};

describe("a repair keeps the items that lie in other chunks of the item stream", () => {
  for (const mode of ["none", "repokey"] as const) {
    for (const damage of Object.keys(DAMAGES)) {
      it(`when any one of them is ${damage}, in mode ${mode}`, async () => {
        const template = await populate(mode as ModeName);
        try {
          const planted = await plant(template);
          for (const number of planted.ids.keys()) await repairOne(template, planted, damage, number);
        } finally {
          template.remove();
        }
      });
    }
  }
});

/** Damages a chunk of the item stream in a copy of the repository, and repairs that. */
async function repairOne(template: Machine, planted: Planted, damage: string, number: number): Promise<void> {
  const what = `chunk ${number} of ${planted.ids.length} ${damage}`;
  const machine = template.copy();
  try {
    await change(machine, (open) => DAMAGES[damage]!(open, planted.ids[number]!));
    assert.equal((await check(machine.host(), true)).archives, "repaired", what);
    await assertClean(machine, what);
    assert.deepEqual(await contents(machine), describeAll(planted, number), what);
  } finally {
    machine.remove();
  }
}

/** Stores an archive of files with one to seven chunks each. */
function plant(machine: Machine): Promise<Planted> {
  return change(machine, async ({ objects, manifest, tamRequired }) => {
    const items: Item[] = [];
    const starts = [0];
    for (let i = 0; i < 15; i++) {
      const chunks: ChunkEntry[] = [];
      for (let part = 0; part <= 2 * i % 7; part++) {
        const plaintext = bytes(50 + i, 100 * i + part);
        chunks.push({ size: plaintext.length, ...await objects.write(plaintext, PLAIN) });
      }
      items.push(file(`folder/file ${i}`, chunks));
      starts.push(packed(...items).length);
    }
    const ids: Uint8Array[] = [];
    for (const chunk of cut(packed(...items), CUT)) ids.push((await objects.write(chunk, PLAIN)).id);
    const time = "2024-01-01T00:00:00.000000";
    const metadata = { name: NAME, items: ids, cmdline: ["borg"], time, hostname: "h", username: "u" };
    const { id } = await objects.write(encodeArchive(objects.material, metadata), PLAIN);
    manifest.archives.set(NAME, { id, time });
    await manifest.save(objects, tamRequired);
    assert.ok(ids.length > 7, `${ids.length} chunks`);
    return { items, starts, ids };
  });
}

async function change<T>(machine: Machine, action: (open: Unlocked) => Promise<T>): Promise<T> {
  const opening = { lock: "exclusive", lockWait: 0, features: [] } as const;
  return await withManifest(machine.host(), LOCATION, opening, async (open) => {
    const result = await action(open);
    await open.repository.commit();
    return result;
  });
}

/** What is there of the items that lie in other chunks than this one. */
function describeAll({ items, starts }: Planted, number: number): string[] {
  const [from, to] = [number * CUT, (number + 1) * CUT];
  const left = items.map((item, i) => ({ item, i })).filter(({ i }) => starts[i + 1]! <= from || starts[i]! >= to);
  assert.ok(left.length > items.length - 5, `${left.length} are left`);
  return left.map(({ item, i }) => {
    const plaintexts = item.chunks!.map((_, part) => bytes(50 + i, 100 * i + part));
    return `${item.path} ${item.mode} ${item.mtime} ${toHex(concat(...plaintexts))}`;
  });
}

/** The files as they are extracted. */
function contents(machine: Machine): Promise<string[]> {
  const opening = { lock: "shared", lockWait: 0, features: ["read"] } as const;
  return withManifest(machine.host(), LOCATION, opening, async ({ objects, manifest }) => {
    const { metadata } = await loadArchive(objects, manifest.entry(NAME).id);
    const found: string[] = [];
    for await (const batch of archiveItems(objects, metadata)) {
      for (const { path, mode, mtime, chunks = [] } of batch) {
        const plaintexts: Uint8Array[] = [];
        for await (const plaintext of objects.readMany(chunks.map(({ id }) => id))) plaintexts.push(plaintext.slice());
        found.push(`${path} ${mode} ${mtime} ${toHex(concat(...plaintexts))}`);
      }
    }
    return found;
  });
}
