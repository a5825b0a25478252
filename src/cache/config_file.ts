import { join } from "node:path";
import { Ini } from "../encoding/ini.ts";
import { readText, saveText } from "./local_files.ts";

/** The configuration of a cache as text, for who wants to look at it. Empty when there is none. */
export function readConfigFile(cachePath: string): Ini {
  return Ini.parse(readText(join(cachePath, "config")) ?? "");
}

export function writeConfigFile(cachePath: string, config: Ini): void {
  saveText(join(cachePath, "config"), config.format());
}
