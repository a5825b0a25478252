import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { LogLevel, RepositoryListener, RepositoryMessages } from "../../src/repository/listener.ts";
import { LocalRepository, type OpenOptions } from "../../src/repository/local/local_repository.ts";
import type { CreationOptions } from "../../src/repository/local/creation.ts";
import type { FileLayer } from "../../src/repository/local/files.ts";
import { nodeFiles } from "../../src/repository/local/node_files.ts";

export const IDENTITY = { hostId: "tests@1", pid: process.pid };

/** The real file layer without its syncs, which take most of the time and change nothing that a test could see. */
export const unsyncedFiles: FileLayer = { ...nodeFiles, sync: () => {}, syncDirectory: () => {} };

/** A listener that remembers what it heard, but for what only matters when bugs are looked for. */
export class Recorder implements RepositoryListener {
  readonly messages: { level: LogLevel; message: keyof RepositoryMessages; data: readonly unknown[] }[] = [];
  readonly steps: string[] = [];

  log<M extends keyof RepositoryMessages>(level: LogLevel, message: M, ...data: RepositoryMessages[M]): void {
    if (level !== "debug") this.messages.push({ level, message, data });
  }

  progress(operation: string, current: number, total: number): void {
    this.steps.push(`${operation} ${current}/${total}`);
  }

  finished(operation: string): void {
    this.steps.push(`${operation} done`);
  }

  get names(): string[] {
    return this.messages.map(({ message }) => message);
  }
}

/** Runs `use` with a new directory, which is removed afterwards. */
export async function withScratch(use: (path: string) => void | Promise<void>): Promise<void> {
  const path = mkdtempSync(join(tmpdir(), "repository-"));
  try {
    await use(path);
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

export type Access = Partial<OpenOptions> & { listener?: Recorder };

export function accessOptions(options: Access = {}): OpenOptions {
  const listener = new Recorder();
  return { lock: "exclusive", lockWait: 0, identity: IDENTITY, listener, files: unsyncedFiles, ...options };
}

export function createLocal(path: string, options: Access & Partial<CreationOptions> = {}): Promise<LocalRepository> {
  const creation = { appendOnly: false, storageQuota: 0, makeParentDirs: false };
  return LocalRepository.create(path, { ...accessOptions(), ...creation, ...options });
}

/** Opens a repository for as long as `use` runs. */
export async function withLocal<T>(
  path: string,
  options: Access,
  use: (repository: LocalRepository) => Promise<T>,
): Promise<T> {
  const repository = await LocalRepository.open(path, accessOptions(options));
  try {
    return await use(repository);
  } finally {
    await repository.close();
  }
}

/** The id that stands for a number in tests. */
export function id(number: number): Uint8Array {
  return new Uint8Array(createHash("sha256").update(`id ${number}`).digest());
}

/** Bytes that depend on `seed` alone. */
export function bytes(length: number, seed = 0): Uint8Array {
  const content = new Uint8Array(length);
  let state = (seed + 1) * 2654435761;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    content[i] = state >>> 24;
  }
  return content;
}

/** Makes a repository whose segments are full after 300 bytes. */
export async function createSmall(path: string, access: Access = {}): Promise<void> {
  const repository = await createLocal(path, access);
  const config = repository.readConfig();
  config.set("repository", "max_segment_size", "300");
  config.set("repository", "segments_per_dir", "3");
  repository.writeConfig(config);
  await repository.close();
}
