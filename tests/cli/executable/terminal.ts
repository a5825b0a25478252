import type { Turn } from "../command_script.ts";

const PATIENCE = 30_000;

/** The part of Bun that opens pseudo-terminals; these tests run under Bun only. */
interface BunTerminals {
  spawn(command: readonly string[], options: {
    cwd: string;
    env: Record<string, string>;
    terminal: { cols: number; rows: number; data: (terminal: unknown, bytes: Uint8Array) => void };
  }): {
    readonly exited: Promise<number>;
    readonly terminal?: { write(text: string): void; close(): void };
    kill(signal: string): void;
  };
}

export interface Session {
  readonly status: number;
  /** All that the terminal showed, without carriage returns. */
  readonly shown: string;
}

/** Runs a shell command in a terminal of 80 columns: waits for each text to be shown, then types the next answer. */
export async function converse(
  command: string,
  turns: readonly Turn[],
  options: { cwd: string; env: Record<string, string> },
): Promise<Session> {
  const screen = new Screen();
  const { Bun } = globalThis as unknown as { Bun: BunTerminals };
  const child = Bun.spawn(["sh", "-c", command], {
    cwd: options.cwd,
    env: options.env,
    terminal: { cols: 80, rows: 24, data: (_terminal, bytes) => screen.add(bytes) },
  });
  try {
    for (const turn of turns) {
      if ("shows" in turn) await screen.waitFor(turn.shows);
      else child.terminal?.write(`${turn.types}\r`);
    }
    return { status: await child.exited, shown: screen.shown };
  } finally {
    child.kill("SIGKILL");
    child.terminal?.close();
  }
}

/** Runs a command in a terminal of its own, and gives all that was written to it. */
export async function record(
  command: readonly string[],
  options: { columns: number; cwd: string; env: Record<string, string> },
): Promise<{ readonly status: number; readonly output: string }> {
  const { Bun } = globalThis as unknown as { Bun: BunTerminals };
  const decoder = new TextDecoder();
  let output = "";
  const child = Bun.spawn(command, {
    cwd: options.cwd,
    env: options.env,
    terminal: {
      cols: options.columns,
      rows: 24,
      data: (_terminal, bytes) => output += decoder.decode(bytes, { stream: true }),
    },
  });
  const status = await child.exited;
  child.terminal?.close();
  return { status, output };
}

class Screen {
  shown = "";
  #read = 0;
  #wake: () => void = () => {};
  readonly #decoder = new TextDecoder();

  add(bytes: Uint8Array): void {
    this.shown += this.#decoder.decode(bytes, { stream: true }).replaceAll("\r", "");
    this.#wake();
  }

  /** Resolves when `text` has come after what was waited for before. */
  async waitFor(text: string): Promise<void> {
    const deadline = Date.now() + PATIENCE;
    for (let at = this.shown.indexOf(text, this.#read); at < 0; at = this.shown.indexOf(text, this.#read)) {
      if (Date.now() >= deadline) throw new Error(`waited for "${text}", but the terminal showed\n${this.shown}`);
      await this.#change(deadline - Date.now());
    }
    this.#read = this.shown.indexOf(text, this.#read) + text.length;
  }

  #change(patience: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, patience);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
