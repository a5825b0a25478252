const TYPES = new Map([
  [0o140000, "s"],
  [0o120000, "l"],
  [0o100000, "-"],
  [0o060000, "b"],
  [0o040000, "d"],
  [0o020000, "c"],
  [0o010000, "p"],
]);
const TYPE_MASK = 0o170000;

/** The letter of a file's type: `-`, `d`, `l`, `p`, `b`, `c`, `s`, or `?`. */
export function typeLetter(mode: number): string {
  return TYPES.get(mode & TYPE_MASK) ?? "?";
}

/** Type and permissions in ten characters, as `ls -l` shows them. */
export function modeText(mode: number): string {
  return typeLetter(mode) + triple(mode >> 6, (mode & 0o4000) !== 0, "s") +
    triple(mode >> 3, (mode & 0o2000) !== 0, "s") + triple(mode, (mode & 0o1000) !== 0, "t");
}

function triple(bits: number, special: boolean, letter: string): string {
  const executable = (bits & 1) !== 0;
  const last = special ? (executable ? letter : letter.toUpperCase()) : executable ? "x" : "-";
  return (bits & 4 ? "r" : "-") + (bits & 2 ? "w" : "-") + last;
}
