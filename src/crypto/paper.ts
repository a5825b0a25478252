import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { concat, fromHex, toHex } from "../encoding/bytes.ts";

const LINE_BYTES = 18;
const ID_DIGITS = 18;
const FULL_DIGITS = 12;
const CHECKSUM_DIGITS = 2;
const GROUP = /.{1,6}/g;

function sha256(...parts: Uint8Array[]): string {
  return toHex(createHash("sha256").update(concat(...parts)).digest());
}

function grouped(digits: string): string {
  return (digits.match(GROUP) ?? []).join(" ");
}

function repositoryDigits(repositoryId: Uint8Array): string {
  return toHex(repositoryId).slice(0, ID_DIGITS);
}

function fullDigits(blob: Uint8Array): string {
  return sha256(blob).slice(0, FULL_DIGITS);
}

function idChecksum(id: PaperId): string {
  return sha256(Buffer.from(`${id.lines}/${id.repository}/${id.full}`)).slice(0, CHECKSUM_DIGITS);
}

function lineChecksum(number: number, bytes: Uint8Array): string {
  return sha256(Uint8Array.of(number >> 8, number), bytes).slice(0, CHECKSUM_DIGITS);
}

function paperLine(blob: Uint8Array, number: number): string {
  const bytes = blob.subarray((number - 1) * LINE_BYTES, number * LINE_BYTES);
  return `${String(number).padStart(2)}: ${grouped(toHex(bytes))} - ${lineChecksum(number, bytes)}`;
}

/** A key for paper: lines to type, each with a checksum (format reference 6.7). */
export function formatPaperKey(repositoryId: Uint8Array, blob: Uint8Array): string {
  const lines = Math.ceil(blob.length / LINE_BYTES);
  const id = { lines, repository: repositoryDigits(repositoryId), full: fullDigits(blob) };
  return [
    "To restore key use borg key import --paper /path/to/repo\n",
    "BORG PAPER KEY v1",
    `id: ${lines} / ${grouped(id.repository)} / ${grouped(id.full)} - ${idChecksum(id)}`,
    ...Array.from({ length: lines }, (_, i) => paperLine(blob, i + 1)),
    "",
  ].join("\n");
}

/** What the id line says: number of lines, and digits of the repository's id and of the whole key's checksum. */
export interface PaperId {
  readonly lines: number;
  readonly repository: string;
  readonly full: string;
}

/** What is wrong with a typed line: no single `-`, no two `/`, other characters than hex digits, or the checksum. */
export type PaperProblem = "dash" | "slash" | "digits" | "checksum";

/** The line without spaces and in lower case, cut at its `-`; undefined when there is not exactly one. */
function splitLine(text: string): [string, string] | undefined {
  const [data, checksum, ...more] = text.replace(/\s/g, "").toLowerCase().split("-");
  return data === undefined || checksum === undefined || more.length > 0 ? undefined : [data, checksum];
}

/** The typed id line, without its `id:`. */
export function parsePaperId(text: string): PaperId | PaperProblem {
  const [data, checksum] = splitLine(text) ?? [];
  if (data === undefined) return "dash";
  const [lines, repository, full, ...more] = data.split("/");
  if (lines === undefined || repository === undefined || full === undefined || more.length > 0) return "slash";
  if (!/^\d{1,5}$/.test(lines) || !/^[0-9a-f]*$/.test(repository + full)) return "digits";
  const id = { lines: Number(lines), repository, full };
  return idChecksum(id) === checksum ? id : "checksum";
}

/** The bytes of a typed line, without its number. */
export function parsePaperLine(number: number, text: string): Uint8Array | PaperProblem {
  const [data, checksum] = splitLine(text) ?? [];
  if (data === undefined) return "dash";
  if (!/^([0-9a-f]{2})*$/.test(data)) return "digits";
  const bytes = fromHex(data);
  return lineChecksum(number, bytes) === checksum ? bytes : "checksum";
}

export function isPaperOf(id: PaperId, repositoryId: Uint8Array): boolean {
  return id.repository === repositoryDigits(repositoryId);
}

/** The blob of all lines; undefined when it is not the one that the id line describes. */
export function joinPaperLines(id: PaperId, lines: readonly Uint8Array[]): Uint8Array | undefined {
  const blob = concat(...lines);
  return fullDigits(blob) === id.full ? blob : undefined;
}
