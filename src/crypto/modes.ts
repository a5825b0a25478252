import type { EnvelopeSuite, IdSuite } from "./material.ts";

export type ModeName =
  | "none"
  | "authenticated"
  | "authenticated-blake2"
  | "repokey"
  | "repokey-blake2"
  | "keyfile"
  | "keyfile-blake2";

/** Where the key blob is kept. */
export type KeyStorage = "none" | "repository" | "file";

/** One row of the table of key types (format reference 6.1). */
export interface Mode {
  /** What `init --encryption` calls it; `passphrase` is only ever read. */
  readonly name: ModeName | "passphrase";
  /** BorgBackup's internal name, as it stands in exported related secrets. */
  readonly label: string;
  readonly type: number;
  readonly accepts: readonly number[];
  readonly storage: KeyStorage;
  readonly idSuite: IdSuite;
  readonly envelope: EnvelopeSuite;
}

function mode(
  type: number,
  name: Mode["name"],
  label: string,
  storage: KeyStorage,
  idSuite: IdSuite,
  envelope: EnvelopeSuite,
): Mode {
  return { type, accepts: [type], name, label, storage, idSuite, envelope };
}

/** The seven modes that a repository can be made with. */
export const MODES: readonly Mode[] = [
  mode(0x02, "none", "plaintext", "none", "sha256", "plain"),
  mode(0x07, "authenticated", "authenticated", "repository", "hmac-sha256", "plain"),
  mode(0x06, "authenticated-blake2", "authenticated BLAKE2b", "repository", "blake2b", "plain"),
  { ...mode(0x03, "repokey", "repokey", "repository", "hmac-sha256", "aes-hmac-sha256"), accepts: [0x03, 0x01] },
  mode(0x05, "repokey-blake2", "repokey BLAKE2b", "repository", "blake2b", "aes-blake2b"),
  mode(0x00, "keyfile", "key file", "file", "hmac-sha256", "aes-hmac-sha256"),
  mode(0x04, "keyfile-blake2", "key file BLAKE2b", "file", "blake2b", "aes-blake2b"),
];

/** The mode of Attic and Borg 0.x whose secrets come straight from the passphrase. */
export const PASSPHRASE_MODE: Mode = mode(
  0x01,
  "passphrase",
  "passphrase",
  "none",
  "hmac-sha256",
  "aes-hmac-sha256",
);

export function modeNamed(name: ModeName): Mode {
  return MODES.find((mode) => mode.name === name)!;
}

/** The mode of a type byte, `PASSPHRASE_MODE` for 0x01, undefined for an unknown one. */
export function modeOfType(type: number): Mode | undefined {
  return [...MODES, PASSPHRASE_MODE].find((mode) => mode.type === type);
}
