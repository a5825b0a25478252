import { readFlags } from "../../platform/flags.ts";
import type { Stat } from "../../platform/stat.ts";
import { attempt } from "../problems.ts";

/** Which marks on files and directories keep them out of archives. */
export interface MarkRules {
  readonly nodump: boolean;
  /** The contents are not on this machine (macOS). */
  readonly dataless: boolean;
}

/** The nodump flag as archives store it (format reference 4.7). */
const UF_NODUMP = 1;

/** Of the flags that macOS keeps of a file: its contents are in the cloud. */
const SF_DATALESS = 0x40000000;

export function isMarked({ nodump, dataless }: MarkRules, path: string, stat: Stat): boolean {
  if (dataless && ((stat.flags ?? 0) & SF_DATALESS) !== 0) return true;
  return nodump && (attempt("flags", () => readFlags(path, stat), path) & UF_NODUMP) !== 0;
}
