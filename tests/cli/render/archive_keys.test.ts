import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatTimestamp } from "../../../src/archive/timestamps.ts";
import { fromLocalTime } from "../../local_time.ts";
import { ARCHIVE_FORMAT, ArchiveFormatter, type ListedArchive } from "../../../src/cli/render/archive_keys.ts";

const START = fromLocalTime({ year: 2026, month: 11, day: 20, hour: 13, minute: 45, second: 58, microsecond: 5 });
const BARE: ListedArchive = { name: "caf\udce9", id: "f48f44540eee", start: START };
const LOADED: ListedArchive = {
  ...BARE,
  loaded: {
    tam: "verified",
    metadata: {
      ...{ name: "caf\udce9", items: [], cmdline: ["borg", "create", "--comment", "x é"], time: "" },
      ...{ timeEnd: formatTimestamp(START + 2_000_000n), comment: "x \udce9", hostname: "vm", username: "root" },
    },
  },
};

describe("ArchiveFormatter", () => {
  it("lists archives as BorgBackup does", () => {
    const line = new ArchiveFormatter(ARCHIVE_FORMAT).format(BARE);
    assert.equal(line, `${"caf?".padEnd(36)} Fri, 2026-11-20 13:45:58 [f48f44540eee]\n`);
  });

  it("loads archives for what the manifest does not say", () => {
    assert.equal(new ArchiveFormatter(ARCHIVE_FORMAT).needsMetadata, false);
    for (const key of ["comment", "bcomment", "tam", "end", "command_line", "hostname", "username"]) {
      assert.equal(new ArchiveFormatter(`{${key}}`).needsMetadata, true, key);
    }
    const format = "{comment}|{bcomment!r}|{tam}|{end:%S}|{command_line}|{hostname}|{username}|{barchive!r}";
    assert.equal(
      new ArchiveFormatter(format).format(LOADED),
      "x ?|'x \\udce9'|verified|00|borg create --comment 'x é'|vm|root|'caf\\udce9'",
    );
  });

  it("gives JSON with what is mentioned added", () => {
    const always = {
      ...{ archive: "caf?", barchive: "caf\udce9", id: "f48f44540eee", name: "caf?" },
      ...{ start: "2026-11-20T13:45:58.000000", time: "2026-11-20T13:45:58.000000" },
    };
    assert.deepEqual(new ArchiveFormatter("{NL}").json(BARE), always);
    assert.deepEqual(new ArchiveFormatter("{command_line}{tam}{end}").json(LOADED), {
      ...always,
      command_line: ["borg", "create", "--comment", "x é"],
      tam: "verified",
      end: "2026-11-20T13:46:00.000000",
    });
  });
});
