import { smallField } from "./fields.ts";
import { cutShort, type TarInput } from "./input.ts";
import { BLOCK } from "./layout.ts";
import { paxInteger, paxNumber, type PaxRecords, paxValue } from "./pax.ts";
import { TarError } from "./problems.ts";

/** A stretch of a sparse file that the archive holds; all else is zeros. */
export interface Extent {
  readonly offset: number;
  readonly length: number;
}

export interface SparseFile {
  readonly extents: readonly Extent[];
  /** With the holes. */
  readonly size: number;
  readonly name?: string;
  /** How much of the contents the map has taken. */
  readonly mapLength: number;
}

const FIRST_MAP = 386;
const IN_HEADER = 4;
const IN_EXTENSION = 21;
const ENTRY = 24;
const HEADER_CONTINUES = 482;
const EXTENSION_CONTINUES = 504;
/** More extents than this are not read: each takes some hundred bytes of memory. */
const MOST_EXTENTS = 1 << 22;

/** GNU's old form: in the header and in blocks behind it. */
export async function readGnuSparse(header: Uint8Array, input: TarInput): Promise<SparseFile> {
  const extents = extentsIn(header, FIRST_MAP, IN_HEADER);
  for (let more = header[HEADER_CONTINUES] !== 0; more;) {
    const block = await input.block();
    if (!block) throw cutShort();
    extents.push(...extentsIn(block, 0, IN_EXTENSION));
    assertFew(extents.length);
    more = block[EXTENSION_CONTINUES] !== 0;
  }
  return checked({ extents, size: smallField(header, [483, 12]), mapLength: 0 });
}

/** The forms with extended headers: 0.0, 0.1 and 1.0, of which the last has its map before the contents. */
export async function readPaxSparse(records: PaxRecords, input: TarInput): Promise<SparseFile | undefined> {
  const name = paxValue(records, "GNU.sparse.name");
  const size = paxNumber(records, "GNU.sparse.realsize") ?? paxNumber(records, "GNU.sparse.size");
  if (size === undefined) return undefined;
  const common = { size, ...name !== undefined && { name } };
  if (paxNumber(records, "GNU.sparse.major") === 1) return checked({ ...common, ...await readMap(input) });
  const map = paxValue(records, "GNU.sparse.map");
  const numbers = map === undefined
    ? records.filter(([key]) => key === "GNU.sparse.offset" || key === "GNU.sparse.numbytes").map(([, value]) => value)
    : map.split(",").filter((text) => text !== "");
  return checked({ ...common, extents: paired(numbers.map(paxInteger)), mapLength: 0 });
}

/** Decimal numbers, one per line, padded to whole blocks: how many extents, then two for each. */
async function readMap(input: TarInput): Promise<Pick<SparseFile, "extents" | "mapLength">> {
  const numbers: number[] = [];
  let rest = "";
  for (let mapLength = BLOCK;; mapLength += BLOCK) {
    const block = await input.block();
    if (!block) throw cutShort();
    const lines = (rest + new TextDecoder("latin1").decode(block)).split("\n");
    rest = lines.pop()!;
    for (const line of lines) if (numbers.length <= 2 * (numbers[0] ?? 0)) numbers.push(paxInteger(line));
    assertFew(numbers[0] ?? 0);
    if (numbers.length > 0 && numbers.length > 2 * numbers[0]!) return { extents: paired(numbers.slice(1)), mapLength };
  }
}

function paired(numbers: readonly number[]): Extent[] {
  if (numbers.length % 2 !== 0) throw new TarError("invalid map of a sparse file");
  return numbers.flatMap((offset, i) => i % 2 === 0 ? [{ offset, length: numbers[i + 1]! }] : []);
}

function extentsIn(block: Uint8Array, at: number, count: number): Extent[] {
  const extents: Extent[] = [];
  for (let entry = at; entry < at + count * ENTRY && block[entry] !== 0; entry += ENTRY) {
    extents.push({ offset: smallField(block, [entry, 12]), length: smallField(block, [entry + 12, 12]) });
  }
  return extents;
}

function assertFew(extents: number): void {
  if (extents > MOST_EXTENTS) throw new TarError("too many pieces of a sparse file");
}

/** Extents must follow one another and end within the file. */
function checked(file: SparseFile): SparseFile {
  let end = 0;
  for (const { offset, length } of file.extents) {
    if (offset < end || length < 0) throw new TarError("invalid map of a sparse file");
    end = offset + length;
  }
  if (end > file.size) throw new TarError("invalid map of a sparse file");
  return file;
}
