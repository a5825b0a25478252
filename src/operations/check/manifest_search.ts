import { looksLikeArchive, openArchive } from "../../archive/archive.ts";
import { Manifest } from "../../archive/manifest.ts";
import { unusedName } from "../../archive/names.ts";
import type { Objects } from "../../archive/objects.ts";
import { toHex } from "../../encoding/bytes.ts";
import type { ArchiveTamOptions } from "../../crypto/tam.ts";
import { BorgError } from "../../errors.ts";
import type { Pace } from "../pace.ts";
import type { Reporter } from "../reporter.ts";
import type { ChunkTable } from "./chunk_table.ts";

export interface ArchiveSearch {
  readonly objects: Objects;
  readonly chunks: ChunkTable;
  readonly tam: ArchiveTamOptions;
  readonly reporter: Reporter;
  readonly pace: Pace;
}

/** Makes a manifest of all the archives that are found among the objects (format reference 11.1, point 3). */
export async function searchArchives(search: ArchiveSearch): Promise<Manifest> {
  const { chunks, reporter } = search;
  reporter.note("info", "check.manifestRebuilding");
  const manifest = new Manifest();
  const steps = reporter.begin("check.rebuild_manifest", chunks.count);
  for (const id of chunks.all()) {
    await search.pace();
    steps.advance(1);
    await examine(search, manifest, id);
  }
  steps.finish();
  reporter.note("info", "check.manifestRebuilt");
  return manifest;
}

async function examine({ objects, tam, reporter }: ArchiveSearch, manifest: Manifest, id: Uint8Array) {
  const plaintext = await readOrNothing(objects, id);
  if (plaintext === undefined || !looksLikeArchive(plaintext)) return;
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

/** Damaged objects are no archives; other checks find them. */
async function readOrNothing(objects: Objects, id: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    return await objects.read(id);
  } catch (error) {
    if (error instanceof BorgError) return undefined;
    throw error;
  }
}
