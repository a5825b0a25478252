/** The words of a command line as a POSIX shell splits it, without expansions or comments. Throws SyntaxError. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < text.length;) {
    const character = text[at]!;
    if (/[ \t\r\n]/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      at++;
      continue;
    }
    const piece = nextPiece(text, at);
    word = (word ?? "") + piece.value;
    at = piece.end;
  }
  return word === undefined ? words : [...words, word];
}

interface Piece {
  readonly value: string;
  readonly end: number;
}

function nextPiece(text: string, at: number): Piece {
  switch (text[at]) {
    case "'":
      return singleQuoted(text, at + 1);
    case '"':
      return doubleQuoted(text, at + 1);
    case "\\":
      if (at + 1 === text.length) throw new SyntaxError("No escaped character");
      return { value: text[at + 1]!, end: at + 2 };
    default:
      return { value: text[at]!, end: at + 1 };
  }
}

function singleQuoted(text: string, start: number): Piece {
  const close = text.indexOf("'", start);
  if (close < 0) throw new SyntaxError("No closing quotation");
  return { value: text.slice(start, close), end: close + 1 };
}

/** A backslash only means something before a quote or another backslash. */
function doubleQuoted(text: string, start: number): Piece {
  const match = /^(?:[^"\\]|\\[^])*"/.exec(text.slice(start));
  if (!match) throw new SyntaxError("No closing quotation");
  return { value: match[0].slice(0, -1).replace(/\\(["\\])/g, "$1"), end: start + match[0].length };
}
