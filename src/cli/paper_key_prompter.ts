import type { PaperProblem } from "../crypto/paper.ts";
import type { PaperLine, PaperPrompter } from "../crypto/paper_import.ts";
import type { Context } from "./context.ts";

const PROBLEMS: Readonly<Record<PaperProblem, string>> = {
  dash: "each line must contain exactly one '-', try again",
  slash: "the id line must contain exactly two '/', try again",
  digits: "only characters 0-9 and a-f and '-' are valid, try again",
  checksum: "line checksum did not match, try same line again",
};

/** Lets a person type in a paper key, at standard output and input as BorgBackup does. */
export class PaperKeyPrompter implements PaperPrompter {
  constructor(private readonly context: Context) {}

  async askLine(line: PaperLine): Promise<string | undefined> {
    const { stdout, stdin } = this.context;
    stdout.write(line === "id" ? "id: " : `${String(line).padStart(2)}: `);
    stdout.flush();
    return await stdin.readLine();
  }

  confirmAbort(): Promise<boolean> {
    return this.context.questions.ask({ text: "Abort import? [yN]:" });
  }

  reject(line: PaperLine, problem: PaperProblem): void {
    const again = problem === "checksum" && line !== "id";
    this.#tell(again ? `line checksum did not match, try line ${line} again` : PROBLEMS[problem]);
  }

  rejectWhole(): void {
    this.#tell("The overall checksum did not match, retry or enter a blank line to abort.");
  }

  #tell(text: string): void {
    this.context.stdout.write(`${text}\n`);
  }
}
