import { Manifest } from "../../archive/manifest.ts";
import { nonceAfter } from "../../crypto/envelope.ts";
import { TAMInvalid, TAMRequiredError } from "../../crypto/tam.ts";
import type { BorgError } from "../../errors.ts";
import { MANIFEST_ID } from "../../repository/repository.ts";
import { type ArchiveSearch, type FoundArchives, searchArchives } from "./manifest_search.ts";
import { isDamage } from "./read_object.ts";

/**
 * Values of the AES counter, enough for 16 TiB, that the lost manifest and other lost objects may have used behind those that
 * are left.
 */
const PERHAPS_USED = 1n << 40n;

export interface FoundManifest extends FoundArchives {
  /** It was there, and genuine. */
  readonly sound: boolean;
}

/** The manifest, or one that is made of what is found in its absence. */
export async function findManifest(search: ArchiveSearch): Promise<FoundManifest> {
  const loaded = await loadManifest(search);
  if (loaded) return { ...loaded, sound: true };
  const { manifest, freeNonce } = await searchArchives(search);
  return { manifest, freeNonce: freeNonce + PERHAPS_USED, sound: false };
}

async function loadManifest({ objects, chunks, tam, reporter }: ArchiveSearch): Promise<FoundArchives | undefined> {
  if (!chunks.refer(MANIFEST_ID)) {
    reporter.note("error", "check.manifestMissing");
    return undefined;
  }
  try {
    const object = await objects.repository.get(MANIFEST_ID);
    const plaintext = objects.unseal(MANIFEST_ID, object);
    const manifest = Manifest.decode(objects, plaintext, tam.required === true);
    return { manifest, freeNonce: nonceAfter(objects.material, object) };
  } catch (error) {
    if (!isManifestDamage(error)) throw error;
    reporter.note("error", "check.manifestDamaged", error);
    return undefined;
  }
}

/** A manifest of a future version is none. */
function isManifestDamage(error: unknown): error is BorgError {
  return isDamage(error) || error instanceof TAMInvalid || error instanceof TAMRequiredError;
}
