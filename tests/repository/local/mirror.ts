import { equal } from "../../../src/encoding/bytes.ts";
import { COMMIT, DELETE, type Entry } from "../../../src/repository/local/entry.ts";
import { nodeFiles } from "../../../src/repository/local/node_files.ts";
import { Segments } from "../../../src/repository/local/segments.ts";
import type { Repository } from "../../../src/repository/repository.ts";

/**
 * Does to `repository` what the log of another repository says was done to that one, so that both logs must come out alike.
 * Ends before the last commit, which is left to the caller.
 */
export async function repeatLog(path: string, repository: Repository): Promise<void> {
  const segments = new Segments(nodeFiles, path, 1000);
  const entries = segments.numbers().flatMap((segment) => [...copies(segments.entries(segment))]);
  for (const [i, entry] of entries.entries()) {
    const next = entries[i + 1];
    if (entry.tag === COMMIT) {
      if (next) await repository.commit();
    } else if (entry.tag !== DELETE) {
      await repository.put(entry.id, entry.data);
    } else if (!next || next.tag === COMMIT || next.tag === DELETE || !equal(next.id, entry.id)) {
      await repository.delete(entry.id);
    }
  }
}

function* copies(entries: Iterable<Entry>): Generator<Entry> {
  for (const entry of entries) yield { ...entry, id: entry.id.slice(), data: entry.data.slice() };
}
