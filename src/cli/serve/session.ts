import process from "node:process";
import { encodeText } from "../../encoding/path.ts";
import { paceOf } from "../../operations/pace.ts";
import { baseDirectory } from "../../platform/directories.ts";
import { hostId } from "../../platform/host.ts";
import { homeOfUser } from "../../platform/owners.ts";
import type { RepositoryListener } from "../../repository/listener.ts";
import type { Places } from "../../repository/remote/served_path.ts";
import { RpcServer, type ServerOptions, type ServerStreams } from "../../repository/remote/server.ts";
import { BrokenPipe, type Context } from "../context.ts";
import { failureText } from "../failures.ts";
import { ContextRepositoryListener } from "../listeners.ts";
import type { CommonOptions } from "../options/common.ts";
import { problemText, reportProblem } from "../report_problem.ts";
import { systemInformation } from "../system_information.ts";
import { BorgError } from "../../errors.ts";
import { BORG_VERSION } from "../version.ts";
import { speakingJson, speakingMarked } from "./marked_log.ts";

/** What a server allows its clients, and how it speaks. */
export interface ServeOptions extends CommonOptions {
  readonly restrictToPaths: readonly string[];
  readonly restrictToRepositories: readonly string[];
  readonly appendOnly: boolean;
  /** Bytes. */
  readonly storageQuota: number | undefined;
}

/**
 * Serves one client until it ends the connection. Log lines go to the context's standard error, in the form that the client
 * knows; what goes wrong is told there and counts for the context's outcome. Throws BrokenPipe only.
 */
export async function serveSession(streams: ServerStreams, options: ServeOptions, context: Context): Promise<void> {
  const session = new Session(context);
  const server = new RpcServer(streams, session.serverOptions(options));
  try {
    await server.run();
    if (!server.wasReached) await streams.write(encodeText(CLOSED_EARLY));
  } catch (problem) {
    if (problem instanceof BrokenPipe) throw problem;
    reportProblem(problem, session.context);
  }
}

const CLOSED_EARLY = `Borg ${BORG_VERSION}: Got connection close before repository was opened.\n`;

/** How a server speaks to its client, which changes once the client has said what it understands. */
class Session {
  #context: Context;
  #listener: RepositoryListener;

  constructor(context: Context) {
    this.#context = speakingMarked(context);
    this.#listener = new ContextRepositoryListener(this.#context);
  }

  get context(): Context {
    return this.#context;
  }

  serverOptions(options: ServeOptions): ServerOptions {
    const { env, interruption } = this.#context;
    const checkAbort = () => interruption.now.throwIfAborted();
    return {
      policy: policyOf(options, this.#context),
      places: placesOf(this.#context),
      identity: { hostId: hostId(env), pid: process.pid },
      listener: this.#currentListener(),
      words: { text: failureText, systemInformation: () => systemInformation(this.#context) },
      lockWait: options.lockWait,
      negotiated: (layout) => this.#speak(layout === "named" ? speakingJson : speakingMarked),
      failed: (problem, { layout, method }) =>
        this.#tellFailure(problem, layout === "named" ? "debug" : "error", method),
      checkAbort,
      pace: paceOf({ monotonic: () => performance.now(), checkAbort }),
    };
  }

  #speak(way: (context: Context) => Context): void {
    this.#context = way(this.#context);
    this.#listener = new ContextRepositoryListener(this.#context);
  }

  /** Named answers tell the client all of it, so that the log is for those who look for bugs. */
  #tellFailure(problem: unknown, level: "debug" | "error", method: string): void {
    const text = problem instanceof BorgError ? failureText(problem) : problemText(problem);
    this.#context.log.write(level, `${method}: ${text}`);
    if (problem instanceof Error && !(problem instanceof BorgError)) this.#context.log.debug(problem.stack ?? "");
  }

  #currentListener(): RepositoryListener {
    return {
      log: (level, message, ...data) => this.#listener.log(level, message, ...data),
      progress: (operation, current, total) => this.#listener.progress(operation, current, total),
      finished: (operation) => this.#listener.finished(operation),
    };
  }
}

function policyOf(options: ServeOptions, { cwd }: Context): ServerOptions["policy"] {
  const { restrictToPaths, restrictToRepositories, appendOnly, storageQuota } = options;
  const absolute = (path: string) => (path.startsWith("/") ? path : `${cwd}/${path}`);
  return {
    restrictToPaths: restrictToPaths.map(absolute),
    restrictToRepositories: restrictToRepositories.map(absolute),
    appendOnly,
    storageQuota,
  };
}

function placesOf({ cwd, env }: Context): Places {
  return { cwd, home: (user) => (user === undefined ? baseDirectory(env) : homeOfUser(user)) };
}
