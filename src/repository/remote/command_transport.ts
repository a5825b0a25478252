import type { Readable, Writable } from "node:stream";
import { splitWords } from "../../encoding/shlex.ts";
import { BorgError } from "../../errors.ts";
import type { Environment } from "../../platform/environment.ts";
import { type PipedProcess, startPiped } from "../../platform/piped_process.ts";
import { asSystemError } from "../../platform/system_error.ts";
import { ConnectionLost, type Connector, type Exit, type Target, type Transport } from "./transport.ts";

/** The program that makes connections cannot be started. */
export class RemoteShellError extends BorgError {
  constructor(problem: string, options?: ErrorOptions) {
    super("Error", [problem], options);
  }
}

/**
 * Connects by a command like `ssh`: its words, then port and host, then what is to run there (format reference 10.8).
 *
 * @param shell words as one would type them, e.g. `ssh -i key` or `pv -L 100k | ssh` wrapped in a script
 */
export function commandConnector(shell: string, environment: Environment): Connector {
  return (target, words) =>
    Promise.resolve(start([...shellWords(shell), ...targetWords(target), ...words], environment));
}

function shellWords(shell: string): string[] {
  try {
    return splitWords(shell);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new RemoteShellError(`${error.message}: ${shell}`, { cause: error });
  }
}

function targetWords({ user, host, port }: Target): string[] {
  const name = user === undefined ? host : `${user}@${host}`;
  return port === undefined ? [name] : ["-p", String(port), name];
}

function start(words: readonly string[], environment: Environment): Transport {
  try {
    return new CommandTransport(startPiped(words, environment));
  } catch (error) {
    const problem = asSystemError(error);
    if (!problem) throw error;
    throw new RemoteShellError(problem.message, { cause: error });
  }
}

/** The pipes of a program that stands for the server. */
class CommandTransport implements Transport {
  readonly exited: Promise<Exit>;
  #lose = () => {};

  constructor(private readonly child: PipedProcess) {
    this.exited = child.exited;
    // What fails is told to who writes; nobody else needs to know.
    child.stdin.on("error", () => {});
    void child.exited.then(() => this.#lose());
  }

  read(): AsyncIterable<Uint8Array> {
    return parts(this.child.stdout);
  }

  errors(): AsyncIterable<Uint8Array> {
    return parts(this.child.stderr);
  }

  async write(bytes: Uint8Array): Promise<void> {
    const { stdin } = this.child;
    await new Promise<void>((resolve, reject) => {
      this.#lose = () => reject(new ConnectionLost("the program has ended"));
      if (!isOpen(stdin)) return this.#lose();
      stdin.write(bytes, (cause) => cause ? reject(new ConnectionLost("nobody reads", { cause })) : resolve());
    });
  }

  endInput(): void {
    if (isOpen(this.child.stdin)) this.child.stdin.end();
  }

  kill(signal: "SIGTERM" | "SIGKILL"): void {
    this.child.kill(signal);
  }

  dispose(): void {
    for (const stream of [this.child.stdin, this.child.stdout, this.child.stderr]) stream.destroy();
  }
}

function isOpen(stream: Writable): boolean {
  return !stream.destroyed && !stream.writableEnded;
}

/** Ends where the stream ends, in whatever way. */
async function* parts(stream: Readable): AsyncGenerator<Uint8Array> {
  try {
    for await (const part of stream) yield part;
  } catch (error) {
    if (!stream.destroyed && !asSystemError(error)) throw error;
  }
}
