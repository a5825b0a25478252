import type { Output, Terminal } from "../context.ts";
import { fitTo, inOneLine } from "./width.ts";

/**
 * Standard error as the user sees it: lines that stay, and on a terminal one status line below them that is drawn over
 * again and again and never scrolls. Without a terminal each status is a line of its own.
 */
export class Screen {
  #statusShown = false;

  constructor(readonly output: Output, readonly terminal: Terminal) {}

  /** Writes a line that stays. */
  line(text: string): void {
    this.clearStatus();
    this.output.write(`${text}\n`);
  }

  /** Writes text without a line break, for a question. */
  prompt(text: string): void {
    this.clearStatus();
    this.output.write(text);
  }

  /** Shows `text`, shortened where it does not fit, in place of the last status. */
  status(text: string): void {
    if (!this.terminal.isInteractive) return this.output.write(`${text}\n`);
    this.output.write(`${fitTo(inOneLine(text), this.terminal.columns())}\r`);
    this.#statusShown = true;
  }

  clearStatus(): void {
    if (!this.#statusShown) return;
    this.output.write(`${" ".repeat(this.terminal.columns())}\r`);
    this.#statusShown = false;
  }

  get columns(): number {
    return this.terminal.columns();
  }
}
