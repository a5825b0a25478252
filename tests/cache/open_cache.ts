import { join } from "node:path";
import type { Cache, CacheOptions } from "../../src/cache/cache.ts";
import { factsOf, SecurityDirectory } from "../../src/cache/security.ts";
import { readCacheSettings } from "../../src/cache/settings.ts";
import { toHex } from "../../src/encoding/bytes.ts";
import { PASSPHRASE } from "../interop/harness.ts";
import { IDENTITY, type OpenRepository, openRepository } from "../archive/fixture_repositories.ts";

/** A repository, and what opening its cache under a base directory takes. */
export interface OpenForCache extends OpenRepository {
  readonly options: CacheOptions;
}

/** Opens a repository and describes the cache that it has under a base directory. */
export async function openForCache(
  repositoryPath: string,
  base: string,
  environment: Record<string, string> = {},
): Promise<OpenForCache> {
  const open = await openRepository(repositoryPath, PASSPHRASE, join(base, ".config/borg/keys"));
  const { repository, key, objects, manifest } = open;
  const id = toHex(repository.id);
  return {
    ...open,
    options: {
      path: join(base, ".cache/borg", id),
      objects,
      manifest,
      facts: factsOf(repositoryPath, key, manifest),
      security: new SecurityDirectory(join(base, ".config/borg/security", id)),
      ask: ({ kind }) => Promise.reject(new Error(`unexpected question: ${kind}`)),
      identity: IDENTITY,
      lockWait: 1,
      settings: readCacheSettings(environment),
    },
  };
}

/** All entries of a cache's chunk index, in an order of their own. */
export function entriesOf({ chunks }: Pick<Cache, "chunks">): string[] {
  return Array.from(chunks.entries(), ([id, { refcount, size, csize }]) => `${toHex(id)} ${refcount} ${size} ${csize}`)
    .sort();
}
