import { parsePattern, parseStyle, type Pattern, type PatternStyle } from "./pattern.ts";
import { PatternError } from "./pattern_error.ts";

export type Verdict = "include" | "exclude";

/** What becomes of the paths that a pattern matches, and whether directories among them are searched. */
export interface PatternRule {
  readonly pattern: Pattern;
  readonly verdict: Verdict;
  readonly recurse: boolean;
}

/** What a line of a pattern file says. */
export type PatternLine =
  | { readonly kind: "rule"; readonly rule: PatternRule }
  | { readonly kind: "root"; readonly path: string }
  | { readonly kind: "style"; readonly style: PatternStyle };

/** What a pattern file, or a `--pattern`, adds: directories to back up, and rules. */
export interface PatternFile {
  readonly roots: readonly string[];
  readonly rules: readonly PatternRule[];
}

const COMMANDS = "-!+RrPp";

/** A pattern of `--exclude` or `--exclude-from`. Throws PatternError. */
export function parseExclude(text: string, style: PatternStyle = "fm"): PatternRule {
  return { pattern: parsePattern(text, style), verdict: "exclude", recurse: false };
}

/** A line of a pattern file, or the argument of `--pattern`; `style` is that of patterns which name none. Throws PatternError. */
export function parsePatternFileLine(line: string, style: PatternStyle = "sh"): PatternLine {
  if (line === "") throw new PatternError("A pattern/command must not be empty.");
  const command = line[0]!;
  if (!COMMANDS.includes(command)) {
    throw new PatternError(`A pattern/command must start with anyone of: ${[...COMMANDS].join(", ")}`);
  }
  const value = line.slice(1).trimStart();
  if (value === "") throw new PatternError("A pattern/command must have a value part.");
  if (command === "R" || command === "r") return { kind: "root", path: value };
  if (command === "P" || command === "p") return { kind: "style", style: parseStyle(value) };
  const verdict = command === "+" ? "include" : "exclude";
  return { kind: "rule", rule: { pattern: parsePattern(value, style), verdict, recurse: command !== "!" } };
}

/** The text of a file for `--patterns-from`. Throws PatternError. */
export function loadPatternFile(text: string): PatternFile {
  const roots: string[] = [];
  const rules: PatternRule[] = [];
  let style: PatternStyle = "sh";
  for (const content of contentLines(text)) {
    const line = parsePatternFileLine(content, style);
    if (line.kind === "root") roots.push(line.path);
    else if (line.kind === "style") style = line.style;
    else rules.push(line.rule);
  }
  return { roots, rules };
}

/** The text of a file for `--exclude-from`. Throws PatternError. */
export function loadExcludeFile(text: string): PatternRule[] {
  return contentLines(text).map((line) => parseExclude(line));
}

/** Lines without blanks around them; not those that are empty then, or comments. */
function contentLines(text: string): string[] {
  return text.split(/\r\n|\r|\n/).map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
}
