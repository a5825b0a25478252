import type { Buffer } from "node:buffer";
import { fingerprint, keyTypeWord } from "./public_key.ts";
import type { KnownHost } from "./known_hosts.ts";

/**
 * What the built-in client has to say, in the place and in the words in which users know it from `ssh`: line by line on
 * its standard error. Scripts look for some of these.
 */

const FRAME = "@".repeat(59);

function framed(title: string): string[] {
  return [FRAME, `@${title.padStart((57 + title.length) >> 1).padEnd(57)}@`, FRAME];
}

export const VERIFICATION_FAILED = "Host key verification failed.";

export function revokedKey(name: string, { file, line, type }: KnownHost): string[] {
  return [
    ...framed("WARNING: REVOKED HOST KEY DETECTED!"),
    `The ${keyTypeWord(type)} host key for ${name} is marked as revoked in ${file}:${line}.`,
    "Somebody may pretend to be this host with a key that was stolen.",
    VERIFICATION_FAILED,
  ];
}

export function changedKey(name: string, type: string, key: Buffer, known: KnownHost, userFile: string): string[] {
  const word = keyTypeWord(type);
  return [
    ...framed("WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!"),
    "IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!",
    "Somebody may be listening in between (man-in-the-middle attack), or the host has been given a new key.",
    `The fingerprint of the ${word} key sent by the remote host is ${fingerprint(key)}.`,
    `Ask its administrator. If the new key is right, take the old one out of ${userFile}.`,
    `Offending ${word} key in ${known.file}:${known.line}`,
    `Host key for ${name} has changed and you have requested strict checking.`,
    VERIFICATION_FAILED,
  ];
}

export function unknownKeyRefused(name: string, type: string, strict: boolean): string[] {
  const reason = strict ? "you have requested strict checking" : "nobody has confirmed it";
  return [`No ${keyTypeWord(type)} host key is known for ${name} and ${reason}.`, VERIFICATION_FAILED];
}

export const CHANGED_BUT_ALLOWED = "Passwords will not be sent to avoid man-in-the-middle attacks.";

export function authenticity(
  name: string,
  address: string,
  type: string,
  key: Buffer,
  others: readonly KnownHost[],
): string {
  const also = others.map((other) => `    ${other.file}:${other.line} (${keyTypeWord(other.type)})\n`).join("");
  return `The authenticity of host '${name} (${address})' can't be established${also ? ", but keys of other" : "."}${
    also ? ` types are known for it:\n${also.trimEnd()}` : ""
  }\n${keyTypeWord(type)} key fingerprint is ${fingerprint(key)}.\n` +
    "Are you sure you want to continue connecting (yes/no/[fingerprint])? ";
}

export const ANSWER_YES_OR_NO = "Please type 'yes', 'no' or the fingerprint: ";

export function keyAdded(name: string, type: string): string {
  return `Warning: Permanently added '${name}' (${keyTypeWord(type)}) to the list of known hosts.`;
}

export function keyNotAdded(file: string, reason: string): string {
  return `Failed to add the host to the list of known hosts (${file}): ${reason}`;
}

export function cannotConnect(host: string, port: number, reason: string): string {
  return `ssh: connect to host ${host} port ${port}: ${reason}`;
}

export function cannotResolve(host: string, reason: string): string {
  return `ssh: Could not resolve hostname ${host}: ${reason}`;
}

export function permissionDenied(user: string, host: string, methods: readonly string[]): string {
  return `${user}@${host}: Permission denied (${methods.join(",")}).`;
}

export function disconnected(host: string, port: number, reason: string): string {
  return `Received disconnect from ${host} port ${port}: ${reason}`;
}

export function connectionClosed(host: string, port: number): string {
  return `Connection closed by ${host} port ${port}`;
}

export function notResponding(host: string): string {
  return `Timeout, server ${host} not responding.`;
}

export function exchangeTimedOut(host: string, port: number): string {
  return `Connection to ${host} port ${port} timed out during the key exchange`;
}

export function exchangeFailed(host: string, port: number, reason: string): string {
  return `Unable to negotiate with ${host} port ${port}: ${reason}`;
}

export function noSuchIdentity(path: string, reason: string): string {
  return `no such identity: ${path}: ${reason}`;
}

export function unprotectedKey(path: string, mode: number): string[] {
  return [
    ...framed("WARNING: UNPROTECTED PRIVATE KEY FILE!"),
    `Permissions 0${(mode & 0o777).toString(8).padStart(3, "0")} for '${path}' are too open.`,
    "A private key must not be readable by others. This private key will be ignored.",
    `Load key "${path}": bad permissions`,
  ];
}

export function unusableKey(path: string, reason: string): string {
  return `Load key "${path}": ${reason}`;
}

export function passphraseOf(path: string): string {
  return `Enter passphrase for key '${path}': `;
}

export function passwordOf(user: string, host: string): string {
  return `${user}@${host}'s password: `;
}

export function promptOf(user: string, host: string, prompt: string): string {
  return `(${user}@${host}) ${prompt}`;
}

export const TRY_AGAIN = "Permission denied, please try again.";

export function badConfiguration(path: string): string {
  return `Bad owner or permissions on ${path}`;
}

export const REQUEST_FAILED = "exec request failed on channel 0";

/** What stands behind a host's name in the question whether it is the right one. */
export function addressOf({ hostName, port }: { hostName: string; port: number }, address: string | undefined): string {
  const shown = address ?? hostName;
  return port === 22 ? shown : `[${shown}]:${port}`;
}
