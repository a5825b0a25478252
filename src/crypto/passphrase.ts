import { closeSync, readFileSync } from "node:fs";
import { toHex } from "../encoding/bytes.ts";
import { decodeText, encodeText } from "../encoding/path.ts";
import { BorgError } from "../errors.ts";
import type { Environment } from "../platform/environment.ts";
import { quotePath } from "../platform/quote_path.ts";
import { outputOf } from "../platform/spawn.ts";
import { SystemError } from "../platform/system_error.ts";
import type { Prompter, SecretPrompt } from "./prompter.ts";
import { splitWords } from "../encoding/shlex.ts";

const UNLOCK_TRIES = 3;
const CHOOSE_TRIES = 10;

/** `data`: which sources there were. */
export class NoPassphraseFailure extends BorgError {
  constructor(reason: string) {
    super("NoPassphraseFailure", [reason]);
  }
}

/** `data`: what went wrong with the command. */
export class PasscommandFailure extends BorgError {
  constructor(reason: string, options?: ErrorOptions) {
    super("PasscommandFailure", [reason], options);
  }
}

/** A passphrase from the environment is wrong. */
export class PassphraseWrong extends BorgError {
  constructor() {
    super("PassphraseWrong");
  }
}

export class PasswordRetriesExceeded extends BorgError {
  constructor() {
    super("PasswordRetriesExceeded");
  }
}

/** Where passphrases come from (format reference 6.6). */
export class Passphrases {
  readonly #environment: Environment;
  readonly #prompter: Prompter;

  constructor(environment: Environment, prompter: Prompter) {
    this.#environment = environment;
    this.#prompter = prompter;
  }

  /**
   * Tries passphrases until `attempt` gives something: the environment's only, if it has one, else the empty one and
   * then what a person answers. `name` says what is to be unlocked.
   */
  async unlock<T>(name: string, attempt: (passphrase: string) => T | undefined): Promise<T> {
    const configured = this.#configured();
    if (configured !== undefined) return attempt(configured) ?? fail(new PassphraseWrong());
    const unprotected = attempt("");
    if (unprotected !== undefined) return unprotected;
    for (let tries = 0; tries < UNLOCK_TRIES; tries++) {
      const opened = attempt(await this.#ask({ kind: "unlock", name }));
      if (opened !== undefined) return opened;
    }
    throw new PasswordRetriesExceeded();
  }

  /** A passphrase for a new key or a changed one. */
  async choose(): Promise<string> {
    const configured = this.#environment.BORG_NEW_PASSPHRASE ?? this.#configured();
    if (configured !== undefined) return configured;
    for (let tries = 0; tries < CHOOSE_TRIES; tries++) {
      const passphrase = await this.#ask({ kind: "new" });
      if (passphrase === await this.#ask({ kind: "repeat" })) {
        await this.#offerDisplay(passphrase);
        return passphrase;
      }
      this.#prompter.notify({ kind: "mismatch" });
    }
    throw new PasswordRetriesExceeded();
  }

  #configured(): string | undefined {
    const { BORG_PASSPHRASE, BORG_PASSCOMMAND, BORG_PASSPHRASE_FD } = this.#environment;
    if (BORG_PASSPHRASE !== undefined) return BORG_PASSPHRASE;
    if (BORG_PASSCOMMAND !== undefined) return commandOutput(BORG_PASSCOMMAND, this.#environment);
    if (BORG_PASSPHRASE_FD !== undefined) return descriptorContent(BORG_PASSPHRASE_FD);
    return undefined;
  }

  async #ask(prompt: SecretPrompt): Promise<string> {
    return await this.#prompter.askSecret(prompt) ?? fail(new NoPassphraseFailure(noInput(this.#environment)));
  }

  async #offerDisplay(passphrase: string): Promise<void> {
    if (!await this.#prompter.confirmDisplay()) return;
    const bytes = encodeText(passphrase);
    const ascii = bytes.every((byte) => byte < 0x80);
    this.#prompter.notify({ kind: "display", passphrase, ...(ascii ? {} : { hex: toHex(bytes) }) });
  }
}

function fail(error: Error): never {
  throw error;
}

function noInput(environment: Environment): string {
  const state = (name: string) => `${name} is ${environment[name] === undefined ? "not set" : "set"}.`;
  return `${state("BORG_PASSPHRASE")} ${state("BORG_PASSCOMMAND")} Interactive password query failed.`;
}

function withoutNewlines(bytes: Uint8Array): string {
  return decodeText(bytes).replace(/\n+$/, "");
}

/** What the command prints. It is run without a shell and must not see a passphrase. */
function commandOutput(command: string, environment: Environment): string {
  const words = passcommandWords(command);
  const { BORG_PASSPHRASE: _, ...rest } = environment;
  const { status, output } = run(words, rest);
  if (status !== 0) throw new PasscommandFailure(exitReason(words, status));
  return withoutNewlines(output);
}

function run(words: readonly string[], environment: Environment): ReturnType<typeof outputOf> {
  try {
    return outputOf(words, environment);
  } catch (cause) {
    if (!(cause instanceof SystemError)) throw cause;
    throw new PasscommandFailure(cause.message, { cause });
  }
}

function passcommandWords(command: string): string[] {
  try {
    const words = splitWords(command);
    if (words.length > 0) return words;
  } catch (cause) {
    throw new PasscommandFailure(cause instanceof Error ? cause.message : String(cause), { cause });
  }
  throw new PasscommandFailure("no command");
}

function exitReason(words: readonly string[], status: number): string {
  const command = `Command '[${words.map(quotePath).join(", ")}]'`;
  return status < 0 ? `${command} died with signal ${-status}.` : `${command} returned non-zero exit status ${status}.`;
}

function descriptorContent(text: string): string {
  if (!/^\d+$/.test(text)) throw new NoPassphraseFailure("BORG_PASSPHRASE_FD is not a file descriptor.");
  const descriptor = Number(text);
  try {
    return withoutNewlines(readFileSync(descriptor));
  } finally {
    closeSync(descriptor);
  }
}
