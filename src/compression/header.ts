/** The two bytes before a payload (format reference 8). The second one is 0 in all of them. */
export const HEADERS = { none: 0, lz4: 1, lzma: 2, zstd: 3, obfuscate: 4 } as const;

export const HEADER_LENGTH = 2;

export function headerOf(name: keyof typeof HEADERS): Uint8Array {
  return Uint8Array.of(HEADERS[name], 0);
}

/** A copy of `body` behind the header of `name`. */
export function withHeader(name: keyof typeof HEADERS, body: Uint8Array): Uint8Array {
  const payload = new Uint8Array(HEADER_LENGTH + body.length);
  payload.set(headerOf(name));
  payload.set(body, HEADER_LENGTH);
  return payload;
}
