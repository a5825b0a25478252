import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Item } from "../../../src/archive/item.ts";
import { fromLocalTime } from "../../local_time.ts";
import { FormatError } from "../../../src/cli/render/format.ts";
import { ITEM_FORMAT, ItemFormatter, type ListedItem } from "../../../src/cli/render/item_keys.ts";
import { jsonLine } from "../../../src/cli/render/json.ts";

const MTIME = fromLocalTime({ year: 2026, month: 11, day: 20, hour: 13, minute: 45, second: 57, microsecond: 974729 });
const CTIME = MTIME + 8000n;

function listed(changes: Partial<Item>, more: Partial<ListedItem> = {}): ListedItem {
  const item: Item = {
    ...{ path: "src/a", mode: 0o100644, uid: 0, gid: 5, user: "root", group: "root", mtime: MTIME * 1000n },
    ...changes,
  };
  return { item, archiveName: "one", archiveId: "f48f", ...more };
}

function show(format: string, changes: Partial<Item>, more: Partial<ListedItem> = {}): string {
  return new ItemFormatter(format).format(listed(changes, more));
}

const CHUNKS = [{ id: new Uint8Array(32), size: 2000000, csize: 10 }, {
  id: new Uint8Array(32),
  size: 1000000,
  csize: 7,
}];

describe("ItemFormatter", () => {
  it("lists items as BorgBackup does", () => {
    const time = "Fri, 2026-11-20 13:45:57";
    assert.equal(show(ITEM_FORMAT, { chunks: CHUNKS }), `-rw-r--r-- root   root    3000000 ${time} src/a\n`);
    assert.equal(
      show(ITEM_FORMAT, { path: "src/hl", source: "src/b", size: 0 }),
      `hrw-r--r-- root   root          0 ${time} src/hl link to src/b\n`,
    );
    assert.equal(
      show(ITEM_FORMAT, { path: "src/ln", mode: 0o120777, source: "b" }),
      `lrwxrwxrwx root   root          1 ${time} src/ln -> b\n`,
    );
    assert.equal(
      show(ITEM_FORMAT, { path: "caf\udce9", mode: 0o040755, user: null, group: null }),
      `drwxr-xr-x      0      5        0 ${time} caf?\n`,
    );
  });

  it("knows every key", () => {
    const format =
      "{type}|{uid}|{gid}|{bpath!r}|{csize}|{num_chunks}|{flags}|{health}|{archivename}|{archiveid}|{source}";
    const changes = { path: "caf\udce9", chunks: CHUNKS, chunksHealthy: CHUNKS };
    assert.equal(show(format, changes), "-|0|5|'caf\\udce9'|17|2|0|broken|one|f48f|");
  });

  it("takes missing times from the time of content", () => {
    const format = "{isomtime} {isoctime} {isoatime}";
    const iso = "2026-11-20T13:45:57.974729";
    assert.equal(show(format, {}), `${iso} ${iso} ${iso}`);
    assert.equal(show(format, { ctime: CTIME * 1000n }), `${iso} 2026-11-20T13:45:57.982729 ${iso}`);
    assert.equal(show("{ctime:%S.%f}", { ctime: CTIME * 1000n }), "57.982729");
  });

  it("says what has to be found out", () => {
    const formatter = new ItemFormatter("{sha256} {xxh64} {dcsize}");
    assert.deepEqual(formatter.digests, ["sha256", "xxh64"]);
    assert.ok(formatter.needsUniqueness);
    const plain = new ItemFormatter(ITEM_FORMAT);
    assert.deepEqual([plain.digests, plain.needsUniqueness], [[], false]);
    const found = { digests: new Map([["sha256" as const, "ab"]]), unique: { size: 3, csize: 2, chunks: 1 } };
    assert.equal(formatter.format(listed({}, found)), "ab  2");
    assert.equal(show("{dsize} {unique_chunks}", {}, found), "3 1");
  });

  it("refuses unknown keys before anything is listed", () => {
    assert.throws(() => new ItemFormatter("{archive}"), FormatError);
  });

  it("gives JSON lines", () => {
    assert.equal(
      jsonLine(new ItemFormatter("{size} {mtime}").json(listed({ chunks: CHUNKS }))),
      '{"type": "-", "mode": "-rw-r--r--", "user": "root", "group": "root", "uid": 0, "gid": 5, "path": "src/a", ' +
        '"healthy": true, "source": "", "linktarget": "", "flags": 0, "size": 3000000, ' +
        '"mtime": "2026-11-20T13:45:57.974729"}',
    );
    const keys = Object.keys(new ItemFormatter("{bpath}{extra}{health}{NL}{archiveid}").json(listed({})));
    assert.deepEqual(keys.slice(11), ["archiveid"]);
    assert.equal(new ItemFormatter("").json(listed({ user: null }))["user"], 0);
  });
});
