import type { Buffer } from "node:buffer";
import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { asSystemError } from "../../../platform/system_error.ts";
import type { Configuration, HostKeySettings } from "./configuration.ts";
import {
  isAbout,
  judge,
  type KnownHost,
  knownHostLine,
  knownName,
  parseKnownHosts,
  randomSalt,
} from "./known_hosts.ts";
import { fingerprint, typeOfKey } from "./public_key.ts";
import { SshFailure, type TalkingTools } from "./tools.ts";
import { Unsupported } from "./unsupported.ts";
import * as words from "./words.ts";

const DEFAULT_PORT = 22;
/** What the client offers, the strongest first; no signatures with SHA-1. */
const ALGORITHMS: Readonly<Record<string, readonly string[]>> = {
  "ssh-ed25519": ["ssh-ed25519"],
  "ecdsa-sha2-nistp256": ["ecdsa-sha2-nistp256"],
  "ecdsa-sha2-nistp384": ["ecdsa-sha2-nistp384"],
  "ecdsa-sha2-nistp521": ["ecdsa-sha2-nistp521"],
  "ssh-rsa": ["rsa-sha2-512", "rsa-sha2-256"],
};

/** How far a host has proven who it is. */
export type Trust = "known" | "taken over" | "changed";

/** Looks after the keys of one host. */
export class HostKeys {
  readonly #name: string;
  readonly #known: readonly KnownHost[];
  readonly #settings: HostKeySettings;

  /** Reads what is known. Throws Unsupported when a certificate authority answers for the host. */
  constructor(readonly configuration: Configuration) {
    this.#settings = configuration.hostKeys;
    const { alias, userFiles, globalFiles } = this.#settings;
    this.#name = alias?.toLowerCase() ?? knownName(configuration.hostName, configuration.port);
    this.#known = [...userFiles, ...globalFiles].flatMap(readKnownHosts);
    const authority = this.#known.find((line) => line.marker === "authority" && isAbout(line, this.#name));
    if (authority) throw new Unsupported(`@cert-authority in ${authority.file}:${authority.line}`);
  }

  /** Algorithms for the exchange: of the types that are known first, so that the host shows a key that can be compared. */
  get algorithms(): string[] {
    const types = Object.keys(ALGORITHMS);
    const isKnown = (type: string) => this.#known.some((line) => line.type === type && isAbout(line, this.#name));
    return [...types.filter(isKnown), ...types.filter((type) => !isKnown(type))].flatMap((type) => ALGORITHMS[type]!);
  }

  /** Decides about the key that the host has shown. Throws SshFailure when it is refused. */
  async verify(key: Buffer, tools: TalkingTools, address: string): Promise<Trust> {
    const type = typeOfKey(key) ?? "unknown";
    const verdict = this.#judge(type, key);
    const { policy, userFiles } = this.#settings;
    switch (verdict.kind) {
      case "same":
        return "known";
      case "revoked":
        throw new SshFailure(words.revokedKey(this.#name, verdict.known));
      case "changed": {
        const lines = words.changedKey(this.#name, type, key, verdict.known, userFiles[0] ?? "the file below");
        if (policy !== "off") throw new SshFailure(lines);
        tools.say(...lines.slice(0, -2), words.CHANGED_BUT_ALLOWED);
        return "changed";
      }
      case "unknown":
        await this.#decide(type, key, verdict.others, tools, address);
        this.#add(type, key, tools);
        return "taken over";
    }
  }

  /** As OpenSSH, a key that is known for the host without its port is good as well. */
  #judge(type: string, key: Buffer) {
    const verdict = judge(this.#known, this.#name, type, key);
    const { hostName, port } = this.configuration;
    if (verdict.kind !== "unknown" || port === DEFAULT_PORT || this.#settings.alias !== undefined) return verdict;
    const elsewhere = judge(this.#known, knownName(hostName, DEFAULT_PORT), type, key);
    return ["same", "revoked"].includes(elsewhere.kind) ? elsewhere : verdict;
  }

  async #decide(type: string, key: Buffer, others: readonly KnownHost[], tools: TalkingTools, address: string) {
    const { policy } = this.#settings;
    if (policy === "off" || (policy === "accept-new" && others.length === 0)) return;
    const agreed = policy === "ask" && !this.configuration.batch &&
      await this.#ask(words.authenticity(this.#name, address, type, key, others), fingerprint(key), tools);
    if (!agreed) throw new SshFailure(words.unknownKeyRefused(this.#name, type, policy !== "ask"));
  }

  async #ask(question: string, expected: string, tools: TalkingTools): Promise<boolean> {
    for (let prompt = question;; prompt = words.ANSWER_YES_OR_NO) {
      const answer = (await tools.ask(prompt, { echo: true }))?.trim();
      if (answer === undefined || answer.toLowerCase() === "no") return false;
      if (answer.toLowerCase() === "yes" || answer === expected) return true;
    }
  }

  #add(type: string, key: Buffer, tools: TalkingTools): void {
    const [file] = this.#settings.userFiles;
    if (file === undefined) return;
    const line = knownHostLine([this.#name], type, key, this.#settings.hash ? randomSalt : undefined);
    try {
      appendLine(file, line);
      if (!this.configuration.quiet) tools.say(words.keyAdded(this.#name, type));
    } catch (error) {
      const problem = asSystemError(error);
      if (problem === undefined) throw error;
      tools.say(words.keyNotAdded(file, problem.message));
    }
  }
}

function appendLine(file: string, line: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const before = readIfThere(file) ?? "";
  const separator = before === "" || before.endsWith("\n") ? "" : "\n";
  appendFileSync(file, `${separator}${line}\n`, { mode: 0o600 });
}

function readKnownHosts(file: string): KnownHost[] {
  const text = readIfThere(file);
  return text === undefined ? [] : parseKnownHosts(text, file);
}

/** A file that cannot be read knows no hosts: who is not known is refused. */
function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (asSystemError(error) === undefined) throw error;
    return undefined;
  }
}
