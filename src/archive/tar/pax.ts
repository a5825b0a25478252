import { decodeText } from "../../encoding/path.ts";
import { TarError } from "./problems.ts";

/** Records of an extended header, in their order; some keys of sparse files come several times. */
export type PaxRecords = readonly (readonly [key: string, value: string])[];

const BLANK = 0x20;
const EQUALS = 0x3d;
const LINE_FEED = 0x0a;

/** Reads `LENGTH KEY=VALUE\n` one after the other. Throws TarError. */
export function parsePax(bytes: Uint8Array): PaxRecords {
  const records: [string, string][] = [];
  for (let at = 0; at < bytes.length && bytes[at] !== 0;) {
    const blank = bytes.indexOf(BLANK, at);
    const length = Number(decodeText(bytes.subarray(at, Math.max(blank, at))));
    const record = bytes.subarray(blank + 1, at + length);
    const equals = record.indexOf(EQUALS);
    const whole = blank > at && Number.isInteger(length) && at + length <= bytes.length && record.at(-1) === LINE_FEED;
    if (!whole || equals < 1) throw new TarError("invalid extended header");
    records.push([decodeText(record.subarray(0, equals)), decodeText(record.subarray(equals + 1, -1))]);
    at += length;
  }
  return records;
}

/** The last value of a key, which is the one that counts. */
export function paxValue(records: PaxRecords, key: string): string | undefined {
  return records.findLast((record) => record[0] === key)?.[1];
}

/** The same as a number of bytes or the like. Throws TarError. */
export function paxNumber(records: PaxRecords, key: string): number | undefined {
  const text = paxValue(records, key);
  return text === undefined ? undefined : paxInteger(text);
}

export function paxInteger(text: string): number {
  const value = Number(text);
  if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(value)) throw new TarError("invalid extended header");
  return value;
}

/** A time in seconds with a fraction, as nanoseconds: through a double, as BorgBackup reads it. Throws TarError. */
export function paxTime(records: PaxRecords, key: string): bigint | undefined {
  const text = paxValue(records, key);
  if (text === undefined) return undefined;
  if (!/^-?\d+(\.\d*)?$/.test(text)) throw new TarError("invalid extended header");
  return BigInt(Math.trunc(Number(text) * 1e9));
}
