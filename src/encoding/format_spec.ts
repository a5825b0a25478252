import { codePointCount } from "./code_points.ts";

/** The parts of a format specification of Python, as in `{name:>20}`. */
interface Layout {
  readonly fill: string;
  readonly align: string | undefined;
  readonly sign: string | undefined;
  readonly alternate: boolean;
  readonly width: number;
  readonly group: string | undefined;
  readonly precision: number | undefined;
  readonly type: string | undefined;
}

const SPECIFICATION = new RegExp(
  "^(?:(?<fill>.)?(?<align>[<>=^]))?(?<sign>[-+ ])?(?<alternate>#)?(?<zero>0)?(?<width>\\d+)?" +
    "(?<group>[,_])?(?:\\.(?<precision>\\d+))?(?<type>[a-zA-Z%])?$",
  "su",
);
const BASES: Readonly<Record<string, number>> = { d: 10, n: 10, b: 2, o: 8, x: 16, X: 16 };

/** A format specification, taken apart when it is first used, once for texts and once for numbers. */
export class FieldFormat {
  #text: Layout | undefined;
  #integer: Layout | undefined;

  constructor(private readonly specification: string) {}

  /**
   * `value` as Python's `format` writes it. Throws RangeError with Python's reason if the specification does not suit the
   * value; a number must be an integer.
   */
  format(value: string | number | bigint): string {
    if (this.specification === "") return String(value);
    if (typeof value === "string") return formatText(value, this.#text ??= readLayout(this.specification, "str"));
    const layout = this.#integer ??= readLayout(this.specification, "int");
    return isPlain(layout) ? pad(String(value), layout.align ?? ">", layout) : formatInteger(BigInt(value), layout);
  }
}

/** The same for a single use. */
export function formatField(value: string | number | bigint, specification: string): string {
  return new FieldFormat(specification).format(value);
}

/** Whether an integer is just padded: what listings are full of. */
function isPlain({ align, sign, alternate, group, precision, type }: Layout): boolean {
  return align !== "=" && !alternate && (sign ?? group ?? precision ?? type) === undefined;
}

function readLayout(specification: string, type: string): Layout {
  const groups = SPECIFICATION.exec(specification)?.groups;
  if (!groups) throw new RangeError(`Invalid format specifier '${specification}' for object of type '${type}'`);
  const zero = groups["zero"] !== undefined;
  refuseGroups(groups["group"], groups["type"] ?? (type === "str" ? "s" : "d"));
  return {
    fill: groups["fill"] ?? (zero ? "0" : " "),
    align: groups["align"] ?? (zero && type === "int" ? "=" : undefined),
    sign: groups["sign"],
    alternate: groups["alternate"] !== undefined,
    width: Number(groups["width"] ?? 0),
    group: groups["group"],
    precision: groups["precision"] === undefined ? undefined : Number(groups["precision"]),
    type: groups["type"],
  };
}

function refuseGroups(group: string | undefined, type: string): void {
  const suits = group === "_" ? /[dboxXeEfFgG%]/ : /[deEfFgG%]/;
  if (group !== undefined && !suits.test(type)) throw new RangeError(`Cannot specify '${group}' with '${type}'.`);
}

function formatText(value: string, layout: Layout): string {
  const { type = "s", sign, align = "<", alternate, precision } = layout;
  if (type !== "s") throw new RangeError(`Unknown format code '${type}' for object of type 'str'`);
  if (sign === " ") throw new RangeError("Space not allowed in string format specifier");
  if (sign !== undefined) throw new RangeError("Sign not allowed in string format specifier");
  if (alternate) throw new RangeError("Alternate form (#) not allowed in string format specifier");
  if (align === "=") throw new RangeError("'=' alignment not allowed in string format specifier");
  return pad(precision === undefined ? value : [...value].slice(0, precision).join(""), align, layout);
}

function formatInteger(value: bigint, layout: Layout): string {
  const { sign = "-", align = ">", width, fill } = layout;
  const magnitude = value < 0n ? -value : value;
  const { prefix, digits } = isReal(layout) ? realDigits(Number(magnitude), layout) : wholeDigits(magnitude, layout);
  const head = (value < 0n ? "-" : sign === "-" ? "" : sign) + prefix;
  if (align !== "=") return pad(head + grouped(digits, layout), align, layout);
  const room = width - head.length;
  return head + (fill === "0" ? zeroFilled(digits, room, layout) : grouped(digits, layout).padStart(room, fill));
}

function isReal({ type }: Layout): boolean {
  return type !== undefined && /[eEfFgG%]/.test(type);
}

function wholeDigits(value: bigint, { type = "d", precision, alternate }: Layout): { prefix: string; digits: string } {
  const base = BASES[type];
  if (base === undefined) throw new RangeError(`Unknown format code '${type}' for object of type 'int'`);
  if (precision !== undefined) throw new RangeError("Precision not allowed in integer format specifier");
  const digits = value.toString(base);
  return { prefix: alternate && base !== 10 ? `0${type}` : "", digits: type === "X" ? digits.toUpperCase() : digits };
}

function realDigits(value: number, { type, precision = 6 }: Layout): { prefix: string; digits: string } {
  const small = type!.toLowerCase();
  if (small === "f") return { prefix: "", digits: value.toFixed(precision) };
  if (small === "%") return { prefix: "", digits: `${(100 * value).toFixed(precision)}%` };
  const digits = small === "e" ? exponential(value, precision) : general(value, Math.max(1, precision));
  return { prefix: "", digits: small === type ? digits : digits.toUpperCase() };
}

function exponential(value: number, precision: number): string {
  const { digits, exponent } = leadingDigits(value, precision + 1);
  const mantissa = precision === 0 ? digits : `${digits[0]}.${digits.slice(1)}`;
  return `${mantissa}e+${String(exponent).padStart(2, "0")}`;
}

/** The first `count` digits of an integer: of two equally near ones those that end in an even one, as Python rounds. */
function leadingDigits(value: number, count: number): { digits: string; exponent: number } {
  const whole = BigInt(value).toString();
  const exponent = whole.length - 1;
  if (whole.length <= count) return { digits: whole.padEnd(count, "0"), exponent };
  const unit = 10n ** BigInt(whole.length - count);
  const rest = 2n * (BigInt(value) % unit);
  const lower = BigInt(value) / unit;
  const digits = String(rest > unit || (rest === unit && lower % 2n === 1n) ? lower + 1n : lower);
  return digits.length > count ? { digits: digits.slice(0, count), exponent: exponent + 1 } : { digits, exponent };
}

function general(value: number, precision: number): string {
  const { exponent } = leadingDigits(value, precision);
  const isShort = exponent < precision;
  const text = isShort ? value.toFixed(precision - 1 - exponent) : exponential(value, precision - 1);
  return text.replace(/\.0+(?=e|$)|(\.\d*?)0+(?=e|$)/, "$1");
}

/** `digits` with the separator between groups of three, or of four in other bases than ten. */
function grouped(digits: string, layout: Layout): string {
  const { group, type = "d" } = layout;
  if (group === undefined) return digits;
  const size = /[boxX]/.test(type) ? 4 : 3;
  const whole = isReal(layout) ? /^\d+/.exec(digits)![0] : digits;
  return whole.replace(new RegExp(`\\B(?=(?:.{${size}})+$)`, "g"), group) + digits.slice(whole.length);
}

/** Zeros in front count as digits: they are grouped too. */
function zeroFilled(digits: string, room: number, layout: Layout): string {
  let filled = digits;
  while (grouped(filled, layout).length < room) filled = `0${filled}`;
  return grouped(filled, layout);
}

function pad(text: string, align: string, { fill, width }: Layout): string {
  const missing = width - codePointCount(text);
  if (missing <= 0) return text;
  const left = align === ">" ? missing : align === "^" ? Math.floor(missing / 2) : 0;
  return fill.repeat(left) + text + fill.repeat(missing - left);
}
