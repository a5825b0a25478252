import { toHex } from "../../encoding/bytes.ts";
import { quotePath } from "../../platform/quote_path.ts";
import type { InspectedArchive } from "../../operations/upgrade/archives_tam.ts";
import type { ConversionStep } from "../../operations/upgrade/convert.ts";
import type { ManifestTam, TamStep } from "../../operations/upgrade/manifest_tam.ts";
import { archiveLine } from "../render/archive_line.ts";

/** What a step of a conversion does, as it stands after "would". */
export function conversionText(step: ConversionStep): string {
  switch (step.kind) {
    case "backup":
      return `make a copy of hard links at ${quotePath(step.path)}`;
    case "key":
      return `${step.origin === "attic" ? "convert" : "move"} the key file ${quotePath(step.from)} to ${
        quotePath(step.to)
      }`;
    case "cache":
      return `copy the cache file ${quotePath(step.from)} to ${quotePath(step.to)}`;
    case "index":
      return `convert the index ${quotePath(step.path)}`;
    case "segments":
      return `convert ${step.numbers.length} segments`;
    case "readme":
      return `write ${quotePath(step.path)}`;
  }
}

/** What was done to authenticate the manifest, in BorgBackup's words. */
export function tamDoneText(step: TamStep, required: boolean): string {
  switch (step.kind) {
    case "manifest":
      return required ? ["Manifest contents:", ...manifestLines(step)].join("\n") : "";
    case "key":
      return `Key updated\nKey location: ${step.home}`;
    case "marker":
      return required ? "Updated security database" : "";
  }
}

/** What would be done, as it stands after "would". */
export function tamPlanText(step: TamStep, required: boolean): string {
  const demand = required ? "that the manifest must be signed" : "that the manifest need not be signed";
  switch (step.kind) {
    case "manifest":
      return [`sign the manifest and note in it ${demand}; it lists`, ...manifestLines(step)].join("\n");
    case "key":
      return `note in the key at ${step.home} ${demand}`;
    case "marker":
      return `note on this machine ${demand}`;
  }
}

function manifestLines({ archives }: TamStep & { readonly kind: "manifest" }): string[] {
  return archives.map((archive) => `${archiveLine(archive)} [${toHex(archive.id)}]`);
}

/** How the manifest stands: one line for each place in which its authentication is demanded or not. */
export function manifestTamLines({ state, demanded, keyDemands }: ManifestTam): string[] {
  const lines = [
    state === "verified" ? "Manifest TAM present and valid." : "Manifest TAM not present.",
    demanded ? "Manifest demands TAM." : "Manifest does not demand TAM.",
  ];
  if (keyDemands === undefined) return lines;
  return [...lines, keyDemands ? "Key demands TAM." : "Key does not demand TAM."];
}

const ARCHIVE_STATES: Readonly<Record<InspectedArchive["tam"], string>> = {
  verified: "Archive TAM present:     ",
  none: "Archive TAM not present: ",
  invalid: "Archive TAM invalid:     ",
};

/** How an archive stands; with its new id, that it has just been signed. */
export function archiveTamText(archive: InspectedArchive, newId?: Uint8Array): string {
  if (newId === undefined) return ARCHIVE_STATES[archive.tam] + archiveLine(archive);
  return `Added archive TAM:       ${archiveLine(archive)} -> [${toHex(newId)}]`;
}
