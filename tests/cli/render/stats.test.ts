import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fromLocalTime } from "../../local_time.ts";
import {
  allArchivesLine,
  chunkIndexLines,
  describedArchiveLines,
  describedRepositoryLines,
  madeArchiveLines,
  RULE,
  SIZE_HEADER,
  sizesLine,
} from "../../../src/cli/render/stats.ts";

const START = fromLocalTime({ year: 2026, month: 11, day: 20, hour: 13, minute: 45, second: 58, microsecond: 0 });
const ID = "f48f44540eee71c2fd12f855d414cf9f1e07bab135bb49c8f07d0a7f11f6a46e";
const STYLE = { iec: false };

describe("statistics", () => {
  it("look as BorgBackup prints them after create --stats", () => {
    const archive = {
      ...{ repository: "/srv/r", name: "one", id: ID, start: START, end: START + 20_000n, nfiles: 3 },
      utilization: 0.0000235,
    };
    const sums = {
      ...{ totalSize: 3000522, totalCsize: 3000510, totalChunks: 5 },
      ...{ uniqueSize: 3000522, uniqueCsize: 3000510, uniqueChunks: 5 },
    };
    const lines = [
      RULE,
      ...madeArchiveLines(archive),
      RULE,
      SIZE_HEADER,
      sizesLine("This archive:", { size: 3000004, csize: 3000013, usize: 3000013 }, STYLE),
      allArchivesLine(sums, STYLE),
      "",
      ...chunkIndexLines(sums),
      RULE,
    ];
    assert.equal(
      lines.join("\n"),
      `------------------------------------------------------------------------------
Repository: /srv/r
Archive name: one
Archive fingerprint: ${ID}
Time (start): Fri, 2026-11-20 13:45:58
Time (end):   Fri, 2026-11-20 13:45:58
Duration: 0.02 seconds
Number of files: 3
Utilization of max. archive size: 0%
------------------------------------------------------------------------------
                       Original size      Compressed size    Deduplicated size
This archive:                3.00 MB              3.00 MB              3.00 MB
All archives:                3.00 MB              3.00 MB              3.00 MB

                       Unique chunks         Total chunks
Chunk index:                       5                    5
------------------------------------------------------------------------------`,
    );
  });

  it("show what is deleted with a sign", () => {
    assert.equal(
      sizesLine("Deleted data:", { size: -3000004, csize: -3000013, usize: -461 }, STYLE),
      "Deleted data:               -3.00 MB             -3.00 MB               -461 B",
    );
  });

  it("take units of 1024", () => {
    assert.equal(
      sizesLine("This archive:", { size: 1048576, csize: 1023, usize: 1024 }, { iec: true }),
      "This archive:               1.00 MiB               1023 B             1.00 KiB",
    );
  });
});

describe("descriptions", () => {
  it("tell all about an archive", () => {
    const archive = {
      ...{ name: "one", id: ID, start: START, end: START, nfiles: 3, utilization: 0.345, comment: "x é" },
      ...{ hostname: "vm", username: "root", commandLine: ["borg", "create", "--comment", "x é", "r::one"] },
      cwd: "/srv/caf\udce9",
    };
    assert.deepEqual(describedArchiveLines(archive), [
      "Archive name: one",
      `Archive fingerprint: ${ID}`,
      "Comment: x é",
      "Hostname: vm",
      "Username: root",
      "Time (start): Fri, 2026-11-20 13:45:58",
      "Time (end): Fri, 2026-11-20 13:45:58",
      "Duration: 0.00 seconds",
      "Number of files: 3",
      "Command line: borg create --comment 'x é' r::one",
      "Working Directory: /srv/caf?",
      "Utilization of maximum supported archive size: 34%",
    ]);
  });

  it("name the key file only where there is one", () => {
    const repository = {
      ...{ id: ID, location: "/srv/r", cache: "/c", securityDirectory: "/s" },
      ...{ encryption: "key file BLAKE2b", keyFile: "/k" },
    };
    const lines = describedRepositoryLines(repository);
    assert.deepEqual(lines.slice(2, 4), ["Encrypted: Yes (key file BLAKE2b)", "Key file: /k"]);
    const open = describedRepositoryLines({ ...repository, encryption: undefined, keyFile: undefined });
    assert.deepEqual(open.slice(2), ["Encrypted: No", "Cache: /c", "Security dir: /s"]);
  });
});
