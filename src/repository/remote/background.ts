import type { BorgError } from "../../errors.ts";
import type { Connection } from "./connection.ts";
import type { Answer } from "./reply.ts";

/** Requests whose answers nobody waits for one by one: only failures are of interest. */
export class Background {
  #outstanding = 0;
  #failure: BorgError | undefined;
  #done = () => {};

  constructor(private readonly connection: Connection) {}

  /** What takes the answer to one more request. */
  expect(): (answer: Answer) => void {
    this.#outstanding++;
    return (answer) => {
      this.#outstanding--;
      if ("error" in answer) this.#failure ??= answer.error;
      if (this.#outstanding === 0) this.#done();
    };
  }

  /** Throws what a request has failed with, once. */
  throwFailure(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure;
  }

  /** Waits for all answers; throws the first failure. */
  async settle(): Promise<void> {
    if (this.#outstanding > 0) await this.#drain();
    this.throwFailure();
  }

  async #drain(): Promise<void> {
    let end = () => {};
    try {
      await new Promise<void>((resolve, reject) => {
        this.#done = resolve;
        end = this.connection.waitFor(reject);
      });
    } finally {
      end();
    }
  }
}
