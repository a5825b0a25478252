import type { Item } from "../../archive/item.ts";
import type { Objects } from "../../archive/objects.ts";
import { fileType } from "../../platform/file_type.ts";
import type { Pattern } from "../../selection/pattern.ts";
import type { PatternRule } from "../../selection/pattern_file.ts";
import { CACHE_SIGNATURE, CACHE_TAG, type TagRules } from "../create/tags.ts";

/** Finds the directories in an archive that tags keep out of it. `isWanted`: what is left out anyway has no say. */
export async function findTagged(
  objects: Objects,
  batches: AsyncIterable<readonly Item[]>,
  { caches, names }: TagRules,
  isWanted: (item: Item) => boolean,
): Promise<Tagged> {
  const tagged = new Tagged();
  if (!caches && names.length === 0) return tagged;
  for await (const batch of batches) {
    for (const item of batch) {
      const [directory, name] = split(item.path);
      const isTag = names.includes(name) || (caches && name === CACHE_TAG && await isCacheTag(objects, item));
      if (isTag && isWanted(item)) tagged.add(directory, item.path);
    }
  }
  return tagged;
}

/** Directories that have tags, and the tags. */
export class Tagged {
  readonly #directories = new Set<string>();
  readonly #tags = new Set<string>();

  add(directory: string, tag: string): void {
    this.#directories.add(directory);
    this.#tags.add(tag);
  }

  get isEmpty(): boolean {
    return this.#directories.size === 0;
  }

  /** To be asked after all other rules. @param keep whether the directories themselves and the tags stay */
  rules(keep: boolean): PatternRule[] {
    const kept = pattern((path) => this.#tags.has(path) || this.#directories.has(path));
    const all = pattern((path) => this.#isInside(path));
    const exclude: PatternRule = { pattern: all, verdict: "exclude", recurse: false };
    return keep ? [{ pattern: kept, verdict: "include", recurse: true }, exclude] : [exclude];
  }

  #isInside(path: string): boolean {
    for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) {
      if (this.#directories.has(path.slice(0, end))) return true;
    }
    return false;
  }
}

function pattern(matches: (path: string) => boolean): Pattern {
  return { style: "pp", text: "", matches };
}

function split(path: string): [directory: string, name: string] {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? ["", path] : [path.slice(0, slash), path.slice(slash + 1)];
}

async function isCacheTag(objects: Objects, { mode, chunks }: Item): Promise<boolean> {
  const first = chunks?.[0];
  if (fileType(mode) !== "file" || !first) return false;
  const start = (await objects.read(first.id)).subarray(0, CACHE_SIGNATURE.length);
  return new TextDecoder("latin1").decode(start) === CACHE_SIGNATURE;
}
