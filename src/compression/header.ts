/** The two bytes before a payload (format reference 8). The second one is 0 in all of them. */
export const HEADERS = { none: 0, lz4: 1, lzma: 2, zstd: 3, obfuscate: 4 } as const;

export const HEADER_LENGTH = 2;

export function headerOf(name: keyof typeof HEADERS): Uint8Array {
  return Uint8Array.of(HEADERS[name], 0);
}
