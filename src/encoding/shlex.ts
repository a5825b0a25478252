/** Splits a command line as a POSIX shell does, but expands nothing and knows no comments. Throws SyntaxError. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < text.length;) {
    const piece = nextPiece(text, at);
    if (piece.value === undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + piece.value;
    at = piece.end;
  }
  return word === undefined ? words : [...words, word];
}

/** A part of a word, or the blank between two words, and where the text goes on. */
interface Piece {
  readonly value: string | undefined;
  readonly end: number;
}

function nextPiece(text: string, start: number): Piece {
  switch (text[start]) {
    case " ":
    case "\t":
    case "\r":
    case "\n":
      return { value: undefined, end: start + 1 };
    case "'":
      return quoted(text, start, /'([^']*)'/y, (inside) => inside);
    case '"':
      return quoted(text, start, /"((?:[^"\\]|\\[^])*)"/y, (inside) => inside.replace(/\\(["\\])/g, "$1"));
    case "\\":
      if (start + 1 === text.length) throw new SyntaxError("No escaped character");
      return { value: text[start + 1]!, end: start + 2 };
    default:
      return { value: text[start]!, end: start + 1 };
  }
}

function quoted(text: string, start: number, form: RegExp, unescape: (inside: string) => string): Piece {
  form.lastIndex = start;
  const match = form.exec(text);
  if (match === null) throw new SyntaxError("No closing quotation");
  return { value: unescape(match[1]!), end: start + match[0].length };
}
