/** East Asian wide and full-width characters, and emoji: two columns each. */
const WIDE =
  /[\u1100-\u115F\u2329\u232A\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97C\uAC00-\uD7A3\uF900-\uFAFF\uFE10-\uFE19\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}|[\u{16FE0}-\u{18D08}\u{1AFF0}-\u{1B2FB}\u{1F200}-\u{1F265}\u{20000}-\u{3FFFD}]/u;
/** Combining characters, invisible ones, and Korean vowels and finals, which join the syllable before them. */
const NO_WIDTH = /\p{Mn}|\p{Me}|\p{Cf}|[\u1160-\u11FF\uD7B0-\uD7FB]/u;
/** Format characters that are seen all the same: the soft hyphen, and signs that enclose numbers. */
const VISIBLE = /[\u00AD\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2\u{110BD}\u{110CD}]/u;
/** What would move the cursor or break the line. */
const CONTROL = /[\p{Cc}\u2028\u2029]/gu;

const ELLIPSIS = "...";
const SHORTEST = 8;

/** Columns that `text` takes on a terminal. */
export function displayWidth(text: string): number {
  if (/^[\x20-\x7E]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

function characterWidth(character: string): number {
  if (NO_WIDTH.test(character) && !VISIBLE.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** `text` in one line: with "?" for each control character. */
export function inOneLine(text: string): string {
  return text.replace(CONTROL, "?");
}

/** `text` with spaces after it up to `columns`. */
export function padTo(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - displayWidth(text)));
}

/** `text` in exactly `columns`: padded, or with its middle left out. */
export function fitTo(text: string, columns: number): string {
  if (columns < SHORTEST) return padTo(ELLIPSIS.slice(0, Math.max(0, columns)), columns);
  if (displayWidth(text) <= columns) return padTo(text, columns);
  const head = Math.floor(columns / 2) - ELLIPSIS.length;
  const tail = Math.ceil(columns / 2);
  return padTo(slice([...text], head) + ELLIPSIS + slice([...text].reverse(), tail, true), columns);
}

/** As many characters as fit into `columns`. */
function slice(characters: string[], columns: number, reversed = false): string {
  const taken: string[] = [];
  let width = 0;
  for (const character of characters) {
    width += characterWidth(character);
    if (width > columns) break;
    taken.push(character);
  }
  return (reversed ? taken.reverse() : taken).join("");
}
