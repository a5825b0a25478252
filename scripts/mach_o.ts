import { Buffer } from "node:buffer";

const MAGIC = 0xfeedfacf;
const HEADER = 32;
/** Of arm64; those of x64 are a quarter. */
const LARGEST_PAGE = 0x4000;

const LC_SEGMENT_64 = 0x19;
const LC_CODE_SIGNATURE = 0x1d;

/** One of the commands at the head of a Mach-O file, which say what is where. */
export interface LoadCommand {
  readonly kind: number;
  /** Where it begins in the file. */
  readonly at: number;
}

/** Bytes of the file. */
export interface Span {
  readonly start: number;
  readonly length: number;
}

/** Whether it is an executable of macOS, for 64 bits and one processor. */
export function isMachO(image: Buffer): boolean {
  return image.length >= HEADER && image.readUInt32LE(0) === MAGIC;
}

export function loadCommands(image: Buffer): LoadCommand[] {
  const commands: LoadCommand[] = [];
  let at = HEADER;
  for (let left = image.readUInt32LE(16); left > 0; left--) {
    commands.push({ kind: image.readUInt32LE(at), at });
    at += image.readUInt32LE(at + 4);
  }
  return commands;
}

/** Where the signature is; undefined in a file that has none. */
export function signatureSpan(image: Buffer): Span | undefined {
  const command = signatureCommand(image);
  return command && { start: image.readUInt32LE(command.at + 8), length: image.readUInt32LE(command.at + 12) };
}

/** Where the segment with the code is. */
export function textSpan(image: Buffer): Span {
  const at = segment(image, "__TEXT");
  return { start: Number(image.readBigUInt64LE(at + 40)), length: Number(image.readBigUInt64LE(at + 48)) };
}

/**
 * The file with room for a signature of that length, and nothing in it, at its end, where linkers put signatures. Throws
 * RangeError when there has been none, or none at the end.
 */
export function withRoomForSignature(image: Buffer, length: number): Buffer {
  const command = signatureCommand(image);
  const span = signatureSpan(image);
  if (command === undefined || span === undefined || span.start + span.length !== image.length) {
    throw new RangeError("no signature at the end");
  }
  const resized = Buffer.concat([image.subarray(0, span.start), Buffer.alloc(length)]);
  resized.writeUInt32LE(length, command.at + 12);
  resizeLastSegment(resized);
  return resized;
}

/** The segment that the signature is in goes on to the end of the file; in memory, to the end of a page. */
function resizeLastSegment(image: Buffer): void {
  const at = segment(image, "__LINKEDIT");
  const size = image.length - Number(image.readBigUInt64LE(at + 40));
  image.writeBigUInt64LE(BigInt(Math.ceil(size / LARGEST_PAGE) * LARGEST_PAGE), at + 32);
  image.writeBigUInt64LE(BigInt(size), at + 48);
}

function signatureCommand(image: Buffer): LoadCommand | undefined {
  return loadCommands(image).find(({ kind }) => kind === LC_CODE_SIGNATURE);
}

/** Where the command for a segment begins: 8 name, 24 place and 32 size in memory, 40 place and 48 size in the file. */
function segment(image: Buffer, name: string): number {
  const isIt = ({ kind, at }: LoadCommand) =>
    kind === LC_SEGMENT_64 && image.toString("latin1", at + 8, at + 24).replace(/\0+$/, "") === name;
  const command = loadCommands(image).find(isIt);
  if (command === undefined) throw new RangeError(`no segment ${name}`);
  return command.at;
}
