/** Compares texts by their code points, as Python does; the usual order goes by halves of them above U+FFFF. */
export function byCodePoints(a: string, b: string): number {
  if (a === b) return 0;
  for (let i = 0; i < a.length && i < b.length; i++) {
    if (a.charCodeAt(i) !== b.charCodeAt(i)) return a.codePointAt(wholeAt(a, i))! - b.codePointAt(wholeAt(b, i))!;
  }
  return a.length - b.length;
}

/** Where the character begins of which `text[i]` may be the second half. */
function wholeAt(text: string, i: number): number {
  return i > 0 && text.codePointAt(i - 1)! > 0xffff ? i - 1 : i;
}

/** How many characters Python counts in a text. */
export function codePointCount(text: string): number {
  let count = text.length;
  for (let i = 1; i < text.length; i++) if (isLow(text.charCodeAt(i)) && isHigh(text.charCodeAt(i - 1))) count--;
  return count;
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
