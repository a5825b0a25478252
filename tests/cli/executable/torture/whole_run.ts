import assert from "node:assert/strict";
import { chances, type MemoryFiles } from "../../../repository/memory_files.ts";
import type { ModeName } from "../../../../src/crypto/modes.ts";
import { assertWholeOrNone } from "../../../torture/init.ts";
import { Machine } from "../../../torture/machine.ts";
import { NonceWitness } from "../../../torture/nonce_witness.ts";
import { assertClean, assertGoesOn, describeState, readState, type State } from "../../../torture/state.ts";
import { writeOut } from "../../../torture/write_out.ts";
import { apply, type Change } from "./changes.ts";
import type { Recording } from "./recording.ts";

/**
 * Who stops at one moment of a run:
 * - `kill`: the process
 * - `power`: the machine with all that was not synced
 * - `client`, `server`: one of two machines, the other of which has lost nothing
 */
export type Stopped = "kill" | "power" | "client" | "server";

export const STOPPED: readonly Stopped[] = ["kill", "power", "client", "server"];

/** A command of the executable. */
export interface WholeRun {
  readonly name: string;
  readonly command: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Archives that may be there if the command did not come to its end. */
  readonly between?: readonly (readonly string[])[];
}

export const WHOLE_RUNS: readonly WholeRun[] = [
  { name: "create", command: "create --chunker-params fixed,700 repository::new new" },
  { name: "prune", command: "prune --keep-last 1 repository" },
  { name: "delete", command: "delete repository::two" },
  { name: "rename", command: "rename repository::two deux" },
  {
    name: "recreate",
    command: "recreate -C zlib --recompress always repository::two",
    between: [["one", "two", "three", "two.recreate.checkpoint"]],
  },
  {
    name: "key change-passphrase",
    command: "key change-passphrase repository",
    env: { BORG_NEW_PASSPHRASE: "secret" },
  },
  { name: "compact", command: "compact --threshold 0 repository" },
  { name: "check --repair", command: "check --repair repository", env: { BORG_CHECK_I_KNOW_WHAT_I_AM_DOING: "YES" } },
];

export interface MomentOptions {
  readonly stopped: Stopped;
  readonly seed: number;
  /** Try each so many moments; 1 = all of them. */
  readonly stride: number;
  /** Stop early, at this time of `performance.now()`. */
  readonly until?: number;
  readonly encrypted: boolean;
}

/** Stops a recorded run at every moment, and demands that all is well with what is left. Gives how many there were. */
export async function tryRecording(recording: Recording, run: WholeRun, options: MomentOptions): Promise<number> {
  const { stride, seed, until = Infinity } = options;
  const { before, changes } = recording;
  const states = { before: await stateOf(before), after: await stateOf(played(recording, changes.length)) };
  const files = before.copy();
  const witness = new NonceWitness();
  witness.look(files);
  let tried = 0;
  for (const [i, change] of changes.entries()) {
    apply(files, change);
    if (isSegment(change)) witness.look(files);
    if (i % stride !== seed % stride) continue;
    if (performance.now() > until) break;
    const message = `${run.name}, ${options.stopped} after change ${i} (${change.kind} ${change.path}), seed ${seed}`;
    await tryMoment(remains(files, options, i), { run, ...states }, witness.copy(), message, options);
    tried++;
  }
  return tried;
}

/** The same with a recording of an `init`: what is left is a repository, or is refused and can be made anew. */
export async function tryInitRecording(recording: Recording, mode: ModeName, options: MomentOptions): Promise<number> {
  const { stride, seed, until = Infinity } = options;
  let tried = 0;
  for (let i = seed % stride; i < recording.changes.length && performance.now() < until; i += stride) {
    const message = `init -e ${mode}, ${options.stopped} after change ${i}, seed ${seed}`;
    const { server, client } = remains(played(recording, i + 1), options, i);
    await assertWholeOrNone(machineOf(server, client), true, mode, message);
    tried++;
  }
  return tried;
}

/** The files after so many changes. */
export function played({ before, changes }: Recording, count: number): MemoryFiles {
  const files = before.copy();
  for (const change of changes.slice(0, count)) apply(files, change);
  return files;
}

/** What is found afterwards on the machine of the repository and on that of its client. */
interface Remains {
  readonly server: MemoryFiles;
  readonly client: MemoryFiles;
}

function remains(files: MemoryFiles, { stopped, seed }: MomentOptions, moment: number): Remains {
  const cut = () => files.afterPowerCut(chances(seed * 100_003 + moment));
  const server = stopped === "power" || stopped === "server" ? cut() : files;
  if (stopped === "power") return { server, client: server };
  return { server, client: stopped === "client" ? cut() : files };
}

interface Expectation {
  readonly run: WholeRun;
  readonly before: State;
  readonly after: State;
}

async function tryMoment(
  { server, client }: Remains,
  expectation: Expectation,
  witness: NonceWitness,
  message: string,
  { encrypted }: MomentOptions,
): Promise<void> {
  const machine = machineOf(server, client);
  try {
    const found = await readState(machine);
    assertAllowed(found, expectation, message);
    await assertClean(machine, message);
    witness.look(machine.files);
    await assertGoesOn(machine, found, message);
    witness.look(machine.files);
    if (encrypted) witness.assertNoneTwice(message);
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
    throw new Error(`${message}: ${error instanceof Error ? error.message : error}`, { cause: error });
  } finally {
    machine.remove();
  }
}

/** A machine that goes on with these remains, which stay as they are. */
export function machineOf(server: MemoryFiles, client: MemoryFiles): Machine {
  const machine = new Machine(server.copy());
  writeOut(client, "/base", machine.base);
  return machine;
}

async function stateOf(files: MemoryFiles): Promise<State> {
  const machine = machineOf(files, files);
  try {
    return await readState(machine);
  } finally {
    machine.remove();
  }
}

function assertAllowed(found: State, { run, before, after }: Expectation, message: string): void {
  const text = describeState(found);
  if (text === describeState(before) || text === describeState(after)) return;
  const names = [...found.keys()].sort().join();
  const isBetween = run.between?.some((allowed) => [...allowed].sort().join() === names);
  assert.ok(isBetween, `${message}: ${text}, neither ${describeState(before)} nor ${describeState(after)}`);
  for (const [name, digest] of found) {
    if (before.has(name) || after.has(name)) assert.ok([before.get(name), after.get(name)].includes(digest), message);
  }
}

function isSegment({ kind, path }: Change): boolean {
  return kind === "write" && path.startsWith("/repository/data/");
}
