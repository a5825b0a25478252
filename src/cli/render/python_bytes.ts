const ESCAPES: Readonly<Record<string, string>> = { "\t": "\\t", "\n": "\\n", "\r": "\\r", "\\": "\\\\" };

/** Bytes as Python shows them: `b'abc\\x00'`. */
export function pythonBytes(bytes: Uint8Array): string {
  const characters = Array.from(bytes, (byte) => String.fromCharCode(byte));
  const quote = characters.includes("'") && !characters.includes('"') ? '"' : "'";
  const shown = characters.map((character) => {
    if (character === quote) return `\\${quote}`;
    if (character in ESCAPES) return ESCAPES[character];
    if (character >= " " && character <= "~") return character;
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
  return `b${quote}${shown.join("")}${quote}`;
}
