/** An old spelling that still works. */
interface Deprecation {
  /** Where the parser puts it. */
  readonly dest: string;
  readonly option: string;
  /** The option that it stands for; undefined when there is nothing left to do. */
  readonly replacement: string | undefined;
  readonly advice: string;
}

const DEPRECATIONS: readonly Deprecation[] = [
  row("deprecatedNumericOwner", "--numeric-owner", "numericIds", ". Use --numeric-ids instead."),
  row("deprecatedNobsdflags", "--nobsdflags", "noflags", ". Use --noflags instead."),
  row("deprecatedNoatime", "--noatime", undefined, " because it is the default now."),
  row("deprecatedSort", "--sort", "sortBy", ". Use --sort-by=path instead."),
  row("deprecatedRemoteRatelimit", "--remote-ratelimit", "uploadRatelimit", ". Use --upload-ratelimit instead."),
  row("deprecatedRemoteBuffer", "--remote-buffer", "uploadBuffer", ". Use --upload-buffer instead."),
  row("prefix", "--prefix", "prefix", ". Use --glob-archives 'yourprefix*' (-a) instead."),
];

function row(dest: string, option: string, replacement: string | undefined, advice: string): Deprecation {
  return { dest, option, replacement, advice };
}

/**
 * Moves the values of deprecated options to where they belong; returns a warning for each that was given, in the order of
 * the command line.
 */
export function resolveDeprecations(options: Record<string, unknown>, argv: readonly string[]): string[] {
  const given = DEPRECATIONS.filter(({ dest, replacement }) => {
    const value = options[dest];
    if (dest !== replacement) delete options[dest];
    if (value === undefined || value === false) return false;
    if (replacement !== undefined) options[replacement] = value;
    return true;
  });
  const inOrder = given.sort((a, b) => positionOf(a, argv) - positionOf(b, argv));
  return inOrder.map(({ option, advice }) => `Warning: "${option}" has been deprecated${advice}`);
}

/** Where an option stands, perhaps abbreviated, perhaps with its value. */
function positionOf({ option }: Deprecation, argv: readonly string[]): number {
  const short = option === "--prefix" ? "-P" : option;
  return argv.findIndex((word) => {
    const name = word.split("=")[0]!;
    return name.startsWith("--") ? name.length > 2 && option.startsWith(name) : word.startsWith(short);
  });
}
