import { Buffer } from "node:buffer";
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { matchesList } from "./pattern.ts";
import { decodeKey } from "./public_key.ts";

const DEFAULT_PORT = 22;
const HASHED = /^\|1\|([A-Za-z0-9+/=]+)\|([A-Za-z0-9+/=]+)$/;
const MARKERS = { "@revoked": "revoked", "@cert-authority": "authority" } as const satisfies Record<
  string,
  "revoked" | "authority"
>;

/** One line of a known hosts file. */
export interface KnownHost {
  readonly marker: "revoked" | "authority" | undefined;
  /** Patterns, or the salt and the hash of one name. */
  readonly hosts: readonly string[] | { readonly salt: Buffer; readonly hash: Buffer };
  readonly type: string;
  readonly key: Buffer;
  readonly file: string;
  readonly line: number;
}

/** What is known of a host's key. */
export type Verdict =
  | { readonly kind: "same" }
  /** `others`: keys of other types that the host is known by. */
  | { readonly kind: "unknown"; readonly others: readonly KnownHost[] }
  | { readonly kind: "changed"; readonly known: KnownHost }
  | { readonly kind: "revoked"; readonly known: KnownHost };

/** The lines of a known hosts file. What is no such line is left out, as OpenSSH does it. */
export function parseKnownHosts(text: string, file: string): KnownHost[] {
  return text.split("\n").flatMap((line, index) => {
    const known = parseLine(line);
    return known === undefined ? [] : [{ ...known, file, line: index + 1 }];
  });
}

function parseLine(line: string): Omit<KnownHost, "file" | "line"> | undefined {
  const words = line.trim().split(/[ \t]+/);
  if (words[0] === "" || words[0]!.startsWith("#")) return undefined;
  const marker = words[0]!.startsWith("@") ? words.shift()! : undefined;
  if (marker !== undefined && !Object.hasOwn(MARKERS, marker)) return undefined;
  const [hosts = "", type = "", base64 = ""] = words;
  const key = decodeKey(type, base64);
  const names = parseHosts(hosts);
  if (key === undefined || names === undefined) return undefined;
  return { marker: MARKERS[marker as keyof typeof MARKERS], hosts: names, type, key };
}

function parseHosts(text: string): KnownHost["hosts"] | undefined {
  if (!text.startsWith("|")) return text.split(",");
  const [, salt, hash] = HASHED.exec(text) ?? [];
  if (salt === undefined || hash === undefined) return undefined;
  return { salt: Buffer.from(salt, "base64"), hash: Buffer.from(hash, "base64") };
}

/** The name by which known hosts files know a host: with its port, unless that is the usual one. */
export function knownName(host: string, port: number): string {
  const name = host.toLowerCase();
  return port === DEFAULT_PORT ? name : `[${name}]:${port}`;
}

/** Whether a line is about the host of that name. */
export function isAbout({ hosts }: KnownHost, name: string): boolean {
  if ("salt" in hosts) {
    const hash = hashName(name, hosts.salt);
    return hash.length === hosts.hash.length && timingSafeEqual(hash, hosts.hash);
  }
  return matchesList(name, hosts.map((pattern) => pattern.toLowerCase()));
}

function hashName(name: string, salt: Uint8Array): Buffer {
  return createHmac("sha1", salt).update(name).digest();
}

/** Judges the key that a host has shown. A revoked key is refused whatever else is known. */
export function judge(known: readonly KnownHost[], name: string, type: string, key: Uint8Array): Verdict {
  const about = known.filter((line) => isAbout(line, name));
  const equals = (line: KnownHost) => line.key.equals(key);
  const revoked = about.find((line) => line.marker === "revoked" && equals(line));
  if (revoked) return { kind: "revoked", known: revoked };
  const plain = about.filter(({ marker }) => marker === undefined);
  if (plain.some(equals)) return { kind: "same" };
  const changed = plain.find((line) => line.type === type);
  return changed ? { kind: "changed", known: changed } : { kind: "unknown", others: plain };
}

/** A line for a known hosts file, without its end. */
export function knownHostLine(
  names: readonly string[],
  type: string,
  key: Uint8Array,
  salt?: () => Uint8Array,
): string {
  const base64 = Buffer.from(key).toString("base64");
  return `${salt ? hashed(names[0]!, salt()) : names.join(",")} ${type} ${base64}`;
}

/** 20 random bytes. */
export function randomSalt(): Uint8Array {
  return randomBytes(20);
}

function hashed(name: string, salt: Uint8Array): string {
  return `|1|${Buffer.from(salt).toString("base64")}|${hashName(name, salt).toString("base64")}`;
}
