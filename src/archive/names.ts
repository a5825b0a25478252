/** The longest archive name, in code points. */
export const MAX_NAME_LENGTH = 255;

const CHECKPOINT = ".checkpoint";
const RECREATE = ".recreate";

/** Why `name` cannot be an archive's name; undefined when it can (format reference 11.3). */
export function archiveNameProblem(name: string): string | undefined {
  if (name === "") return "archive names must not be empty";
  if (name.includes("/")) return "archive names must not contain a slash";
  if (name.includes("::")) return "archive names must not contain ::";
  if ([...name].length > MAX_NAME_LENGTH) return `archive names must not be longer than ${MAX_NAME_LENGTH} characters`;
  return undefined;
}

/** The first of `NAME.checkpoint`, `NAME.checkpoint.1`, … that is not taken (format reference 4.9). */
export function checkpointName(name: string, isTaken: (name: string) => boolean): string {
  let candidate = name + CHECKPOINT;
  for (let i = 1; isTaken(candidate); i++) candidate = `${name}${CHECKPOINT}.${i}`;
  return candidate;
}

/** Whether the name ends like a checkpoint's; what prune goes by. */
export function isCheckpoint(name: string): boolean {
  return /\.checkpoint(\.\d+)?$/.test(name);
}

/** Whether listings hide the name unless checkpoints are asked for. */
export function mentionsCheckpoint(name: string): boolean {
  return name.includes(CHECKPOINT);
}

/** Where `recreate` builds the new archive. */
export function recreateName(name: string): string {
  return name + RECREATE;
}

export function isRecreateTemporary(name: string): boolean {
  return name.endsWith(RECREATE);
}

/** The first of `NAME`, `NAME.1`, `NAME.2`, … that is not taken. */
export function unusedName(name: string, isTaken: (name: string) => boolean): string {
  let candidate = name;
  for (let i = 1; isTaken(candidate); i++) candidate = `${name}.${i}`;
  return candidate;
}

/** Path of the nth part, counted from 1, of a file that a checkpoint split. */
export function partPath(path: string, part: number): string {
  return `${path}.borg_part_${part}`;
}
