/** `character`, one code point, as it stands for itself in an expression or a class with the flag v. */
export function literal(character: string): string {
  return /[0-9A-Za-z]/.test(character) ? character : literalPoint(character.codePointAt(0)!);
}

export function literalPoint(point: number): string {
  return `\\u{${point.toString(16)}}`;
}
