import type { CacheListener, CacheMessages, CacheOperation } from "../cache/listener.ts";
import type { LogLevel, RepositoryListener, RepositoryMessages, RepositoryOperation } from "../repository/listener.ts";
import type { Context } from "./context.ts";
import type { MessageProgress, PercentProgress } from "./render/progress.ts";
import { CACHE_TEXTS } from "./texts/cache.ts";
import { REPOSITORY_TEXTS } from "./texts/repository.ts";
import { textOf } from "./texts/texts.ts";
import { topicOf } from "./topics.ts";

type Operation = CacheOperation | RepositoryOperation;

/** The progress of whatever a store or a cache is at: each operation begins with its first step. */
class Operations {
  readonly #running = new Map<Operation, PercentProgress>();

  constructor(readonly context: Context) {}

  reach(operation: Operation, done: number, total: number, subject: string[]): void {
    const running = this.#running.get(operation) ?? this.context.progress.percent(operation, total);
    this.#running.set(operation, running);
    running.reach(done, ...subject);
  }

  finish(operation: Operation): void {
    this.#running.get(operation)?.finish();
    this.#running.delete(operation);
  }
}

/** Shows what a repository tells. */
export class ContextRepositoryListener implements RepositoryListener {
  readonly #operations: Operations;

  constructor(readonly context: Context) {
    this.#operations = new Operations(context);
  }

  log<M extends keyof RepositoryMessages>(level: LogLevel, message: M, ...data: RepositoryMessages[M]): void {
    const source = message.startsWith("lock.") ? "locking" : "repository";
    this.context.log.tell(source, level, textOf(REPOSITORY_TEXTS, message, data));
  }

  progress(operation: RepositoryOperation, current: number, total: number): void {
    this.#operations.reach(operation, current, total, []);
  }

  finished(operation: RepositoryOperation): void {
    this.#operations.finish(operation);
  }
}

const READING = "Initializing cache transaction: Reading";
const CACHE_STEPS: Partial<Record<CacheOperation, Readonly<Record<string, string>>>> = {
  "cache.begin_transaction": { config: `${READING} config`, chunks: `${READING} chunks`, files: `${READING} files` },
  "cache.commit": { files: "Saving files cache", chunks: "Saving chunks cache", config: "Saving cache config" },
};

/** Shows what a cache tells. */
export class ContextCacheListener implements CacheListener {
  readonly #operations: Operations;
  readonly #messages = new Map<CacheOperation, MessageProgress>();

  constructor(readonly context: Context) {
    this.#operations = new Operations(context);
  }

  log<M extends keyof CacheMessages>(level: "debug" | "info" | "warning", message: M, ...data: CacheMessages[M]): void {
    const { log } = this.context;
    const topic = topicOf(message);
    const text = textOf(CACHE_TEXTS, message, data);
    if (topic === undefined) log.tell("cache", level, text);
    else log.topic(topic, text);
  }

  /** The cache counts the step that begins. What it does to its own files BorgBackup tells in words. */
  progress(operation: CacheOperation, current: number, total: number, subject?: string): void {
    const step = CACHE_STEPS[operation]?.[subject ?? ""];
    if (step === undefined) return this.#operations.reach(operation, current - 1, total, subject ? [subject] : []);
    const running = this.#messages.get(operation) ?? this.context.progress.message(operation);
    this.#messages.set(operation, running);
    running.show(step);
  }

  finished(operation: CacheOperation): void {
    this.#operations.finish(operation);
    this.#messages.get(operation)?.finish();
    this.#messages.delete(operation);
  }
}
