import { decodeText } from "../../encoding/path.ts";
import { numberField, small, smallField, textField } from "./fields.ts";
import { cutShort, type ReadBytes, TarInput } from "./input.ts";
import * as layout from "./layout.ts";
import { checksumOf, type Member, type MemberType, paddingOf, TYPES } from "./layout.ts";
import { parsePax, paxNumber, type PaxRecords, paxTime, paxValue } from "./pax.ts";
import { TarError } from "./problems.ts";
import { type Extent, readGnuSparse, readPaxSparse, type SparseFile } from "./sparse.ts";

/** Names and extended headers are read at once: longer ones are not believed. */
const LONGEST_TEXT = 1 << 20;
const PERMISSIONS = 0o7777;
/** Letters of files beside the usual one: of V7, contiguous ones, sparse ones. */
const FILES = new Set(["\0", "7", "S"]);
const MEMBER_TYPES = new Map<string, MemberType>(
  Object.entries(TYPES).map(([type, letter]) => [letter, type as MemberType]),
);

/** A member as it was found; one of a type that has no meaning here is `unknown`. */
export interface FoundMember extends Omit<Member, "type"> {
  readonly type: MemberType | "unknown";
}

/** What the headers before a member's own say of it. */
interface Announced {
  name?: string;
  linkName?: string;
  records: PaxRecords;
}

/** Reads a tar archive as a stream: in the formats of V7, ustar, POSIX (pax) and GNU, with their sparse files. */
export class TarReader {
  readonly #input: TarInput;
  #global: PaxRecords = [];
  #contents = new Contents([], 0, 0);
  #isEmpty = true;

  /** @param ignoreZeros go on after blocks of zeros, which end an archive otherwise */
  constructor(source: ReadBytes, private readonly ignoreZeros: boolean) {
    this.#input = new TarInput(source);
  }

  /** The next member; undefined at the end. Throws TarError when this is not a tar archive, or not a whole one. */
  async next(): Promise<FoundMember | undefined> {
    await this.#input.skip(this.#contents.left);
    this.#contents = new Contents([], 0, 0);
    const announced: Announced = { records: this.#global };
    for (let first = true;; first = false) {
      const header = await this.#header();
      if (!header && !first) throw cutShort();
      if (!header) return undefined;
      const member = await this.#understand(header, announced);
      if (member) return member;
    }
  }

  /** Contents of the member that `next` gave last; fills the start of `target`, 0 at the end. */
  async read(target: Uint8Array): Promise<number> {
    const contents = this.#contents;
    const zeros = contents.zeros(target.length);
    if (zeros > 0) {
      target.fill(0, 0, zeros);
      contents.advance(zeros, 0);
      return zeros;
    }
    const stored = contents.stored(target.length);
    if (stored === 0) return 0;
    const got = await this.#input.read(target.subarray(0, stored));
    if (got === 0) throw cutShort();
    contents.advance(got, got);
    return got;
  }

  /** Reads what follows the end of the archive. */
  drain(): Promise<void> {
    return this.#input.drain();
  }

  async #header(): Promise<Uint8Array | undefined> {
    for (;;) {
      const block = await this.#input.block();
      if (!block && this.#isEmpty) throw new TarError("empty file");
      if (!block) return undefined;
      this.#isEmpty = false;
      if (block.some((byte) => byte !== 0)) return verified(block);
      if (!this.ignoreZeros) return undefined;
    }
  }

  /** The member that the header begins, if it is not one that only announces something. */
  async #understand(header: Uint8Array, announced: Announced): Promise<FoundMember | undefined> {
    switch (String.fromCharCode(header[layout.TYPE]!)) {
      case "L":
        announced.name = await this.#longText(header);
        return undefined;
      case "K":
        announced.linkName = await this.#longText(header);
        return undefined;
      case "g":
        this.#global = [...this.#global, ...parsePax(await this.#payload(header))];
        announced.records = [...this.#global, ...announced.records];
        return undefined;
      case "x":
      case "X":
        announced.records = [...announced.records, ...parsePax(await this.#payload(header))];
        return undefined;
      default:
        return await this.#member(header, announced);
    }
  }

  async #longText(header: Uint8Array): Promise<string> {
    const bytes = await this.#payload(header);
    const end = bytes.indexOf(0);
    return decodeText(end < 0 ? bytes : bytes.subarray(0, end));
  }

  async #payload(header: Uint8Array): Promise<Uint8Array> {
    const size = smallField(header, layout.SIZE);
    if (size < 0 || size > LONGEST_TEXT) throw new TarError("invalid header");
    return await this.#input.padded(size);
  }

  async #member(header: Uint8Array, { name, linkName, records }: Announced): Promise<FoundMember> {
    const type = typeOf(header);
    const stored = hasContents(type) ? paxNumber(records, "size") ?? smallField(header, layout.SIZE) : 0;
    if (stored < 0) throw new TarError("invalid header");
    const sparse = type === "file" ? await this.#sparse(header, records) : undefined;
    this.#contents = contentsOf(sparse, stored);
    return {
      type,
      name: sparse?.name ?? paxValue(records, "path") ?? name ?? nameOf(header),
      mode: smallField(header, layout.MODE) & PERMISSIONS,
      uid: paxNumber(records, "uid") ?? smallField(header, layout.UID),
      gid: paxNumber(records, "gid") ?? smallField(header, layout.GID),
      userName: paxValue(records, "uname") ?? ownerName(header, layout.USER_NAME),
      groupName: paxValue(records, "gname") ?? ownerName(header, layout.GROUP_NAME),
      mtime: paxTime(records, "mtime") ?? numberField(header, layout.MTIME) * 1_000_000_000n,
      size: sparse?.size ?? stored,
      linkName: paxValue(records, "linkpath") ?? linkName ?? textField(header, layout.LINK_NAME),
      deviceMajor: deviceNumber(header, type, layout.DEVICE_MAJOR),
      deviceMinor: deviceNumber(header, type, layout.DEVICE_MINOR),
    };
  }

  #sparse(header: Uint8Array, records: PaxRecords): Promise<SparseFile | undefined> {
    if (header[layout.TYPE] === "S".charCodeAt(0)) return readGnuSparse(header, this.#input);
    return readPaxSparse(records, this.#input);
  }
}

/** What is still to come of a member's contents. */
class Contents {
  #at = 0;
  #extent = 0;

  /** @param left bytes in the archive, with what pads them */
  constructor(private readonly extents: readonly Extent[], private readonly size: number, public left: number) {}

  /** How many of the next bytes, up to `limit`, are a hole. */
  zeros(limit: number): number {
    const extent = this.#current();
    return Math.min(limit, (extent ? extent.offset : this.size) - this.#at);
  }

  /** How many of the next bytes, up to `limit`, are in the archive. */
  stored(limit: number): number {
    const extent = this.#current();
    return extent ? Math.min(limit, extent.offset + extent.length - this.#at) : 0;
  }

  advance(length: number, stored: number): void {
    this.#at += length;
    this.left -= stored;
  }

  #current(): Extent | undefined {
    for (let extent = this.extents[this.#extent]; extent; extent = this.extents[++this.#extent]) {
      if (this.#at < extent.offset + extent.length) return extent;
    }
    return undefined;
  }
}

function contentsOf(sparse: SparseFile | undefined, stored: number): Contents {
  if (!sparse) return new Contents([{ offset: 0, length: stored }], stored, stored + paddingOf(stored));
  const data = sparse.extents.reduce((sum, { length }) => sum + length, 0);
  const left = stored - sparse.mapLength;
  if (data > left) throw new TarError("invalid map of a sparse file");
  return new Contents(sparse.extents, sparse.size, left + paddingOf(stored));
}

/** Throws TarError when the sum is wrong, which it is in everything that is no header. */
function verified(block: Uint8Array): Uint8Array {
  const sum = smallField(block, layout.CHECKSUM);
  if (sum !== checksumOf(block) && sum !== checksumOf(block, true)) throw new TarError("invalid header");
  return block;
}

/** V7 has directories as files with a slash at the end. */
function typeOf(header: Uint8Array): FoundMember["type"] {
  const letter = String.fromCharCode(header[layout.TYPE]!);
  if (letter === "\0" && nameOf(header).endsWith("/")) return "directory";
  return FILES.has(letter) ? "file" : MEMBER_TYPES.get(letter) ?? "unknown";
}

function hasContents(type: FoundMember["type"]): boolean {
  return type === "file" || type === "unknown";
}

function nameOf(header: Uint8Array): string {
  const name = textField(header, layout.NAME);
  const prefix = magic(header).startsWith(layout.POSIX_MAGIC) ? textField(header, layout.PREFIX) : "";
  return prefix === "" ? name : `${prefix}/${name}`;
}

/** Before ustar there were no names. */
function ownerName(header: Uint8Array, field: layout.Field): string {
  return magic(header).startsWith("ustar") ? textField(header, field) : "";
}

function deviceNumber(header: Uint8Array, type: FoundMember["type"], field: layout.Field): number {
  return type === "character" || type === "block" ? small(numberField(header, field)) : 0;
}

function magic(header: Uint8Array): string {
  const [at, length] = layout.MAGIC;
  return new TextDecoder("latin1").decode(header.subarray(at, at + length));
}
