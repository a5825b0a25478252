import { concat } from "../../encoding/bytes.ts";
import { encodeText } from "../../encoding/path.ts";
import { HeaderBlock } from "./header.ts";
import * as layout from "./layout.ts";
import { BLOCK, type Member, paddingOf, RECORD, TYPES } from "./layout.ts";

const LONG_NAME = "L";
const LONG_LINK = "K";
const NANOS = 1_000_000_000n;
const MAGIC = encodeText(layout.GNU_MAGIC);
/** The name of members that hold the name of the next. */
const LONG = encodeText("././@LongLink");
const NOTHING = new Uint8Array(0);

/** Makes headers of members in GNU's format, one after the other in the same memory. */
export class MemberEncoder {
  readonly #block = new HeaderBlock();

  /** The header, behind blocks for names that are long; good until the next call. Contents and padding follow it. */
  encode(member: Member): Uint8Array {
    const name = encodeText(member.type === "directory" ? `${member.name}/` : member.name);
    const linkName = member.linkName === "" ? NOTHING : encodeText(member.linkName);
    const before = [...this.#long(LONG_LINK, linkName), ...this.#long(LONG_NAME, name)];
    this.#header(member, name, linkName);
    return before.length === 0 ? this.#block.bytes : concat(...before, this.#block.bytes);
  }

  /** A name that does not fit becomes the contents of a member of its own. */
  #long(type: string, text: Uint8Array): Uint8Array[] {
    if (text.length <= layout.NAME[1]) return [];
    const block = this.#block;
    block.clear();
    block.putBytes(layout.NAME, LONG);
    for (const field of [layout.MODE, layout.UID, layout.GID, layout.MTIME]) block.putNumber(field, 0);
    block.putNumber(layout.SIZE, text.length + 1);
    this.#end(type);
    return [block.bytes.slice(), text, new Uint8Array(1 + paddingOf(text.length + 1))];
  }

  #header(member: Member, name: Uint8Array, linkName: Uint8Array): void {
    const block = this.#block;
    block.clear();
    block.putBytes(layout.NAME, name);
    block.putNumber(layout.MODE, member.mode);
    block.putNumber(layout.UID, member.uid);
    block.putNumber(layout.GID, member.gid);
    block.putNumber(layout.SIZE, member.size);
    block.putNumber(layout.MTIME, seconds(member.mtime));
    block.putBytes(layout.LINK_NAME, linkName);
    block.putBytes(layout.USER_NAME, encodeText(member.userName));
    block.putBytes(layout.GROUP_NAME, encodeText(member.groupName));
    if (member.type === "character" || member.type === "block") {
      block.putNumber(layout.DEVICE_MAJOR, member.deviceMajor);
      block.putNumber(layout.DEVICE_MINOR, member.deviceMinor);
    }
    this.#end(TYPES[member.type]);
  }

  #end(type: string): void {
    this.#block.putBytes([layout.TYPE, 1], encodeText(type));
    this.#block.putBytes(layout.MAGIC, MAGIC);
    this.#block.seal();
  }
}

/** The end of an archive of which so many bytes have been written. */
export function encodeEnd(written: number): Uint8Array {
  const end = 2 * BLOCK;
  return new Uint8Array(end + (RECORD - ((written + end) % RECORD)) % RECORD);
}

/** Whole seconds, downwards. */
function seconds(nanos: bigint): number {
  const whole = nanos / NANOS;
  return Number(nanos < 0n && whole * NANOS !== nanos ? whole - 1n : whole);
}
