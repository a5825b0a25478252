/** What a secret is asked for. The words are the command line's business. */
export type SecretPrompt =
  /** The passphrase of an existing key; `name` is the repository or the key file. */
  | { readonly kind: "unlock"; readonly name: string }
  | { readonly kind: "new" }
  | { readonly kind: "repeat" };

export type PassphraseNotice =
  /** The two entries of a new passphrase differ. */
  | { readonly kind: "mismatch" }
  /** The user wants to see the new passphrase; `hex` (of its UTF-8 bytes) is only there when it is not all ASCII. */
  | { readonly kind: "display"; readonly passphrase: string; readonly hex?: string };

/** The person at the terminal, as far as keys need one. */
export interface Prompter {
  /** A line without its newline, not echoed; undefined when nobody can be asked (end of input, no terminal). */
  askSecret(prompt: SecretPrompt): Promise<string | undefined>;
  /** Whether to display a new passphrase. `BORG_DISPLAY_PASSPHRASE` answers in place of the person. Default no. */
  confirmDisplay(): Promise<boolean>;
  notify(notice: PassphraseNotice): void;
}
