/** Repositories and caches say it alike. */
export function unknownDigest(path: string, algorithm: string): string {
  return `Cannot verify integrity of ${path}: Unknown algorithm '${algorithm}'`;
}
