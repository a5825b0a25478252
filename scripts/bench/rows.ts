import { cpSync, existsSync, rmSync } from "node:fs";
import { basename } from "node:path";
import type { Contestant } from "./contestant.ts";
import { copyFromMount } from "./copy_from_mount.ts";
import { type Command, measure } from "./measure.ts";
import { warm } from "./warm.ts";

/** The data that all rows work on. */
export interface Material {
  /** Folder that holds one big file. */
  readonly image: string;
  /** The same with a hundredth of its blocks changed, and three insertions. */
  readonly changedImage: string;
  /** Folder of many small files. */
  readonly files: string;
  /** A folder of this machine as it is. */
  readonly tree: string;
  /** A repository of many archives. */
  readonly history: History;
}

export interface History {
  readonly path: string;
  readonly archives: number;
}

/** One job to time. Rows run in order, and later ones use the repositories that earlier ones filled. */
export interface Row {
  readonly name: string;
  /** Gets everything ready, untimed, and names the command to time. */
  prepare(contestant: Contestant, round: number): Command | Promise<Command>;
}

export function listRows({ image, changedImage, files, tree, history }: Material): Row[] {
  return [
    { name: "--version", prepare: (contestant) => contestant.command(["--version"]) },
    firstCreate("create image, none/none", "image-none", "none", "none", image),
    firstCreate("create image, repokey-blake2/lz4", "image", "repokey-blake2", "lz4", image),
    firstCreate("create image, repokey/zstd,3", "image-zstd", "repokey", "zstd,3", image),
    firstCreate("create image, repokey/auto,zlib,6", "image-zlib", "repokey", "auto,zlib,6", image),
    nextCreate("create image, changed", "image", changedImage),
    firstCreate("create tree, repokey-blake2/lz4", "tree", "repokey-blake2", "lz4", tree),
    firstCreate("create tree, repokey-blake2/lzma,1", "tree-lzma", "repokey-blake2", "lzma,1", tree),
    firstCreate("create small files, first time", "files", "repokey-blake2", "lz4", files),
    nextCreate("create small files, unchanged", "files", files),
    nextCreate("create small files, no files cache", "files", files, ["--files-cache=disabled"]),
    extract("extract image", "image"),
    extract("extract small files", "files"),
    simple("extract --stdout, zstd", "image-zstd", (repository) => ["extract", "--stdout", `${repository}::first`]),
    simple("list small files", "files", (repository) => ["list", `${repository}::first`]),
    simple("diff small files", "files", (repository) => ["diff", `${repository}::first`, "files-0"]),
    simple("export-tar small files", "files", (repository) => ["export-tar", `${repository}::first`, "-"]),
    rebuild("rebuild the cache, small files", "files"),
    simple("check, small files", "files", (repository) => ["check", repository]),
    simple("check, image", "image", (repository) => ["check", repository]),
    simple("check --verify-data, image", "image", (repository) => ["check", "--verify-data", repository]),
    deleteArchive("delete small files", files),
    prune(`prune of ${history.archives} archives`, history),
    compact("compact, image", image),
    recreate("recreate image from lz4 to zstd,3", image),
    ...(existsSync("/dev/fuse")
      ? [copyFromMount("cp -a image from mount", "image"), copyFromMount("cp -a small files from mount", "files")]
      : []),
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

function nextCreate(name: string, repository: string, folder: string, options: readonly string[] = []): Row {
  return {
    name,
    prepare(contestant, round) {
      warm(folder);
      const archive = `${contestant.repository(repository)}::${[basename(folder), ...options, round].join("-")}`;
      return contestant.command(["create", ...options, archive, "."], folder);
    },
  };
}

/** An archive of nothing, for which the cache has to be made first. */
function rebuild(name: string, repository: string): Row {
  return {
    name,
    async prepare(contestant, round) {
      const path = contestant.repository(repository);
      await measure(contestant.command(["delete", "--cache-only", path]));
      warm(path);
      return contestant.command(["create", `${path}::rebuilt-${round}`, "."], contestant.freshTarget());
    },
  };
}

/** The only archive of a repository. */
function deleteArchive(name: string, folder: string): Row {
  return {
    name,
    async prepare(contestant) {
      const path = await newRepository(contestant, "delete", folder);
      warm(path);
      return contestant.command(["delete", `${path}::first`]);
    },
  };
}

/** All but ten archives go. The repository is a copy of one that nobody knows, and the cache is in step with it. */
function prune(name: string, history: History): Row {
  return {
    name,
    async prepare(contestant, round) {
      const path = contestant.repository(`pruned-${round}`);
      rmSync(path, { recursive: true, force: true });
      cpSync(history.path, path, { recursive: true });
      const fresh = (args: readonly string[]) => contestant.apart(args, `pruned-${round}`);
      await measure({ ...fresh(["create", `${path}::last`, "."]), cwd: contestant.freshTarget() });
      return fresh(["prune", "--keep-last", "10", path]);
    },
  };
}

/** All of a repository is garbage. */
function compact(name: string, folder: string): Row {
  return {
    name,
    async prepare(contestant) {
      const path = await newRepository(contestant, "compact", folder);
      await measure(contestant.command(["delete", `${path}::first`]));
      warm(path);
      return contestant.command(["compact", path]);
    },
  };
}

function recreate(name: string, folder: string): Row {
  return {
    name,
    async prepare(contestant) {
      const path = await newRepository(contestant, "recreate", folder);
      warm(path);
      return contestant.command(["recreate", "-C", "zstd,3", "--recompress", "always", `${path}::first`]);
    },
  };
}

/** A repository with one archive, `first`, of the folder. */
async function newRepository(contestant: Contestant, name: string, folder: string): Promise<string> {
  await contestant.renew(name, "repokey-blake2");
  const path = contestant.repository(name);
  await measure(contestant.command(["create", "-C", "lz4", `${path}::first`, "."], folder));
  return path;
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
