import assert from "node:assert/strict";
import type { ModeName } from "../../src/crypto/modes.ts";
import { BorgError } from "../../src/errors.ts";
import { init } from "./commands.ts";
import { faulty } from "./faults.ts";
import { Machine, PATH } from "./machine.ts";
import type { PowerOptions } from "./power.ts";
import { quicken } from "./quick_key.ts";
import { assertClean, assertGoesOn, readState } from "./state.ts";

/** Makes a repository with a fault at every moment. Gives how many there were. */
export async function tryInit(mode: ModeName, { kind, seed, stride, until = Infinity }: PowerOptions): Promise<number> {
  let tried = 0;
  for (let moment = seed % stride; performance.now() < until; moment += stride) {
    const machine = new Machine();
    const fault = faulty(machine.files, kind, moment, seed);
    const message = `init, ${kind} at ${moment}, seed ${seed}`;
    try {
      const failed = await init(machine.host(fault.layer), mode).then(() => false, () => true);
      if (!fault.hasHappened()) break;
      tried++;
      const isEnd = kind === "kill" || kind === "power";
      await assertWholeOrNone(machine.copy(fault.left()), failed && isEnd, mode, message);
    } finally {
      machine.remove();
    }
  }
  return tried;
}

/**
 * Demands that there is a whole repository, or none and one can be made, and removes the machine.
 * @param mayBePart a repository that was not finished may be there: it is refused
 */
export async function assertWholeOrNone(
  machine: Machine,
  mayBePart: boolean,
  mode: ModeName,
  message: string,
): Promise<void> {
  try {
    const isThere = machine.files.status(PATH) !== undefined;
    const state = isThere ? await readState(machine).catch(refusal) : undefined;
    if (state instanceof BorgError) {
      assert.ok(mayBePart, `${message}: ${state}`);
      machine.files.removeTree(PATH);
    }
    if (!(state instanceof Map)) await init(machine.host(), mode);
    quicken(machine.files, PATH, machine.base);
    await assertClean(machine, message);
    await assertGoesOn(machine, new Map(), message);
  } finally {
    machine.remove();
  }
}

function refusal(error: unknown): BorgError {
  if (error instanceof BorgError) return error;
  throw error;
}
