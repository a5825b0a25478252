import { hostname as fullHostname } from "node:os";
import process from "node:process";
import { cString } from "./c_string.ts";
import type { Environment } from "./environment.ts";
import { foreignBuffer } from "./ffi.ts";
import { textAt } from "./foreign_text.ts";
import { openLibc } from "./libc.ts";
import { nodeId } from "./node_id.ts";
import { userName } from "./owners.ts";
import { system } from "./system.ts";

const SOCK_DGRAM = 2;
const AI_CANONNAME = 2;
/** Offset of `ai_canonname` in `struct addrinfo`: BSDs have it before the address. */
const CANONICAL_NAME = system === "linux" ? 32 : 24;
const NEXT = 40;

/** The machine's short name: up to the first dot. */
export function hostname(): string {
  return fullHostname().split(".")[0]!;
}

/** The machine's name as the resolver completes it; may ask the network. The plain name where it cannot. */
export function fullyQualifiedName(): string {
  const name = fullHostname();
  return canonicalName(name) ?? name;
}

/** How locks name this machine (format reference 3). */
export function hostId(environment: Environment = process.env): string {
  return environment.BORG_HOST_ID || `${fullyQualifiedName()}@${nodeId()}`;
}

/** Who runs the program, by the environment or the user database. */
export function loginName(environment: Environment = process.env): string {
  const { LOGNAME, USER, LNAME, USERNAME } = environment;
  const named = LOGNAME || USER || LNAME || USERNAME;
  if (named) return named;
  const uid = process.getuid!();
  return userName(uid) ?? String(uid);
}

function canonicalName(name: string): string | undefined {
  const libc = openLibc({
    getaddrinfo: { args: ["buffer", "buffer", "buffer", "buffer"], returns: "i32" },
    freeaddrinfo: { args: ["u64"], returns: "void" },
  });
  const hints = new Int32Array(new ArrayBuffer(48));
  hints[0] = AI_CANONNAME;
  hints[2] = SOCK_DGRAM;
  const result = new BigUint64Array(1);
  const answer = new Uint8Array(result.buffer);
  if (libc.getaddrinfo(cString(name), null, new Uint8Array(hints.buffer), answer) !== 0) return undefined;
  try {
    return firstCanonicalName(result[0]!);
  } finally {
    libc.freeaddrinfo(result[0]!);
  }
}

function firstCanonicalName(list: bigint): string | undefined {
  for (let address = list; address !== 0n;) {
    const record = new DataView(foreignBuffer(address, 48));
    const name = textAt(record.getBigUint64(CANONICAL_NAME, true));
    if (name) return name;
    address = record.getBigUint64(NEXT, true);
  }
  return undefined;
}
