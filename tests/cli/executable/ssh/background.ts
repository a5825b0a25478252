import { type ChildProcess, spawn } from "node:child_process";
import { createConnection, createServer } from "node:net";

const PATIENCE = 20_000;

/** A program that runs beside a test, and what it has written so far. It waits in vain for input. */
export class Background {
  output = "";
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  #wake = () => {};

  constructor(words: readonly string[], env: Record<string, string>) {
    this.child = spawn(words[0]!, words.slice(1), { env, stdio: ["pipe", "pipe", "pipe"] });
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.output += text;
        this.#wake();
      });
    }
    this.ended = new Promise((resolve) =>
      this.child.on("close", (status) => {
        resolve(status);
        this.#wake();
      })
    );
  }

  /** The first match of a pattern in the output, once it is there. */
  async shown(pattern: RegExp): Promise<RegExpExecArray> {
    const deadline = Date.now() + PATIENCE;
    for (;;) {
      const match = pattern.exec(this.output);
      if (match) return match;
      const left = deadline - Date.now();
      if (left <= 0 || this.child.exitCode !== null) throw new Error(`no ${pattern} in\n${this.output}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  async end(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    this.child.kill(signal);
    return await this.ended;
  }
}

/** A port of this machine that nobody listens to at the moment. */
export function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** Resolves as soon as somebody accepts connections at a port of this machine. */
export async function untilListening(port: number): Promise<void> {
  for (const start = Date.now(); !(await accepts(port));) {
    if (Date.now() - start > PATIENCE) throw new Error(`nobody listens to port ${port}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, "127.0.0.1");
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
