import { PatternMatcher } from "../selection/matcher.ts";
import type { PathOptions } from "./options/paths.ts";

/** The matcher of a command that reads an archive. */
export function matcherForArchive(options: PathOptions): PatternMatcher {
  return PatternMatcher.forArchive(options.patterns.flatMap(({ rules }) => [...rules]), pathsMeant(options));
}

/** What of an archive is meant: PATH arguments, or else the roots that patterns name. */
export function pathsMeant({ patterns, paths }: PathOptions): readonly string[] {
  return paths.length > 0 ? paths : patterns.flatMap(({ roots }) => [...roots]);
}

/** The matcher of a command that reads files, and the roots that pattern files name. */
export function matcherForFiles(
  { patterns }: Pick<PathOptions, "patterns">,
): { matcher: PatternMatcher; roots: string[] } {
  const matcher = new PatternMatcher(true);
  matcher.addPatterns(patterns.flatMap(({ rules }) => [...rules]));
  return { matcher, roots: patterns.flatMap(({ roots }) => [...roots]) };
}
