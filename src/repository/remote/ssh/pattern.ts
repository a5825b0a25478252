/** `*` and `?` stand for any characters and any one character, everything else for itself. Takes time in m * n at most. */
export function matchesPattern(text: string, pattern: string): boolean {
  let [at, place] = [0, 0];
  let [star, resume] = [-1, 0];
  while (at < text.length) {
    const sign = pattern[place];
    if (sign === "*") [star, resume] = [place++, at];
    else if (sign === "?" || sign === text[at]) [at, place] = [at + 1, place + 1];
    else if (star >= 0) [at, place] = [++resume, star + 1];
    else return false;
  }
  while (pattern[place] === "*") place++;
  return place === pattern.length;
}

/** Whether one of the patterns matches and none that is negated with `!` does. */
export function matchesList(text: string, patterns: readonly string[]): boolean {
  const negated = patterns.filter((pattern) => pattern.startsWith("!"));
  if (negated.some((pattern) => matchesPattern(text, pattern.slice(1)))) return false;
  return patterns.some((pattern) => !pattern.startsWith("!") && matchesPattern(text, pattern));
}
