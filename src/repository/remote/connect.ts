import type { Environment } from "../../platform/environment.ts";
import { findProgram } from "../../platform/find_program.ts";
import { commandConnector, RemoteShellError } from "./command_transport.ts";
import { Unsupported } from "./ssh/unsupported.ts";
import type { Connector } from "./transport.ts";

/** What decides how connections are made. */
export interface ConnectorChoice {
  /** The command that makes them, or the built-in client's name, if the user names one. */
  readonly shell: string | undefined;
  /** What that command gets. */
  readonly environment: Environment;
  /** Asks the person at the terminal; undefined when there is nobody to ask. */
  ask(prompt: string, options: { readonly echo: boolean }): Promise<string | undefined>;
  /** Told when `ssh` does what the built-in client was to do, and because of what. */
  stepAside(feature: string): void;
}

/** What to say instead of a command to get the built-in client. No PATH leads to a program of this name. */
const BUILT_IN = "builtin:ssh";
const SSH = "ssh";

/**
 * The command that the user named, else `ssh`, else, on a machine that has none, the built-in client. `ssh` comes first
 * because it is no slower and knows all of its configuration; docs/remote.md has the figures.
 */
export function chooseConnector(choice: ConnectorChoice): Connector {
  const { shell = hasSsh(choice) ? SSH : BUILT_IN, environment } = choice;
  return shell === BUILT_IN ? builtInConnector(choice) : commandConnector(shell, environment);
}

function hasSsh({ environment }: ConnectorChoice): boolean {
  return findProgram(SSH, environment["PATH"]) !== undefined;
}

/** The built-in client is loaded when the first connection is made: most commands have no use for it. */
function builtInConnector(choice: ConnectorChoice): Connector {
  const { environment: env, ask, stepAside } = choice;
  return async (target, words) => {
    const { connectBuiltIn } = await import("./ssh/client.ts");
    try {
      return await connectBuiltIn(target, words, { env, ask });
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error;
      if (!hasSsh(choice)) throw new RemoteShellError(`${error.message}; there is no ssh to use instead`);
      stepAside(error.feature);
      return await commandConnector(SSH, env)(target, words);
    }
  };
}
