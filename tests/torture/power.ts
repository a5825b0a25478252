import assert from "node:assert/strict";
import { Fault } from "../repository/local/faulty_files.ts";
import { check } from "./commands.ts";
import { type FaultKind, faulty } from "./faults.ts";
import type { Machine } from "./machine.ts";
import type { Scenario } from "./scenarios.ts";
import { assertClean, assertGoesOn, describeState, readState, type State } from "./state.ts";

export interface PowerOptions {
  readonly kind: FaultKind;
  readonly seed: number;
  /** Try each so many moments; 1 = all of them. */
  readonly stride: number;
  /** Stop early, at this time of `performance.now()`. */
  readonly until?: number;
  /** The layer with the fault; tests of the test have another. */
  readonly makeFaulty?: typeof faulty;
}

/** Runs a command with a fault at every moment, until the command ends before it. Gives how many faults there were. */
export async function tryMoments(template: Machine, scenario: Scenario, options: PowerOptions): Promise<number> {
  const start = template.copy();
  try {
    await scenario.prepare?.(start);
    const before = scenario.startsUnsound ? new Map() : await readState(start);
    const after = await reference(start, scenario);
    const { stride, seed, until = Infinity } = options;
    let tried = 0;
    for (let moment = seed % stride; performance.now() < until; moment += stride) {
      if (!await tryMoment(start, { scenario, before, after }, options, moment)) break;
      tried++;
    }
    return tried;
  } finally {
    start.remove();
  }
}

interface Expectation {
  readonly scenario: Scenario;
  readonly before: State;
  readonly after: State;
}

async function reference(start: Machine, scenario: Scenario): Promise<State> {
  const machine = start.copy();
  try {
    await scenario.run(machine.host());
    return await readState(machine);
  } finally {
    machine.remove();
  }
}

/** Whether the fault happened before the command had ended. */
async function tryMoment(
  start: Machine,
  expectation: Expectation,
  { kind, seed, makeFaulty = faulty }: PowerOptions,
  moment: number,
): Promise<boolean> {
  const victim = start.copy();
  const fault = makeFaulty(victim.files, kind, moment, seed);
  const message = `${expectation.scenario.name}, ${kind} at ${moment}, seed ${seed}`;
  try {
    const error = await failureOf(() => expectation.scenario.run(victim.host(fault.layer)));
    if (!fault.hasHappened()) {
      if (error) throw error;
      return false;
    }
    if (error && kind !== "short") assertTold(error, message);
    const survivor = victim.copy(fault.left());
    try {
      await assertSurvived(survivor, expectation, error !== undefined, message);
    } finally {
      survivor.remove();
    }
    return true;
  } finally {
    victim.remove();
  }
}

async function failureOf(action: () => Promise<unknown>): Promise<Error | undefined> {
  try {
    await action();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

/** What went wrong is what is reported, and no consequence of it. */
function assertTold(error: Error, message: string): void {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof Fault) return;
  }
  throw new Error(`${message}: the fault is not reported`, { cause: error });
}

async function assertSurvived(
  machine: Machine,
  { scenario, before, after }: Expectation,
  failed: boolean,
  message: string,
): Promise<void> {
  try {
    if (scenario.startsUnsound) await check(machine.host(), true);
    const found = await readState(machine);
    assertAllowed(found, failed && !scenario.startsUnsound ? before : after, after, scenario, message);
    await assertClean(machine, message);
    await assertGoesOn(machine, found, message);
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
    throw new Error(`${message}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

function assertAllowed(found: State, before: State, after: State, scenario: Scenario, message: string): void {
  const text = describeState(found);
  if (text === describeState(before) || text === describeState(after)) return;
  const names = [...found.keys()].sort().join();
  const isBetween = scenario.between?.some((allowed) => [...allowed].sort().join() === names);
  assert.ok(isBetween, `${message}: ${text}, neither ${describeState(before)} nor ${describeState(after)}`);
  for (const [name, digest] of found) {
    if (before.has(name) || after.has(name)) assert.ok([before.get(name), after.get(name)].includes(digest), message);
  }
}
