import type { ArgumentGroup } from "argparse";
import { flag } from "./flag.ts";

/** What of a file's metadata is taken into account. */
export interface MetadataOptions {
  readonly numericIds: boolean;
  readonly noflags: boolean;
  readonly noacls: boolean;
  readonly noxattrs: boolean;
}

/** @param verb what happens with owners, e.g. `store` */
export function addNumericIds(group: ArgumentGroup, verb: string): void {
  flag(group, "--numeric-owner", "deprecatedNumericOwner", "deprecated: use --numeric-ids");
  flag(group, "--numeric-ids", "numericIds", `${verb} only the numbers of users and groups`);
}

/** `--noflags`, `--noacls`, `--noxattrs` and the deprecated spelling of the first; `verb` is what they prevent. */
export function addMetadataSwitches(group: ArgumentGroup, verb: string): void {
  flag(group, "--nobsdflags", "deprecatedNobsdflags", "deprecated: use --noflags");
  flag(group, "--noflags", "noflags", `do not ${verb} file flags such as nodump and immutable`);
  flag(group, "--noacls", "noacls", `do not ${verb} access control lists`);
  flag(group, "--noxattrs", "noxattrs", `do not ${verb} extended attributes`);
}
