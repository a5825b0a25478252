import type { Environment } from "../../../platform/environment.ts";

/** What the built-in client needs of the world. */
export interface SshTools {
  readonly env: Environment;
  /** Default: /etc/ssh/ssh_config. */
  readonly systemFile?: string;
  /** Asks the person at the terminal; undefined when there is nobody to ask. */
  ask(prompt: string, options: { readonly echo: boolean }): Promise<string | undefined>;
}

/** The same, and a place for lines that `ssh` would write to its standard error. */
export interface TalkingTools extends SshTools {
  say(...lines: readonly string[]): void;
}

/** There is no connection; the lines say why. */
export class SshFailure extends Error {
  override readonly name = "SshFailure";

  constructor(readonly lines: readonly string[], options?: ErrorOptions) {
    super(lines.join("\n"), options);
  }
}
