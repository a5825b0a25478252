import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { ours } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { readObjectIds } from "../../../interop/segments.ts";
import { Twin } from "../listings/twin.ts";

const LEFT = ["list", "--consider-checkpoints", "repo"];
/** Each with the part of the histories that is worth trying there. */
const ZONES = [["Europe/Berlin", /./], ["America/New_York", /york|weeks|years|keep-daily 2/], [
  "Pacific/Apia",
  /apia|within/,
]] as const;

/** Archives by series, with the times of their starts in UTC; around changes of clocks, years and weeks. */
const SERIES: Readonly<Record<string, readonly string[]>> = {
  berlin: ["2024-03-30T22:30:00", "2024-03-30T23:30:00", "2024-03-31T00:30:00", "2024-03-31T01:00:00"],
  autumn: ["2024-10-26T22:00:00", "2024-10-27T00:30:00", "2024-10-27T01:30:00", "2024-10-27T01:30:30"],
  york: ["2024-11-02T03:59:59", "2024-11-03T05:15:00", "2024-11-03T06:15:00", "2024-11-04T04:30:00"],
  apia: ["2011-12-29T12:00:00", "2011-12-30T09:59:59", "2011-12-30T10:00:00", "2011-12-31T12:00:00"],
  weeks: ["2020-12-27T23:59:59", "2020-12-31T12:00:00", "2021-01-03T12:00:00", "2021-01-04T00:00:00"],
  years: ["2019-06-01T00:00:00", "2020-02-29T12:00:00", "2021-12-31T23:30:00", "2022-01-01T00:30:00"],
  twins: ["2023-05-05T05:05:05", "2023-05-05T05:05:05", "2023-05-05T05:05:06", "2023-05-05T05:06:05"],
};
const UNFINISHED = [["weeks-9.checkpoint", "2021-01-02T00:00:00"], ["apia-9.checkpoint.3", "2012-01-02T00:00:00"]];

const HISTORIES: readonly string[][] = [
  ...["berlin", "autumn", "york"].flatMap((name) => [
    ["-a", `${name}-*`, "--keep-hourly", "3"],
    ["-a", `${name}-*`, "--keep-daily=-1"],
    ["-a", `${name}-*`, "-H", "1", "-d", "1", "-w", "1"],
  ]),
  ["-a", "apia-*", "--keep-daily", "4"],
  ["-a", "weeks-*", "--keep-weekly=-1"],
  ["-a", "weeks-*", "--keep-weekly", "1", "--keep-yearly", "2"],
  ["-P", "years-", "--keep-monthly", "2", "--keep-yearly=-1"],
  ["-a", "years-*", "--keep-yearly", "9"],
  ["-a", "twins-*", "--keep-last", "2"],
  ["-a", "twins-*", "--keep-secondly=-1", "--keep-minutely", "2"],
  ["-a", "*", "--keep-daily", "2", "--keep-weekly", "2", "--keep-monthly", "2", "--keep-yearly", "2"],
  ["-d", "3", "--keep-within", "4y"],
  ["-a", "[wy]*", "-m", "3", "-y=-1"],
];

/** BorgBackup 1.4 has a wider column, two rules more to name, and a warning about --prefix. */
function withoutNews(text: string): string {
  return text
    .replaceAll(/^(Keeping|Would|Pruning)(.*?:) +(?=\S+ +\w{3}, )/gm, "$1$2 ")
    .replace(/^.*At least one of .* settings must be specified\.$/m, "At least one")
    .replace(/^Warning: "--prefix" has been deprecated.*\n/m, "")
    .replace(/^usage:[^]*?(?=^borg)/m, "");
}

/** The same of events, without times and those of the cache. */
function withoutTimes(text: string): string {
  const events = text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
  return events.filter(({ name, msgid }) => name !== "borg.output.progress" && !msgid?.startsWith("cache."))
    .map(({ time: _, message, ...event }) => JSON.stringify({ ...event, message: withoutNews(message ?? "") }))
    .join("\n");
}

describe("prune does what BorgBackup does", requirePeer("borg"), () => {
  let twin: Twin;
  before(() => {
    twin = new Twin();
    writeFileSync(twin.sandbox.path("file"), "content");
    twin.prepare(["init", "-e", "none", "repo"]);
    const numbered = Object.entries(SERIES).flatMap(([name, times]) => times.map((time, i) => [`${name}-${i}`, time]));
    for (const [name, time] of [...numbered, ...UNFINISHED]) {
      twin.prepare(["create", "--timestamp", time!, `repo::${name}`, "file"]);
    }
    twin.freeze();
  });
  after(() => twin.remove());

  for (const [zone, worth] of ZONES) {
    const histories = HISTORIES.filter((options) => worth.test(options.join(" ")));
    it(`finds the same to keep in ${histories.length} histories in ${zone}`, () => {
      const commands = histories.map((options) => ["prune", "--dry-run", "--list", ...options, "repo"]);
      for (const { stderr } of twin.sameBut({ edit: withoutNews, env: { TZ: zone } }, ...commands)) {
        assert.match(stderr, /^Keeping archive \(rule: /m);
      }
    });
  }

  it("shows the names of archives behind a column of 44 characters", () => {
    twin.same(LEFT);
    const run = twin.sandbox.run(ours, ["prune", "-n", "--list", "-d1", "-a", "york*", "repo"], { base: twin.base });
    assert.match(
      run.stderr,
      /^Keeping archive \(rule: daily #1\): {12}york-3 {31}Mon, 2024-11-04 04:30:00 \[[0-9a-f]{64}\]$/m,
    );
    assert.match(run.stderr, /^Would prune: {33}york-2 /m);
  });

  for (
    const options of [
      ["--list", "--stats", "--keep-daily", "3", "--keep-yearly", "2"],
      ["--list", "-a", "weeks-*", "--keep-weekly", "1"],
      ["--stats", "--iec", "-a", "nothing*", "--keep-weekly", "1"],
      ["--stats", "--keep-secondly=-1"],
      ["--force", "--save-space", "-c", "1", "--keep-last", "1", "--list"],
      ["--dry-run", "--stats", "--keep-last", "1"],
    ]
  ) {
    it(options.join(" "), () => {
      const look = () => twin.verify();
      twin.sameBut({ edit: withoutNews, look }, ["prune", ...options, "repo"], LEFT, ["info", "repo"]);
    });
  }

  it("reports the same events", () => {
    const options = ["--log-json", "-p", "--list", "--stats", "-a", "[by]*", "-m", "2"];
    for (const dry of [[], ["--dry-run"]]) {
      twin.sameBut({ edit: withoutTimes }, ["prune", ...dry, ...options, "repo"]);
    }
  });

  for (
    const options of [
      [],
      ["--keep-last", "0", "--keep-daily", "0"],
      ["--keep-within", "0d"],
      ["--keep-within", "1x"],
      ["--keep-within", "d"],
      ["--keep-within", "1.5d"],
      ["--keep-daily", "many"],
      ["--keep-w", "1"],
      ["-P", "a", "-a", "b", "-d", "1"],
    ]
  ) {
    it(`refuses ${options.join(" ") || "no rules"}`, () => {
      const look = () => readObjectIds(twin.sandbox.path("repo"));
      const [refusal] = twin.sameBut({ edit: withoutNews, look }, ["prune", ...options, "repo"]);
      assert.equal(refusal!.status, 2);
    });
  }
});

describe("prune as of 1.4", requirePeer("borg"), () => {
  let twin: Twin;
  const prune = (args: readonly string[], env = {}) =>
    twin.sandbox.run(ours, ["prune", ...args, "repo"], { base: twin.base, env });
  before(() => {
    twin = new Twin();
    writeFileSync(twin.sandbox.path("file"), "content");
    const run = (...args: string[]) => twin.sandbox.succeed(ours, args, { base: twin.base });
    run("init", "-e", "repokey-blake2", "repo");
    for (const time of ["2020-09-27T10:00:00", "2020-12-31T10:00:00", "2021-01-03T10:00:00", "2021-01-04T10:00:00"]) {
      run("create", "--timestamp", time, `repo::${time.slice(0, 10)}`, "file");
    }
  });
  after(() => twin.remove());

  const verdicts = (text: string) =>
    [...text.matchAll(/^(?:.*rule: ([^)]*)\)|(Would)).*?(\d{4}-\d\d-\d\d) /gm)].map((match) =>
      `${match[3]} ${match[1] ?? match[2]}`
    );

  it("knows two kinds of quarters", () => {
    const weeks = prune(["-n", "--list", "--keep-13weekly=-1"]);
    assert.deepEqual(verdicts(weeks.stderr), [
      "2021-01-04 quarterly_13weekly #1",
      "2021-01-03 quarterly_13weekly #2",
      "2020-12-31 Would",
      "2020-09-27 quarterly_13weekly #3",
    ]);
    const months = prune(["-n", "--list", "--keep-3monthly", "3"]);
    assert.deepEqual(verdicts(months.stderr), [
      "2021-01-04 quarterly_3monthly #1",
      "2021-01-03 Would",
      "2020-12-31 quarterly_3monthly #2",
      "2020-09-27 quarterly_3monthly #3",
    ]);
    const both = prune(["-n", "--keep-3monthly", "3", "--keep-13weekly", "3"]);
    assert.match(both.stderr, /error: argument --keep-13weekly: not allowed with argument --keep-3monthly\n$/);
    assert.equal(both.status, 2);
  });

  it("counts archives when it is verbose", () => {
    const { stderr } = prune(["-n", "-v", "-a", "2020*", "-y", "1"]);
    assert.equal(stderr, "Archives in the repository: 4\nArchives considered: 2\nArchives kept: 1, pruned: 1\n");
  });

  it("ends with statuses that tell errors apart when asked to", () => {
    const modern = { BORG_EXIT_CODES: "modern" };
    assert.deepEqual([prune([]).status, prune([], modern).status], [2, 4]);
    assert.match(
      prune([]).stderr,
      /^Command Error: At least one of the "keep-within", .*"keep-13weekly", .* specified\.\n$/,
    );
    assert.equal(prune(["--keep-last", "x"], modern).status, 2);
    assert.equal(prune(["--keep-last", "1"], { ...modern, BORG_PASSPHRASE: "wrong" }).status, 52);
  });

  it("--quick-stats leaves out what the whole repository holds", () => {
    const { stderr, status } = prune(["--quick-stats", "--keep-last", "3"]);
    assert.equal(status, 0);
    assert.match(stderr, /^-{78}\n +Original size .*\nDeleted data: .*-.*-.*-.*\n-{78}\n$/);
    assert.match(prune(["--quick-stats", "--stats", "--keep-last", "1"]).stderr, /not allowed with argument/);
    twin.verify();
  });
});
