import { looksLikeArchive, openArchive } from "../../archive/archive.ts";
import { Manifest } from "../../archive/manifest.ts";
import { unusedName } from "../../archive/names.ts";
import type { Objects } from "../../archive/objects.ts";
import { BorgError } from "../../errors.ts";
import type { Reporter } from "../reporter.ts";
import type { ChunkTable } from "./chunk_table.ts";

/** Makes a manifest of all the archives that are found among the objects (format reference 11.1, point 3). */
export async function searchArchives(
  objects: Objects,
  chunks: ChunkTable,
  tamRequired: boolean,
  reporter: Reporter,
): Promise<Manifest> {
  reporter.note("info", "check.manifestRebuilding");
  const manifest = new Manifest();
  const steps = reporter.begin("check.rebuild_manifest", chunks.count);
  for (const id of chunks.unreferenced()) {
    const plaintext = await readOrNothing(objects, id);
    if (plaintext && looksLikeArchive(plaintext)) addArchive(manifest, objects, id, plaintext, tamRequired, reporter);
    steps.advance(1);
  }
  steps.finish();
  reporter.note("info", "check.manifestRebuilt");
  return manifest;
}

function addArchive(
  manifest: Manifest,
  objects: Objects,
  id: Uint8Array,
  plaintext: Uint8Array,
  tamRequired: boolean,
  reporter: Reporter,
): void {
  try {
    const { metadata } = openArchive(objects, id, plaintext, { required: tamRequired });
    reporter.note("info", "check.archiveFound", metadata.name);
    const name = unusedName(metadata.name, (taken) => manifest.archives.has(taken));
    if (name !== metadata.name) reporter.note("warning", "check.archiveNameTaken", metadata.name, name);
    manifest.archives.set(name, { id, time: metadata.time });
  } catch (error) {
    if (!(error instanceof BorgError)) throw error;
    reporter.note("error", "check.archiveUnauthenticated", "", error);
  }
}

/** Damaged objects are no archives; they are found by other checks. */
async function readOrNothing(objects: Objects, id: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    return await objects.read(id);
  } catch (error) {
    if (error instanceof BorgError) return undefined;
    throw error;
  }
}
