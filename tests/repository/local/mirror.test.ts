import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { createLocal, withLocal, withScratch } from "../scratch.ts";
import { repeatLog } from "./mirror.ts";

const FIXTURES = fileURLToPath(new URL("../../fixtures/borg-1.4.5/repos.tar.xz", import.meta.url));

function withFixture(use: (path: string, scratch: string) => Promise<void>): Promise<void> {
  return withScratch(async (scratch) => {
    execFileSync("tar", ["-xJf", FIXTURES, "-C", scratch, "--no-same-owner", "./none"]);
    await use(join(scratch, "none"), scratch);
  });
}

describe("a repository written by BorgBackup 1.4.5", () => {
  it("is read whole", () =>
    withFixture((path) =>
      withLocal(path, { lock: "shared" }, async (repository) => {
        const ids = await repository.list();
        assert.ok(ids.length > 100);
        for (const each of ids) assert.equal((await repository.get(each))[0], 2);
        assert.equal((await repository.scan(1e6)).length, ids.length);
        assert.equal(await repository.check(), true);
      })
    ));

  it("comes out byte by byte when the same is done here", () =>
    withFixture(async (path, scratch) => {
      const copy = join(scratch, "copy");
      const repository = await createLocal(copy);
      await repeatLog(path, repository);
      await repository.commit();
      await repository.close();
      const names = readdirSync(path, { recursive: true, encoding: "utf8", withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name !== "config")
        .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1));
      assert.ok(names.includes("index.37") && names.includes("hints.37") && names.includes("integrity.37"));
      for (const name of names) assert.ok(readFileSync(join(path, name)).equals(readFileSync(join(copy, name))), name);
    }));
});
