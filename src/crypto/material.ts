/** How object ids are computed (format reference 6.2). */
export type IdSuite = "sha256" | "hmac-sha256" | "blake2b";

/** How objects are wrapped (format reference 6.4). */
export type EnvelopeSuite = "plain" | "aes-hmac-sha256" | "aes-blake2b";

/**
 * Everything that sealing and unsealing needs, as plain data that can be posted to a worker. Never log it.
 *
 * Lengths: encKey 32; macKey and idKey 32, or 128 in the BLAKE2b suites (64 random, 64 zero bytes).
 * For mode `none` all three are empty and the seed is 0.
 */
export interface KeyMaterial {
  /** The envelope's first byte. */
  readonly type: number;
  /** Type bytes accepted when reading. */
  readonly accepts: readonly number[];
  readonly idSuite: IdSuite;
  readonly envelope: EnvelopeSuite;
  readonly idKey: Uint8Array;
  readonly encKey: Uint8Array;
  readonly macKey: Uint8Array;
  /** Signed 32-bit seed of the chunker. */
  readonly chunkSeed: number;
  /** Only with the workaround `authenticated_no_key`: the keys are dummies, so ids and TAMs cannot be checked. */
  readonly unchecked?: boolean;
}
