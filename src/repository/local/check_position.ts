import { readConfig, SECTION, writeConfig } from "./config.ts";
import type { FileLayer } from "./files.ts";
import type { RepositoryListener } from "../listener.ts";

const OPTION = "last_segment_checked";

/** The segment after which a partial check goes on, kept in the configuration (format reference 11.1). */
export class CheckPosition {
  constructor(
    private readonly files: FileLayer,
    private readonly repositoryPath: string,
    private readonly listener: RepositoryListener,
  ) {}

  /** Undefined when there is none, or none that can be understood. */
  load(): number | undefined {
    const value = readConfig(this.files, this.repositoryPath).get(SECTION, OPTION) ?? "";
    return /^[0-9]+$/.test(value) ? Number(value) : undefined;
  }

  save(segment: number): void {
    const config = readConfig(this.files, this.repositoryPath);
    config.set(SECTION, OPTION, String(segment));
    writeConfig(this.files, this.repositoryPath, config, this.listener);
  }

  clear(): void {
    const config = readConfig(this.files, this.repositoryPath);
    if (config.delete(SECTION, OPTION)) writeConfig(this.files, this.repositoryPath, config, this.listener);
  }
}
