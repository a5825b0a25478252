import { toHex } from "../../encoding/bytes.ts";
import type { BorgError } from "../../errors.ts";
import type { Repository } from "../../repository/repository.ts";
import { Slots } from "../../workers/slots.ts";
import { ChunkReader, type ChunkRequest, type ChunkSource } from "../chunk_reader.ts";
import type { Pace } from "../pace.ts";
import type { Reporter } from "../reporter.ts";
import { openObject } from "./read_object.ts";

/** Ids are taken from the log this many at a time. */
const PAGE = 10_000;

export interface Verification {
  readonly source: ChunkSource;
  readonly reporter: Reporter;
  readonly pace: Pace;
  /** Takes the damaged objects that shall be deleted; without it they are not. */
  remove?(id: Uint8Array): Promise<void>;
}

/**
 * Reads every object in the order of the log, authenticates it and verifies its id. Those that are damaged each time are
 * removed if they shall be. Gives whether all are sound.
 */
export async function verifyData(verification: Verification): Promise<boolean> {
  const { reporter, remove } = verification;
  reporter.note("info", "check.verifyStarted");
  const { damaged, count } = await findDamaged(verification);
  if (damaged.length > 0) {
    reporter.note("warning", "check.chunksDamaged", remove !== undefined);
    for (const id of damaged) if (remove) await removeDamaged(verification, id);
  }
  reporter.note(damaged.length > 0 ? "error" : "info", "check.verifyFinished", count, damaged.length);
  return damaged.length === 0;
}

async function findDamaged({ source, reporter, pace }: Verification) {
  const steps = reporter.begin("check.verify_data", await source.repository.count());
  const damaged: Uint8Array[] = [];
  let count = 0;
  const reader = new ChunkReader(source, Slots.forWorkers(source.pool.size), true);
  try {
    for await (const ids of pages(source.repository)) await reader.request(ids.map(requestFor));
    await reader.drain();
  } finally {
    await reader.abandon();
  }
  steps.finish();
  return { damaged, count };

  function requestFor(id: Uint8Array): ChunkRequest {
    return { id, size: 0, receive: done, fail: (error) => fail(id, error) };
  }

  function fail(id: Uint8Array, error: BorgError): Promise<void> {
    damaged.push(id);
    reporter.note("error", "check.chunkDamaged", toHex(id), error);
    return done();
  }

  function done(): Promise<void> {
    count++;
    steps.advance(1);
    return pace();
  }
}

/** Memory or a cable may be bad rather than the object: it is looked at once more. */
async function removeDamaged({ source, reporter, pace, remove }: Verification, id: Uint8Array): Promise<void> {
  await pace();
  if (await openObject(source.objects, id)) reporter.note("warning", "check.chunkKept", toHex(id));
  else await remove!(id);
}

async function* pages(repository: Repository): AsyncGenerator<Uint8Array[]> {
  for (let page = await repository.scan(PAGE); page.length > 0; page = await repository.scan(PAGE, page.at(-1))) {
    yield page;
  }
}
