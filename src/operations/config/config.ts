import { readConfigFile, writeConfigFile } from "../../cache/config_file.ts";
import { Ini } from "../../encoding/ini.ts";
import { BorgError } from "../../errors.ts";
import { quotePath } from "../../platform/quote_path.ts";
import type { Location } from "../../repository/location.ts";
import type { Host } from "../host.ts";
import { withCache, withLocalRepository } from "../opening.ts";
import { assertSettable, CACHE_SETTINGS, parseSettingKey, REPOSITORY_SETTINGS, type Settings } from "./settings.ts";

/** A configuration file that is open, so that nobody else changes it. */
export interface ConfigFile {
  readonly settings: Settings;
  readonly ini: Ini;
  save(ini: Ini): void;
}

/** Opens the configuration of a repository. */
export function withRepositoryConfig<T>(
  host: Host,
  location: Location,
  lockWait: number | undefined,
  use: (file: ConfigFile) => T,
): Promise<T> {
  return withLocalRepository(host, location, { lock: "exclusive", lockWait }, (repository) =>
    Promise.resolve(use({
      settings: REPOSITORY_SETTINGS,
      ini: repository.readConfig(),
      save: (ini) => repository.writeConfig(ini),
    })));
}

/** Opens the configuration of a repository's cache. */
export function withCacheConfig<T>(
  host: Host,
  location: Location,
  lockWait: number | undefined,
  use: (file: ConfigFile) => T,
): Promise<T> {
  const opening = { lock: "exclusive", lockWait, features: [] } as const;
  return withCache(host, location, opening, ({ cache: { path } }) =>
    Promise.resolve(use({
      settings: CACHE_SETTINGS,
      ini: readConfigFile(path),
      save: (ini) => writeConfigFile(path, ini),
    })));
}

/** The value of a setting. Throws when there is none. */
export function readSetting({ settings, ini }: ConfigFile, text: string): string {
  const { section, name } = parseSettingKey(text, settings);
  if (!ini.sections().includes(section)) throw new BorgError("Error", [`No section: ${quotePath(section)}`]);
  const value = ini.get(section, name);
  if (value !== undefined) return value;
  throw new BorgError("Error", [`No option ${quotePath(name.toLowerCase())} in section: ${quotePath(section)}`]);
}

export function changeSetting({ settings, ini, save }: ConfigFile, text: string, value: string): void {
  const key = parseSettingKey(text, settings);
  assertSettable(settings, key, value);
  ini.set(key.section, key.name, value);
  save(ini);
}

export function deleteSetting({ settings, ini, save }: ConfigFile, text: string): void {
  const key = parseSettingKey(text, settings);
  assertSettable(settings, key);
  ini.delete(key.section, key.name);
  save(ini);
}
