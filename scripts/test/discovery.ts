/** The two ways in which tests run: beside the sources in both runtimes, or against the executable. */
export interface Discovery {
  readonly unit: readonly string[];
  readonly executable: readonly string[];
}

const EXECUTABLE_FOLDERS = ["tests/interop/", "tests/cli/executable/"];

/** Sorts the test files out of `paths`; with filters, only those whose path holds one of them. Finding none is an error. */
export function discoverTests(paths: readonly string[], filters: readonly string[]): Discovery {
  const wanted = (path: string) => filters.length === 0 || filters.some((filter) => path.includes(filter));
  const tests = paths.filter((path) => path.endsWith(".test.ts") && wanted(path)).sort();
  const executable = tests.filter((path) => EXECUTABLE_FOLDERS.some((folder) => path.startsWith(folder)));
  const unit = tests.filter((path) => !executable.includes(path));
  if (tests.length === 0) throw new Error(`no tests found${filters.length ? ` for ${filters.join(", ")}` : ""}`);
  if (filters.length === 0) {
    if (unit.length === 0) throw new Error("no unit tests found");
    if (executable.length === 0) throw new Error("no tests of the executable found");
  }
  return { unit, executable };
}
