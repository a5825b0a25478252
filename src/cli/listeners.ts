import type { CacheListener, CacheMessages, CacheOperation } from "../cache/listener.ts";
import type { LogLevel, RepositoryListener, RepositoryMessages, RepositoryOperation } from "../repository/listener.ts";
import type { Context } from "./context.ts";
import type { PercentProgress } from "./render/progress.ts";
import { CACHE_TEXTS } from "./texts/cache.ts";
import { REPOSITORY_TEXTS } from "./texts/repository.ts";
import { textOf } from "./texts/texts.ts";

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
    this.context.log.write(level, textOf(REPOSITORY_TEXTS, message, data));
  }

  progress(operation: RepositoryOperation, current: number, total: number): void {
    this.#operations.reach(operation, current, total, []);
  }

  finished(operation: RepositoryOperation): void {
    this.#operations.finish(operation);
  }
}

/** Shows what a cache tells. */
export class ContextCacheListener implements CacheListener {
  readonly #operations: Operations;

  constructor(readonly context: Context) {
    this.#operations = new Operations(context);
  }

  log<M extends keyof CacheMessages>(level: "debug" | "info" | "warning", message: M, ...data: CacheMessages[M]): void {
    this.context.log.write(level, textOf(CACHE_TEXTS, message, data));
  }

  /** The cache counts the step that begins. */
  progress(operation: CacheOperation, current: number, total: number, subject?: string): void {
    this.#operations.reach(operation, current - 1, total, subject === undefined ? [] : [subject]);
  }

  finished(operation: CacheOperation): void {
    this.#operations.finish(operation);
  }
}
