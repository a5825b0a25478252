import { bringCacheFile, type CacheFile, findAtticCache } from "../../cache/attic_cache.ts";
import { KeyDirectory, type KeyedRepository } from "../../crypto/key_directory.ts";
import { bringKey, findOldKey, type OldKey } from "../../crypto/old_keys.ts";
import { localCalendar } from "../../encoding/calendar.ts";
import { toHex } from "../../encoding/bytes.ts";
import { strftime } from "../../encoding/strftime.ts";
import { BorgError } from "../../errors.ts";
import { keysDirectory, oldDirectories, within } from "../../platform/directories.ts";
import { canonicalLocation, type Location } from "../../repository/location.ts";
import { ConvertibleRepository, type RepositoryStep } from "../../repository/local/conversion.ts";
import type { Host } from "../host.ts";
import { cachePath, checkWait } from "../opening.ts";
import { paceOf } from "../pace.ts";
import type { Steps } from "../reporter.ts";

/** `data`: why the repository cannot be converted from here. */
export class NotConvertible extends BorgError {
  constructor(reason: string) {
    super("CommandError", [reason]);
  }
}

/** One thing that a conversion does. */
export type ConversionStep =
  | RepositoryStep
  | { readonly kind: "key" } & OldKey
  | { readonly kind: "cache" } & CacheFile;

export interface ConversionOptions {
  readonly location: Location;
  /** Seconds; undefined = for ever. */
  readonly lockWait: number | undefined;
  /** Without a copy of the repository as it was. */
  readonly inplace: boolean;
  /** Plan only. */
  readonly dryRun: boolean;
}

/** Where a conversion tells what happens. */
export interface ConversionListener {
  /** A step begins, or would begin now if this was not only a plan. */
  step(step: ConversionStep): void;
  /** There is no key file, neither an old nor a new one: all is well if the repository needs none. */
  noKeyFile(): void;
  /** There is nothing to convert. */
  nothingToDo(): void;
  begin(operation: string, total: number): Steps;
}

/**
 * Makes a repository of Attic or of BorgBackup before 1.0 one of BorgBackup 1.x, with its key file and its cache (format
 * reference 16). The steps are those of a plan that is made under the lock, and the same whether they are taken or told.
 */
export async function convertRepository(
  host: Host,
  options: ConversionOptions,
  listener: ConversionListener,
): Promise<void> {
  const { location, lockWait, dryRun } = options;
  if (location.kind !== "local") throw new NotConvertible("Only repositories on this machine can be converted.");
  const { identity, repositoryListener } = host;
  const checkAbort = () => checkWait(host);
  const access = { lockWait, identity, checkAbort, listener: repositoryListener };
  const repository = await ConvertibleRepository.open(location.path, access);
  try {
    const steps = planConversion(host, repository, options, listener);
    if (steps.length === 0) listener.nothingToDo();
    for (const step of steps) {
      listener.step(step);
      if (!dryRun) await take(host, repository, step, listener);
    }
  } finally {
    await repository.close();
  }
}

function planConversion(
  host: Host,
  repository: ConvertibleRepository,
  { location, inplace }: ConversionOptions,
  listener: ConversionListener,
): ConversionStep[] {
  const steps = repository.plan(inplace ? undefined : `${repository.path}.before-upgrade-${now(host)}`);
  const backup = steps.filter(({ kind }) => kind === "backup");
  const others = steps.filter(({ kind }) => kind !== "backup");
  return [...backup, ...planKey(host, repository, location, listener), ...planCache(host, repository), ...others];
}

function planKey(
  { env }: Host,
  { id }: ConvertibleRepository,
  location: Location,
  listener: ConversionListener,
): ConversionStep[] {
  const directory = new KeyDirectory(keysDirectory(env), env.BORG_KEY_FILE || undefined);
  const repository: KeyedRepository = { id, name: canonicalLocation(location), path: location.path };
  if (directory.find(repository) !== undefined) return [];
  const { atticKeys, borgKeys } = oldDirectories(env);
  const key = findOldKey(directory, { attic: atticKeys, borg: borgKeys }, repository);
  if (key === undefined) listener.noKeyFile();
  return key === undefined ? [] : [{ kind: "key", ...key }];
}

function planCache(host: Host, { id }: ConvertibleRepository): ConversionStep[] {
  const files = findAtticCache(within(oldDirectories(host.env).atticCache, toHex(id)), cachePath(host, id));
  return files.map((file) => ({ kind: "cache", ...file }));
}

function now(host: Host): string {
  return strftime("%Y-%m-%d-%H:%M:%S", localCalendar(host.now()));
}

async function take(
  host: Host,
  repository: ConvertibleRepository,
  step: ConversionStep,
  listener: ConversionListener,
): Promise<void> {
  switch (step.kind) {
    case "key":
      return bringKey(step);
    case "cache":
      return bringCacheFile(step);
    case "segments":
      return await convertSegments(host, repository, step, listener);
    default:
      return await repository.execute(step, () => Promise.resolve());
  }
}

async function convertSegments(
  host: Host,
  repository: ConvertibleRepository,
  step: RepositoryStep & { readonly kind: "segments" },
  listener: ConversionListener,
): Promise<void> {
  const pace = paceOf(host);
  const progress = listener.begin("upgrade.convert_segments", step.numbers.length);
  await repository.execute(step, async () => {
    progress.advance(1);
    await pace();
  });
  progress.finish();
}
