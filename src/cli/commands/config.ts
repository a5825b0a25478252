import type { ArgumentParser } from "argparse";
import type { Ini } from "../../encoding/ini.ts";
import {
  changeSetting,
  type ConfigFile,
  deleteSetting,
  readSetting,
  withCacheConfig,
  withRepositoryConfig,
} from "../../operations/config/config.ts";
import type { ArgumentTypes } from "../argument_types.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { epilog } from "../epilog.ts";
import { hostOf } from "../host.ts";
import type { CommonOptions } from "../options/common.ts";
import { flag } from "../options/flag.ts";
import { addRepository, type LocationOptions } from "../options/location.ts";
import { CommandError } from "../usage_problem.ts";

export interface ConfigOptions extends CommonOptions, LocationOptions {
  readonly cache: boolean;
  readonly delete: boolean;
  readonly list: boolean;
  readonly name: string | undefined;
  readonly value: string | undefined;
}

const TEXT = `
Shows a setting of a repository on this machine, changes it when there is a VALUE, or deletes it. NAME is the name of the
setting, or SECTION.NAME. These can be changed:
  append_only             1: nothing is ever freed (default: 0)
  storage_quota           refuse to store more than so much, e.g. 100G (default: 0, no limit)
  additional_free_space   leave so much of the disk free, e.g. 2G (default: 0)
  max_segment_size        begin a new file when one has this size
  segments_per_dir        number of files in a directory; only while all fit into one
  last_segment_checked    where the next partial check begins
  id                      the repository's id, for copies that are to be repositories of their own

Of a cache, previous_location can be changed: where the repository was when it was last used.

Examples:
  borg config /mnt/backup/repo id
  borg config /mnt/backup/repo additional_free_space 2G
  borg config --delete /mnt/backup/repo last_segment_checked`;

export const config: Command<ConfigOptions> = {
  name: "config",
  help: "Show or change settings of a repository",
  epilog: epilog(TEXT),
  declare,
  check,
  run,
};

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  flag(parser, ["-c", "--cache"], "cache", "settings of the repository's cache instead");
  const actions = parser.add_mutually_exclusive_group();
  flag(actions, ["-d", "--delete"], "delete", "delete the setting");
  flag(actions, ["-l", "--list"], "list", "show all settings");
  addRepository(parser, types, "whose settings", "local");
  parser.add_argument("name", { metavar: "NAME", nargs: "?", help: "name of the setting" });
  parser.add_argument("value", { metavar: "VALUE", nargs: "?", help: "its new value" });
}

function check(options: ConfigOptions): ConfigOptions {
  if (!options.list && options.name === undefined) throw new CommandError("No config key name was provided.");
  return options;
}

async function run(options: ConfigOptions, context: Context): Promise<void> {
  const { location, lockWait, cache } = options;
  const open = cache ? withCacheConfig<string[]> : withRepositoryConfig<string[]>;
  const lines = await open(hostOf(context), location, lockWait, (file) => use(file, options));
  for (const line of lines) context.stdout.write(`${line}\n`);
}

/** Does what was asked for; gives the lines to show. An empty value means none, as in BorgBackup. */
function use(file: ConfigFile, options: ConfigOptions): string[] {
  if (options.list) return options.cache ? cacheLines(file.ini) : repositoryLines(file.ini);
  const { name = "", value } = options;
  if (options.delete) deleteSetting(file, name);
  else if (value) changeSetting(file, name, value);
  else return [readSetting(file, name)];
  return [];
}

/** Settings in BorgBackup's order, with what holds for those that are not given. The key is not shown. */
const SHOWN = [
  ["version", ""],
  ["segments_per_dir", ""],
  ["max_segment_size", ""],
  ["storage_quota", "0"],
  ["additional_free_space", "0"],
  ["append_only", "0"],
  ["id", ""],
] as const;

function repositoryLines(ini: Ini): string[] {
  const lines = SHOWN.map(([name, initial]) => `${name} = ${ini.get("repository", name) ?? initial}`);
  const checked = ini.get("repository", "last_segment_checked");
  return ["[repository]", ...lines, ...(checked === undefined ? [] : [`last_segment_checked = ${checked}`])];
}

function cacheLines(ini: Ini): string[] {
  return ["[cache]", ...ini.names("cache").map((name) => `${name} = ${ini.get("cache", name)}`)];
}
