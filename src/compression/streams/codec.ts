/** Compresses a stream of any length, written in pieces. */
export interface StreamCompressor {
  /** The bytes are not needed any more when the promise settles. */
  write(bytes: Uint8Array): Promise<void>;
  /** Everything has been emitted when the promise settles. */
  end(): Promise<void>;
}

/** Takes compressed bytes; it may keep them. */
export type Emit = (bytes: Uint8Array) => void;

/** A format of compressed files. */
export interface StreamCodec {
  compressor(emit: Emit): StreamCompressor;
  /** What the pieces hold, in pieces of its own. Throws DecompressionError when they are damaged or cut short. */
  decompress(pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
}
