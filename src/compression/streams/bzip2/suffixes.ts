type Text = Uint8Array | Int32Array;

/**
 * The beginnings of all suffixes of `text` in their order, an end coming before every character. Takes linear time whatever
 * the text is (induced sorting, by Nong, Zhang and Chan).
 *
 * @param alphabet all characters are below this
 */
export function sortSuffixes(text: Text, alphabet: number): Int32Array {
  return new SuffixSort(text, alphabet).run();
}

const NONE = -1;

/** A suffix is small when it comes before the one that begins a character later, else large. */
class SuffixSort {
  readonly #order: Int32Array;
  /** 1 for small suffixes. */
  readonly #small: Uint8Array;
  /** Where the suffixes that begin with a character start in the order, and where the small ones of them do. */
  readonly #starts: Int32Array;
  readonly #smallStarts: Int32Array;

  constructor(private readonly text: Text, alphabet: number) {
    this.#order = new Int32Array(text.length);
    this.#small = new Uint8Array(text.length);
    this.#starts = new Int32Array(alphabet + 1);
    this.#smallStarts = new Int32Array(alphabet + 1);
  }

  run(): Int32Array {
    this.#classify();
    const marks = this.#marks();
    this.#induce(marks);
    if (marks.length > 1) this.#induce(this.#sortMarks(marks));
    return this.#order;
  }

  #classify(): void {
    const text = this.text;
    for (let i = text.length - 2; i >= 0; i--) {
      const isSmall = text[i] === text[i + 1] ? this.#small[i + 1] === 1 : text[i]! < text[i + 1]!;
      this.#small[i] = isSmall ? 1 : 0;
    }
    const large = new Int32Array(this.#starts.length);
    for (let i = 0; i < text.length; i++) {
      this.#starts[text[i]! + 1]!++;
      if (this.#small[i] === 0) large[text[i]!]!++;
    }
    for (let c = 1; c < this.#starts.length; c++) this.#starts[c]! += this.#starts[c - 1]!;
    for (let c = 0; c < large.length; c++) this.#smallStarts[c] = this.#starts[c]! + large[c]!;
  }

  /** The small suffixes behind large ones: their order decides about all others. */
  #marks(): Int32Array {
    let count = 0;
    for (let i = 1; i < this.text.length; i++) if (this.#isMark(i)) count++;
    const marks = new Int32Array(count);
    for (let i = 1, at = 0; i < this.text.length; i++) if (this.#isMark(i)) marks[at++] = i;
    return marks;
  }

  #isMark(i: number): boolean {
    return this.#small[i] === 1 && this.#small[i - 1] === 0;
  }

  /** Puts all suffixes in order, given marks in order; marks in any order bring the marked pieces of text in order. */
  #induce(marks: Int32Array): void {
    const { text } = this;
    const order = this.#order.fill(NONE);
    const small = this.#small;
    let free = this.#smallStarts.slice();
    for (const mark of marks) order[free[text[mark]!]!++] = mark;
    free = this.#starts.slice();
    const last = text.length - 1;
    order[free[text[last]!]!++] = last;
    for (let i = 0; i <= last; i++) {
      const before = order[i]! - 1;
      if (before >= 0 && small[before] === 0) order[free[text[before]!]!++] = before;
    }
    free = this.#starts.slice();
    for (let i = last; i >= 0; i--) {
      const before = order[i]! - 1;
      if (before >= 0 && small[before] === 1) order[--free[text[before]! + 1]!] = before;
    }
  }

  /** The marks in the order of their suffixes. The order of all is that of marked pieces now. */
  #sortMarks(marks: Int32Array): Int32Array {
    const indexOf = new Int32Array(this.text.length).fill(NONE);
    for (let i = 0; i < marks.length; i++) indexOf[marks[i]!] = i;
    const names = new Int32Array(marks.length);
    let name = 0;
    let previous = NONE;
    for (const suffix of this.#order) {
      const index = indexOf[suffix]!;
      if (index === NONE) continue;
      if (previous !== NONE && !this.#isSamePiece(marks, previous, index)) name++;
      names[index] = name;
      previous = index;
    }
    return sortSuffixes(names, name + 1).map((index) => marks[index]!);
  }

  /** Whether the pieces from two marks to those after them are equal. The last piece is like no other. */
  #isSamePiece(marks: Int32Array, a: number, b: number): boolean {
    if (a === marks.length - 1 || b === marks.length - 1) return false;
    const length = marks[a + 1]! - marks[a]!;
    if (marks[b + 1]! - marks[b]! !== length) return false;
    for (let i = 0; i <= length; i++) if (this.text[marks[a]! + i] !== this.text[marks[b]! + i]) return false;
    return true;
  }
}
