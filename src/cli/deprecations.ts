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

/** Moves the values of deprecated options to where they belong; returns a warning for each that was given. */
export function resolveDeprecations(options: Record<string, unknown>): string[] {
  const warnings: string[] = [];
  for (const { dest, option, replacement, advice } of DEPRECATIONS) {
    const value = options[dest];
    if (dest !== replacement) delete options[dest];
    if (value === undefined || value === false) continue;
    if (replacement !== undefined) options[replacement] = value;
    warnings.push(`Warning: "${option}" has been deprecated${advice}`);
  }
  return warnings;
}
