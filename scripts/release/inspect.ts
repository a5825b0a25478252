import { Buffer } from "node:buffer";
import { hasValidSignature } from "../code_signature.ts";
import { isMachO, loadCommands } from "../mach_o.ts";
import { SEALED_VARIABLES } from "../seal_environment.ts";
import type { Target } from "./targets.ts";

/** What an executable's headers say of it. */
export interface Anatomy {
  readonly format: "ELF" | "Mach-O";
  readonly machine: "x64" | "arm64" | undefined;
  /** The program that loads it, in ELF files. */
  readonly interpreter: string | undefined;
  /** The highest version of glibc that a symbol asks for, such as 2.17. */
  readonly glibc: string | undefined;
  /** The lowest version of macOS that it runs on. */
  readonly macos: string | undefined;
  /** Whether it carries a signature that holds, without which macOS runs nothing. */
  readonly signed: boolean;
  /** Whether a program is embedded in Bun. */
  readonly payload: boolean;
  /** Whether no variable can make it run anything else. */
  readonly sealed: boolean;
}

/** What Bun writes behind the program that it embeds. */
const TRAILER = "\n---- Bun! ----\n";

/** Reads the headers of an executable. Throws RangeError when it is none. */
export function inspect(image: Buffer): Anatomy {
  const payload = image.includes(TRAILER);
  const sealed = !SEALED_VARIABLES.some((name) => image.includes(name));
  if (image.length >= 64 && image.readUInt32BE(0) === 0x7f454c46) return { ...inspectElf(image), payload, sealed };
  if (isMachO(image)) return { ...inspectMachO(image), payload, sealed };
  throw new RangeError("neither an ELF nor a Mach-O file of 64 bits");
}

const ELF_MACHINES = new Map([[0x3e, "x64"], [0xb7, "arm64"]] as const);
const PT_INTERP = 3;

function inspectElf(image: Buffer): Omit<Anatomy, "payload" | "sealed"> {
  const programHeaders = Number(image.readBigUInt64LE(32));
  const size = image.readUInt16LE(54);
  const headers = Array.from({ length: image.readUInt16LE(56) }, (_, index) => programHeaders + index * size);
  const loader = headers.find((at) => image.readUInt32LE(at) === PT_INTERP);
  return {
    format: "ELF",
    machine: ELF_MACHINES.get(image.readUInt16LE(18) as 0x3e | 0xb7),
    interpreter: loader === undefined ? undefined : segmentText(image, loader),
    glibc: highestGlibc(image),
    macos: undefined,
    signed: false,
  };
}

function segmentText(image: Buffer, header: number): string {
  const start = Number(image.readBigUInt64LE(header + 8));
  return image.toString("latin1", start, start + Number(image.readBigUInt64LE(header + 32))).replace(/\0.*$/s, "");
}

const GLIBC_SYMBOL = Buffer.from("GLIBC_2.");

/** The names of versions are in the table of dynamic strings, each with a zero behind it. */
function highestGlibc(image: Buffer): string | undefined {
  let highest = 0;
  for (let at = image.indexOf(GLIBC_SYMBOL); at >= 0; at = image.indexOf(GLIBC_SYMBOL, at + 1)) {
    const minor = /^(\d+)(?:\.\d+)*\0/.exec(image.toString("latin1", at + GLIBC_SYMBOL.length, at + 16));
    if (image[at - 1] === 0 && minor !== null) highest = Math.max(highest, Number(minor[1]));
  }
  return highest === 0 ? undefined : `2.${highest}`;
}

const MACH_MACHINES = new Map([[0x01000007, "x64"], [0x0100000c, "arm64"]] as const);
const LC_BUILD_VERSION = 0x32;

function inspectMachO(image: Buffer): Omit<Anatomy, "payload" | "sealed"> {
  const version = loadCommands(image).find(({ kind }) => kind === LC_BUILD_VERSION);
  return {
    format: "Mach-O",
    machine: MACH_MACHINES.get(image.readUInt32LE(4) as 0x01000007 | 0x0100000c),
    interpreter: undefined,
    glibc: undefined,
    macos: version && versionText(image.readUInt32LE(version.at + 12)),
    signed: hasValidSignature(image),
  };
}

/** Sixteen bits before the dot, eight behind it. */
function versionText(packed: number): string {
  return `${packed >>> 16}.${(packed >>> 8) & 0xff}`;
}

/** The manual promises that this minor version of glibc 2, of 2012, is enough. */
const NEWEST_GLIBC = 17;

/** What is wrong with an executable for the target; nothing in most cases. */
export function findFaults(anatomy: Anatomy, target: Target): string[] {
  const { format, machine, interpreter = "", glibc, signed, payload, sealed } = anatomy;
  return [
    ...(format === target.format ? [] : [`is ${format}, not ${target.format}`]),
    ...(machine === target.machine ? [] : [`is for ${machine ?? "another processor"}, not ${target.machine}`]),
    ...(target.interpreter?.test(interpreter) ?? true ? [] : [`is loaded by ${interpreter || "nothing"}`]),
    ...(glibc === undefined || Number(glibc.slice(2)) <= NEWEST_GLIBC ? [] : [`needs glibc ${glibc}`]),
    ...(format !== "Mach-O" || signed ? [] : ["has no valid signature"]),
    ...(payload ? [] : ["holds no program"]),
    ...(sealed ? [] : ["is open to variables of Bun"]),
  ];
}
