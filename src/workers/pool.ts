import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { BorgError } from "../errors.ts";
import type { Job, JobReply, JobRequest, JobResult, WorkerSetup } from "./jobs.ts";
import { Keyed } from "./keyed.ts";
import { perform } from "./perform.ts";
import type { Slot } from "./slot.ts";

/** A worker died or a job threw what no job may throw: the run cannot go on. */
export class WorkerFailure extends Error {}

/** Written like this it is found in the executable too (scripts/build.ts). */
const SCRIPT = new URL("./worker.ts", import.meta.url);

interface Member {
  readonly worker: Worker;
  readonly tickets: Set<number>;
}

interface Waiting {
  readonly resolve: (result: JobResult) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Bytes of input that are dealt with before there are workers. To start one costs 30 ms of CPU time, which commands with next
 * to nothing to do need not spend: a backup of nothing takes 0.11 CPU seconds instead of 0.14.
 */
const LITTLE = 1 << 17;

/**
 * Workers that run jobs on slots. The first little is done on this thread; from then on, a worker is started for a job that
 * finds the others busy. Who runs a job never matters to its result. A job that throws fails alone; a worker that dies fails
 * every waiting and later job.
 */
export class WorkerPool {
  readonly #members: Member[] = [];
  readonly #waiting = new Map<number, Waiting>();
  #nextTicket = 0;
  #keyed: Keyed | undefined;
  #bytesHere = 0;
  #failure: Error | undefined;

  /**
   * @param size how many workers there may be
   * @param script what the workers run; tests have others
   */
  constructor(
    readonly size: number,
    private readonly setup: WorkerSetup,
    private readonly script: URL = SCRIPT,
  ) {}

  /** As many workers as there are cores, or as `wanted` says. */
  static sizeFor(wanted: string | undefined): number {
    const count = Number(wanted ?? availableParallelism());
    if (!Number.isInteger(count) || count < 1) throw new BorgError("Error", [`not a number of workers: ${wanted}`]);
    return Math.min(count, 64);
  }

  /** Runs a job on the least busy worker, or a new one. The slot belongs to the job until the promise settles. */
  run(job: Job, slot: Slot): Promise<JobResult> {
    if (this.#failure) return Promise.reject(this.#failure);
    if (this.#isLittle(job, slot)) return this.#runHere(job, slot);
    const ticket = this.#nextTicket++;
    const member = this.#leastBusy();
    member.tickets.add(ticket);
    const request: JobRequest = { ticket, job, shared: slot.shared, inputCapacity: slot.inputCapacity };
    return new Promise((resolve, reject) => {
      this.#waiting.set(ticket, { resolve, reject });
      member.worker.postMessage(request);
    });
  }

  /** Ends the workers. Jobs that still run are abandoned and rejected. */
  async close(): Promise<void> {
    this.#fail(new WorkerFailure("the worker pool is closed"));
    await Promise.all(this.#members.map(({ worker }) => worker.terminate()));
  }

  /** Whether a job comes before there are workers, and is not worth one. */
  #isLittle({ count }: Job, { inputLengths }: Slot): boolean {
    if (this.#members.length > 0) return false;
    for (let i = 0; i < count; i++) this.#bytesHere += inputLengths[i]!;
    return this.#bytesHere <= LITTLE;
  }

  #runHere(job: Job, slot: Slot): Promise<JobResult> {
    try {
      this.#keyed ??= new Keyed(this.setup.material);
      return Promise.resolve(perform(this.#keyed, job, slot));
    } catch (error) {
      return Promise.reject(failure(error as Error));
    }
  }

  #leastBusy(): Member {
    const least = this.#members.toSorted((a, b) => a.tickets.size - b.tickets.size)[0];
    const mayStart = this.#members.length < this.size;
    return least && (least.tickets.size === 0 || !mayStart) ? least : this.#start();
  }

  #start(): Member {
    const worker = new Worker(this.script, { workerData: this.setup });
    const member: Member = { worker, tickets: new Set() };
    this.#members.push(member);
    worker.on("message", (reply: JobReply) => this.#settle(member, reply));
    worker.on("error", (error) => this.#fail(failure(error)));
    worker.on("exit", (code) => this.#fail(new WorkerFailure(`a worker ended with status ${code}`)));
    return member;
  }

  #settle(member: Member, reply: JobReply): void {
    const waiting = this.#waiting.get(reply.ticket);
    this.#waiting.delete(reply.ticket);
    member.tickets.delete(reply.ticket);
    if (!waiting) return;
    if ("result" in reply) waiting.resolve(reply.result);
    else waiting.reject(failure(new Error(reply.error)));
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }
}

function failure(cause: Error): WorkerFailure {
  return new WorkerFailure(`a worker failed: ${cause.message.split("\n")[0]}`, { cause });
}
