import type { Statistics } from "../archive/statistics.ts";
import { displayText } from "../encoding/path.ts";
import { formatSize } from "../encoding/size.ts";
import type { BorgError } from "../errors.ts";
import type { OperationMessages } from "../operations/messages.ts";
import type { Reporter, Steps } from "../operations/reporter.ts";
import type { LogLevel } from "../repository/listener.ts";
import type { Context } from "./context.ts";
import { failureText } from "./failures.ts";
import { percentageOf } from "./percentages.ts";
import type { ArchiveProgress } from "./render/progress.ts";
import { OPERATION_TEXTS } from "./texts/operations.ts";
import { textOf } from "./texts/texts.ts";
import { topicOf } from "./topics.ts";

export interface StatusOptions {
  /** `--list` was given. */
  readonly list: boolean;
  /** Only these status letters are listed; undefined = all. */
  readonly filter: string | undefined;
}

/** Shows what an operation reports, and counts its warnings for the exit status. */
export class ContextReporter implements Reporter {
  readonly #archive: ArchiveProgress;
  #work: { readonly path: string; readonly done: number; readonly total: number } | undefined;

  constructor(readonly context: Context, readonly status: StatusOptions) {
    this.#archive = context.progress.archive();
    context.inquiry.answerBy(() => this.#tellWork());
  }

  fileStatus(status: string, path: string): void {
    const { list, filter } = this.status;
    if (!list || (filter !== undefined && !filter.includes(status))) return;
    const { log } = this.context;
    if (log.options.json) log.event({ type: "file_status", status, path });
    else log.output("list", `${status} ${displayText(path)}`);
  }

  listed(path: string): void {
    if (this.status.list) this.context.log.output("list", displayText(path));
  }

  error(problem: BorgError, path?: string): void {
    const text = failureText(problem);
    this.context.outcome.failure(problem.code);
    this.context.log.error(path === undefined ? text : `${displayText(path)}: ${text}`, problem.code);
  }

  warning(problem: BorgError, path?: string): void {
    this.context.outcome.warning(problem.code);
    this.context.log.warning(failureText(problem, path), problem.code);
  }

  note<M extends keyof OperationMessages>(level: LogLevel, message: M, ...data: OperationMessages[M]): void {
    const { log } = this.context;
    const topic = topicOf(message);
    if (topic === undefined) log.tell("archive", level, textOf(OPERATION_TEXTS, message, data));
    else if (log.hasTopic(topic)) log.topic(topic, textOf(OPERATION_TEXTS, message, data));
  }

  working(path: string, done: number, total: number): void {
    this.#work = { path, done, total };
  }

  archiveProgress(statistics: Statistics, path: string): void {
    this.#archive.show(statistics, path);
  }

  archiveFinished(): void {
    this.#archive.finish();
  }

  begin(operation: string, total: number, archive?: string): Steps {
    return this.context.progress.percent(operation, total, percentageOf(operation, archive));
  }

  #tellWork(): void {
    if (!this.#work) return;
    const { path, done, total } = this.#work;
    const size = (bytes: number) => formatSize(bytes, { iec: false });
    this.context.log.info(`${displayText(path)} ${size(done)}/${size(total)}`);
  }
}
