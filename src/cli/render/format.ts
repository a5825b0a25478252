import { quotePath } from "../../platform/quote_path.ts";
import { BorgError } from "../../errors.ts";

/** A value that renders itself, given what stands behind the colon; the empty text asks for its usual form. */
export interface Formattable {
  format(specification: string): string;
}
export type FormatValue = string | number | bigint | Formattable;

/** A `--format` that cannot be followed. `kind` and `reason` are what Python would say. */
export class FormatError extends BorgError {
  constructor(template: string, kind: string, reason: string) {
    super("PlaceholderError", [template, "", kind, reason]);
  }
}

interface Field {
  readonly key: string;
  readonly conversion: string | undefined;
  readonly specification: string;
}

const FIELD = /^(?<key>[^!:{}]*)(?:!(?<conversion>[^:{}]*))?(?::(?<specification>[^{}]*))?$/s;
const SPECIFICATION =
  /^(?:(?<fill>.)?(?<align>[<>=^]))?(?<sign>[-+ ])?(?<alternate>#)?(?<zero>0)?(?<width>\d+)?(?<group>[,_])?(?:\.(?<precision>\d+))?(?<type>[a-zA-Z%])?$/su;

/** A format string: the part of Python's `str.format` that listings use. */
export class Template {
  readonly #parts: readonly (string | Field)[];

  /** Throws FormatError for what is malformed and for keys that are not in `known`. */
  constructor(readonly text: string, known: ReadonlySet<string>) {
    this.#parts = [...split(text)];
    for (const { key } of this.#fields()) if (!known.has(key)) throw new FormatError(text, "KeyError", `'${key}'`);
  }

  /** The keys that are mentioned: only these are ever asked for. */
  get keys(): ReadonlySet<string> {
    return new Set(this.#fields().map(({ key }) => key));
  }

  format(valueOf: (key: string) => FormatValue): string {
    let text = "";
    for (const part of this.#parts) text += typeof part === "string" ? part : this.#render(part, valueOf(part.key));
    return text;
  }

  #render({ conversion, specification }: Field, value: FormatValue): string {
    try {
      return formatValue(convert(value, conversion), specification);
    } catch (error) {
      if (error instanceof RangeError) throw new FormatError(this.text, "ValueError", error.message);
      throw error;
    }
  }

  #fields(): Field[] {
    return this.#parts.filter((part): part is Field => typeof part !== "string");
  }
}

/** Literal texts and fields in turn; `{{` and `}}` stand for braces. */
function* split(text: string): Generator<string | Field> {
  const token = /\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+/gy;
  for (const match of text.matchAll(token)) {
    const [all, field] = match;
    if (all === "{{" || all === "}}") yield all[0]!;
    else if (field !== undefined) yield readField(text, field);
    else if (all === "}") throw new FormatError(text, "ValueError", "Single '}' encountered in format string");
    else if (all === "{") throw new FormatError(text, "ValueError", "Single '{' encountered in format string");
    else yield all;
  }
}

function readField(template: string, field: string): Field {
  const groups = FIELD.exec(field)?.groups;
  const conversion = groups?.["conversion"];
  if (!groups || (conversion !== undefined && !["r", "s", "a"].includes(conversion))) {
    throw new FormatError(template, "ValueError", `Unknown conversion specifier ${conversion ?? field}`);
  }
  return { key: groups["key"]!, conversion, specification: groups["specification"] ?? "" };
}

function convert(value: FormatValue, conversion: string | undefined): FormatValue {
  if (conversion === undefined) return value;
  const text = typeof value === "object" ? value.format("") : String(value);
  if (conversion === "s" || typeof value !== "string") return text;
  const quoted = quotePath(text);
  return conversion === "a" ? quoted.replaceAll(/[^\0-\x7F]/gu, escapeCharacter) : quoted;
}

function escapeCharacter(character: string): string {
  const hex = character.codePointAt(0)!.toString(16);
  if (hex.length <= 2) return `\\x${hex}`;
  return hex.length <= 4 ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}

/** `value` as `specification` wants it. Throws RangeError with Python's reason. */
export function formatValue(value: FormatValue, specification: string): string {
  if (typeof value === "object") return value.format(specification);
  if (specification === "") return String(value);
  const groups = SPECIFICATION.exec(specification)?.groups;
  if (!groups) {
    const type = typeof value === "string" ? "str" : "int";
    throw new RangeError(`Invalid format specifier '${specification}' for object of type '${type}'`);
  }
  const layout: Layout = {
    ...groups,
    width: Number(groups["width"] ?? 0),
    precision: groups["precision"] === undefined ? undefined : Number(groups["precision"]),
  };
  return typeof value === "string" ? formatText(value, layout) : formatNumber(value, layout);
}

interface Layout {
  readonly fill?: string;
  readonly align?: string;
  readonly sign?: string;
  readonly alternate?: string;
  readonly zero?: string;
  readonly width: number;
  readonly group?: string;
  readonly precision: number | undefined;
  readonly type?: string;
}

function formatText(value: string, layout: Layout): string {
  const { type = "s", sign, align, group, alternate, precision, width } = layout;
  if (type !== "s") throw new RangeError(`Unknown format code '${type}' for object of type 'str'`);
  if (sign !== undefined) throw new RangeError("Sign not allowed in string format specifier");
  if (align === "=") throw new RangeError("'=' alignment not allowed in string format specifier");
  if (group !== undefined) throw new RangeError(`Cannot specify '${group}' with 's'.`);
  if (alternate !== undefined) throw new RangeError("Alternate form (#) not allowed in string format specifier");
  const shown = precision === undefined ? value : [...value].slice(0, precision).join("");
  return pad(shown, layout.fill ?? (layout.zero ? "0" : " "), align ?? "<", width);
}

function formatNumber(value: number | bigint, layout: Layout): string {
  const { type = "d", sign = "-", zero, fill, align, width } = layout;
  const negative = value < 0;
  const mark = negative ? "-" : sign === "-" ? "" : sign;
  const { prefix, digits } = numberDigits(negative ? -value : value, type, layout);
  const head = mark + prefix;
  const filler = fill ?? (zero ? "0" : " ");
  const place = align ?? (zero ? "=" : ">");
  if (place !== "=") return pad(head + digits, filler, place, width);
  return head + pad(digits, filler, ">", width - head.length);
}

const BASES: Readonly<Record<string, number>> = { d: 10, n: 10, b: 2, o: 8, x: 16, X: 16 };

function numberDigits(value: number | bigint, type: string, layout: Layout): { prefix: string; digits: string } {
  const base = BASES[type];
  if (base === undefined) return { prefix: "", digits: realDigits(Number(value), type, layout) };
  if (layout.precision !== undefined) throw new RangeError("Precision not allowed in integer format specifier");
  const text = BigInt(value).toString(base);
  const grouped = layout.group === undefined ? text : groupDigits(text, layout.group, base === 10 ? 3 : 4);
  const prefix = layout.alternate !== undefined && base !== 10 ? `0${type}` : "";
  return { prefix, digits: type === "X" ? grouped.toUpperCase() : grouped };
}

function realDigits(value: number, type: string, { precision = 6, group }: Layout): string {
  const grouped = (text: string) => (group === undefined ? text : groupDigits(text, group, 3));
  switch (type) {
    case "e":
    case "E": {
      const text = value.toExponential(precision).replace(/e([+-])(\d)$/, "e$10$2");
      return type === "E" ? text.toUpperCase() : text;
    }
    case "f":
    case "F":
      return grouped(value.toFixed(precision));
    case "%":
      return `${grouped((value * 100).toFixed(precision))}%`;
    default:
      throw new RangeError(`Unknown format code '${type}' for object of type 'int'`);
  }
}

function groupDigits(text: string, separator: string, size: number): string {
  const [whole = "", fraction] = text.split(".");
  const grouped = whole.replaceAll(new RegExp(`\\B(?=(?:.{${size}})+$)`, "g"), separator);
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

function pad(text: string, fill: string, align: string, width: number): string {
  const missing = Math.max(0, width - [...text].length);
  const left = align === ">" ? missing : align === "^" ? Math.floor(missing / 2) : 0;
  return fill.repeat(left) + text + fill.repeat(missing - left);
}
