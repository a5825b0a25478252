import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import { Buffer } from "node:buffer";
import { type Encodable, encode, Unpacker, type Value } from "../../../../src/encoding/msgpack.ts";
import { negotiationValue } from "../../../../src/repository/remote/protocol.ts";
import { environment, ours, type Program } from "../../../interop/harness.ts";

export interface ServeChoices {
  readonly program?: Program;
  readonly args?: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** How a server has ended. */
export interface Ending {
  /** Exit status, or the name of the signal. */
  readonly status: number | string | null;
  readonly stderr: string;
}

export const NEGOTIATION: Encodable = [1, 1, "negotiate", [negotiationValue("client", [1, 4, 5, -1])]];

/** A `borg serve` to which frames are written by hand. */
export class ServerProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<Ending>;
  readonly #unpacker = new Unpacker();
  readonly #received: AsyncIterator<Buffer>;
  #stderr = "";

  constructor({ program = ours, args = [], cwd, env = {} }: ServeChoices) {
    const options: SpawnOptions = {
      cwd,
      env: { ...environment(cwd), BORG_SHOW_SYSINFO: "no", ...env },
      stdio: ["pipe", "pipe", "pipe"],
    };
    this.child = spawn(program.path, ["serve", ...args], options);
    this.child.stderr!.on("data", (text: Buffer) => this.#stderr += text.toString());
    this.child.stdin!.on("error", () => {}); // the server may be gone
    this.#received = this.child.stdout![Symbol.asyncIterator]();
    this.ended = this.#end();
  }

  /** What was written to standard error so far. */
  get stderr(): string {
    return this.#stderr;
  }

  send(...messages: readonly Encodable[]): void {
    this.sendBytes(Buffer.concat(messages.map((message) => encode(message))));
  }

  sendBytes(bytes: Uint8Array): void {
    this.child.stdin!.write(bytes);
  }

  /** The next message; undefined at the end. */
  async next(): Promise<Value | undefined> {
    for (;;) {
      const value = this.#unpacker.next();
      if (value !== undefined) return value;
      const { value: bytes, done } = await this.#received.next();
      if (done) return undefined;
      this.#unpacker.feed(bytes);
    }
  }

  /** The result of a call by names, for which there is no refusal. */
  async call(method: string, args: Readonly<Record<string, Encodable>> = {}): Promise<Value> {
    this.send(named(1, method, args));
    const answer = await this.next();
    if (answer instanceof Map && answer.has("r")) return answer.get("r")!;
    throw new Error(`${method}: ${JSON.stringify(answer instanceof Map ? [...answer] : answer)}`);
  }

  /** Not by the event `close`, which waits for somebody to read standard output to its end. */
  async #end(): Promise<Ending> {
    const told = new Promise((resolve) => this.child.stderr!.on("close", resolve));
    const status = await new Promise<Ending["status"]>((resolve) =>
      this.child.on("exit", (status, signal) => resolve(signal ?? status))
    );
    await told;
    return { status, stderr: this.#stderr };
  }

  /** Ends the input; gives everything that the server still writes, and how it ends. */
  async finish(): Promise<Ending & { stdout: Buffer }> {
    this.child.stdin!.end();
    const parts: Buffer[] = [];
    for (let next = await this.#received.next(); !next.done; next = await this.#received.next()) parts.push(next.value);
    return { ...(await this.ended), stdout: Buffer.concat(parts) };
  }
}

export function named(id: number, method: string, args: Readonly<Record<string, Encodable>> = {}): Encodable {
  return new Map<string, Encodable>([["i", id], ["m", method], ["a", new Map(Object.entries(args))]]);
}
