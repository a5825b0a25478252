/** An operating system and a processor that an executable is for. */
export interface Target {
  /** As in the executable's file name. */
  readonly name: string;
  readonly format: "ELF" | "Mach-O";
  readonly machine: "x64" | "arm64";
  /** What loads the program on Linux and FreeBSD. */
  readonly interpreter: RegExp | undefined;
}

const GLIBC = /ld-linux/;
const MUSL = /ld-musl/;
const FREEBSD = /ld-elf/;

/** Bun's `-baseline` targets are left out: since 1.4 they have the same base as those without. */
export const TARGETS: readonly Target[] = [
  elf("linux-x64", "x64", GLIBC),
  elf("linux-x64-musl", "x64", MUSL),
  elf("linux-arm64", "arm64", GLIBC),
  elf("linux-arm64-musl", "arm64", MUSL),
  machO("darwin-x64", "x64"),
  machO("darwin-arm64", "arm64"),
  elf("freebsd-x64", "x64", FREEBSD),
  elf("freebsd-arm64", "arm64", FREEBSD),
];

function elf(name: string, machine: Target["machine"], interpreter: RegExp): Target {
  return { name, format: "ELF", machine, interpreter };
}

function machO(name: string, machine: Target["machine"]): Target {
  return { name, format: "Mach-O", machine, interpreter: undefined };
}

/** The targets that the words name; all of them when there are none. Throws RangeError. */
export function chooseTargets(words: readonly string[]): readonly Target[] {
  const unknown = words.find((word) => !TARGETS.some(({ name }) => name === word));
  if (unknown !== undefined) {
    throw new RangeError(`no target ${unknown}; there are ${TARGETS.map(({ name }) => name).join(", ")}`);
  }
  return words.length === 0 ? TARGETS : TARGETS.filter(({ name }) => words.includes(name));
}

export function fileNameOf({ name }: Target): string {
  return `borg-${name}`;
}
