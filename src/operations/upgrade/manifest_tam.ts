import type { Location } from "../../repository/location.ts";
import type { TamState } from "../../crypto/tam.ts";
import type { ArchiveSummary } from "../../selection/archive_filter.ts";
import { chooseArchives } from "../choose_archives.ts";
import type { Host } from "../host.ts";
import { keyStoreOf, type Unlocked, withManifest } from "../opening.ts";

/** One place in which it is noted whether the manifest must be authenticated (format reference 7, 11.3). */
export type TamStep =
  /** The manifest says so itself and is signed anew; whoever demands it trusts these archives. */
  | { readonly kind: "manifest"; readonly archives: readonly ArchiveSummary[] }
  | { readonly kind: "key"; readonly home: string }
  | { readonly kind: "marker" };

export interface TamChange {
  /** Whether the manifest must be authenticated from now on. */
  readonly required: boolean;
  /** Take a manifest that is not authenticated although it should be. */
  readonly force: boolean;
  readonly dryRun: boolean;
  /** Seconds; undefined = for ever. */
  readonly lockWait: number | undefined;
}

/** Where a change of the demand tells what happens. */
export interface TamListener {
  /** The key demands authentication, but this time without effect. */
  waived(): void;
  /** Done, or what would be done now if this was not only a plan. */
  step(step: TamStep): void;
}

/**
 * Notes in manifest, key and on this machine whether the manifest must be authenticated: in this order, so that nobody
 * demands of the manifest what it does not have yet.
 */
export function changeTam(host: Host, location: Location, change: TamChange, listener: TamListener): Promise<void> {
  const { required, force, lockWait, dryRun } = change;
  const waiveTam = force || !required;
  const opening = { lock: "exclusive", lockWait, features: ["check"], checkAccess: false, waiveTam } as const;
  return withManifest(host, location, opening, async (unlocked) => {
    if (waiveTam && unlocked.tamRequired) listener.waived();
    for (const step of plan(host, unlocked, required)) {
      if (!dryRun) await take(step, unlocked, required);
      listener.step(step);
    }
  });
}

function plan(host: Host, unlocked: Unlocked, required: boolean): TamStep[] {
  const { manifest, key, repository, location, security, tamRequired } = unlocked;
  const steps: TamStep[] = [];
  if (manifest.tam !== "verified" || manifest.config.get("tam_required") !== required) {
    steps.push({ kind: "manifest", archives: chooseArchives(manifest, { sortBy: ["timestamp"] }) });
  }
  if (key.home !== undefined && (required ? key.tamRequired !== true : tamRequired)) {
    steps.push({ kind: "key", home: keyStoreOf(host, location, repository).nameOf(key.home) });
  }
  if (security.tamRequired !== required) steps.push({ kind: "marker" });
  return steps;
}

async function take({ kind }: TamStep, unlocked: Unlocked, required: boolean): Promise<void> {
  const { manifest, objects, repository, key, security } = unlocked;
  switch (kind) {
    case "manifest":
      manifest.config.set("tam_required", required);
      await manifest.save(objects, required);
      return await repository.commit();
    case "key":
      return await key.setTamRequired(required);
    case "marker":
      return security.noteManifest(manifest);
  }
}

/** How a manifest stands. */
export interface ManifestTam {
  readonly state: TamState;
  /** Whether the manifest itself says that it must be authenticated. */
  readonly demanded: boolean;
  /** Whether the key says so; undefined when there is no key that could. */
  readonly keyDemands: boolean | undefined;
}

/** Looks at the authentication of a manifest. Throws TAMInvalid when it is wrong rather than missing. */
export function inspectManifest(host: Host, location: Location, lockWait: number | undefined): Promise<ManifestTam> {
  const opening = { lock: "shared", lockWait, features: ["read"], checkAccess: false, waiveTam: true } as const;
  return withManifest(host, location, opening, ({ manifest, key }) => {
    const demanded = manifest.config.get("tam_required") === true;
    const keyDemands = key.home === undefined ? undefined : key.tamRequired === true;
    return Promise.resolve({ state: manifest.tam, demanded, keyDemands });
  });
}
