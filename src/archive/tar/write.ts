import { concat } from "../../encoding/bytes.ts";
import { encodeText } from "../../encoding/path.ts";
import * as layout from "./layout.ts";
import { BLOCK, checksumOf, type Field, type Member, paddingOf, RECORD, TYPES } from "./layout.ts";

const LONG_NAME = "L";
const LONG_LINK = "K";
const NANOS = 1_000_000_000n;

/** The header of a member in GNU's format, with long names in blocks before it; its contents and padding follow. */
export function encodeMember(member: Member): Uint8Array {
  const name = encodeText(member.type === "directory" ? `${member.name}/` : member.name);
  const linkName = encodeText(member.linkName);
  return concat(...longText(LONG_LINK, linkName), ...longText(LONG_NAME, name), header(member, name, linkName));
}

/** The end of an archive of which so many bytes have been written. */
export function encodeEnd(written: number): Uint8Array {
  const end = 2 * BLOCK;
  return new Uint8Array(end + (RECORD - ((written + end) % RECORD)) % RECORD);
}

/** A name that does not fit becomes the contents of a member of its own. */
function longText(type: string, text: Uint8Array): Uint8Array[] {
  if (text.length <= layout.NAME[1]) return [];
  const block = emptyHeader(type, encodeText("././@LongLink"));
  putNumber(block, layout.SIZE, BigInt(text.length + 1));
  return [sealed(block), text, new Uint8Array(1 + paddingOf(text.length + 1))];
}

function header(member: Member, name: Uint8Array, linkName: Uint8Array): Uint8Array {
  const block = emptyHeader(TYPES[member.type], name);
  putNumber(block, layout.MODE, BigInt(member.mode));
  putNumber(block, layout.UID, BigInt(member.uid));
  putNumber(block, layout.GID, BigInt(member.gid));
  putNumber(block, layout.SIZE, BigInt(member.size));
  putNumber(block, layout.MTIME, floor(member.mtime));
  putBytes(block, layout.LINK_NAME, linkName);
  putBytes(block, layout.USER_NAME, encodeText(member.userName));
  putBytes(block, layout.GROUP_NAME, encodeText(member.groupName));
  if (member.type === "character" || member.type === "block") {
    putNumber(block, layout.DEVICE_MAJOR, BigInt(member.deviceMajor));
    putNumber(block, layout.DEVICE_MINOR, BigInt(member.deviceMinor));
  }
  return sealed(block);
}

/** Whole seconds, downwards. */
function floor(nanos: bigint): bigint {
  const seconds = nanos / NANOS;
  return nanos < 0n && seconds * NANOS !== nanos ? seconds - 1n : seconds;
}

function emptyHeader(type: string, name: Uint8Array): Uint8Array {
  const block = new Uint8Array(BLOCK);
  for (const field of [layout.MODE, layout.UID, layout.GID, layout.SIZE, layout.MTIME]) putNumber(block, field, 0n);
  putBytes(block, layout.NAME, name);
  block[layout.TYPE] = type.charCodeAt(0);
  putBytes(block, layout.MAGIC, encodeText(layout.GNU_MAGIC));
  return block;
}

function sealed(block: Uint8Array): Uint8Array {
  const digits = checksumOf(block).toString(8).padStart(6, "0");
  putBytes(block, layout.CHECKSUM, encodeText(`${digits}\0 `));
  return block;
}

function putBytes(block: Uint8Array, [at, length]: Field, bytes: Uint8Array): void {
  block.set(bytes.subarray(0, length), at);
}

/** Octal digits and a zero byte; a number that does not fit, or is negative, in base 256 with the highest bit set. */
function putNumber(block: Uint8Array, [at, length]: Field, value: bigint): void {
  if (value >= 0n && value < 8n ** BigInt(length - 1)) {
    return putBytes(block, [at, length], encodeText(value.toString(8).padStart(length - 1, "0")));
  }
  let rest = BigInt.asUintN(8 * length, value);
  for (let i = at + length - 1; i >= at; i--, rest >>= 8n) block[i] = Number(rest & 0xffn);
  block[at] = value < 0n ? 0xff : 0x80;
}
