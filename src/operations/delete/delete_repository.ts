import type { Manifest } from "../../archive/manifest.ts";
import { NoManifestError } from "../../archive/errors.ts";
import { Cache } from "../../cache/cache.ts";
import type { Location } from "../../repository/location.ts";
import type { Repository } from "../../repository/repository.ts";
import type { Host } from "../host.ts";
import { cachePath, securityOf, unlock } from "../opening.ts";

/** The manifest of a repository that is about to be deleted; undefined when it has none. */
export async function manifestOf(
  host: Host,
  location: Location,
  repository: Repository,
): Promise<Manifest | undefined> {
  try {
    return (await unlock(host, location, repository)).manifest;
  } catch (error) {
    if (error instanceof NoManifestError) return undefined;
    throw error;
  }
}

/** Deletes the whole repository, and what this machine remembers of it for its safety unless that is to be kept. */
export async function deleteRepository(host: Host, repository: Repository, keepSecurityInfo: boolean): Promise<void> {
  const security = securityOf(host, repository.id);
  await repository.destroy();
  if (!keepSecurityInfo) security.destroy();
}

/** Deletes what this machine has cached of a repository. */
export function deleteCache(host: Host, repository: Repository): void {
  Cache.destroy(cachePath(host, repository.id));
}
