import type { Buffer } from "node:buffer";
import { readFileSync, statSync } from "node:fs";
import process from "node:process";
import { errorText } from "../../../platform/errno.ts";
import { asSystemError, type SystemError } from "../../../platform/system_error.ts";
import type { AuthenticationSettings } from "./configuration.ts";
import { inspectPrivateKey, isSameKey, openPrivateKey, openPublicKey } from "./private_key.ts";
import type { TalkingTools } from "./tools.ts";
import { typeOfKey } from "./public_key.ts";
import { ssh2 } from "./ssh2.ts";
import type { OpenSSHAgent, ParsedKey } from "./ssh2.d.ts";
import { Unsupported } from "./unsupported.ts";
import * as words from "./words.ts";

const OPEN_TO_OTHERS = 0o077;

/** There is no signature of this key to be had; another one may do. */
export class NoSignature extends Error {
  override readonly name = "NoSignature";
}

/** A key to log in with. What is secret of it is only looked at when the server wants a signature. */
export interface Identity {
  readonly publicKey: ParsedKey;
  /** Throws NoSignature, e.g. because nobody knows the passphrase. */
  sign(data: Buffer, hash: string | undefined): Promise<Buffer>;
}

interface KeyFile {
  readonly path: string;
  readonly publicKey: ParsedKey;
  /** Undefined: there is only a public key; the other half is with the agent. */
  readonly text: string | undefined;
}

/** Throws Unsupported when one of the files is a certificate or the handle of a hardware key. */
export function requireSupportedIdentities({ identityFiles }: AuthenticationSettings): void {
  for (const path of identityFiles) {
    if (readIfThere(`${path}-cert.pub`) !== undefined) throw new Unsupported(`certificate ${path}-cert.pub`);
    const { publicKey } = inspectPrivateKey(readIfThere(path) ?? "");
    const type = publicKey && typeOfKey(publicKey);
    if (type?.startsWith("sk-")) throw new Unsupported(`hardware key ${path}`);
  }
}

/** The keys to try, in OpenSSH's order: named ones that the agent has, others that it has, and those in files. */
export async function* identitiesOf(
  settings: AuthenticationSettings,
  tools: TalkingTools,
  batch: boolean,
): AsyncGenerator<Identity> {
  const files = settings.identityFiles.flatMap((path) => loadKeyFile(path, settings.named, tools) ?? []);
  const agent = settings.agent === undefined ? undefined : new ssh2.OpenSSHAgent(settings.agent);
  const held = agent === undefined ? [] : await keysOf(agent);
  const isNamed = (key: ParsedKey) => files.some(({ publicKey }) => isSameKey(publicKey, key));
  const preferred = held.filter(isNamed);
  const others = settings.identitiesOnly ? [] : held.filter((key) => !isNamed(key));
  for (const key of [...preferred, ...others]) yield agentIdentity(agent!, key);
  for (const file of files) {
    if (file.text !== undefined && !held.some((key) => isSameKey(key, file.publicKey))) {
      yield fileIdentity(file, file.text, tools, batch ? 0 : settings.passwordPrompts);
    }
  }
}

/** An agent that cannot be reached has no keys. */
function keysOf(agent: OpenSSHAgent): Promise<ParsedKey[]> {
  return new Promise((resolve) => agent.getIdentities((error, keys) => resolve(error ? [] : [...(keys ?? [])])));
}

function agentIdentity(agent: OpenSSHAgent, publicKey: ParsedKey): Identity {
  return {
    publicKey,
    sign: (data, hash) =>
      new Promise((resolve, reject) => {
        const options = hash === undefined ? {} : { hash };
        agent.sign(publicKey, data, options, (error, signature) => {
          if (error || !signature) reject(new NoSignature("the agent does not sign", { cause: error }));
          else resolve(signature);
        });
      }),
  };
}

function fileIdentity(file: KeyFile, text: string, tools: TalkingTools, tries: number): Identity {
  let opened: Promise<ParsedKey> | undefined;
  return {
    publicKey: file.publicKey,
    sign: async (data, hash) => {
      opened ??= unlock(file.path, text, tools, tries);
      const signature = (await opened).sign(data, hash);
      if (signature instanceof Error) throw new NoSignature(signature.message, { cause: signature });
      return signature;
    },
  };
}

async function unlock(path: string, text: string, tools: TalkingTools, tries: number): Promise<ParsedKey> {
  if (!inspectPrivateKey(text).encrypted) return openPrivateKey(text)!;
  for (let left = tries; left > 0; left--) {
    const passphrase = await tools.ask(words.passphraseOf(path), { echo: false });
    if (!passphrase) break;
    const key = openPrivateKey(text, passphrase);
    if (key !== undefined) return key;
  }
  throw new NoSignature(`no passphrase for ${path}`);
}

function loadKeyFile(path: string, named: boolean, tools: TalkingTools): KeyFile | undefined {
  try {
    const text = readFileSync(path, "utf8");
    if (text.includes("PRIVATE KEY") && !isPrivateEnough(path, tools)) return undefined;
    const publicKey = publicKeyOf(path, text);
    if (publicKey === undefined) return void tools.say(words.unusableKey(path, problemOf(text)));
    return { path, publicKey, text: openPublicKey(text)?.isPrivateKey() === false ? undefined : text };
  } catch (error) {
    const problem = asSystemError(error);
    if (problem === undefined) throw error;
    return withoutPrivateKey(path, problem, named, tools);
  }
}

/** A `.pub` file alone says which of the agent's keys is meant. */
function withoutPrivateKey(path: string, problem: SystemError, named: boolean, tools: TalkingTools) {
  const publicKey = problem.code === "ENOENT" ? publicKeyBeside(path) : undefined;
  if (publicKey !== undefined) return { path, publicKey, text: undefined };
  if (named) tools.say(words.noSuchIdentity(path, reasonOf(problem)));
  return undefined;
}

/** The public key stands in the file itself or in the one beside it. */
function publicKeyOf(path: string, text: string): ParsedKey | undefined {
  const { encrypted, publicKey } = inspectPrivateKey(text);
  if (publicKey !== undefined) return openPublicKey(publicKey);
  if (!encrypted) return openPrivateKey(text) ?? openPublicKey(text);
  return publicKeyBeside(path);
}

function problemOf(text: string): string {
  return inspectPrivateKey(text).encrypted ? "its public key is not beside it" : "invalid format";
}

function publicKeyBeside(path: string): ParsedKey | undefined {
  const text = readIfThere(`${path}.pub`);
  return text === undefined ? undefined : openPublicKey(text);
}

function isPrivateEnough(path: string, tools: TalkingTools): boolean {
  const { uid, mode } = statSync(path);
  const isOpen = uid === process.getuid!() && (mode & OPEN_TO_OTHERS) !== 0;
  if (isOpen) tools.say(...words.unprotectedKey(path, mode));
  return !isOpen;
}

/** `No such file or directory`, without the number before it. */
function reasonOf(problem: SystemError): string {
  return errorText(problem.errno);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (asSystemError(error) === undefined) throw error;
    return undefined;
  }
}
