import type { Value } from "../../encoding/msgpack.ts";
import type { BorgError } from "../../errors.ts";

export type Answer = { readonly result: Value } | { readonly error: BorgError };

/** What a reply tells the connection that it belongs to. */
export interface ReplyKeeper {
  /** Somebody waits for an answer that has not come; gives what ends that. */
  waitFor(reject: (error: unknown) => void): () => void;
  /** An answer that had come is taken away, or not wanted any more. */
  taken(bytes: number): void;
}

/** The answer to one request: it may come before it is asked for, or the other way round. */
export class Reply {
  #answer: Answer | undefined;
  #resolve: ((answer: Answer) => void) | undefined;
  #abandoned = false;

  /** @param note takes the answer when it comes; nobody may wait for it then */
  constructor(private readonly keeper: ReplyKeeper, private readonly note?: (answer: Answer) => void) {}

  /** Bytes of a result that wait to be taken. */
  get size(): number {
    return this.#answer && "result" in this.#answer ? sizeOf(this.#answer.result) : 0;
  }

  /** The answer has come. */
  settle(answer: Answer): void {
    if (this.note) return this.note(answer);
    if (this.#abandoned) return;
    this.#answer = answer;
    this.#resolve?.(answer);
  }

  /** Waits for the answer and takes it; to be called once. */
  async take(): Promise<Value> {
    const answer = this.#answer ?? await this.#arrival();
    this.keeper.taken(this.size);
    this.#answer = undefined;
    if ("error" in answer) throw answer.error;
    return answer.result;
  }

  /** The answer is not wanted: it is dropped when it comes. */
  abandon(): void {
    this.keeper.taken(this.size);
    this.#answer = undefined;
    this.#abandoned = true;
  }

  async #arrival(): Promise<Answer> {
    let end = () => {};
    try {
      return await new Promise<Answer>((resolve, reject) => {
        this.#resolve = resolve;
        end = this.keeper.waitFor(reject);
      });
    } catch (error) {
      this.#abandoned = true;
      throw error;
    } finally {
      end();
    }
  }
}

function sizeOf(result: Value): number {
  return result instanceof Uint8Array ? result.length : 0;
}
