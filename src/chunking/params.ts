import { decodeText } from "../encoding/path.ts";
import type { Value } from "../encoding/msgpack.ts";
import { parseInteger } from "../encoding/integer.ts";
import { MAX_DATA_SIZE } from "../repository/repository.ts";
import { type BuzhashParams, minimumForCut } from "./buzhash.ts";
import { type ChunkerParams, DEFAULT_CHUNKER_PARAMS } from "./chunker.ts";
import type { FixedParams } from "./fixed.ts";

/** Reads what a person writes after `--chunker-params` (format reference 5.1). Throws RangeError with the reason. */
export function parseChunkerParams(text: string): ChunkerParams {
  if (text === "default") return DEFAULT_CHUNKER_PARAMS;
  const words = text.split(",");
  const named = words[0] === "buzhash" || words[0] === "fixed";
  const params = shape(named ? words[0]! : "buzhash", words.slice(named ? 1 : 0).map(parseInteger));
  checkChunkerParams(params);
  return params;
}

/** Throws RangeError with the reason unless a chunker can be made for `params`. */
export function checkChunkerParams(params: ChunkerParams): void {
  if (params.algorithm === "fixed") checkFixed(params);
  else checkBuzhash(params);
}

/** As they stand in archive metadata (format reference 4.3). */
export function encodeChunkerParams(params: ChunkerParams): (string | number)[] {
  if (params.algorithm === "fixed") return ["fixed", params.blockSize, params.headerSize];
  return ["buzhash", params.minExp, params.maxExp, params.maskBits, params.window];
}

/**
 * Reads them from archive metadata; before 1.2 they were four numbers. What an older version allowed is taken as it is:
 * `checkChunkerParams` says whether one can still cut with it. Throws RangeError for what is no such thing at all.
 */
export function decodeChunkerParams(value: Value): ChunkerParams {
  if (!Array.isArray(value)) throw new RangeError("chunker params are not a list");
  const [first] = value;
  const algorithm = first instanceof Uint8Array ? decodeText(first) : "buzhash";
  const numbers = value.slice(first instanceof Uint8Array ? 1 : 0);
  if (!numbers.every(isInteger)) throw new RangeError("chunker params must be integers");
  return shape(algorithm, numbers);
}

function isInteger(value: Value): value is number {
  return typeof value === "number" && Number.isSafeInteger(value);
}

function shape(algorithm: string, numbers: readonly number[]): ChunkerParams {
  const [a, b, c, d] = numbers;
  if (algorithm === "fixed" && a !== undefined && numbers.length <= 2) {
    return { algorithm, blockSize: a, headerSize: b ?? 0 };
  }
  if (algorithm === "buzhash" && d !== undefined && numbers.length === 4) {
    return { algorithm, minExp: a!, maxExp: b!, maskBits: c!, window: d };
  }
  throw new RangeError(`${numbers.length} numbers are not what the ${algorithm} chunker takes`);
}

function checkBuzhash(params: BuzhashParams): void {
  const { minExp, maxExp, maskBits, window } = params;
  const ordered = 6 <= minExp && minExp <= maskBits && maskBits <= maxExp && maxExp <= 23;
  if (!ordered) throw new RangeError("6 <= minimum <= mask <= maximum <= 23 must hold");
  if (window < 1 || window % 2 === 0) throw new RangeError("the window must be an odd number of bytes");
  if (2 ** maxExp < minimumForCut(params)) throw new RangeError("the longest chunk leaves no room for the window");
}

function checkFixed({ blockSize, headerSize }: FixedParams): void {
  if (blockSize < 64 || blockSize > MAX_DATA_SIZE) throw new RangeError(`64 <= block <= ${MAX_DATA_SIZE} must hold`);
  if (headerSize < 0 || headerSize > MAX_DATA_SIZE) throw new RangeError(`0 <= header <= ${MAX_DATA_SIZE} must hold`);
}
