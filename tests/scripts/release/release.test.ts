import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { ENTRY_POINTS, NATIVE_ADDON } from "../../../scripts/entry_points.ts";
import { billOfMaterials } from "../../../scripts/release/bill.ts";
import { checksums } from "../../../scripts/release/checksums.ts";
import { componentFrom, embeddedComponents, packageFolders } from "../../../scripts/release/components.ts";
import { chooseTargets, fileNameOf, TARGETS } from "../../../scripts/release/targets.ts";

describe("release", () => {
  it("names its targets", () => {
    assert.equal(new Set(TARGETS.map(fileNameOf)).size, TARGETS.length);
    assert.deepEqual(chooseTargets(["darwin-arm64", "linux-x64"]).map(fileNameOf), [
      "borg-linux-x64",
      "borg-darwin-arm64",
    ]);
    assert.equal(chooseTargets([]), TARGETS);
    assert.throws(() => chooseTargets(["linux-vax"]), /no target linux-vax; there are linux-x64, /);
  });

  it("sums in the order of names, as sha256sum does", () => {
    const files = new Map([["b", Buffer.from("abc")], ["a", Buffer.alloc(0)]]);
    assert.equal(
      checksums(files),
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a\n" +
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  b\n",
    );
  });

  it("lists components by name, and nothing that changes from run to run", () => {
    const parts = [
      { name: "zed", version: "1.0.0", licence: "MIT" },
      { name: "@some/one", version: "2.0.0", licence: "PSF-2.0" },
    ];
    const bill = JSON.parse(billOfMaterials("1.4.5", parts));
    assert.equal(bill.bomFormat, "CycloneDX");
    assert.equal(bill.metadata.component.version, "1.4.5");
    assert.deepEqual(bill.components.map(({ purl }: { purl: string }) => purl), [
      "pkg:npm/%40some/one@2.0.0",
      "pkg:npm/zed@1.0.0",
    ]);
    assert.deepEqual(bill.components[0].licenses, [{ expression: "PSF-2.0" }]);
    assert.deepEqual(Object.keys(bill), ["bomFormat", "specVersion", "version", "metadata", "components"]);
    assert.equal(billOfMaterials("1.4.5", parts), billOfMaterials("1.4.5", parts.toReversed()));
  });

  it("finds packages by the paths of sources", () => {
    const sources = [
      "../../src/cli/run.ts",
      "../node_modules/.deno/ssh2@1.17.0/node_modules/ssh2/lib/client.js",
      "../node_modules/.deno/ssh2@1.17.0/node_modules/ssh2/lib/agent.js",
      "../node_modules/.deno/@some+one@2.0.0/node_modules/@some/one/x.js",
    ];
    assert.deepEqual([...packageFolders(sources)], [
      "node_modules/.deno/ssh2@1.17.0/node_modules/ssh2",
      "node_modules/.deno/@some+one@2.0.0/node_modules/@some/one",
    ]);
  });

  it("reads old and new ways to name a licence, and wants one", () => {
    const file = { name: "some", version: "1.0.0" };
    assert.equal(componentFrom({ ...file, license: "MIT" }).licence, "MIT");
    assert.equal(
      componentFrom({ ...file, licenses: [{ type: "MIT" }, { type: "BSD-3-Clause" }] }).licence,
      "MIT OR BSD-3-Clause",
    );
    assert.throws(() => componentFrom(file), /some 1.0.0 names no licence/);
  });

  it("gives notice of all packages that end up in the executable", () => {
    const notices = readFileSync(new URL("../../../docs/notices.md", import.meta.url), "utf8");
    const names = embeddedComponents(ENTRY_POINTS, NATIVE_ADDON).map(({ name }) => name);
    assert.ok(names.length > 5, names.join());
    for (const name of names) assert.match(notices, new RegExp(`^- ${name}, `, "m"));
  });
});
