import { Buffer } from "node:buffer";

const TRAILER = "\n---- Bun! ----\n";
const PAGE = 4096;
const X64 = 0x01000007;
export const ARM64 = 0x0100000c;

/** Where the fields of the commands of `machOFile` are. */
export const LINKEDIT_AT = 32 + 72;
export const BUILD_VERSION_AT = LINKEDIT_AT + 72;
export const SIGNATURE_AT = BUILD_VERSION_AT + 24;

/** A Mach-O file for macOS 13.5, of some pages of code and a signature that is worth nothing. */
export function machOFile({ machine = X64, pages = 3, room = 64 } = {}): Buffer {
  const text = pages * PAGE;
  const image = Buffer.alloc(text + 100 + room, "code");
  image.fill(0, 0, SIGNATURE_AT + 16);
  image.writeUInt32LE(0xfeedfacf, 0);
  image.writeUInt32LE(machine, 4);
  image.writeUInt32LE(4, 16);
  writeSegment(image, 32, { name: "__TEXT", start: 0, length: text });
  writeSegment(image, LINKEDIT_AT, { name: "__LINKEDIT", start: text, length: 100 + room });
  writeFields(image, BUILD_VERSION_AT, [0x32, 24, 1, (13 << 16) | (5 << 8)]);
  writeFields(image, SIGNATURE_AT, [0x1d, 16, text + 100, room]);
  image.write(TRAILER, text - 50);
  return image;
}

function writeSegment(image: Buffer, at: number, segment: { name: string; start: number; length: number }): void {
  writeFields(image, at, [0x19, 72]);
  image.write(segment.name, at + 8);
  image.writeBigUInt64LE(BigInt(segment.start), at + 40);
  image.writeBigUInt64LE(BigInt(segment.length), at + 48);
}

function writeFields(image: Buffer, at: number, fields: readonly number[]): void {
  fields.forEach((field, index) => image.writeUInt32LE(field, at + index * 4));
}
