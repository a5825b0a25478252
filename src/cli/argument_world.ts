import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import process from "node:process";
import type { Micros } from "../archive/timestamps.ts";
import { toHex } from "../encoding/bytes.ts";
import { decodeText, encodeText } from "../encoding/path.ts";
import { BorgError } from "../errors.ts";
import { fullyQualifiedName, hostname } from "../platform/host.ts";
import { userName } from "../platform/owners.ts";
import { stat } from "../platform/stat.ts";
import { asSystemError, SystemError } from "../platform/system_error.ts";
import { expandPlaceholders, type PlaceholderContext } from "../selection/placeholders.ts";
import type { ArgumentWorld } from "./argument_types.ts";
import type { World } from "./context.ts";
import { BORG_VERSION } from "./version.ts";

const STDIN = 0;

/** What arguments need of the world. `timestamp`: what the placeholders for the time mean, if not the present. */
export function argumentWorld(world: World, timestamp?: Micros): ArgumentWorld {
  return {
    defaultRepository: world.env["BORG_REPO"],
    expand: (text) => expandPlaceholders(text, placeholderContext(world, timestamp)),
    readFile,
    modificationTime,
  };
}

/** Asks for names only when a text has placeholders: the full name of the machine may come from the network. */
function placeholderContext({ env, clock, random }: World, timestamp: Micros | undefined): PlaceholderContext {
  return {
    pid: process.pid,
    get hostname() {
      return env["BORG_HOSTNAME"] || hostname();
    },
    get fqdn() {
      return fullyQualifiedName();
    },
    get user() {
      return env["BORG_USERNAME"] || (userName(process.getuid!()) ?? String(process.getuid!()));
    },
    version: BORG_VERSION,
    now: clock.now() / 1000n,
    timestamp,
    uuid: () => uuid(random(16)),
  };
}

/** A random UUID, version 4, made of 16 random bytes. */
function uuid(bytes: Uint8Array): string {
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** Throws an Error with the system's words. */
function readFile(path: string): string {
  try {
    return decodeText(readFileSync(path === "-" ? STDIN : Buffer.from(encodeText(path))));
  } catch (error) {
    const problem = asSystemError(error);
    if (problem === undefined) throw error;
    throw new BorgError("Error", [new SystemError(problem.errno, problem.syscall, path).message], { cause: error });
  }
}

function modificationTime(path: string): Micros | undefined {
  try {
    return stat(path).mtime / 1000n;
  } catch (error) {
    if (error instanceof SystemError && ["ENOENT", "ENOTDIR"].includes(error.code)) return undefined;
    throw error;
  }
}
