import { toHex } from "../../encoding/bytes.ts";
import type { BorgError } from "../../errors.ts";
import type { Repository } from "../../repository/repository.ts";
import { Slots } from "../../workers/slots.ts";
import { ChunkReader, type ChunkRequest, type ChunkSource } from "../chunk_reader.ts";
import type { Pace } from "../pace.ts";
import type { Reporter } from "../reporter.ts";

/** Ids are taken from the log this many at a time. */
const PAGE = 1000;

/** Reads every object in the order of the log, authenticates it and verifies its id. Gives the ids that are damaged. */
export async function verifyData(source: ChunkSource, reporter: Reporter, pace: Pace): Promise<Uint8Array[]> {
  reporter.note("info", "check.verifyStarted");
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
  if (damaged.length > 0) reporter.note("warning", "check.chunksDamaged");
  reporter.note(damaged.length > 0 ? "error" : "info", "check.verifyFinished", count, damaged.length);
  return damaged;

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

async function* pages(repository: Repository): AsyncGenerator<Uint8Array[]> {
  for (let page = await repository.scan(PAGE); page.length > 0; page = await repository.scan(PAGE, page.at(-1))) {
    yield page;
  }
}
