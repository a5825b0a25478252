const NAMED: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", "0": "\0", "\\": "\\" };

/** The text of `--paths-delimiter`, in which a backslash writes what is hard to type: `\\0`, `\\n`, `\\x1f`. */
export function unescapeDelimiter(text: string): string {
  return text.replaceAll(/\\(?:x([0-9a-fA-F]{2})|(.))/gs, (whole, hex: string | undefined, name: string) => {
    return hex === undefined ? NAMED[name] ?? whole : String.fromCharCode(parseInt(hex, 16));
  });
}
