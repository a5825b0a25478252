import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  archiveTamText,
  conversionText,
  manifestTamLines,
  tamDoneText,
  tamPlanText,
} from "../../../src/cli/texts/upgrade.ts";

const ARCHIVE = { name: "one", id: new Uint8Array(32), time: "2024-05-02T03:04:05.000000" };
const LINE = /^one {34}\w{3}, 2024-05-0\d \d\d:\d\d:\d\d \[0{64}\]/;

describe("the texts of an upgrade", () => {
  it("name what each step of a conversion is about", () => {
    const key = { kind: "key", from: "/o'ld", to: "/new" } as const;
    assert.deepEqual(
      [
        conversionText({ kind: "backup", path: "/r.before\n" }),
        conversionText({ ...key, origin: "attic" }),
        conversionText({ ...key, origin: "borg" }),
        conversionText({ kind: "cache", from: "/a", to: "/b" }),
        conversionText({ kind: "index", path: "/r/index.1" }),
        conversionText({ kind: "segments", numbers: [1, 2] }),
        conversionText({ kind: "readme", path: "/r/README" }),
      ],
      [
        "make a copy of hard links at '/r.before\\n'",
        "convert the key file \"/o'ld\" to '/new'",
        "move the key file \"/o'ld\" to '/new'",
        "copy the cache file '/a' to '/b'",
        "convert the index '/r/index.1'",
        "convert 2 segments",
        "write '/r/README'",
      ],
    );
  });

  it("of a demand show the archives that are trusted from now on", () => {
    const step = { kind: "manifest", archives: [ARCHIVE] } as const;
    const [first, second, ...more] = tamDoneText(step, true).split("\n");
    assert.equal(first, "Manifest contents:");
    assert.match(second!, LINE);
    assert.deepEqual(more, []);
    assert.equal(tamDoneText(step, false), "");
    for (const required of [true, false]) assert.match(tamPlanText(step, required).split("\n")[1]!, LINE);
  });

  it("of a demand and its end differ", () => {
    for (const step of [{ kind: "key", home: "/r" }, { kind: "marker" }, { kind: "manifest", archives: [] }] as const) {
      assert.notEqual(tamPlanText(step, true), tamPlanText(step, false));
    }
    assert.equal(tamDoneText({ kind: "marker" }, false), "");
  });

  it("tell of the key only where there can be one", () => {
    assert.equal(manifestTamLines({ state: "none", demanded: false, keyDemands: undefined }).length, 2);
    assert.equal(
      manifestTamLines({ state: "verified", demanded: true, keyDemands: false }).at(-1),
      "Key does not demand TAM.",
    );
  });

  it("tell how each archive stands, and its new id", () => {
    for (const tam of ["verified", "none", "invalid"] as const) {
      assert.match(archiveTamText({ ...ARCHIVE, tam }).slice(25), LINE);
    }
    assert.match(archiveTamText({ ...ARCHIVE, tam: "none" }, new Uint8Array(32).fill(255)), /^Added .* -> \[f{64}\]$/);
  });
});
