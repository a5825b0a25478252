import { displayText } from "../../encoding/path.ts";
import type { Log } from "../log.ts";
import { type Percentage, percentageOf } from "../percentages.ts";
import type { JsonObject } from "./json.ts";
import { formatSize } from "../../encoding/size.ts";
import { displayWidth, fitTo } from "./width.ts";

/** What the archive progress line counts. */
export interface ArchiveCounts {
  /** Bytes of content, as stored, and as newly stored. */
  readonly osize: number;
  readonly csize: number;
  readonly usize: number;
  readonly nfiles: number;
}

export interface ProgressOptions {
  /** `--progress` was given. */
  readonly enabled: boolean;
  readonly iec: boolean;
}

/** The shortest time between two archive progress events, in milliseconds. */
const ARCHIVE_INTERVAL = 200;
/** Fewer columns than this are not worth showing a path in: the counts make room for it. */
const PATH_ROOM = 12;

/** Where operations show how far they are: a status line, lines, or JSON events, or nothing. */
export class Progress {
  #operations = 0;

  constructor(readonly log: Log, readonly options: ProgressOptions) {}

  message(msgid: string): MessageProgress {
    return new MessageProgress(this, ++this.#operations, msgid);
  }

  percent(msgid: string, total: number, percentage: Percentage = percentageOf(msgid)): PercentProgress {
    return new PercentProgress(this, ++this.#operations, msgid, total, percentage);
  }

  archive(): ArchiveProgress {
    return new ArchiveProgress(this);
  }

  get isEnabled(): boolean {
    return this.options.enabled;
  }

  get isJson(): boolean {
    return this.log.options.json;
  }

  show(text: string): void {
    this.log.screen.status(text);
  }

  clear(): void {
    this.log.screen.clearStatus();
  }
}

/** One step after the other of something that cannot be counted. */
export class MessageProgress {
  constructor(readonly progress: Progress, readonly operation: number, readonly msgid: string) {}

  show(message: string): void {
    if (!this.progress.isEnabled) return;
    if (this.progress.isJson) this.#event(message);
    else this.progress.show(message);
  }

  finish(): void {
    if (!this.progress.isEnabled) return;
    if (this.progress.isJson) this.#event(undefined);
    else this.progress.clear();
  }

  #event(message: string | undefined): void {
    const { operation, msgid } = this;
    const { log } = this.progress;
    const finished = message === undefined;
    log.event({
      ...(message !== undefined && { message }),
      operation,
      msgid,
      type: "progress_message",
      finished,
      time: log.time(),
    });
  }
}

/** Something that can be counted. */
export class PercentProgress {
  #done = 0;
  #next = 0;

  constructor(
    readonly progress: Progress,
    readonly operation: number,
    readonly msgid: string,
    /** May be set once it is known. */
    public total: number,
    readonly percentage: Percentage,
  ) {}

  /**
   * `count` more steps are worked off. The percentage is that of the steps before them, as BorgBackup shows it. `info` names
   * what is worked on; its last part is shown, shortened to fit.
   */
  advance(count: number, ...info: string[]): void {
    const before = this.#done;
    this.#done += count;
    if (this.progress.isEnabled) this.#showAt(before, info);
  }

  /** `done` steps have been worked off in all, and the next one begins. */
  reach(done: number, ...info: string[]): void {
    this.#done = done + 1;
    if (this.progress.isEnabled) this.#showAt(done, info);
  }

  /** Shows a text of its own, before anything is counted. */
  announce(text: string): void {
    if (this.progress.isEnabled) this.#show(text, 0, []);
  }

  finish(): void {
    if (!this.progress.isEnabled) return;
    if (this.progress.isJson) this.#event({}, true);
    else this.progress.clear();
  }

  #showAt(done: number, info: readonly string[]): void {
    const percentage = this.total === 0 ? 100 : (done * 100) / this.total;
    if (percentage < this.#next) return;
    this.#next += this.percentage.step;
    const text = this.percentage.text(percentage);
    const subject = info.at(-1);
    this.#show(subject === undefined ? text : text + this.#fitted(subject, text), this.#done, info);
  }

  #fitted(subject: string, before: string): string {
    const { terminal, columns } = this.progress.log.screen;
    const shown = displayText(subject);
    if (this.progress.isJson || !terminal.isInteractive) return shown;
    return fitTo(shown, columns - displayWidth(before));
  }

  #show(message: string, current: number, info: readonly string[]): void {
    if (!this.progress.isJson) return this.progress.show(message);
    this.#event({ message, current, total: this.total, info: info.length === 0 ? null : info }, false);
  }

  #event(fields: JsonObject, finished: boolean): void {
    const { operation, msgid } = this;
    const { log } = this.progress;
    log.event({ ...fields, operation, msgid, type: "progress_percent", finished, time: log.time() });
  }
}

/** Sizes, number of files and the current path, while an archive is written. */
export class ArchiveProgress {
  #last = -Infinity;

  constructor(readonly progress: Progress) {}

  /** May be called for every chunk: shows something a few times a second only. */
  show(counts: ArchiveCounts, path: string): void {
    if (!this.progress.isEnabled) return;
    const now = this.progress.log.clock.monotonic();
    if (now - this.#last < ARCHIVE_INTERVAL) return;
    this.#last = now;
    if (this.progress.isJson) this.#event(counts, path);
    else this.progress.show(this.#text(counts, displayText(path)));
  }

  finish(): void {
    if (!this.progress.isEnabled) return;
    const { log } = this.progress;
    if (this.progress.isJson) log.event({ time: log.time(), type: "archive_progress", finished: true });
    else this.progress.clear();
  }

  #event({ osize, csize, usize, nfiles }: ArchiveCounts, path: string): void {
    const { log } = this.progress;
    log.event({
      original_size: osize,
      compressed_size: csize,
      deduplicated_size: usize,
      nfiles,
      path,
      time: log.time(),
      type: "archive_progress",
      finished: false,
    });
  }

  #text({ osize, csize, usize, nfiles }: ArchiveCounts, path: string): string {
    const size = (bytes: number) => formatSize(bytes, { iec: this.progress.options.iec });
    const counts = `${size(osize)} O ${size(csize)} C ${size(usize)} D ${nfiles} N `;
    const { terminal, columns } = this.progress.log.screen;
    if (!terminal.isInteractive) return counts + path;
    const room = columns - displayWidth(counts);
    return room < PATH_ROOM ? fitTo(path, columns) : counts + fitTo(path, room);
  }
}
