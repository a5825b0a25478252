import { toHex } from "../../encoding/bytes.ts";
import type { Repository } from "../../repository/repository.ts";
import { Slots } from "../../workers/slots.ts";
import { ChunkReader, type ChunkSource } from "../chunk_reader.ts";
import type { Reporter } from "../reporter.ts";
import type { ChunkTable } from "./chunk_table.ts";

/** Ids are taken from the log this many at a time. */
const PAGE = 100;

/** Reads every object in the order of the log, authenticates it and verifies its id. Gives the ids that are damaged. */
export async function verifyData(source: ChunkSource, chunks: ChunkTable, reporter: Reporter): Promise<Uint8Array[]> {
  reporter.note("info", "check.verifyStarted");
  const steps = reporter.begin("check.verify_data", chunks.count);
  const damaged: Uint8Array[] = [];
  let count = 0;
  const reader = new ChunkReader(source, Slots.forWorkers(source.pool.size), true);
  for await (const ids of pages(source.repository)) {
    await reader.request(ids.map((id) => ({
      id,
      size: 0,
      receive: () => done(),
      fail: (error) => {
        damaged.push(id);
        reporter.note("error", "check.chunkDamaged", toHex(id), error);
        return done();
      },
    })));
  }
  await reader.drain();
  steps.finish();
  if (damaged.length > 0) reporter.note("warning", "check.chunksDamaged");
  reporter.note(damaged.length > 0 ? "error" : "info", "check.verifyFinished", count, damaged.length);
  return damaged;

  function done(): Promise<void> {
    count++;
    steps.advance(1);
    return Promise.resolve();
  }
}

async function* pages(repository: Repository): AsyncGenerator<Uint8Array[]> {
  for (let page = await repository.scan(PAGE); page.length > 0; page = await repository.scan(PAGE, page.at(-1))) {
    yield page;
  }
}
