import assert from "node:assert/strict";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { after, describe, it } from "node:test";
import { findFaults, inspect } from "../../../../scripts/release/inspect.ts";
import { chooseTargets } from "../../../../scripts/release/targets.ts";
import { ours, type Program, Sandbox } from "../../../interop/harness.ts";
import { require, requirePeer } from "../../../interop/requirements.ts";

const isLinux = process.platform === "linux";

describe("the executable", require(isLinux, "not on Linux"), () => {
  it("is for this processor and a C library of 2012, whole and sealed", () => {
    const anatomy = inspect(readFileSync(ours.path));
    const library = anatomy.interpreter?.includes("musl") ? "-musl" : "";
    const [target] = chooseTargets([`linux-${process.arch}${library}`]);
    assert.deepEqual(findFaults(anatomy, target!), []);
  });
});

describe("on an x64 processor of 2008", requireOldProcessor(), () => {
  const sandbox = new Sandbox();
  after(() => sandbox.remove());

  /** A command that runs the executable without AVX, which the runtime wants for vectors in WebAssembly. */
  function oldProcessor(): Program {
    const path = sandbox.path("borg");
    writeFileSync(path, `#!/bin/sh\nexec qemu-x86_64 -cpu Nehalem ${ours.path} "$@"\n`);
    chmodSync(path, 0o755);
    return { name: "ours", path };
  }

  it("backs up and verifies", () => {
    const program = oldProcessor();
    writeFileSync(sandbox.path("file"), "content ".repeat(100_000));
    sandbox.succeed(program, ["init", "-e", "repokey-blake2", sandbox.path("repository")]);
    sandbox.succeed(program, ["create", `${sandbox.path("repository")}::a`, "file"]);
    sandbox.succeed(ours, ["check", "--verify-data", sandbox.path("repository")]);
  });
});

function requireOldProcessor() {
  return { ...require(isLinux && process.arch === "x64", "not on Linux on x64"), ...requirePeer("qemu-x86_64") };
}
