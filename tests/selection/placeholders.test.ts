import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { localCalendar } from "../../src/encoding/calendar.ts";
import { strftime } from "../../src/encoding/strftime.ts";
import { BorgError } from "../../src/errors.ts";
import {
  expandPlaceholders,
  MalformedPlaceholders,
  type PlaceholderContext,
} from "../../src/selection/placeholders.ts";

const CONTEXT: PlaceholderContext = {
  pid: 24680,
  hostname: "vm",
  fqdn: "vm.example.org",
  user: "root",
  version: "1.4.5",
  now: 1688483167012345n,
  uuid: () => "67b5f59e-8e4a-48d5-b493-00c68e15c597",
};

function expand(text: string, context: Partial<PlaceholderContext> = {}): string {
  return expandPlaceholders(text, { ...CONTEXT, ...context });
}

/** Asserts that `text` fails with a BorgError of this code and data, apart from the list of values. */
function assertFails(text: string, code: string, ...data: string[]): void {
  assert.throws(() => expand(text), (error) => {
    assert.ok(error instanceof BorgError);
    assert.equal(error.code, code);
    assert.deepEqual(data, error.data.filter((value) => !String(value).startsWith("{'")));
    return true;
  });
}

describe("expandPlaceholders", () => {
  // What BorgBackup makes of them in archive names and comments.
  const expansions: [text: string, expanded: string][] = [
    ["", ""],
    ["plain", "plain"],
    ["{hostname}-{user}-{pid}", "vm-root-24680"],
    ["{fqdn} {reverse-fqdn}", "vm.example.org org.example.vm"],
    ["{borgversion} {borgmajor} {borgminor} {borgpatch}", "1.4.5 1 1.4 1.4.5"],
    ["{uuid4} {uuid4:.8}", "67b5f59e-8e4a-48d5-b493-00c68e15c597 67b5f59e"],
    ["{unixtime}", "1688483167"],
    ["{utcnow} {utcnow:}", "2023-07-04T15:06:07 2023-07-04T15:06:07"],
    ["{utcnow:%Y-%m-%d_%H:%M} {utcnow:%z|%Z}", "2023-07-04_15:06 +0000|UTC"],
    ["{utcnow:>30} {utcnow:x}", ">30 x"],
    ["{hostname:>10}|{hostname:.1}|{hostname:*^9.2s}|{hostname:04}", "        vm|v|***vm****|vm00"],
    ["{pid:07d} {pid:x} {pid:,} {borgmajor:>3}", "0024680 6068 24,680   1"],
    ["{{x}} {{{hostname:.1}}} {{", "{x} {v} {"],
    ["{utcnow:{hostname}} {hostname:{borgmajor}}", "vm vm"],
    ["{utcnow:{{}}}", "{}"],
    ["\u00e4\udcff{user}", "\u00e4\udcffroot"],
  ];
  for (const [text, expanded] of expansions) it(text, () => assert.equal(expand(text), expanded));

  it("shows the local time as now", () => {
    assert.equal(expand("{now}"), strftime("%Y-%m-%dT%H:%M:%S", localCalendar(CONTEXT.now)));
    assert.equal(expand("{now:%f}"), "012345");
  });

  it("takes another time for now and utcnow, not for unixtime", () => {
    assert.equal(expand("{utcnow} {unixtime}", { timestamp: 0n }), "1970-01-01T00:00:00 1688483167");
    assert.equal(expand("{now:%s}", { timestamp: 5_000_000n }), "5");
  });

  for (const name of ["nope", "NOW", " hostname ", "0", "now.year", "hostname[0]", "uuid4.hex", "toString", "a,b"]) {
    it(`knows no {${name}}`, () => assertFails(`-{${name}}-`, "InvalidPlaceholder", name, `-{${name}}-`));
  }

  it("knows no conversions", () => {
    assertFails("{pid!r}", "InvalidPlaceholder", "pid", "{pid!r}");
    assertFails("{now!s:%Y}", "InvalidPlaceholder", "now", "{now!s:%Y}");
  });

  it("names the first invalid placeholder, even if the rest is malformed", () => {
    assertFails("{pid} {one} {two} {", "InvalidPlaceholder", "one", "{pid} {one} {two} {");
  });

  const errors: [text: string, kind: string, reason: string][] = [
    ["{}", "ValueError", "Format string contains positional fields"],
    ["{:x}", "ValueError", "Format string contains positional fields"],
    ["{!r}", "ValueError", "Format string contains positional fields"],
    ["{pid:{}}", "ValueError", "Format string contains positional fields"],
    ["{hostname:d}", "ValueError", "Unknown format code 'd' for object of type 'str'"],
    ["{borgmajor:d}", "ValueError", "Unknown format code 'd' for object of type 'str'"],
    ["{hostname:^+20}", "ValueError", "Sign not allowed in string format specifier"],
    ["{pid:.2}", "ValueError", "Precision not allowed in integer format specifier"],
    ["{now:{nope}}", "KeyError", "'nope'"],
    ["{now:{pid:{pid}}}", "ValueError", "Max string recursion exceeded"],
  ];
  for (const [text, kind, reason] of errors) {
    it(`cannot write ${text}`, () => assertFails(text, "PlaceholderError", text, kind, reason));
  }

  it("lists the values in the error", () => {
    assert.throws(() => expand("{}"), (error) => {
      assert.match(
        String((error as BorgError).data[1]),
        /^\{'pid': 24680, 'fqdn': 'vm\.example\.org', .*'borgpatch': '1\.4\.5'\}$/,
      );
      return true;
    });
  });

  for (
    const text of [
      "{",
      "}",
      "a}b",
      "{now",
      "{now:%Y",
      "{now}}",
      "{{now}",
      "{pid!}",
      "{pid!rr}",
      "{a{b}c}",
      "{hostname:{",
    ]
  ) {
    it(`refuses ${text}`, () => assert.throws(() => expand(text), MalformedPlaceholders));
  }
});
