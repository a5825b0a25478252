import { normalizePath, parsePattern, type Pattern } from "./pattern.ts";
import type { PatternRule, Verdict } from "./pattern_file.ts";

/** What is to be done with a path, and whether to search it if it is a directory. */
export interface Match {
  readonly verdict: Verdict;
  readonly recurse: boolean;
}

/**
 * Decides which paths are meant (format reference 11.5): full path patterns first, of which the last one counts, then all
 * others in the order in which they were added, of which the first that matches counts.
 */
export class PatternMatcher {
  readonly #rules: PatternRule[] = [];
  readonly #fullPaths = new Map<string, Match>();
  /** Include paths that no path has matched yet. Full paths stay: BorgBackup does not count their matches either. */
  readonly #unmatched = new Set<Pattern>();
  readonly #fallback: Match;

  /** @param fallback whether paths are included that no pattern matches */
  constructor(fallback: boolean) {
    this.#fallback = { verdict: fallback ? "include" : "exclude", recurse: true };
  }

  /** The matcher of a command that reads an archive: all is included unless there are PATH arguments. */
  static forArchive(rules: readonly PatternRule[], paths: readonly string[]): PatternMatcher {
    const matcher = new PatternMatcher(paths.length === 0);
    matcher.addPatterns(rules);
    matcher.addIncludePaths(paths);
    return matcher;
  }

  addPatterns(rules: Iterable<PatternRule>): void {
    for (const rule of rules) {
      const { fullPath } = rule.pattern;
      if (fullPath === undefined) this.#rules.push(rule);
      else this.#fullPaths.set(fullPath, rule);
    }
  }

  /** Adds PATH arguments, which are path prefixes unless they name a style. Throws PatternError. */
  addIncludePaths(paths: Iterable<string>): void {
    for (const path of paths) {
      const pattern = parsePattern(path, "pp");
      this.#unmatched.add(pattern);
      this.addPatterns([{ pattern, verdict: "include", recurse: true }]);
    }
  }

  match(path: string): Match {
    const normal = normalizePath(path);
    const full = this.#fullPaths.size === 0 ? undefined : this.#fullPaths.get(normal);
    return full ?? this.#firstMatch(normal) ?? this.#fallback;
  }

  /** The include paths that have not matched so far, as they were given but for their style. */
  unmatchedIncludes(): string[] {
    return Array.from(this.#unmatched, (pattern) => pattern.text);
  }

  #firstMatch(path: string): Match | undefined {
    if (this.#rules.length === 0) return undefined;
    const withSlash = `${path}/`;
    for (const rule of this.#rules) {
      if (!rule.pattern.matches(path, withSlash)) continue;
      if (this.#unmatched.size > 0) this.#unmatched.delete(rule.pattern);
      return rule;
    }
    return undefined;
  }
}
