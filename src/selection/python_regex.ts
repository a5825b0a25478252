import { PatternError } from "./pattern_error.ts";
import { literal, literalPoint } from "./regex_literal.ts";

/** The flags of an expression that are in force at some place of it. */
interface Flags {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  readonly verbose: boolean;
  readonly ascii: boolean;
}

/** A part of an expression to which a quantifier may be applied, or why not. */
interface Atom {
  source: string;
  refusal: "nothing to repeat" | "multiple repeat" | undefined;
}

const NO_FLAGS: Flags = { ignoreCase: false, multiline: false, dotAll: false, verbose: false, ascii: false };
const FLAG_LETTERS: ReadonlyMap<string, Partial<Flags>> = new Map([
  ["i", { ignoreCase: true }],
  ["m", { multiline: true }],
  ["s", { dotAll: true }],
  ["x", { verbose: true }],
  ["a", { ascii: true }],
  ["u", { ascii: false }],
]);

const START = "^";
const END = "$";
const SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const CONTROL: ReadonlyMap<string, number> = new Map([
  ["a", 7],
  ["f", 12],
  ["n", 10],
  ["r", 13],
  ["t", 9],
  ["v", 11],
  ["\\", 92],
]);

/**
 * The expression, to be searched for in a text, that Python's `re` understands by `pattern`. Throws PatternError if it would
 * refuse the pattern, and for the few things that have no counterpart here: conditional groups and names of characters.
 */
export function compilePythonRegex(pattern: string): RegExp {
  const { source, ignoreCase } = new Translator(pattern).translate();
  try {
    return new RegExp(source, ignoreCase ? "iv" : "v");
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new PatternError(`unsupported regular expression: ${pattern}`, { cause: error });
    }
    throw error;
  }
}

/** Reads a pattern from left to right, as Python's parser does, and writes the same for the flag v. */
class Translator {
  readonly #characters: readonly string[];
  readonly #names = new Map<string, number>();
  readonly #open = new Set<number>();
  #at = 0;
  #groups = 0;
  #atomics = 0;
  #globalFlags = NO_FLAGS;

  constructor(readonly pattern: string) {
    this.#characters = [...pattern];
  }

  translate(): { source: string; ignoreCase: boolean } {
    this.#readGlobalFlags();
    const source = this.#alternatives(this.#globalFlags);
    if (this.#at < this.#characters.length) throw this.#error("unbalanced parenthesis");
    return { source, ignoreCase: this.#globalFlags.ignoreCase };
  }

  /** Any number of `(?flags)`, which may stand at the very beginning only. */
  #readGlobalFlags(): void {
    for (let match = this.#ahead(/^\(\?([a-zA-Z]+)\)/); match; match = this.#ahead(/^\(\?([a-zA-Z]+)\)/)) {
      this.#globalFlags = this.#withFlags(this.#globalFlags, match[1]!, "");
      this.#at += match[0].length;
    }
  }

  #alternatives(flags: Flags): string {
    let source = this.#sequence(flags);
    while (this.#accept("|")) source += "|" + this.#sequence(flags);
    return source;
  }

  #sequence(flags: Flags): string {
    const atoms: Atom[] = [];
    while (this.#at < this.#characters.length && !this.#sees("|") && !this.#sees(")")) {
      if (this.#skipIgnored(flags)) continue;
      const quantifier = this.#quantifier();
      if (quantifier === undefined) atoms.push(this.#atom(flags));
      else this.#repeat(atoms.at(-1), quantifier);
    }
    return atoms.map((atom) => atom.source).join("");
  }

  /** Passes over a comment, and over what does not count in a verbose expression. */
  #skipIgnored({ verbose }: Flags): boolean {
    const match = this.#ahead(verbose ? /^(?:[ \t\n\r\f\v]+|#[^\n]*|\(\?#[^)]*\))/ : /^\(\?#[^)]*\)/);
    this.#at += match === null ? 0 : [...match[0]].length;
    return match !== null;
  }

  /** `*`, `+`, `?` or `{m,n}` in the form of this language; a brace that is nothing of the kind stands for itself. */
  #quantifier(): string | undefined {
    const match = this.#ahead(/^(?:[*+?]|\{(?!\})(\d*)(,?)(\d*)\})/);
    if (match === null) return undefined;
    const [all, low, comma, high] = match;
    this.#at += all.length;
    if (low === undefined) return all;
    if (high !== "" && Number(low) > Number(high)) throw this.#error("min repeat greater than max repeat");
    return `{${low || 0}${comma}${high}}`;
  }

  #repeat(atom: Atom | undefined, quantifier: string): void {
    const refusal = atom === undefined ? "nothing to repeat" : atom.refusal;
    if (atom === undefined || refusal !== undefined) throw this.#error(refusal!);
    const repeated = `(?:${atom.source})${quantifier}`;
    if (this.#accept("?")) atom.source = `${repeated}?`;
    else atom.source = this.#accept("+") ? this.#atomic(repeated) : repeated;
    atom.refusal = "multiple repeat";
  }

  /** Matches `source` once and for all: a lookahead is never entered again. */
  #atomic(source: string): string {
    const name = `a${++this.#atomics}`;
    return `(?:(?=(?<${name}>${source}))\\k<${name}>)`;
  }

  #atom(flags: Flags): Atom {
    const character = this.#take();
    switch (character) {
      case ".":
        return atom(flags.dotAll ? "[^]" : "[^\\n]");
      case "^":
        return anchor(flags.multiline ? "(?<![^\\n])" : START);
      case "$":
        return anchor(flags.multiline ? "(?![^\\n])" : `(?=\\n?${END})`);
      case "[":
        return atom(this.#class(flags));
      case "(":
        return this.#group(flags);
      case "\\":
        return this.#escape(flags);
      default:
        return atom(literal(character));
    }
  }

  #group(flags: Flags): Atom {
    if (!this.#accept("?")) return this.#capture(undefined, flags);
    const kind = this.#ahead(/^(?:P<|P=|P|<=|<!|[:#=!>(])/)?.[0];
    this.#at += kind?.length ?? 0;
    switch (kind) {
      case ":":
      case "=":
      case "!":
      case "<=":
      case "<!":
        return atom(`(?:(?${kind}${this.#inside(flags)}))`);
      case ">":
        return atom(this.#atomic(this.#inside(flags)));
      case "#":
        throw this.#error("missing ), unterminated comment");
      case "P<":
        return this.#capture(this.#name(">"), flags);
      case "P=":
        return this.#reference(this.#name(")"));
      case "P":
        throw this.#error("unknown extension ?P");
      case "(":
        throw this.#error("conditional groups are not supported");
      default:
        return this.#flagGroup(flags);
    }
  }

  #capture(name: string | undefined, flags: Flags): Atom {
    const group = ++this.#groups;
    if (name !== undefined && this.#names.has(name)) throw this.#error(`redefinition of group name '${name}'`);
    if (name !== undefined) this.#names.set(name, group);
    this.#open.add(group);
    const source = `(?<g${group}>${this.#inside(flags)})`;
    this.#open.delete(group);
    return atom(source);
  }

  /** The rest of a group, up to and with its closing parenthesis. */
  #inside(flags: Flags): string {
    const source = this.#alternatives(flags);
    if (!this.#accept(")")) throw this.#error("missing ), unterminated subpattern");
    return source;
  }

  /** `(?flags:...)` or `(?flags-flags:...)`. */
  #flagGroup(flags: Flags): Atom {
    const match = this.#ahead(/^([a-zA-Z]*)(?:-([a-zA-Z]+))?([:)])/);
    if (match === null) throw this.#error("unknown extension");
    const [all, added = "", removed = "", end] = match;
    if (end === ")") throw this.#error("global flags not at the start of the expression");
    this.#at += all.length;
    const inner = this.#withFlags(flags, added, removed);
    const source = this.#inside(inner);
    if (inner.ignoreCase === flags.ignoreCase) return atom(`(?:${source})`);
    return atom(inner.ignoreCase ? `(?i:${source})` : `(?-i:${source})`);
  }

  #withFlags(flags: Flags, added: string, removed: string): Flags {
    let result = flags;
    for (const letter of added) result = { ...result, ...this.#flag(letter) };
    for (const letter of removed) {
      const [[name]] = Object.entries(this.#flag(letter)) as [[string, boolean]];
      if (name === "ascii") throw this.#error("bad inline flags: cannot turn off flags 'a', 'u' and 'L'");
      result = { ...result, [name]: false };
    }
    return result;
  }

  #flag(letter: string): Partial<Flags> {
    const flag = FLAG_LETTERS.get(letter);
    if (flag === undefined) throw this.#error(letter === "L" ? "bad inline flags" : "unknown flag");
    return flag;
  }

  #name(end: string): string {
    const close = this.#characters.indexOf(end, this.#at);
    if (close < 0) throw this.#error(`missing ${end}, unterminated name`);
    const name = this.#characters.slice(this.#at, close).join("");
    if (name === "") throw this.#error("missing group name");
    if (!/^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*$/u.test(name)) {
      throw this.#error(`bad character in group name '${name}'`);
    }
    this.#at = close + 1;
    return name;
  }

  #reference(name: string): Atom {
    const group = this.#names.get(name);
    if (group === undefined) throw this.#error(`unknown group name '${name}'`);
    return this.#referenceTo(group);
  }

  #referenceTo(group: number): Atom {
    if (group > this.#groups) throw this.#error(`invalid group reference ${group}`);
    if (this.#open.has(group)) throw this.#error("cannot refer to an open group");
    return atom(`\\k<g${group}>`);
  }

  #escape(flags: Flags): Atom {
    const character = this.#take("bad escape (end of pattern)");
    const word = category("w", flags);
    switch (character) {
      case "A":
        return anchor(START);
      case "Z":
        return anchor(END);
      case "b":
        return anchor(`(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`);
      case "B":
        return anchor(`(?:(?<=${word})(?=${word})|(?<!${word})(?!${word}))`);
    }
    if (/[dDsSwW]/.test(character)) return atom(category(character, flags));
    if (/[0-9]/.test(character)) return this.#numbered(character);
    return atom(literalPoint(this.#escapedPoint(character)));
  }

  /** A reference to a group, or an octal number if it begins with 0 or has three digits. */
  #numbered(first: string): Atom {
    this.#at--;
    const octal = this.#ahead(first === "0" ? /^0[0-7]{0,2}/ : /^[0-7]{3}/);
    if (octal === null) {
      const digits = this.#ahead(/^\d{1,2}/)![0];
      this.#at += digits.length;
      return this.#referenceTo(Number(digits));
    }
    return atom(literalPoint(this.#octal(octal[0])));
  }

  #octal(digits: string): number {
    this.#at += digits.length;
    const point = parseInt(digits, 8);
    if (point > 0o377) throw this.#error(`octal escape value \\${digits} outside of range 0-0o377`);
    return point;
  }

  /** The code point of an escape that is the same within and without a class. */
  #escapedPoint(character: string): number {
    const control = CONTROL.get(character);
    if (control !== undefined) return control;
    if (character === "x") return this.#hex(character, 2);
    if (character === "u") return this.#hex(character, 4);
    if (character === "U") return this.#hex(character, 8);
    if (/[A-Za-z0-9]/.test(character)) throw this.#error(`bad escape \\${character}`);
    return character.codePointAt(0)!;
  }

  #hex(letter: string, count: number): number {
    const digits = this.#characters.slice(this.#at, this.#at + count).join("");
    const point = parseInt(digits, 16);
    const isWhole = digits.length === count && /^[0-9A-Fa-f]*$/.test(digits);
    if (!isWhole) throw this.#error(`incomplete escape \\${letter}${digits}`);
    if (point > 0x10ffff) throw this.#error(`bad escape \\${letter}${digits}`);
    this.#at += count;
    return point;
  }

  #class(flags: Flags): string {
    const negated = this.#accept("^");
    let source = "";
    for (let first = true; first || !this.#sees("]"); first = false) source += this.#classMember(flags);
    this.#at++;
    return `[${negated ? "^" : ""}${source}]`;
  }

  /** One character, category or range of a class. */
  #classMember(flags: Flags): string {
    const low = this.#classCharacter(flags);
    const isRange = this.#sees("-") && this.#characters[this.#at + 1] !== "]";
    if (!isRange) return typeof low === "number" ? literalPoint(low) : low;
    this.#at++;
    const high = this.#classCharacter(flags);
    if (typeof low !== "number" || typeof high !== "number" || low > high) throw this.#error("bad character range");
    return `${literalPoint(low)}-${literalPoint(high)}`;
  }

  /** The next code point of a class, or a category as the source of a class within the class. */
  #classCharacter(flags: Flags): number | string {
    const character = this.#take("unterminated character set");
    if (character !== "\\") return character.codePointAt(0)!;
    const escaped = this.#take("bad escape (end of pattern)");
    if (/[dDsSwW]/.test(escaped)) return category(escaped, flags);
    if (escaped === "b") return 8;
    if (!/[0-7]/.test(escaped)) return this.#escapedPoint(escaped);
    this.#at--;
    return this.#octal(this.#ahead(/^[0-7]{1,3}/)![0]);
  }

  #sees(character: string): boolean {
    return this.#characters[this.#at] === character;
  }

  #accept(character: string): boolean {
    const accepted = this.#sees(character);
    if (accepted) this.#at++;
    return accepted;
  }

  #take(problem = "unexpected end of pattern"): string {
    const character = this.#characters[this.#at];
    if (character === undefined) throw this.#error(problem);
    this.#at++;
    return character;
  }

  #ahead(expression: RegExp): RegExpExecArray | null {
    return expression.exec(this.#characters.slice(this.#at).join(""));
  }

  #error(problem: string): PatternError {
    return new PatternError(`${problem} at position ${this.#at} of regular expression ${this.pattern}`);
  }
}

function atom(source: string): Atom {
  return { source, refusal: undefined };
}

function anchor(source: string): Atom {
  return { source, refusal: "nothing to repeat" };
}

/** A class for `\d`, `\s` or `\w`, or for all else if `letter` is a capital. */
function category(letter: string, { ascii }: Flags): string {
  const members: Record<string, string> = ascii
    ? { d: "0-9", s: "\\t-\\r\\x20", w: "0-9A-Za-z_" }
    : { d: "\\p{Nd}", s: SPACE, w: "\\p{L}\\p{N}_" };
  const small = letter.toLowerCase();
  return `[${small === letter ? "" : "^"}${members[small]}]`;
}
