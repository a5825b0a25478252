import type { Micros } from "../archive/timestamps.ts";
import { argumentWorld } from "./argument_world.ts";
import { createArgumentTypes, type LocationArgument } from "./argument_types.ts";
import type { CommonOptions } from "./options/common.ts";
import { BrokenPipe, type Context, type World } from "./context.ts";
import { createContext } from "./create_context.ts";
import { BorgError } from "../errors.ts";
import { failureText } from "./failures.ts";
import type { Level } from "./log.ts";
import { isBackground } from "./mount_background.ts";
import { Outcome } from "./outcome.ts";
import { type Invocation, parseCommandLine, ParserExit } from "./parser.ts";
import { ROOT } from "./registry.ts";
import { problemText, reportProblem } from "./report_problem.ts";
import { withOriginalCommand } from "./serve/original_command.ts";
import { UsageProblem } from "./usage_problem.ts";
import { VERSION } from "./version.ts";

const ERROR_STATUS = 2;
const RC_LEVELS = { success: "info", warning: "warning", error: "error", signal: "error" } as const;

/** Runs the command that the world's arguments ask for; gives the exit status. */
export async function run(world: World): Promise<number> {
  try {
    const status = await understandAndExecute(world);
    world.stdout.flush();
    return status;
  } catch (error) {
    if (error instanceof BrokenPipe) return 0;
    if (error instanceof ParserExit) return leave(error, world);
    world.stderr.write(`${problemText(error)}\n`);
    return ERROR_STATUS;
  }
}

function leave({ status, stdout, stderr }: ParserExit, world: World): number {
  try {
    world.stdout.write(stdout);
    world.stdout.flush();
  } catch (error) {
    if (!(error instanceof BrokenPipe)) throw error;
  }
  world.stderr.write(stderr);
  return status;
}

async function understandAndExecute(world: World): Promise<number> {
  let invocation: Invocation;
  try {
    invocation = await understand(world);
  } catch (error) {
    if (!(error instanceof BorgError)) throw error;
    world.stderr.write(`${failureText(error)}\n`);
    return usageStatus(error, world);
  }
  return await execute(invocation, world);
}

/** What is wrong with arguments is status 2, except for patterns that turn out to be wrong late. */
function usageStatus({ code }: BorgError, { env }: World): number {
  const outcome = new Outcome(env["BORG_EXIT_CODES"]);
  outcome.error(code === "CommandError" ? code : "Error");
  return outcome.status;
}

async function understand(world: World): Promise<Invocation> {
  const types = createArgumentTypes(argumentWorld(world));
  const invocation = await parseCommandLine(commandLine(world), ROOT, types);
  const original = world.env["SSH_ORIGINAL_COMMAND"];
  if (original !== undefined && invocation.command.name === "serve") {
    return await withOriginalCommand(invocation, original, ROOT, types);
  }
  return { ...invocation, options: withTimeOfArchive(invocation.options, world) };
}

/** `borgfs` is `borg mount` under a name that mount(8) knows. */
function commandLine({ argv, programName }: World): readonly string[] {
  return programName === "borgfs" ? ["mount", ...argv] : argv;
}

/** `--timestamp` is what `{now}` means in the archive's name. */
function withTimeOfArchive(options: CommonOptions & Partial<TimedOptions>, world: World): CommonOptions {
  const { location, timestamp } = options;
  if (location === undefined || timestamp === undefined) return options;
  const types = createArgumentTypes(argumentWorld(world, timestamp));
  return { ...options, location: types.location("either")(location.given) } as CommonOptions;
}

interface TimedOptions {
  readonly location: LocationArgument;
  readonly timestamp: Micros;
}

async function execute(invocation: Invocation, world: World): Promise<number> {
  const { options } = invocation;
  const context = createContext(world, options);
  const { log, outcome } = context;
  for (const warning of invocation.warnings) log.warning(warning);
  if (options.showVersion) log.output("show-version", `borgbackup version ${VERSION}`);
  try {
    await profiledIfWanted(options.debugProfile, () => perform(invocation, context));
  } catch (error) {
    if (error instanceof BrokenPipe || error instanceof ParserExit) throw error;
    reportProblem(error, context);
  }
  log.screen.clearStatus();
  if (options.showRc && !isBackground(world)) {
    log.output("show-rc", `terminating with ${outcome.kind} status, rc ${outcome.status}`, rcLevel(outcome));
  }
  return outcome.status;
}

async function profiledIfWanted(path: string | undefined, work: () => Promise<void>): Promise<void> {
  if (path === undefined) return await work();
  const { profiled } = await import("./profile.ts");
  await profiled(path, work);
}

function rcLevel({ kind }: Context["outcome"]): Level {
  return RC_LEVELS[kind];
}

async function perform({ command, options, refuse }: Invocation, context: Context): Promise<void> {
  if (options.bypassLock && !command.mayBypassLock) {
    throw new BorgError("Error", ["Not allowed to bypass locking mechanism for chosen command"]);
  }
  context.setUmask(options.umask);
  try {
    const checked = command.check?.(options, context.log) ?? options;
    await command.run(checked, context);
  } catch (error) {
    if (error instanceof UsageProblem) refuse(error.message);
    throw error;
  }
}
