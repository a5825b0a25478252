import { Buffer } from "node:buffer";
import { equal } from "../../encoding/bytes.ts";
import { encodeText } from "../../encoding/path.ts";
import { Lock } from "../lock.ts";
import { absolutePath, parentPath } from "../paths.ts";
import { interpretConfig, readConfig } from "./config.ts";
import { isRepository, README } from "./creation.ts";
import { writeDurably } from "./durable.ts";
import { ATTIC_MAGIC, SEGMENT_MAGIC } from "./entry.ts";
import { type FileLayer, readWhole } from "./files.ts";
import { type AccessOptions, createLock, demandRepository } from "./local_repository.ts";
import { nodeFiles } from "./node_files.ts";
import { Segments } from "./segments.ts";

/** The first bytes of a kind of file, in Attic and in BorgBackup. */
interface Magic {
  readonly old: Uint8Array;
  readonly new: Uint8Array;
}

const MAGIC_LENGTH = 8;
const SEGMENT: Magic = { old: ATTIC_MAGIC, new: SEGMENT_MAGIC };
const INDEX: Magic = { old: Buffer.from("ATTICIDX", "latin1"), new: Buffer.from("BORG_IDX", "latin1") };

/** One thing to do on the way from a repository of Attic to one of BorgBackup (format reference 16). */
export type RepositoryStep =
  /** A copy of the whole repository, made of hard links. */
  | { readonly kind: "backup"; readonly path: string }
  | { readonly kind: "index"; readonly path: string }
  | { readonly kind: "segments"; readonly numbers: readonly number[] }
  | { readonly kind: "readme"; readonly path: string };

/**
 * A repository that may be Attic's, under an exclusive lock. Entries, index and configuration are the same in both programs;
 * what differs is the first bytes of the files. The newest segment, by which a repository is known as Attic's, is
 * converted last of all segments: what was interrupted can be begun again.
 */
export class ConvertibleRepository {
  readonly #segments: Segments;

  private constructor(
    private readonly files: FileLayer,
    /** Absolute. */
    readonly path: string,
    private readonly lock: Lock,
  ) {
    const { segmentsPerDirectory } = interpretConfig(readConfig(files, path), path);
    this.#segments = new Segments(files, path, segmentsPerDirectory);
  }

  /** Throws DoesNotExist, InvalidRepository, InvalidRepositoryConfig, LockTimeout, LockFailed. */
  static async open(path: string, options: AccessOptions): Promise<ConvertibleRepository> {
    const { files = nodeFiles } = options;
    const root = absolutePath(path);
    demandRepository(files, root);
    const lock = createLock(root, { ...options, lock: "exclusive" });
    await lock.acquire();
    try {
      return new ConvertibleRepository(files, root, lock);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  get id(): Uint8Array {
    return interpretConfig(readConfig(this.files, this.path), this.path).id;
  }

  /**
   * What is to be done, in this order; nothing in a repository that is all BorgBackup's.
   *
   * @param backupPath where a copy goes before anything is changed; undefined = nowhere
   */
  plan(backupPath: string | undefined): RepositoryStep[] {
    const steps: RepositoryStep[] = this.#indexFiles().map((path) => ({ kind: "index", path }));
    const numbers = this.#segments.numbers().filter((number) => this.#isOldSegment(number));
    if (numbers.length > 0) steps.push({ kind: "segments", numbers });
    if (!isRepository(this.files, this.path)) steps.push({ kind: "readme", path: `${this.path}/README` });
    if (steps.length > 0 && backupPath !== undefined) steps.unshift({ kind: "backup", path: backupPath });
    return steps;
  }

  /** Does one of the things of a plan. `visit` is called before each segment and may throw to stop there. */
  async execute(step: RepositoryStep, visit: () => Promise<void>): Promise<void> {
    switch (step.kind) {
      case "backup":
        return this.#backUp(step.path);
      case "index":
        return replaceMagic(this.files, step.path, INDEX);
      case "readme":
        return writeDurably(this.files, step.path, encodeText(README));
      case "segments":
        for (const number of step.numbers) {
          await visit();
          replaceMagic(this.files, this.#segments.pathOf(number), SEGMENT);
        }
    }
  }

  async close(): Promise<void> {
    await this.lock.release();
  }

  #isOldSegment(number: number): boolean {
    return this.#segments.exists(number) && isOld(SEGMENT, this.#segments.magic(number));
  }

  #indexFiles(): string[] {
    return this.files.list(this.path)
      .filter((name) => /^index\.[0-9]+$/.test(name))
      .map((name) => `${this.path}/${name}`)
      .filter((path) => isOld(INDEX, readMagic(this.files, path)));
  }

  /** Half a copy is none: it is removed when something fails. */
  #backUp(path: string): void {
    this.files.makeDirectory(path);
    try {
      linkTree(this.files, this.path, path, (name) => !/^lock\./.test(name));
    } catch (error) {
      this.files.removeTree(path);
      throw error;
    }
    this.files.syncDirectory(parentPath(path));
  }
}

function linkTree(files: FileLayer, from: string, to: string, wanted: (name: string) => boolean = () => true): void {
  for (const name of files.list(from).filter(wanted)) {
    const [source, target] = [`${from}/${name}`, `${to}/${name}`];
    if (!files.status(source)?.directory) files.link(source, target);
    else {
      files.makeDirectory(target);
      linkTree(files, source, target);
    }
  }
  files.syncDirectory(to);
}

function readMagic(files: FileLayer, path: string): Uint8Array {
  const handle = files.open(path, "read");
  try {
    const magic = new Uint8Array(MAGIC_LENGTH);
    return magic.subarray(0, files.read(handle, magic, 0));
  } finally {
    files.close(handle);
  }
}

/** Whether a file begins as Attic's do, or as one whose conversion did not get to its end. */
function isOld(magic: Magic, found: Uint8Array): boolean {
  return found.length === MAGIC_LENGTH && !equal(found, magic.new) &&
    found.every((byte, i) => byte === magic.old[i] || byte === magic.new[i]);
}

/** Gives a file the new magic, durably. A file that has other names, maybe in a copy, is left as it is under these. */
function replaceMagic(files: FileLayer, path: string, magic: Magic): void {
  if (!isOld(magic, readMagic(files, path))) return;
  if (files.status(path)!.links > 1) {
    return writeDurably(files, path, magic.new, readWhole(files, path).subarray(MAGIC_LENGTH));
  }
  const handle = files.open(path, "update");
  try {
    files.write(handle, [magic.new], 0);
    files.sync(handle);
  } finally {
    files.close(handle);
  }
}
