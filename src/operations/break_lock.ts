import { Cache } from "../cache/cache.ts";
import type { Location } from "../repository/location.ts";
import type { Host } from "./host.ts";
import { cachePath, withRepository } from "./opening.ts";

/** Removes the locks of a repository and of its cache, whoever holds them. */
export function breakLocks(host: Host, location: Location): Promise<void> {
  return withRepository(host, location, { lock: "none", lockWait: 0 }, async (repository) => {
    await repository.breakLock();
    Cache.breakLock(cachePath(host, repository.id), host.identity);
  });
}
