import { dlopen, FFIType } from "bun:ffi";
import { Buffer } from "node:buffer";

const LARGEST = 65536;

const { symbols: libc } = dlopen("libc.so.6", {
  llistxattr: { args: [FFIType.ptr, FFIType.ptr, FFIType.u64], returns: FFIType.i64 },
  lgetxattr: { args: [FFIType.ptr, FFIType.ptr, FFIType.ptr, FFIType.u64], returns: FFIType.i64 },
});

/** The extended attributes of a path itself, raw ACLs among them, by name. */
export function readExtendedAttributes(path: Uint8Array): Map<string, Buffer> {
  const buffer = Buffer.alloc(LARGEST);
  const place = Buffer.concat([path, Buffer.of(0)]);
  const listed = length(libc.llistxattr(place, buffer, LARGEST), path);
  const names = buffer.toString("latin1", 0, listed).split("\0").slice(0, -1).sort();
  return new Map(names.map((name) => [name, readValue(place, name)]));
}

function readValue(place: Buffer, name: string): Buffer {
  const value = Buffer.alloc(LARGEST);
  const size = length(libc.lgetxattr(place, Buffer.from(`${name}\0`, "latin1"), value, LARGEST), place);
  return value.subarray(0, size);
}

function length(result: number | bigint, path: Uint8Array): number {
  if (Number(result) < 0) throw new Error(`cannot read the extended attributes of ${Buffer.from(path)}`);
  return Number(result);
}
