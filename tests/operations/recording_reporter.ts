import type { BorgError } from "../../src/errors.ts";
import type { Reporter, Steps } from "../../src/operations/reporter.ts";

/** Keeps what an operation reports. */
export class RecordingReporter implements Reporter {
  readonly statuses: string[] = [];
  readonly list: string[] = [];
  /** Message ids of problems, with the paths that they are about. */
  readonly warnings: string[] = [];
  readonly errors: string[] = [];

  fileStatus(status: string, path: string): void {
    this.statuses.push(`${status} ${path}`);
  }

  listed(path: string): void {
    this.list.push(path);
  }

  error({ code }: BorgError, path?: string): void {
    this.errors.push(`${code} ${path}`);
  }

  warning({ code }: BorgError, path?: string): void {
    this.warnings.push(`${code} ${path}`);
  }

  note(): void {}

  archiveProgress(): void {}
  archiveFinished(): void {}
  working(): void {}

  begin(): Steps {
    return { advance() {}, finish() {} };
  }
}
