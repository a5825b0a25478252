import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { modeText } from "../../../src/cli/render/mode.ts";

describe("modeText", () => {
  it("shows type and permissions", () => {
    const cases: [number, string][] = [
      [0o100644, "-rw-r--r--"],
      [0o040755, "drwxr-xr-x"],
      [0o120777, "lrwxrwxrwx"],
      [0o010600, "prw-------"],
      [0o060660, "brw-rw----"],
      [0o020620, "crw--w----"],
      [0o140755, "srwxr-xr-x"],
      [0o104755, "-rwsr-xr-x"],
      [0o104644, "-rwSr--r--"],
      [0o102755, "-rwxr-sr-x"],
      [0o102644, "-rw-r-Sr--"],
      [0o041777, "drwxrwxrwt"],
      [0o041776, "drwxrwxrwT"],
      [0o000000, "?---------"],
    ];
    for (const [mode, text] of cases) assert.equal(modeText(mode), text);
  });
});
