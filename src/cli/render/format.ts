import { FieldFormat } from "../../encoding/format_spec.ts";
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

/** A place for a value. The last value is remembered with its text: in listings many follow that are the same. */
class Field {
  #value: FormatValue | undefined;
  #text = "";
  readonly #format: FieldFormat;

  constructor(readonly key: string, readonly conversion: string | undefined, readonly specification: string) {
    this.#format = new FieldFormat(specification);
  }

  render(value: FormatValue): string {
    if (value === this.#value) return this.#text;
    const converted = convert(value, this.conversion);
    this.#text = typeof converted === "object" ? converted.format(this.specification) : this.#format.format(converted);
    this.#value = value;
    return this.#text;
  }
}

const FIELD = /^(?<key>[^!:{}]*)(?:!(?<conversion>[^:{}]*))?(?::(?<specification>[^{}]*))?$/s;

/** A format string: the part of Python's `str.format` that listings use. */
export class Template {
  readonly #parts: readonly (string | Field)[];

  /** Throws FormatError for what is malformed and for keys that are not in `known`; undefined = all are. */
  constructor(readonly text: string, known?: ReadonlySet<string>) {
    this.#parts = [...split(text)];
    const foreign = known && this.#fields().find(({ key }) => !known.has(key));
    if (foreign) throw new FormatError(text, "KeyError", `'${foreign.key}'`);
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

  #render(field: Field, value: FormatValue): string {
    try {
      return field.render(value);
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
  return new Field(groups["key"]!, conversion, groups["specification"] ?? "");
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
