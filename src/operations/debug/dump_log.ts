import type { Objects } from "../../archive/objects.ts";
import { toHex } from "../../encoding/bytes.ts";
import type { LocalRepository } from "../../repository/local/local_repository.ts";
import type { LogEntry, LogSelection, SkippedSegment } from "../../repository/local/read_log.ts";
import type { Location } from "../../repository/location.ts";
import type { Host } from "../host.ts";
import { objectsLike } from "./any_key.ts";
import type { Dump } from "./dump.ts";

const NAMES = { put: "put", delete: "del", commit: "commit" } as const;

/**
 * All entries of the segments, deleted, superseded and uncommitted ones too; objects are decrypted and decompressed, and
 * the first one tells the kind of key. The rest of a segment is left out when something in it is damaged.
 */
export async function* dumpLog(
  host: Host,
  location: Location,
  repository: LocalRepository,
  selection: LogSelection,
): AsyncGenerator<Dump | SkippedSegment> {
  let objects: Objects | undefined;
  let number = 0;
  for (const entry of repository.readLog(selection)) {
    if ("problem" in entry) {
      yield entry;
      continue;
    }
    const { kind, id } = entry;
    const data = entry.data.slice();
    if (kind === "put") objects ??= await objectsLike(host, location, repository, data);
    yield { name: nameOf(entry, number++), data: kind === "put" ? objects!.unseal(id, data) : data };
  }
}

function nameOf({ kind, segment, offset, id }: LogEntry, number: number): string {
  const place = `${String(number).padStart(8, "0")}_${segment}_${offset}_${NAMES[kind]}`;
  return kind === "commit" ? `${place}.obj` : `${place}_${toHex(id)}.obj`;
}
