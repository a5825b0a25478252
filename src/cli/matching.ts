import { PatternMatcher } from "../selection/matcher.ts";
import type { ExclusionOptions } from "./options/exclusions.ts";

/** The matcher of a command that reads an archive. */
export function matcherForArchive({ patterns, paths }: ExclusionOptions & { readonly paths: readonly string[] }) {
  return PatternMatcher.forArchive(patterns.flatMap(({ rules }) => [...rules]), paths);
}

/** The matcher of a command that reads files, and the roots that pattern files name. */
export function matcherForFiles({ patterns }: ExclusionOptions): { matcher: PatternMatcher; roots: string[] } {
  const matcher = new PatternMatcher(true);
  matcher.addPatterns(patterns.flatMap(({ rules }) => [...rules]));
  return { matcher, roots: patterns.flatMap(({ roots }) => [...roots]) };
}
