import { createArchive } from "../../src/operations/create/create.ts";
import { DEFAULT_FILES_CACHE_MODE } from "../../src/cache/files_cache_mode.ts";
import { checkArchives, type CheckResult } from "../../src/operations/check/check.ts";
import { compactRepository } from "../../src/operations/compact.ts";
import { deleteArchives } from "../../src/operations/delete/delete_archives.ts";
import type { Host } from "../../src/operations/host.ts";
import { initRepository } from "../../src/operations/init.ts";
import { type Cached, withCache, withRepository } from "../../src/operations/opening.ts";
import { planPrune, pruneCandidates } from "../../src/operations/prune/plan.ts";
import { planRecreation, recreateArchive } from "../../src/operations/recreate/recreate_archive.ts";
import type { RecreateOptions } from "../../src/operations/recreate/recreation.ts";
import { renameArchive } from "../../src/operations/rename.ts";
import { parseExclude } from "../../src/selection/pattern_file.ts";
import type { ModeName } from "../../src/crypto/modes.ts";
import { RecordingReporter } from "../operations/recording_reporter.ts";
import { bytes } from "../repository/scratch.ts";
import { LOCATION } from "./machine.ts";

const OPENING = { lock: "exclusive", lockWait: 0, features: [] } as const;
const CHUNKER = { algorithm: "fixed", blockSize: 700, headerSize: 0 } as const;
const NO_COUNTS = {
  secondly: 0,
  minutely: 0,
  hourly: 0,
  daily: 0,
  weekly: 0,
  monthly: 0,
  quarterly_13weekly: 0,
  quarterly_3monthly: 0,
  yearly: 0,
};

/** The commands of a user, on this machine's repository, as one process each. */
export function init(host: Host, mode: ModeName = "none"): Promise<unknown> {
  return initRepository(host, LOCATION, {
    mode,
    appendOnly: false,
    storageQuota: undefined,
    makeParentDirs: false,
    related: undefined,
    lockWait: 0,
  });
}

/** Archives a file for each of `seeds`, of so many bytes, with a checkpoint every so many seconds of the host's clock. */
export function create(host: Host, name: string, seeds: readonly number[], checkpointInterval = 0): Promise<void> {
  return cached(host, async (open) => {
    const reporter = new RecordingReporter();
    const description = { name, comment: "", cmdline: ["borg"], hostname: "h", username: "u", timestamp: undefined };
    await createArchive(
      host,
      open,
      {
        description,
        compression: { name: "none" },
        chunkerParams: CHUNKER,
        checkpointInterval,
        filesCache: DEFAULT_FILES_CACHE_MODE,
        sparse: false,
        files: { readSpecial: false, filesChanged: "ctime", cwd: "/" },
        metadata: {
          numericIds: true,
          atime: false,
          ctime: false,
          birthtime: false,
          flags: false,
          acls: false,
          xattrs: false,
        },
      },
      reporter,
      async ({ stream }) => {
        for (const seed of seeds) {
          await stream({ name: `file${seed}`, user: "root", group: "root", mode: 0o600 }, readBytes(bytes(1800, seed)));
        }
      },
    );
  });
}

function readBytes(content: Uint8Array): (target: Uint8Array) => number {
  let done = 0;
  return (target) => {
    const piece = content.subarray(done, done + target.length);
    target.set(piece);
    done += piece.length;
    return piece.length;
  };
}

export function remove(host: Host, names: readonly string[], checkpointInterval = 0): Promise<void> {
  return cached(host, async (open) => {
    const turns = { next: () => {}, end: () => {} };
    await deleteArchives(host, open, names, { force: false, checkpointInterval }, new RecordingReporter(), turns);
  });
}

/** Keeps the newest archive alone. */
export function prune(host: Host): Promise<void> {
  return cached(host, async (open) => {
    const steps = planPrune(pruneCandidates(open.manifest, undefined), {
      within: undefined,
      counts: { ...NO_COUNTS, secondly: 1 },
    }, host.now());
    const names = steps.filter(({ verdict }) => verdict.kind === "prune").map(({ archive }) => archive.name);
    const turns = { next: () => {}, end: () => {} };
    await deleteArchives(host, open, names, { force: false, checkpointInterval: 0 }, new RecordingReporter(), turns);
  });
}

export function compact(host: Host): Promise<void> {
  return compactRepository(host, LOCATION, 0, { threshold: 0, cleanupCommits: true });
}

/** Leaves a file out, and compresses the rest anew. */
export function recreate(host: Host, name: string, without: string): Promise<void> {
  return cached(host, async (open) => {
    const options: RecreateOptions = {
      target: undefined,
      comment: "made anew",
      timestamp: undefined,
      chunkerParams: undefined,
      compression: { name: "zlib", level: 6 },
      recompress: "always",
      checkpointInterval: 3,
      considerParts: false,
      cmdline: ["borg"],
      hostname: "h",
      username: "u",
    };
    const selection = { rules: [parseExclude(without)], paths: [], tags: { caches: false, names: [], keep: false } };
    const plan = await planRecreation(host, open, name, selection, options);
    await recreateArchive(host, open, plan, options, new RecordingReporter());
  });
}

export function rename(host: Host, name: string, newName: string): Promise<void> {
  return cached(host, (open) => renameArchive(host, open, name, newName));
}

export interface Findings {
  readonly store: boolean;
  readonly archives: CheckResult;
}

/** Checks everything, of every object the contents. Gives what the check of the store found, and that of the archives. */
export function check(host: Host, repair = false, verifyData = false): Promise<Findings> {
  return withRepository(host, LOCATION, OPENING, async (repository) => {
    const store = await repository.check({ repair });
    const options = { verifyData, selection: {}, repair };
    const archives = await checkArchives(host, LOCATION, repository, options, new RecordingReporter());
    return { store, archives };
  });
}

export function cached<T>(host: Host, use: (open: Cached) => Promise<T>): Promise<T> {
  return withCache(host, LOCATION, OPENING, use);
}
