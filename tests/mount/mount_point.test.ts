import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { examineMountPoint } from "../../src/mount/mount_point.ts";

describe("examineMountPoint", () => {
  const folder = mkdtempSync(join(tmpdir(), "vinculum-mount-point-"));
  after(() => rmSync(folder, { recursive: true }));

  it("takes directories, also by a symbolic link, and sees whether there is something in them", () => {
    mkdirSync(join(folder, "empty"));
    symlinkSync("empty", join(folder, "link"));
    assert.deepEqual(examineMountPoint(join(folder, "empty")), { hidesFiles: false });
    assert.deepEqual(examineMountPoint(join(folder, "link")), { hidesFiles: false });
    assert.deepEqual(examineMountPoint(folder), { hidesFiles: true });
  });

  it("refuses what is none", () => {
    writeFileSync(join(folder, "file"), "");
    symlinkSync("nowhere", join(folder, "dangling"));
    for (const name of ["file", "missing", "file/below", "dangling"]) {
      assert.throws(() => examineMountPoint(join(folder, name)), { code: "RTError" }, name);
    }
  });
});
