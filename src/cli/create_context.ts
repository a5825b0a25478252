import type { Context, World } from "./context.ts";
import type { OutputName } from "./log.ts";
import { createLog } from "./logging/create_log.ts";
import type { CommonOptions } from "./options/common.ts";
import { Outcome } from "./outcome.ts";
import { Progress } from "./render/progress.ts";
import { Questions } from "./render/prompt.ts";

/** The world, and the ways of speaking that the options ask for. */
export function createContext(world: World, options: CommonOptions): Context {
  const log = createLog(world, {
    level: options.logLevel,
    json: options.logJson,
    topics: options.debugTopics,
    outputs: [...outputsOf(options)],
  });
  return {
    ...world,
    log,
    progress: new Progress(log, { enabled: options.progress, iec: options.iec }),
    outcome: new Outcome(world.env["BORG_EXIT_CODES"]),
    questions: new Questions(log, world.stdin, world.env),
    remote: options,
  };
}

/** Options of single commands, which mean the same wherever they are. */
interface OutputOptions {
  readonly list: boolean;
  readonly stats: boolean;
  readonly quickStats: boolean;
}

function* outputsOf(options: CommonOptions & Partial<OutputOptions>): Generator<OutputName> {
  if (options.list) yield "list";
  if (options.stats || options.quickStats) yield "stats";
  if (options.progress) yield "progress";
  if (options.showVersion) yield "show-version";
  if (options.showRc) yield "show-rc";
}
