import type { Environment } from "../../platform/environment.ts";
import { commandConnector } from "./command_transport.ts";
import type { Connector } from "./transport.ts";

/** What decides how connections are made. */
export interface ConnectorChoice {
  /** The command that makes them, if the user names one. */
  readonly shell: string | undefined;
  /** What that command gets. */
  readonly environment: Environment;
}

const DEFAULT_SHELL = "ssh";

export function chooseConnector({ shell, environment }: ConnectorChoice): Connector {
  return commandConnector(shell ?? DEFAULT_SHELL, environment);
}
