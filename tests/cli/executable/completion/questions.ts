/** The beginning of a command line, and all that a shell may offer to finish its last word. */
export interface Question {
  readonly line: string;
  /** What of the last word a shell may repeat before each answer. */
  readonly stem?: string;
  readonly answers: readonly string[];
}

const MODES = ["mtime,size", "mtime,size,inode"];

/** Asked in a folder that holds the folder `repository` and the file `notes`. */
export const QUESTIONS: readonly Question[] = [
  { line: "borg cre", answers: ["create"] },
  { line: "borg key ex", answers: ["export", "export-related-secrets"] },
  { line: "borg --info key change", answers: ["change-passphrase"] },
  { line: "borg create --fil", answers: ["--files-cache", "--files-changed", "--filter"] },
  { line: "borg prune --lock", answers: ["--lock-wait"] },
  { line: "borg create --files-cache mt", answers: MODES },
  { line: "borg create --files-cache=mt", stem: "--files-cache=", answers: MODES },
  { line: "borg create --files-changed d", answers: ["disabled"] },
  { line: "borg init -e repokey", answers: ["repokey", "repokey-blake2"] },
  { line: "borg recreate --recompress if", answers: ["if-different"] },
  { line: "borg --rsh ssh create -C auto,l", answers: ["auto,lz4", "auto,lzma"] },
  { line: "borg list --sort-by name,t", stem: "name,", answers: ["timestamp"] },
  { line: "borg diff --sort-by size_", answers: ["size_added", "size_diff", "size_removed"] },
  { line: "borg list --rsh builtin:s", stem: "builtin:", answers: ["ssh"] },
  { line: "borg help pl", answers: ["placeholders"] },
  { line: "borg config repository app", answers: ["append_only"] },
  { line: "borg completion ", answers: ["bash", "fish", "zsh"] },
  { line: "borg create repos", answers: ["repository"] },
  { line: "borg create repository::monday no", answers: ["notes"] },
  { line: "borg list --patterns-from no", answers: ["notes"] },
];
