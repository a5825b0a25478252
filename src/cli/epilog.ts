const COMMON_STATUSES: readonly [status: string, meaning: string][] = [
  ["0", "all is well"],
  ["1", "there were warnings; the work was done otherwise"],
  ["2", "there was an error; see the message"],
  ["128+N", "ended by signal N"],
];

const MODERN = "With BORG_EXIT_CODES=modern, 3 to 99 tell errors apart and 100 to 127 warnings.";

/** The end of a command's help: what it does, and its exit statuses, with those that are special to it. */
export function epilog(text: string, special: Readonly<Record<string, string>> = {}): string {
  const rows = [...COMMON_STATUSES.filter(([status]) => !(status in special)), ...Object.entries(special)];
  const statuses = rows.sort(([a], [b]) => Number.parseInt(a) - Number.parseInt(b))
    .map(([status, meaning]) => `  ${status.padEnd(7)}${meaning}`);
  return `${text.trim()}\n\nExit status:\n${statuses.join("\n")}\n\n${MODERN}`;
}
