import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { findAll } from "../../scripts/structure/rules.ts";
import { readSource } from "../../scripts/structure/source.ts";

function check(files: Record<string, string>): string[] {
  return findAll(Object.entries(files).map(([path, text]) => readSource(path, text)));
}

describe("reading a source", () => {
  it("finds every way to import a local file", () => {
    const source = readSource(
      "src/cli/a.ts",
      `import { x } from "./x.ts";
import type {
  Long,
} from "../archive/long.ts";
import "./effect.ts";
export { y } from "./y.ts";
const z = await import("../../wasm/z.ts");
const w = new URL("./worker.ts", import.meta.url);
import process from "node:process";`,
    );
    assert.deepEqual(source.imports, [
      { target: "src/cli/x.ts", typeOnly: false },
      { target: "src/archive/long.ts", typeOnly: true },
      { target: "src/cli/effect.ts", typeOnly: false },
      { target: "src/cli/y.ts", typeOnly: false },
      { target: "wasm/z.ts", typeOnly: false },
      { target: "src/cli/worker.ts", typeOnly: false },
    ]);
  });

  it("is not misled by comments, strings, templates and patterns", () => {
    const text = [
      '// import { a } from "./a.ts"; Deno.exit()',
      "/* Bun.file */",
      'const b = "Deno. // no comment";',
      "const c = `Bun. ${b} // none`;",
      "const d = /[\"'`/]/.test(b);",
      'import { e } from "./e.ts";',
    ].join("\n");
    assert.deepEqual(readSource("src/cli/a.ts", text).imports.map(({ target }) => target), ["src/cli/e.ts"]);
    assert.deepEqual(check({ "src/cli/a.ts": text, "src/cli/e.ts": "export const e = 1;" }), []);
  });
});

describe("import direction", () => {
  it("allows the own room, lower rooms and the errors", () => {
    assert.deepEqual(
      check({
        "main.ts": 'import "./src/cli/a.ts"; import "./src/platform/p.ts"; run();',
        "src/cli/a.ts": 'import "./b.ts"; import "../archive/c.ts"; import "../errors.ts"; run();',
        "src/platform/p.ts": 'import "../../wasm/kernels.ts"; import "../errors.ts"; run();',
        "tests/any.ts": 'import "../src/cli/a.ts"; import "../scripts/x.ts"; run();',
      }),
      [],
    );
  });

  for (
    const [path, target] of [
      ["src/archive/a.ts", "../cli/b.ts"],
      ["src/repository/a.ts", "../crypto/b.ts"],
      ["src/platform/a.ts", "../encoding/b.ts"],
      ["wasm/kernels.ts", "../src/platform/b.ts"],
      ["src/errors.ts", "./platform/b.ts"],
      ["src/cli/a.ts", "../../tests/b.ts"],
      ["src/cli/a.ts", "../../main.ts"],
      ["main.ts", "./src/archive/b.ts"],
    ] as const
  ) {
    it(`refuses ${target} in ${path}`, () => {
      assert.match(check({ [path]: `import { b } from "${target}"; b();` }).join(), /must not import/);
    });
  }

  it("holds for types too", () => {
    assert.match(check({ "src/archive/a.ts": 'import type { B } from "../cli/b.ts";' }).join(), /must not import/);
  });

  it("refuses files outside the rooms", () => {
    assert.deepEqual(check({ "src/utils/a.ts": "run();" }), ["src/utils/a.ts: belongs to no room"]);
    assert.deepEqual(check({ "src/helper.ts": "run();" }), ["src/helper.ts: belongs to no room"]);
  });
});

describe("import cycles", () => {
  it("finds one of three files", () => {
    const findings = check({
      "src/cli/a.ts": 'import "./b.ts"; run();',
      "src/cli/b.ts": 'import "./c.ts"; run();',
      "src/cli/c.ts": 'import { a, type A } from "./a.ts"; run();',
    });
    assert.deepEqual(findings, ["import cycle: src/cli/a.ts -> src/cli/b.ts -> src/cli/c.ts -> src/cli/a.ts"]);
  });

  it("lets types go both ways", () => {
    const files = {
      "src/cli/a.ts": 'import "./b.ts"; run();',
      "src/cli/b.ts": 'import type { A } from "./a.ts"; run();',
    };
    assert.deepEqual(check(files), []);
  });

  it("lets two files share a third", () => {
    const shared = { "src/cli/b.ts": 'import "./d.ts"; run();', "src/cli/c.ts": 'import "./d.ts"; run();' };
    assert.deepEqual(check({ "src/cli/a.ts": 'import "./b.ts"; import "./c.ts"; run();', ...shared }), []);
  });
});

describe("barrel files", () => {
  it("refuses a file that only re-exports", () => {
    const findings = check({
      "src/cli/a.ts": '// all\nexport * from "./b.ts";\nexport { c, type D } from "./c.ts";\n',
    });
    assert.deepEqual(findings, ["src/cli/a.ts: only re-exports; import from the files themselves"]);
  });

  it("allows a re-export beside own code, and a file that only imports", () => {
    assert.deepEqual(check({ "src/cli/a.ts": 'export { b } from "./b.ts";\nexport const own = 1;\n' }), []);
    assert.deepEqual(check({ "src/cli/a.ts": 'import "./b.ts";\n' }), []);
  });
});

describe("runtime names", () => {
  for (
    const text of ["Deno.exit();", "globalThis.Bun;", 'load("bun:ffi");', 'import { dlopen } from "bun:ffi"; dlopen();']
  ) {
    it(`refuses ${text} outside the platform`, () => {
      assert.match(check({ "src/cli/a.ts": text }).join(), /names (Deno|Bun|bun:ffi), which only/);
    });
  }

  it("allows them in the platform, tests and scripts", () => {
    const text = 'Deno.exit(); Bun.gc(); load("bun:ffi");';
    assert.deepEqual(check({ "src/platform/a.ts": text, "tests/a.ts": text, "scripts/a.ts": text }), []);
  });
});
