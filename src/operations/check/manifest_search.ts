import { looksLikeArchive, openArchive } from "../../archive/archive.ts";
import { Manifest } from "../../archive/manifest.ts";
import { unusedName } from "../../archive/names.ts";
import type { Objects } from "../../archive/objects.ts";
import { toHex } from "../../encoding/bytes.ts";
import { nonceAfter } from "../../crypto/envelope.ts";
import type { ArchiveTamOptions } from "../../crypto/tam.ts";
import { BorgError } from "../../errors.ts";
import { announced } from "../../repository/announced.ts";
import type { Pace } from "../pace.ts";
import type { Reporter } from "../reporter.ts";
import type { ChunkTable } from "./chunk_table.ts";
import { openObject } from "./read_object.ts";

export interface ArchiveSearch {
  readonly objects: Objects;
  readonly chunks: ChunkTable;
  readonly tam: ArchiveTamOptions;
  readonly reporter: Reporter;
  readonly pace: Pace;
}

export interface FoundArchives {
  readonly manifest: Manifest;
  /** The first value of the AES counter that no sound object uses. */
  readonly freeNonce: bigint;
}

/** Makes a manifest of all the archives that are found among the objects (format reference 11.1, point 3). */
export async function searchArchives(search: ArchiveSearch): Promise<FoundArchives> {
  const { chunks, reporter, objects } = search;
  reporter.note("info", "check.manifestRebuilding");
  const manifest = new Manifest();
  const steps = reporter.begin("check.rebuild_manifest", chunks.count);
  let freeNonce = 0n;
  for (const id of announced(objects.repository, chunks.all())) {
    await search.pace();
    steps.advance(1);
    // Damaged objects are no archives; other checks find them.
    const opened = await openObject(objects, id);
    if (!opened) continue;
    const nonce = nonceAfter(objects.material, opened.object);
    if (nonce > freeNonce) freeNonce = nonce;
    if (looksLikeArchive(opened.plaintext)) takeIn(search, manifest, id, opened.plaintext);
  }
  steps.finish();
  reporter.note("info", "check.manifestRebuilt");
  return { manifest, freeNonce };
}

function takeIn({ objects, tam, reporter }: ArchiveSearch, manifest: Manifest, id: Uint8Array, plaintext: Uint8Array) {
  try {
    const { metadata } = openArchive(objects, id, plaintext, tam);
    reporter.note("info", "check.archiveFound", metadata.name);
    const name = unusedName(metadata.name, (taken) => manifest.archives.has(taken));
    if (name !== metadata.name) reporter.note("warning", "check.archiveNameTaken", metadata.name, name);
    manifest.archives.set(name, { id, time: metadata.time });
  } catch (error) {
    if (!(error instanceof BorgError)) throw error;
    reporter.note("error", "check.archiveRefused", toHex(id), error);
  }
}
