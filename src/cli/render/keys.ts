/** What each key of a format string stands for, in the order of the help. */
export type KeyHelp = Readonly<Record<string, string>>;

/** Keys for characters that are hard to type. */
export const CONSTANTS: Readonly<Record<string, string>> = {
  NEWLINE: "\n",
  NL: "\n",
  NUL: "\0",
  SPACE: " ",
  TAB: "\t",
  CR: "\r",
  LF: "\n",
};

export const CONSTANT_KEY_HELP: KeyHelp = {
  NEWLINE: "the line break of this system",
  NL: "the same",
  NUL: "the zero byte, for xargs -0 and the like",
  SPACE: "a blank",
  TAB: "a tabulator",
  CR: "a carriage return",
  LF: "a line feed",
};

export function describeKeys(help: KeyHelp): string {
  return Object.entries(help).map(([key, text]) => `  ${key.padEnd(15)}${text}`).join("\n");
}

/** All keys that a format string may mention. */
export function knownKeys(help: KeyHelp): ReadonlySet<string> {
  return new Set([...Object.keys(CONSTANTS), ...Object.keys(help)]);
}
