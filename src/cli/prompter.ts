import type { PassphraseNotice, Prompter, SecretPrompt } from "../crypto/prompter.ts";
import type { Context } from "./context.ts";

const DISPLAY = {
  variable: "BORG_DISPLAY_PASSPHRASE",
  text: "Do you want your passphrase to be displayed for verification? [yN]: ",
  invalidText: "Invalid answer, try again.",
  retry: true,
} as const;

/** Asks a person for passphrases, in BorgBackup's words. */
export class ContextPrompter implements Prompter {
  constructor(readonly context: Context) {}

  async askSecret(prompt: SecretPrompt): Promise<string | undefined> {
    this.context.log.screen.clearStatus();
    return await this.context.terminal.readSecret(secretText(prompt));
  }

  async confirmDisplay(): Promise<boolean> {
    return await this.context.questions.ask(DISPLAY);
  }

  notify(notice: PassphraseNotice): void {
    for (const line of noticeLines(notice)) this.context.log.screen.line(line);
  }
}

function secretText(prompt: SecretPrompt): string {
  switch (prompt.kind) {
    case "unlock":
      return `Enter passphrase for key ${prompt.name}: `;
    case "new":
      return "Enter new passphrase: ";
    case "repeat":
      return "Enter same passphrase again: ";
  }
}

function noticeLines(notice: PassphraseNotice): string[] {
  if (notice.kind === "mismatch") return ["Passphrases do not match"];
  const lines = [`Your passphrase (between double-quotes): "${notice.passphrase}"`];
  lines.push("Make sure the passphrase displayed above is exactly what you wanted.");
  if (notice.hex === undefined) return lines;
  return [
    ...lines,
    `Your passphrase (UTF-8 encoding in hex): ${notice.hex}`,
    "As you have a non-ASCII passphrase, it is recommended to keep the UTF-8 encoding in hex together with the passphrase " +
    "at a safe place.",
  ];
}
