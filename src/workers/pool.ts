import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { BorgError } from "../errors.ts";
import type { Job, JobReply, JobRequest, JobResult, WorkerSetup } from "./jobs.ts";
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
 * A fixed number of workers that run jobs on slots. Which worker runs a job never matters to its result. A job that throws
 * fails alone; a worker that dies fails every waiting and later job.
 */
export class WorkerPool {
  readonly #members: Member[];
  readonly #waiting = new Map<number, Waiting>();
  #nextTicket = 0;
  #failure: Error | undefined;

  /** @param script what the workers run; tests have others */
  constructor(readonly size: number, setup: WorkerSetup, script: URL = SCRIPT) {
    this.#members = Array.from({ length: size }, () => this.#start(setup, script));
  }

  /** As many workers as there are cores, or as `wanted` says. */
  static sizeFor(wanted: string | undefined): number {
    const count = Number(wanted ?? availableParallelism());
    if (!Number.isInteger(count) || count < 1) throw new BorgError("Error", [`not a number of workers: ${wanted}`]);
    return Math.min(count, 64);
  }

  /** Runs a job on the least busy worker. The slot belongs to the job until the promise settles. */
  run(job: Job, slot: Slot): Promise<JobResult> {
    if (this.#failure) return Promise.reject(this.#failure);
    const ticket = this.#nextTicket++;
    const member = this.#members.reduce((a, b) => (b.tickets.size < a.tickets.size ? b : a));
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

  #start(setup: WorkerSetup, script: URL): Member {
    const worker = new Worker(script, { workerData: setup });
    const member: Member = { worker, tickets: new Set() };
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
