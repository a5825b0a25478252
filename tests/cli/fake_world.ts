import type { Output, World } from "../../src/cli/context.ts";
import { Inquiry } from "../../src/cli/inquiry.ts";
import { Interruption } from "../../src/cli/interruption.ts";
import { encodeText } from "../../src/encoding/path.ts";

/** An output that remembers what was written. */
export class RecordedOutput implements Output {
  text = "";

  write(data: string | Uint8Array): void {
    this.text += typeof data === "string" ? data : new TextDecoder().decode(data);
  }

  flush(): void {}

  get lines(): string[] {
    return this.text.split("\n").slice(0, -1);
  }

  get events(): Record<string, unknown>[] {
    return this.lines.map((line) => JSON.parse(line));
  }
}

export interface FakeWorld extends World {
  readonly stdout: RecordedOutput;
  readonly stderr: RecordedOutput;
  readonly umasks: number[];
}

interface Choices {
  readonly argv?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: readonly string[];
  /** Undefined: no terminal. */
  readonly columns?: number;
  readonly programName?: string;
  readonly monotonic?: () => number;
}

/** A world without a process, for tests. Its time is 2024-02-03 04:05:06.789 UTC. */
export function fakeWorld(choices: Choices = {}): FakeWorld {
  const input = [...(choices.input ?? [])];
  const umasks: number[] = [];
  return {
    argv: choices.argv ?? [],
    programName: choices.programName ?? "borg",
    env: choices.env ?? {},
    cwd: "/",
    stdin: {
      read: (buffer) => {
        const bytes = encodeText(input.shift() ?? "");
        buffer.set(bytes);
        return Promise.resolve(bytes.length);
      },
      readLine: () => Promise.resolve(input.shift()),
    },
    stdout: new RecordedOutput(),
    stderr: new RecordedOutput(),
    terminal: {
      isInteractive: choices.columns !== undefined,
      columns: () => choices.columns ?? 80,
      readSecret: () => Promise.resolve(input.shift()),
    },
    clock: { now: () => 1706933106789000000n, monotonic: choices.monotonic ?? (() => 0) },
    interruption: new Interruption(),
    inquiry: new Inquiry(),
    random: (length) => new Uint8Array(length),
    setUmask: (mask) => void umasks.push(mask),
    umasks,
  };
}
