import { decodeArchive } from "../../archive/archive.ts";
import type { ArchiveEntry } from "../../archive/manifest.ts";
import { MessageStream } from "../../archive/message_stream.ts";
import type { Objects } from "../../archive/objects.ts";
import { decode, type Value } from "../../encoding/msgpack.ts";
import type { Unlocked } from "../opening.ts";

/** An archive as it is stored, with all that this program makes no use of. */
export interface RawArchive {
  readonly entry: ArchiveEntry;
  readonly metadata: Value;
  /** Items, as many at a time as each chunk of their stream completes. Values hold views into the chunks. */
  readonly items: AsyncGenerator<Value[]>;
}

/**
 * Reads an archive without asking whether it is authentic: who looks at a repository this way wants to see what is there.
 * Throws ArchiveDoesNotExist.
 */
export async function readRawArchive({ manifest, objects }: Unlocked, name: string): Promise<RawArchive> {
  const entry = manifest.entry(name);
  const plaintext = await objects.read(entry.id);
  const { items } = decodeArchive(plaintext);
  return { entry, metadata: decode(plaintext), items: readValues(objects, items) };
}

async function* readValues(objects: Objects, ids: readonly Uint8Array[]): AsyncGenerator<Value[]> {
  const stream = new MessageStream((reader) => reader.readValue());
  for await (const chunk of objects.readMany(ids)) yield stream.feed(chunk);
  yield stream.end();
}
