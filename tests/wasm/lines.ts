/** Some text; Python made the digests of its .xz containers. */
export function lines(): Uint8Array {
  const line = (i: number): string => `line ${i} of ${i * i % 977}: ${i * 7919 % 10007}\n`;
  return new TextEncoder().encode(Array.from({ length: 20000 }, (_, i) => line(i)).join(""));
}
