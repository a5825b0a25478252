import { BlockList, isIP } from "node:net";
import { matchesPattern } from "../pattern.ts";

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const WILD = /^[0-9a-fA-F.:*?]+$/;

/** An IPv4 address that an IPv6 socket has seen is still one. */
export function plainAddress(address: string): string {
  return MAPPED.exec(address)?.[1] ?? address;
}

/** Whether a word can be one of the patterns: an address, with `*` and `?` or with the length of a prefix, or the negation. */
export function isAddressPattern(word: string): boolean {
  const pattern = word.replace(/^!/, "");
  return prefixOf(pattern) !== undefined || (!pattern.includes("/") && WILD.test(pattern));
}

/** Whether one of the patterns matches the address and none that is negated does. */
export function matchesAddress(address: string, patterns: readonly string[]): boolean {
  const plain = plainAddress(address);
  const matches = (pattern: string) => matchesOne(plain, pattern);
  if (patterns.some((pattern) => pattern.startsWith("!") && matches(pattern.slice(1)))) return false;
  return patterns.some((pattern) => !pattern.startsWith("!") && matches(pattern));
}

function matchesOne(address: string, pattern: string): boolean {
  const prefix = prefixOf(pattern);
  if (prefix === undefined) return matchesPattern(address.toLowerCase(), pattern.toLowerCase());
  if (isIP(address) !== prefix.version) return false;
  const family = prefix.version === 4 ? "ipv4" : "ipv6";
  const network = new BlockList();
  network.addSubnet(prefix.address, prefix.length, family);
  return network.check(address, family);
}

/** `192.0.2.0/24`; an address alone is a prefix of full length. */
function prefixOf(pattern: string): { address: string; version: number; length: number } | undefined {
  const [address = "", length] = pattern.split("/");
  const version = isIP(address);
  const full = version === 4 ? 32 : 128;
  if (version === 0 || (length !== undefined && !/^\d{1,3}$/.test(length)) || Number(length) > full) return undefined;
  return { address, version, length: length === undefined ? full : Number(length) };
}
