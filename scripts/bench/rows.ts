import { spawnSync } from "node:child_process";
import type { Contestant } from "./contestant.ts";
import type { Command } from "./measure.ts";

/** The data that all rows work on. */
export interface Material {
  /** Folder that holds one big file. */
  readonly image: string;
  /** Folder of many small files. */
  readonly files: string;
  /** A folder of this machine as it is. */
  readonly tree: string;
}

/** One job to time. Rows run in order, and later ones use the repositories that earlier ones filled. */
export interface Row {
  readonly name: string;
  /** Gets everything ready, untimed, and names the command to time. */
  prepare(contestant: Contestant, round: number): Command | Promise<Command>;
}

export function listRows({ image, files, tree }: Material): Row[] {
  return [
    { name: "--version", prepare: (contestant) => contestant.command(["--version"]) },
    firstCreate("create image, none/none", "image-none", "none", "none", image),
    firstCreate("create image, repokey-blake2/lz4", "image", "repokey-blake2", "lz4", image),
    firstCreate("create image, repokey/zstd,3", "image-zstd", "repokey", "zstd,3", image),
    firstCreate("create tree, repokey-blake2/lz4", "tree", "repokey-blake2", "lz4", tree),
    firstCreate("create small files, first time", "files", "repokey-blake2", "lz4", files),
    nextCreate("create small files, unchanged", "files", files),
    extract("extract image", "image"),
    extract("extract small files", "files"),
    simple("list small files", "files", (repository) => ["list", `${repository}::first`]),
    simple("check, small files", "files", (repository) => ["check", repository]),
    simple("check, image", "image", (repository) => ["check", repository]),
    simple("check --verify-data, image", "image", (repository) => ["check", "--verify-data", repository]),
  ];
}

function firstCreate(name: string, repository: string, encryption: string, compression: string, folder: string): Row {
  return {
    name,
    async prepare(contestant) {
      await contestant.renew(repository, encryption);
      warm(folder);
      const archive = `${contestant.repository(repository)}::first`;
      return contestant.command(["create", "-C", compression, archive, "."], folder);
    },
  };
}

function nextCreate(name: string, repository: string, folder: string): Row {
  return {
    name,
    prepare(contestant, round) {
      warm(folder);
      return contestant.command(["create", `${contestant.repository(repository)}::again-${round}`, "."], folder);
    },
  };
}

function extract(name: string, repository: string): Row {
  return {
    name,
    prepare(contestant) {
      warm(contestant.repository(repository));
      return contestant.command(["extract", `${contestant.repository(repository)}::first`], contestant.freshTarget());
    },
  };
}

function simple(name: string, repository: string, args: (path: string) => string[]): Row {
  return {
    name,
    prepare(contestant) {
      warm(contestant.repository(repository));
      return contestant.command(args(contestant.repository(repository)));
    },
  };
}

/**
 * Reads everything in a folder, so that it lies in the page cache. Backup programs push out what they have read, each in its
 * own way: without this, one of them is timed with the disk and the other without.
 */
function warm(folder: string): void {
  spawnSync("sh", ["-c", "find . -xdev -type f -exec cat {} + > /dev/null"], { cwd: folder });
}
