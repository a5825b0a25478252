import { RepoIdMismatch } from "./export.ts";
import { isPaperOf, joinPaperLines, type PaperId, type PaperProblem, parsePaperId, parsePaperLine } from "./paper.ts";

/** Which line is typed: the id line, or a data line by its number from 1. */
export type PaperLine = "id" | number;

/** The person who types a paper key. The words are the command line's business. */
export interface PaperPrompter {
  /** The typed text without the line's label; undefined at the end of input. */
  askLine(line: PaperLine): Promise<string | undefined>;
  /** Asked after an empty line. */
  confirmAbort(): Promise<boolean>;
  /** The line has to be typed again. */
  reject(line: PaperLine, problem: PaperProblem): void;
  /** Every line was right in itself, but not the whole: it starts again with the id line. */
  rejectWhole(): void;
}

/** The person has given up. */
const ABORTED = Symbol("aborted");

/** The blob of a paper key as it is typed, undefined when the person gives up. Throws RepoIdMismatch. */
export async function readPaperKey(repositoryId: Uint8Array, prompter: PaperPrompter): Promise<Uint8Array | undefined> {
  while (true) {
    const id = await readLine(prompter, "id", parsePaperId);
    if (id === ABORTED) return undefined;
    if (!isPaperOf(id, repositoryId)) throw new RepoIdMismatch();
    const lines = await readDataLines(id, prompter);
    if (lines === ABORTED) return undefined;
    const blob = joinPaperLines(id, lines);
    if (blob) return blob;
    prompter.rejectWhole();
  }
}

async function readDataLines(id: PaperId, prompter: PaperPrompter): Promise<Uint8Array[] | typeof ABORTED> {
  const lines: Uint8Array[] = [];
  for (let number = 1; number <= id.lines; number++) {
    const line = await readLine(prompter, number, (text) => parsePaperLine(number, text));
    if (line === ABORTED) return ABORTED;
    lines.push(line);
  }
  return lines;
}

/** Asks until the line is right. */
async function readLine<T extends object>(
  prompter: PaperPrompter,
  line: PaperLine,
  parse: (text: string) => T | PaperProblem,
): Promise<T | typeof ABORTED> {
  while (true) {
    const text = await prompter.askLine(line);
    if (text === undefined) return ABORTED;
    if (text.trim() === "") {
      if (await prompter.confirmAbort()) return ABORTED;
      continue;
    }
    const parsed = parse(text);
    if (typeof parsed !== "string") return parsed;
    prompter.reject(line, parsed);
  }
}
