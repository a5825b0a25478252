import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { ours, Sandbox } from "../../../interop/harness.ts";
import { noise } from "../check/damaged_repository.ts";
import { measure } from "./peak_memory.ts";

const LINK = fileURLToPath(new URL("evil_link.ts", import.meta.url));
const EVILS = [...readFileSync(LINK, "utf8").matchAll(/^ {2}"([^"]+)":/gm)].map(([, name]) => name!);

const FILES = 6;

describe("a server", () => {
  const sandbox = new Sandbox();
  const base = sandbox.folder("base");
  const contents = Array.from({ length: FILES }, (_, i) => noise(30_000, i + 1));

  before(() => {
    for (const [i, content] of contents.entries()) writeFileSync(join(sandbox.folder("source"), `file${i}`), content);
    for (const mode of ["none", "repokey"]) {
      sandbox.succeed(ours, ["init", "-e", mode, mode], { base });
      sandbox.succeed(ours, ["create", "-C", "none", `${mode}::a`, "source"], { base });
    }
  });
  after(() => sandbox.remove());

  async function extract(mode: string, env: Record<string, string>) {
    const into = sandbox.path("into");
    rmSync(into, { recursive: true, force: true });
    const subject = `ssh://host${sandbox.path(mode)}::a`;
    const settings = { BORG_RSH: `${process.execPath} ${LINK}`, BORG_REMOTE_PATH: ours.path, ...env };
    const outcome = await measure(["extract", subject], { base, cwd: sandbox.folder("into"), env: settings });
    return { ...outcome, into: join(into, "source") };
  }

  /** What was restored is right, whatever else there is. */
  function countRight(into: string): number {
    if (!existsSync(into)) return 0;
    const right = readdirSync(into).filter((name) => {
      return readFileSync(join(into, name)).equals(contents[Number(name.replace("file", ""))]!);
    });
    return right.length;
  }

  assert.ok(EVILS.length > 10);
  for (const mode of ["none", "repokey"]) {
    for (const evil of EVILS) {
      it(`that ${evil} does not pass for one that is right, in mode ${mode}`, async () => {
        const { status, stderr, into, peak } = await extract(mode, { EVIL: evil });
        assert.ok(status !== null && status !== 0, stderr);
        assert.ok(countRight(into) < FILES, "nothing was wrong");
        assert.doesNotMatch(stderr, /^\s+at |\b(Type|Range|Reference|Syntax|Msgpack)Error\b|undefined|NaN/m);
        assert.ok(peak < 400, `${peak} MiB`);
      });
    }
  }

  it("that is late is waited for", async () => {
    const { status, stderr, into } = await extract("repokey", { LATE: "150" });
    assert.equal(status, 0, stderr);
    assert.equal(countRight(into), FILES);
  });
});
