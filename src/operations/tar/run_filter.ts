import type { Environment } from "../../platform/environment.ts";
import { type Child, exitOf, spawn, type StreamKind } from "../../platform/spawn.ts";
import { SystemError } from "../../platform/system_error.ts";
import { FilterError } from "./filter.ts";

/** A filter program with its name for messages. */
export interface Program {
  readonly name: string;
  readonly words: readonly string[];
}

/** Starts a filter program between two streams. Throws FilterError. */
export function startFilter(
  { name, words }: Program,
  streams: { readonly stdin: StreamKind; readonly stdout: StreamKind },
  environment: Environment,
): Child {
  try {
    if (words.length === 0) throw new SystemError(2, "spawn", name);
    return spawn(words, { ...streams, environment });
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    throw new FilterError(`filter ${name}: process creation failed`, { cause: error });
  }
}

/** Waits for the end of a filter program. Throws FilterError when it failed. */
export async function endFilter({ name }: Program, child: Child): Promise<void> {
  const status = await exitOf(child);
  if (status !== 0) throw new FilterError(`filter ${name} failed, rc=${status}`);
}
