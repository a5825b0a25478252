import type { Encodable } from "../encoding/msgpack.ts";
import { decodeText } from "../encoding/path.ts";
import { MandatoryFeatureUnsupported } from "./errors.ts";
import type { Manifest } from "./manifest.ts";

/** What a command does to a repository, as feature flags distinguish it (format reference 4.2). */
export type FeatureOperation = "read" | "check" | "write" | "delete";

/** The optional features that this program knows: none are defined. */
export const KNOWN_FEATURES: ReadonlySet<string> = new Set();

/** Throws MandatoryFeatureUnsupported when one of the operations needs a feature that is not known here. */
export function requireFeatures(manifest: Manifest, ...operations: FeatureOperation[]): void {
  for (const operation of operations) {
    const unknown = mandatoryFeatures(manifest, operation).filter((name) => !KNOWN_FEATURES.has(name));
    if (unknown.length > 0) throw new MandatoryFeatureUnsupported(unknown);
  }
}

/** The features that an operation, or else any, must know. */
export function mandatoryFeatures(manifest: Manifest, operation?: FeatureOperation): string[] {
  const flags = manifest.config.get("feature_flags");
  if (!(flags instanceof Map)) return [];
  const requirements = operation === undefined ? [...flags.values()] : [flags.get(operation)];
  return requirements.flatMap(namesIn);
}

function namesIn(requirements: Encodable | undefined): string[] {
  const names = requirements instanceof Map ? requirements.get("mandatory") : undefined;
  if (!Array.isArray(names)) return [];
  return names.map((name) => name instanceof Uint8Array ? decodeText(name) : String(name));
}
