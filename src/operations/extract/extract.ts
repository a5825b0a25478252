import type { Item } from "../../archive/item.ts";
import { BorgError } from "../../errors.ts";
import { fileType } from "../../platform/file_type.ts";
import { yieldToLoop } from "../../platform/signals.ts";
import type { PatternMatcher } from "../../selection/matcher.ts";
import { type ChunkReader } from "../chunk_reader.ts";
import { IncludePatternNeverMatched, isObjectProblem } from "../problems.ts";
import type { Reporter, Steps } from "../reporter.ts";
import { HardLinks, isHardLinkMaster, isHardLinkSlave } from "./hard_links.ts";
import { type Step, StepQueue } from "./queue.ts";
import { stripComponents } from "./strip.ts";
import type { Target } from "./target.ts";

export interface ExtractOptions {
  readonly matcher: PatternMatcher;
  /** Leading path components that are dropped; items with no more than that are left out. */
  readonly stripComponents: number;
  /** Whether part items and not just whole files are wanted. */
  readonly considerParts: boolean;
  /** List items by their paths in the archive, even if components are dropped. Default false. */
  readonly listsWholePaths?: boolean;
}

/** Takes items out of an archive, one after the other, whatever the target makes of them. */
export class Extraction {
  readonly #steps: StepQueue;
  readonly #links: HardLinks;
  /** Directories whose attributes are set once their contents are there. */
  readonly #directories: Item[] = [];

  constructor(
    reader: ChunkReader,
    private readonly target: Target,
    private readonly options: ExtractOptions,
    private readonly reporter: Reporter,
    /** Throws when the run is to stop. */
    private readonly checkAbort: () => void,
    /** Counts the bytes of contents that have been extracted. */
    private readonly progress?: Steps,
  ) {
    this.#steps = new StepQueue(reader);
    this.#links = new HardLinks(options.stripComponents);
  }

  /** Extracts what of the items is wanted. */
  async run(batches: AsyncIterable<readonly Item[]>): Promise<void> {
    for await (const batch of batches) {
      for (const item of batch) {
        this.checkAbort();
        const added = this.#item(item);
        if (added) await added;
      }
      await yieldToLoop();
    }
    await this.#leave("");
    await this.#steps.drain();
    this.progress?.finish();
    for (const pattern of this.options.matcher.unmatchedIncludes()) {
      this.reporter.warning(new IncludePatternNeverMatched(pattern));
    }
  }

  #item(item: Item): void | Promise<void> {
    if (item.part !== undefined && !this.options.considerParts) return;
    const path = this.#wantedPath(item);
    if (path === undefined) {
      if (isHardLinkMaster(item)) this.#links.skip(item);
      return;
    }
    const left = this.#leave(path);
    return left ? left.then(() => this.#enter(item, path)) : this.#enter(item, path);
  }

  #enter(item: Item, path: string): void | Promise<void> {
    const wanted = isHardLinkSlave(item) ? this.#links.resolve(item, path) : at(path, item);
    if (fileType(item.mode) === "directory") this.#directories.push(wanted);
    const announce = () => this.reporter.listed(this.#listedPath(item, path));
    return this.#steps.add(this.#guarded(this.target.step(wanted), wanted, announce));
  }

  #listedPath(item: Item, path: string): string {
    return this.options.listsWholePaths === true ? item.path : path;
  }

  #wantedPath(item: Item): string | undefined {
    if (this.options.matcher.match(item.path).verdict === "exclude") return undefined;
    return stripComponents(item.path, this.options.stripComponents);
  }

  /** Completes the directories that `path` is not in. */
  #leave(path: string): void | Promise<void> {
    for (let last = this.#directories.at(-1); last && !isInside(path, last.path); last = this.#directories.at(-1)) {
      this.#directories.pop();
      const completed = this.#steps.add(this.#guarded(this.target.complete(last), last));
      if (completed) return completed.then(() => this.#leave(path));
    }
  }

  /** A step whose problems become warnings about the item; errors of the archive are errors and leave the item incomplete. */
  #guarded(step: Omit<Step, "fail">, { path, size = 0 }: Item, announce = () => {}): Step {
    let done = 0;
    return {
      chunks: step.chunks,
      begin: () => {
        announce();
        return step.begin();
      },
      write: (plaintext) => {
        this.checkAbort();
        this.progress?.advance(plaintext.length, path);
        this.reporter.working(path, done += plaintext.length, size);
        return step.write(plaintext);
      },
      end: () => step.end(),
      fail: (error) => {
        this.target.abandon();
        if (isDamage(error)) return this.reporter.error(error, path);
        if (!isObjectProblem(error)) throw error;
        this.reporter.warning(error, path);
      },
    };
  }
}

/** Whether the error says that the archive itself is damaged, which is worse than a problem with a file. */
function isDamage(error: unknown): error is BorgError {
  return error instanceof BorgError &&
    ["IntegrityError", "DecompressionError", "Repository.ObjectNotFound"].includes(error.code);
}

function at(path: string, item: Item): Item {
  return path === item.path ? item : { ...item, path };
}

function isInside(path: string, directory: string): boolean {
  return path !== "" && (directory === "." || path.startsWith(`${directory}/`));
}
