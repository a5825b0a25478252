import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { addressOf } from "./ffi.ts";
import { openLibc } from "./libc.ts";
import { forSystem } from "./system.ts";
import { remembered } from "./remembered.ts";

const answer = remembered((_: null) => toNumber(findNode() ?? randomNode()));

/**
 * The machine's 48-bit node id, a network card's address, as libuuid chooses it and BorgBackup therefore has it in the
 * names of its locks. Random, but the same for the life of the thread, where there is no card.
 */
export function nodeId(): bigint {
  return answer(null);
}

function findNode(): Uint8Array | undefined {
  return forSystem({
    linux: () => firstConfigured() ?? firstListed(),
    darwin: () => nodeOfUuid("uuid_generate_time"),
    freebsd: () => nodeOfUuid("uuid_create"),
  });
}

/** A random id has the multicast bit, which no card has. */
function randomNode(): Uint8Array {
  const node = randomBytes(6);
  node[0]! |= 1;
  return node;
}

function toNumber(node: Uint8Array): bigint {
  return node.reduce((number, byte) => number * 256n + BigInt(byte), 0n);
}

const AF_INET = 2;
const SOCK_DGRAM = 2;
const SIOCGIFCONF = 0x8912;
const SIOCGIFHWADDR = 0x8927;
const REQUEST = 40;
const ADDRESS = 18;

/** Linux: the first interface with an IPv4 address and a hardware address, in the kernel's order, as in libuuid. */
function firstConfigured(): Uint8Array | undefined {
  const libc = openLibc({
    socket: { args: ["i32", "i32", "i32"], returns: "i32" },
    ioctl: { args: ["i32", "u64", "buffer"], returns: "i32" },
    close: { args: ["i32"], returns: "i32" },
  });
  const socket = libc.socket(AF_INET, SOCK_DGRAM, 0);
  if (socket < 0) return undefined;
  try {
    const requests = new Uint8Array(new ArrayBuffer(64 * REQUEST));
    const list = new DataView(new ArrayBuffer(16)); // struct ifconf: i32 length, then the address of the requests
    list.setInt32(0, requests.length, true);
    list.setBigUint64(8, addressOf(requests), true);
    if (libc.ioctl(socket, SIOCGIFCONF, new Uint8Array(list.buffer)) < 0) return undefined;
    for (let offset = 0; offset + REQUEST <= list.getInt32(0, true); offset += REQUEST) {
      const request = requests.subarray(offset, offset + REQUEST);
      const node = request.subarray(ADDRESS, ADDRESS + 6);
      if (libc.ioctl(socket, SIOCGIFHWADDR, request) >= 0 && node.some((byte) => byte !== 0)) return node;
    }
    return undefined;
  } finally {
    libc.close(socket);
  }
}

/** Linux without IPv4 addresses: the first hardware address by interface number, one from a maker before made-up ones. */
function firstListed(): Uint8Array | undefined {
  const folder = "/sys/class/net";
  const cards = interfaces(folder).map((name) => ({
    index: Number(attribute(`${folder}/${name}/ifindex`)),
    node: attribute(`${folder}/${name}/address`),
  }));
  const nodes = cards.sort((a, b) => a.index - b.index)
    .filter(({ node }) => /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(node) && node !== "00:00:00:00:00:00")
    .map(({ node }) => Uint8Array.from(node.split(":"), (digits) => parseInt(digits, 16)));
  return nodes.find((node) => (node[0]! & 2) === 0) ?? nodes[0];
}

function interfaces(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // no /sys in this container: there is nothing to find
  }
}

/** A card may vanish while we look: then it has no attributes. */
function attribute(path: string): string {
  try {
    return readFileSync(path, "latin1").trim();
  } catch {
    return "";
  }
}

/** Not run here: the C library's time-based UUIDs end with the node id. */
function nodeOfUuid(symbol: "uuid_generate_time" | "uuid_create"): Uint8Array {
  const libc = openLibc({ generate: { symbol, args: ["buffer", "buffer"], returns: "void" } });
  const uuid = new Uint8Array(new ArrayBuffer(16));
  libc.generate(uuid, null); // the second argument, FreeBSD's status, may be null; macOS has none
  return uuid.subarray(10);
}
