import { MsgpackError, type Reader } from "../encoding/msgpack.ts";
import { MessageStream } from "./message_stream.ts";

/** The references of one item to chunks, without copies: the ids are the 32 bytes of `bytes` from `at[i]`. */
export interface ChunkList {
  readonly bytes: Uint8Array;
  readonly at: readonly number[];
  readonly sizes: readonly number[];
  readonly csizes: readonly number[];
  /** Whether the item is a part item (format reference 4.9). */
  readonly part: boolean;
}

/**
 * Reads of an item stream only the `chunks` of the items that have them; several times faster than reading the items.
 */
export function chunkListStream(): MessageStream<ChunkList | undefined> {
  return new MessageStream(readChunkList);
}

function readChunkList(reader: Reader, bytes: Uint8Array): ChunkList | undefined {
  const at: number[] = [];
  const sizes: number[] = [];
  const csizes: number[] = [];
  let found = false;
  let part = false;
  for (let left = reader.readMapHeader(); left > 0; left--) {
    const key = reader.readKey();
    if (key === "part") part = true;
    if (key !== "chunks") {
      reader.skip();
      continue;
    }
    found = true;
    for (let chunks = reader.readArrayHeader(); chunks > 0; chunks--) {
      if (reader.readArrayHeader() !== 3) throw new MsgpackError("a chunk list entry without three parts");
      at.push(readIdOffset(reader, bytes));
      sizes.push(reader.readNumber());
      csizes.push(reader.readNumber());
    }
  }
  return found ? { bytes, at, sizes, csizes, part } : undefined;
}

/** Passes over a raw of 32 bytes and gives where its content begins. */
function readIdOffset(reader: Reader, bytes: Uint8Array): number {
  const start = reader.offset;
  const usual = bytes[start] === 0xda && bytes[start + 1] === 0 && bytes[start + 2] === 32;
  if (usual) reader.skip();
  else if (reader.readRaw().length !== 32) throw new MsgpackError("a chunk id that is not 32 bytes long");
  return reader.offset - 32;
}
