const NAMED: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };
// Control, format, unassigned, private and separator characters, and lone surrogates.
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

/** A path in quotes, as BorgBackup's messages show it: escapes for what cannot be printed, undecodable bytes as `\udcNN`. */
export function quotePath(path: string): string {
  const quote = path.includes("'") && !path.includes('"') ? '"' : "'";
  const escaped = path.replaceAll(/[\\\n\r\t]/g, (character) => NAMED[character]!)
    .replaceAll(UNPRINTABLE, escapePoint);
  return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
}

function escapePoint(character: string): string {
  const hex = character.codePointAt(0)!.toString(16);
  if (hex.length <= 2) return `\\x${hex.padStart(2, "0")}`;
  return hex.length <= 4 ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}
