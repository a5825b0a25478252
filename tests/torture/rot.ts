import assert from "node:assert/strict";
import { BorgError } from "../../src/errors.ts";
import { withManifest } from "../../src/operations/opening.ts";
import { chances } from "../repository/memory_files.ts";
import { check } from "./commands.ts";
import { LOCATION, type Machine } from "./machine.ts";
import { MUTATIONS } from "./mutations.ts";
import { assertClean, assertGoesOn, describeState, digestArchive, type State } from "./state.ts";

/**
 * - `harmless`: everything reads as it did, and nothing complains
 * - `detected`: everything reads as it did, and the check complains
 * - `repaired`: something was lost, the check complained, the repair left what was whole
 * - `hopeless`: so much was lost that there is nothing to repair, which was said
 */
export type Fate = "harmless" | "detected" | "repaired" | "hopeless";

export interface Rotten {
  readonly fate: Fate;
  readonly what: string;
}

/** What can still be read; undefined for what cannot. */
type Remains = ReadonlyMap<string, string | undefined>;

/** Damages a copy of a repository, and demands that it is noticed, and that the repair loses nothing that was whole. */
export async function tryRot(
  template: Machine,
  original: State,
  name: keyof typeof MUTATIONS,
  seed: number,
  look: (repaired: Machine, message: string) => void = () => {},
): Promise<Rotten> {
  const machine = template.copy();
  try {
    const chance = chances(seed);
    const what = `${name}, seed ${seed}: ${MUTATIONS[name]!(machine.files, chance)}`;
    return { what, fate: await fateOf(machine, original, what, look) };
  } finally {
    machine.remove();
  }
}

async function fateOf(
  machine: Machine,
  original: State,
  what: string,
  look: (repaired: Machine, message: string) => void,
): Promise<Fate> {
  const reader = machine.copy();
  const remains = await readRemains(reader).finally(() => reader.remove());
  for (const [name, digest] of remains ?? []) {
    if (digest !== undefined) assert.equal(digest, original.get(name), `${what}: wrong contents of ${name}`);
  }
  const isWhole = remains !== undefined && [...original].every(([name, digest]) => remains.get(name) === digest);
  const isSound = await complains(machine, false).then((found) => !found);
  if (isSound) assert.ok(isWhole, `${what}: not detected, ${describeRemains(remains)}`);
  if (isSound) return "harmless";
  if (await complains(machine, true) === "refused") return "hopeless";
  await assertClean(machine, `${what}: after the repair`);
  const after = await readRemains(machine);
  assertKept(remains, after, what);
  look(machine, what);
  await assertGoesOn(machine, new Map(definite(after!)), `${what}: after the repair`);
  return isWhole ? "detected" : "repaired";
}

/** What was readable before the repair is there after it, unless there was nothing to know it by. */
function assertKept(before: Remains | undefined, after: Remains | undefined, what: string): void {
  assert.ok(after !== undefined, `${what}: unreadable after the repair`);
  for (const [name, digest] of before ?? []) {
    if (digest !== undefined) assert.equal(after.get(name), digest, `${what}: the repair changed ${name}`);
  }
}

function definite(remains: Remains): [string, string][] {
  return [...remains].filter((entry): entry is [string, string] => entry[1] !== undefined);
}

/** Undefined when not even the list of archives can be read. */
async function readRemains(machine: Machine): Promise<Remains | undefined> {
  const opening = { lock: "shared", lockWait: 0, features: ["read"] } as const;
  try {
    return await withManifest(machine.host(), LOCATION, opening, async ({ objects, manifest }) => {
      const remains = new Map<string, string | undefined>();
      for (const [name, { id }] of manifest.archives) {
        remains.set(name, await digestArchive(objects, id).catch(undefinedIfTold));
      }
      return remains;
    });
  } catch (error) {
    return undefinedIfTold(error);
  }
}

/** Whether a check finds something wrong; `refused` when it cannot be made at all. */
async function complains(machine: Machine, repair: boolean): Promise<boolean | "refused"> {
  try {
    const { store, archives } = await check(machine.host(), repair, true);
    return !store || archives !== "sound";
  } catch (error) {
    undefinedIfTold(error);
    return "refused";
  }
}

/** Only failures that a user is told in words may happen. */
function undefinedIfTold(error: unknown): undefined {
  if (error instanceof BorgError) return undefined;
  throw error;
}

function describeRemains(remains: Remains | undefined): string {
  if (remains === undefined) return "no manifest";
  return describeState(new Map([...remains].map(([name, digest]) => [name, digest ?? "unreadable"])));
}
