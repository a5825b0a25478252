import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { signatureSpan, type Span, textSpan, withRoomForSignature } from "./mach_o.ts";

/*
 * The signature at the end of a Mach-O file: a list of blobs, of which the code directory is the one that counts here. It
 * has a SHA-256 of each page of what comes before the signature. All numbers are big-endian.
 *
 * list:      magic, length, number of blobs, then of each its slot and its place
 * directory: 0 magic, 4 length, 8 version, 12 flags, 16 place of the hashes, 20 place of the identifier, 24 number of
 *            special hashes, 28 number of hashes, 32 length of what is signed, 36 length and kind of a hash, platform and
 *            page size (each a byte, the last as a power of two), 64 place, 72 length and 80 flags of the code segment,
 *            88 identifier, hashes
 */
const LIST_MAGIC = 0xfade0cc0;
const LIST_HEAD = 20;
const DIRECTORY_MAGIC = 0xfade0c02;
const DIRECTORY_HEAD = 88;
const DIRECTORY_SLOT = 0;
const VERSION_WITH_CODE_SEGMENT = 0x20400;
/** By nobody, and by a linker, which lets `codesign` replace it without being forced. */
const AD_HOC_BY_LINKER = 0x20002;
const MAIN_BINARY = 1n;
const SHA256 = { kind: 2, length: 32 };
const PAGE_BITS = 12;
const ALIGNMENT = 16;
const IDENTIFIER = Buffer.from("borg\0");

/**
 * The file with a signature that holds for what it contains, by nobody ("ad hoc"), in place of the one that it has. Without a
 * valid one macOS kills the program as soon as it comes to a changed page. Throws RangeError when there was none.
 */
export function signAdHoc(image: Buffer): Buffer {
  const signed = signatureSpan(image)?.start ?? 0;
  const hashes = Math.ceil(signed / 2 ** PAGE_BITS) * SHA256.length;
  const length = LIST_HEAD + DIRECTORY_HEAD + IDENTIFIER.length + hashes;
  const result = withRoomForSignature(image, Math.ceil(length / ALIGNMENT) * ALIGNMENT);
  blobList(codeDirectory(result, signed)).copy(result, signed);
  return result;
}

function blobList(directory: Buffer): Buffer {
  const head = Buffer.alloc(LIST_HEAD);
  [LIST_MAGIC, LIST_HEAD + directory.length, 1, DIRECTORY_SLOT, LIST_HEAD].forEach((value, index) =>
    head.writeUInt32BE(value, index * 4)
  );
  return Buffer.concat([head, directory]);
}

function codeDirectory(image: Buffer, signed: number): Buffer {
  const hashes = pageHashes(image, signed, PAGE_BITS);
  const hashesAt = DIRECTORY_HEAD + IDENTIFIER.length;
  const text = textSpan(image);
  const head = Buffer.alloc(DIRECTORY_HEAD);
  [
    DIRECTORY_MAGIC,
    hashesAt + hashes.length,
    VERSION_WITH_CODE_SEGMENT,
    AD_HOC_BY_LINKER,
    hashesAt,
    DIRECTORY_HEAD,
    0,
    hashes.length / SHA256.length,
    signed,
  ].forEach((value, index) => head.writeUInt32BE(value, index * 4));
  head.set([SHA256.length, SHA256.kind, 0, PAGE_BITS], 36);
  head.writeBigUInt64BE(BigInt(text.start), 64);
  head.writeBigUInt64BE(BigInt(text.length), 72);
  head.writeBigUInt64BE(MAIN_BINARY, 80);
  return Buffer.concat([head, IDENTIFIER, hashes]);
}

function pageHashes(image: Buffer, signed: number, pageBits: number): Buffer {
  const size = 2 ** pageBits;
  const pages = Array.from({ length: Math.ceil(signed / size) }, (_, index) => {
    const start = index * size;
    return createHash("sha256").update(image.subarray(start, Math.min(start + size, signed))).digest();
  });
  return Buffer.concat(pages);
}

/** Whether there is a signature, and every page is as it was when it was signed. */
export function hasValidSignature(image: Buffer): boolean {
  const span = signatureSpan(image);
  if (span === undefined || image.readUInt32BE(span.start) !== LIST_MAGIC) return false;
  const directory = findDirectory(image, span);
  return directory !== undefined && image.readUInt32BE(directory + 32) === span.start &&
    image[directory + 37] === SHA256.kind && signedHashes(image, directory).equals(
      pageHashes(image, span.start, image[directory + 39]!),
    );
}

function findDirectory(image: Buffer, { start }: Span): number | undefined {
  const slots = Array.from({ length: image.readUInt32BE(start + 8) }, (_, index) => start + 12 + index * 8);
  const slot = slots.find((at) => image.readUInt32BE(at) === DIRECTORY_SLOT);
  const directory = slot === undefined ? undefined : start + image.readUInt32BE(slot + 4);
  return directory !== undefined && image.readUInt32BE(directory) === DIRECTORY_MAGIC ? directory : undefined;
}

function signedHashes(image: Buffer, directory: number): Buffer {
  const start = directory + image.readUInt32BE(directory + 16);
  return image.subarray(start, start + image.readUInt32BE(directory + 28) * SHA256.length);
}
