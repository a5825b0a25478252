/** The screen that a terminal would show, with characters wrapped as terminals do it: the next one opens a new row. */
export class Emulator {
  readonly #rows: string[][] = [[]];
  #column = 0;

  constructor(readonly columns: number) {}

  write(text: string): void {
    for (const character of text) this.#put(character);
  }

  /** The rows without blanks at their ends. */
  get rows(): string[] {
    return this.#rows.map((row) => Array.from(row, (cell) => cell ?? " ").join("").trimEnd());
  }

  #put(character: string): void {
    if (character === "\r") this.#column = 0;
    else if (character === "\n") this.#rows.push([]);
    else if (widthOf(character) > 0) this.#show(character, widthOf(character));
  }

  #show(character: string, width: number): void {
    if (this.#column + width > this.columns) {
      this.#rows.push([]);
      this.#column = 0;
    }
    const row = this.#rows.at(-1)!;
    row[this.#column] = character;
    if (width === 2) row[this.#column + 1] = "";
    this.#column += width;
  }
}

/** Enough for the names in these tests, and owing nothing to what is tested. */
function widthOf(character: string): number {
  if (/[\u0300-\u036f\u200b]/.test(character)) return 0;
  return /[\u3000-\u9fff\uac00-\ud7a3\uff00-\uff60\u{1f300}-\u{1faff}]/u.test(character) ? 2 : 1;
}
