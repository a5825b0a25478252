/** How a line of output must be: exactly so, as a pattern, or any number of lines. */
export type Expected = { readonly line: string } | { readonly pattern: RegExp } | "any lines";

/** One command and what must come of it. */
export interface Step {
  readonly line: number;
  readonly command: string;
  /** Whether the command runs in a terminal, where prompts and answers take turns. */
  readonly terminal: boolean;
  readonly dialogue: readonly Turn[];
  readonly stdout: readonly Expected[];
  readonly stderr: readonly Expected[];
  readonly status: number;
  readonly present: readonly string[];
  readonly absent: readonly string[];
}

/** What a terminal must show next, or what is typed into it. */
export type Turn = { readonly shows: string } | { readonly types: string };

/** Not a script. */
export class ScriptSyntaxError extends Error {}

/**
 * Reads a script of shell commands and their expected effects:
 *
 *     # comment
 *     $ command            run by sh
 *     % command            run by sh in a terminal: `>` must be shown, then `<` is typed, in the order written
 *     > line               of stdout; `>~ pattern`, `>...` any lines. Without any, there must be none
 *     ! line               of stderr, likewise
 *     < line               of input
 *     ? 2                  exit status, else 0
 *     + path, - path       must, must not exist afterwards
 */
export function parseScript(text: string): Step[] {
  const steps: Draft[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    if (line.startsWith("$ ") || line.startsWith("% ")) steps.push(newStep(index + 1, line));
    else addTo(steps.at(-1), line, index + 1);
  }
  if (steps.length === 0) throw new ScriptSyntaxError("no command in it");
  return steps;
}

type Draft = { -readonly [Name in keyof Step]: Step[Name] extends readonly (infer T)[] ? T[] : Step[Name] };

function newStep(line: number, text: string): Draft {
  const empty = { dialogue: [], stdout: [], stderr: [], present: [], absent: [] };
  return { line, command: text.slice(2), terminal: text.startsWith("%"), status: 0, ...empty };
}

function addTo(step: Draft | undefined, line: string, number: number): void {
  if (!step) throw new ScriptSyntaxError(`line ${number}: no command yet`);
  const rest = line.slice(2);
  switch (line[0]) {
    case ">":
      if (!step.terminal) step.stdout.push(parseExpected(line.slice(1)));
      if (step.terminal) step.dialogue.push({ shows: rest });
      break;
    case "!":
      step.stderr.push(parseExpected(line.slice(1)));
      break;
    case "<":
      step.dialogue.push({ types: rest });
      break;
    case "?":
      step.status = Number(rest);
      break;
    case "+":
      step.present.push(rest);
      break;
    case "-":
      step.absent.push(rest);
      break;
    default:
      throw new ScriptSyntaxError(`line ${number}: ${line}`);
  }
}

function parseExpected(text: string): Expected {
  if (text === "...") return "any lines";
  return text.startsWith("~ ") ? { pattern: new RegExp(text.slice(2)) } : { line: text.slice(1) };
}

/** The first thing that is wrong with `output`, or nothing. */
export function findMismatch(output: string, expected: readonly Expected[]): string | undefined {
  const lines = output === "" ? [] : output.replace(/\n$/, "").split("\n");
  return matches(lines, expected) ? undefined : `expected\n${expected.map(show).join("\n")}\nbut there was\n${output}`;
}

function matches(lines: readonly string[], expected: readonly Expected[]): boolean {
  const [first, ...rest] = expected;
  if (first === undefined) return lines.length === 0;
  if (first === "any lines") return lines.some((_, skip) => matches(lines.slice(skip), rest)) || matches([], rest);
  const line = lines[0];
  return line !== undefined && fits(line, first) && matches(lines.slice(1), rest);
}

function fits(line: string, expected: Exclude<Expected, string>): boolean {
  return "line" in expected ? line === expected.line : expected.pattern.test(line);
}

function show(expected: Expected): string {
  if (expected === "any lines") return "...";
  return "line" in expected ? `  ${expected.line}` : `~ ${expected.pattern.source}`;
}
