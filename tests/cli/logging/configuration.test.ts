import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LoggingConfiguration } from "../../../src/cli/logging/configuration.ts";
import { RecordFormat } from "../../../src/cli/logging/record_format.ts";

const TIME = 1706933106789_123_456n;
const RECORD = { name: "borg.cache", levelname: "INFO", levelno: 20, message: "text", time: TIME };

/** What goes to standard error and output by a configuration. */
function collect(text: string) {
  const lines: string[] = [];
  const streams = { stderr: (line: string) => lines.push(line), stdout: (line: string) => lines.push(`out: ${line}`) };
  return { lines, configuration: LoggingConfiguration.parse(text, streams) };
}

const CONFIGURATION = `
[loggers]
keys=root,cache,list
[handlers]
keys=all, severe
[formatters]
keys=short
[logger_root]
level=WARNING
handlers=all,severe
[logger_cache]
qualname=borg.cache
level=DEBUG
[logger_list]
qualname=borg.output.list
propagate=0
handlers=all
[handler_all]
class=StreamHandler
args=(sys.stderr,)
formatter=short
[handler_severe]
class=logging.StreamHandler
args=(sys.stdout,)
level=ERROR
[formatter_short]
format=%(levelname)-8s|%(name)s|%(message)s
`;

describe("a logging configuration", () => {
  it("says which loggers let pass what", () => {
    const { configuration } = collect(CONFIGURATION);
    const passes = (name: string) => [10, 20, 30].map((weight) => configuration.passes(name, weight));
    assert.deepEqual(passes("borg.archiver"), [false, false, true]);
    assert.deepEqual(passes("borg.cache"), [true, true, true]);
    assert.deepEqual(passes("borg.cache.sync"), [true, true, true]);
    assert.deepEqual(passes("borg.cached"), [false, false, true]);
  });

  it("says where it goes, and how", () => {
    const { configuration, lines } = collect(CONFIGURATION);
    configuration.deliver(RECORD);
    configuration.deliver({ ...RECORD, levelname: "ERROR", levelno: 40 });
    configuration.deliver({ ...RECORD, name: "borg.output.list", levelno: 40 });
    assert.deepEqual(lines, [
      "INFO    |borg.cache|text",
      "ERROR   |borg.cache|text",
      "out: text",
      "INFO    |borg.output.list|text",
    ]);
  });

  it("is refused when it cannot be followed", () => {
    const cases: [string, string, RegExp][] = [
      ["class=StreamHandler", "class=handlers.SMTPHandler", /SMTPHandler are not supported/],
      ["args=(sys.stderr,)", "args=(open('x'),)", /stream/],
      ["level=WARNING", "level=LOUD", /Unknown level: 'LOUD'/],
      ["handlers=all,severe", "handlers=none", /no handler none/],
      ["formatter=short", "formatter=none", /no formatter none/],
      ["qualname=borg.cache", "", /No option 'qualname' in section: 'logger_cache'/],
      ["[loggers]", "[other]", /No option 'keys' in section: 'loggers'/],
      ["[formatter_short]", "[formatter_short]\nstyle={", /style/],
    ];
    for (const [found, put, problem] of cases) {
      assert.throws(() => collect(CONFIGURATION.replace(found, put)), problem);
    }
  });
});

describe("a record", () => {
  it("is laid out as Python does", () => {
    const text = (format: string, dateFormat = "") => new RecordFormat(format, dateFormat).text(RECORD);
    assert.match(text("%(asctime)s %(levelno)03d"), /^2024-02-0\d \d\d:\d\d:06,789 020$/);
    assert.match(text("%(asctime)s", "%Y/%S"), /^2024\/06$/);
    assert.equal(text("%(created)f %(created)d %(msecs)03d"), "1706933106.789123 1706933106 789");
    assert.equal(text("100%% %(message)8s %(nothing)s"), "100%     text %(nothing)s");
  });
});
