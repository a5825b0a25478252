import type { Item } from "../archive/item.ts";
import type { PatternMatcher } from "../selection/matcher.ts";
import type { AttributeOptions, Attributes } from "./attributes.ts";

/** Which items are shown and how. */
export interface View extends AttributeOptions {
  /** Patterns remember what they matched, so each archive gets its own. */
  readonly matcher: () => PatternMatcher;
  /** Leading path components that are dropped; items with no more than that are left out. */
  readonly stripComponents: number;
  /** Whether part items and not just whole files are shown. */
  readonly considerParts: boolean;
  /** What directories have that no item describes. */
  readonly directory: Attributes;
}

/**
 * Where an item is shown, as the names on the way; undefined when it is left out. An archive is not trusted: names that
 * would lead elsewhere are no names.
 */
export function componentsOf({ path }: Pick<Item, "path">, stripComponents: number): string[] | undefined {
  const all = path.split("/").filter((name) => name !== "" && name !== ".");
  if (all.includes("..")) return undefined;
  const components = all.slice(stripComponents);
  return components.length === 0 && stripComponents > 0 ? undefined : components;
}
