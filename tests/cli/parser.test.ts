import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type ArgumentWorld, createArgumentTypes } from "../../src/cli/argument_types.ts";
import { isContainer } from "../../src/cli/command_tree.ts";
import { type Invocation, parseCommandLine, ParserExit } from "../../src/cli/parser.ts";
import { ROOT } from "../../src/cli/registry.ts";

const WORLD: ArgumentWorld = {
  defaultRepository: undefined,
  expand: (text) => text.replaceAll("{hostname}", "vm"),
  readFile: (path) => (path === "patterns" ? "R /etc\nP fm\n+ *.o\n# no\n! tmp\n" : "*.o\n\n# no\nre:x$\n"),
  modificationTime: (path) => (path === "reference" ? 42n : undefined),
};

async function parse(line: string | string[], world: Partial<ArgumentWorld> = {}): Promise<Invocation> {
  const argv = typeof line === "string" ? line.split(" ").filter((word) => word !== "") : line;
  return await parseCommandLine(argv, ROOT, createArgumentTypes({ ...WORLD, ...world }));
}

async function options(line: string | string[], world: Partial<ArgumentWorld> = {}): Promise<Record<string, unknown>> {
  return { ...(await parse(line, world)).options };
}

async function exit(line: string | string[]): Promise<ParserExit> {
  try {
    await parse(line);
  } catch (error) {
    if (error instanceof ParserExit) return error;
    throw error;
  }
  assert.fail(`accepted: ${line}`);
}

/** The last line of what is printed about a wrong command line. */
async function problem(line: string | string[]): Promise<string> {
  const { status, stdout, stderr } = await exit(line);
  assert.deepEqual([status, stdout], [2, ""]);
  assert.match(stderr, /^usage: borg /);
  return stderr.trimEnd().split("\n").at(-1)!;
}

describe("common options", () => {
  it("stand before or after the command, or between the words of one", async () => {
    for (const line of ["-p --iec list r", "list r -p --iec", "-p list --iec r"]) {
      const { progress, iec, logJson } = await options(line);
      assert.deepEqual([progress, iec, logJson], [true, true, false], line);
    }
    assert.equal((await options("key --lock-wait 5 export r"))["lockWait"], 5);
    assert.equal((await options("--lock-wait 3 key --lock-wait 5 export --lock-wait 7 r"))["lockWait"], 7);
    assert.equal((await options("--lock-wait 3 list r"))["lockWait"], 3);
  });

  it("have defaults", async () => {
    const found = await options("list r");
    const expected = {
      ...{ logLevel: "warning", debugTopics: [], progress: false, iec: false, logJson: false, lockWait: 1 },
      ...{ bypassLock: false, showVersion: false, showRc: false, umask: 0o077, remotePath: undefined },
      ...{ uploadRatelimit: 0, uploadBuffer: 0, considerPartFiles: false, debugProfile: undefined, rsh: undefined },
    };
    for (const [name, value] of Object.entries(expected)) assert.deepEqual(found[name], value, name);
  });

  it("set the log level, the last one winning", async () => {
    const levels = [["-v", "info"], ["--verbose", "info"], ["--info", "info"], ["--critical", "critical"]];
    for (const [flag, level] of [...levels, ["--error", "error"], ["--warning", "warning"], ["--debug", "debug"]]) {
      assert.equal((await options(`${flag} list r`))["logLevel"], level);
    }
    assert.equal((await options("--debug list -v r --error"))["logLevel"], "error");
  });

  it("collect debug topics from everywhere", async () => {
    assert.deepEqual((await options("--debug-topic a list --debug-topic b r --debug-topic c"))["debugTopics"], [
      ...["a", "b", "c"],
    ]);
  });

  it("take numbers in their forms", async () => {
    assert.equal((await options("--umask 027 list r"))["umask"], 0o27);
    assert.equal(await problem("--umask 9 list r"), "borg: error: argument --umask: invalid octal value: '9'");
    assert.equal(
      await problem("list --lock-wait x r"),
      "borg list: error: argument --lock-wait: invalid int value: 'x'",
    );
  });
});

describe("options", () => {
  it("may be abbreviated as long as that is unambiguous", async () => {
    assert.equal((await options("create --stat r::a x"))["stats"], true);
    assert.equal(
      await problem("list --con r"),
      "borg list: error: ambiguous option: --con could match --consider-part-files, --consider-checkpoints",
    );
  });

  it("exclude each other where they contradict", async () => {
    const not = (a: string, b: string) => `argument ${a}: not allowed with argument ${b}`;
    assert.match(await problem("list --first 1 --last 1 r"), new RegExp(not("--last", "--first")));
    assert.match(await problem("list -P x -a y r"), new RegExp(not("-a/--glob-archives", "-P/--prefix")));
    assert.match(await problem("create -s --quick-stats r::a x"), new RegExp(not("--quick-stats", "-s/--stats")));
  });

  it("warn when they are deprecated, and stand for others", async () => {
    const line = "create --numeric-owner --nobsdflags --noatime --remote-ratelimit 3 --remote-buffer 4 r::a x";
    const { warnings, options: found } = await parse(line);
    assert.deepEqual(warnings, [
      'Warning: "--numeric-owner" has been deprecated. Use --numeric-ids instead.',
      'Warning: "--nobsdflags" has been deprecated. Use --noflags instead.',
      'Warning: "--noatime" has been deprecated because it is the default now.',
      'Warning: "--remote-ratelimit" has been deprecated. Use --upload-ratelimit instead.',
      'Warning: "--remote-buffer" has been deprecated. Use --upload-buffer instead.',
    ]);
    const { numericIds, noflags, atime, uploadRatelimit, uploadBuffer } = { ...found } as Record<string, unknown>;
    assert.deepEqual([numericIds, noflags, atime, uploadRatelimit, uploadBuffer], [true, true, false, 3, 4]);
    assert.equal(Object.keys(found).some((name) => name.startsWith("deprecated")), false);
    assert.equal((await parse("list -P x r")).warnings.length, 1);
    assert.deepEqual((await parse("list r")).warnings, []);
  });
});

describe("locations", () => {
  it("are repositories, archives, or either", async () => {
    const { location } = await options("create /r::a x") as { location: Record<string, unknown> };
    assert.deepEqual([location["path"], location["archive"], location["text"]], ["/r", "a", "/r::a"]);
    assert.equal(
      await problem("create r"),
      'borg create: error: argument ARCHIVE: "r": No archive specified',
    );
    assert.equal(
      await problem("init -e none r::a"),
      'borg init: error: argument REPOSITORY: "r::a": No archive can be specified',
    );
    assert.equal(
      await problem("create r::a/b x"),
      'borg create: error: argument ARCHIVE: Invalid location format: "r::a/b"',
    );
    assert.equal(
      await problem("list"),
      'borg list: error: argument REPOSITORY_OR_ARCHIVE: Invalid location format: ""',
    );
  });

  it("come from BORG_REPO when they name no repository", async () => {
    for (const line of ["list", "list ::", "list ::{hostname}"]) {
      const { location } = await options(line, { defaultRepository: "/srv/{hostname}" }) as {
        location: Record<string, unknown>;
      };
      assert.equal(location["path"], "/srv/vm", line);
      assert.equal(location["archive"], line.endsWith("}") ? "vm" : undefined, line);
    }
  });
});

describe("create", () => {
  it("has BorgBackup's defaults", async () => {
    const found = await options("create r::a x y");
    const expected = {
      ...{
        paths: ["x", "y"],
        dryRun: false,
        stats: false,
        quickStats: false,
        list: false,
        filter: undefined,
        json: false,
      },
      ...{ noCacheSync: false, stdinName: "stdin", stdinUser: "root", stdinGroup: "root", stdinMode: 0o660 },
      ...{ contentFromCommand: false, pathsFromStdin: false, pathsFromCommand: false, pathsDelimiter: undefined },
      ...{ patterns: [], excludeCaches: false, excludeIfPresent: [], keepExcludeTags: false, excludeNodump: false },
      ...{
        excludeDataless: false,
        oneFileSystem: false,
        numericIds: false,
        atime: false,
        noctime: false,
        sparse: false,
      },
      ...{
        nobirthtime: false,
        noflags: false,
        noacls: false,
        noxattrs: false,
        filesChanged: "ctime",
        readSpecial: false,
      },
      ...{ filesCache: { time: "ctime", size: true, inode: true, rechunk: false, disabled: false }, comment: "" },
      ...{ timestamp: undefined, checkpointInterval: 1800, compression: { name: "lz4" } },
      chunkerParams: { algorithm: "buzhash", minExp: 19, maxExp: 23, maskBits: 21, window: 4095 },
    };
    for (const [name, value] of Object.entries(expected)) assert.deepEqual(found[name], value, name);
  });

  it("reads its values", async () => {
    const line =
      "create -C zstd,10 --chunker-params fixed,65536 --files-cache mtime,size --timestamp 2024-02-03T04:05:06 " +
      "--comment {hostname}! --stdin-mode 640 -c 60 --files-changed disabled r::a x";
    const found = await options(line);
    assert.deepEqual(found["compression"], { name: "zstd", level: 10 });
    assert.deepEqual(found["chunkerParams"], { algorithm: "fixed", blockSize: 65536, headerSize: 0 });
    assert.deepEqual(found["filesCache"], { time: "mtime", size: true, inode: false, rechunk: false, disabled: false });
    assert.deepEqual(
      [found["timestamp"], found["comment"], found["stdinMode"], found["checkpointInterval"], found["filesChanged"]],
      [1706933106000000n, "vm!", 0o640, 60, "disabled"],
    );
    assert.equal((await options("create --timestamp reference r::a x"))["timestamp"], 42n);
  });

  it("keeps patterns of all four options in order", async () => {
    const line = [
      "create",
      "-e",
      "a",
      "--patterns-from",
      "patterns",
      "--pattern",
      "+ b",
      "--exclude-from",
      "f",
      "r::a",
      "x",
    ];
    const { patterns } = await options(line) as unknown as {
      patterns: { roots: string[]; rules: { pattern: { style: string; text: string }; verdict: string }[] }[];
    };
    assert.deepEqual(patterns.flatMap(({ roots }) => roots), ["/etc"]);
    assert.deepEqual(
      patterns.flatMap(({ rules }) => rules).map(({ pattern, verdict }) => [pattern.style, pattern.text, verdict]),
      [
        ["fm", "a", "exclude"],
        ["fm", "*.o", "include"],
        ["fm", "tmp", "exclude"],
        ["sh", "b", "include"],
        ["fm", "*.o", "exclude"],
        ["re", "x$", "exclude"],
      ],
    );
  });

  it("refuses wrong values in one line", async () => {
    const wrong = ["--chunker-params 1,2,3", "--chunker-params buzhash,19,23,21,4096", "-C foo", "-C zstd,99"];
    for (const option of [...wrong, "--files-cache foo", "--timestamp foo", "-c abc", "-e re:(", "--files-changed x"]) {
      assert.match(await problem(`create ${option} r::a x`), /^borg create: error: argument -/, option);
    }
    assert.match(await problem(["create", "r::a", ""]), /argument PATH: Empty strings are not accepted as paths\.$/);
  });

  it("needs something to store", async () => {
    const checked = async (line: string) => {
      const { command, options: found } = await parse(line);
      command.check!(found, { warning: () => assert.fail("warned") } as never);
    };
    await assert.rejects(checked("create r::a"), /Need at least one PATH argument/);
    await assert.rejects(checked("create --content-from-command r::a"), /No command given/);
    await checked("create --paths-from-stdin r::a");
    await checked("create --patterns-from patterns r::a");
  });
});

describe("other commands", () => {
  it("have the arguments of BorgBackup", async () => {
    const cases: [string, Record<string, unknown>][] = [
      ["extract r::a p q --strip-components 2 --stdout", { paths: ["p", "q"], stripComponents: 2, stdout: true }],
      ["list r::a p --format {path}", { paths: ["p"], format: "{path}" }],
      ["list r --sort-by archive,id --last 3", { sortBy: ["name", "id"], last: 3, first: undefined }],
      ["info r --json --first 2 -a x*", { json: true, first: 2, globArchives: "x*" }],
      ["delete r::a b c --force --force", { archives: ["b", "c"], force: 2 }],
      ["check --repair --max-duration 9 r", { repair: true, maxDuration: 9, sortBy: ["timestamp"] }],
      ["key export r f --qr-html", { path: "f", qrHtml: true, paper: false }],
      ["key import r -", { path: "-", paper: false }],
      ["init -e repokey --storage-quota 5G r", { encryption: "repokey", storageQuota: 5e9, appendOnly: false }],
      ["init -e none --import-related-secrets f --make-parent-dirs r", {
        importRelatedSecrets: "f",
        makeParentDirs: true,
      }],
      ["version", { location: undefined }],
      ["help create --usage-only", { topic: "create", usageOnly: true }],
    ];
    for (const [line, expected] of cases) {
      const found = await options(line);
      for (const [name, value] of Object.entries(expected)) assert.deepEqual(found[name], value, `${line}: ${name}`);
    }
  });

  it("refuse what BorgBackup refuses, in its words", async () => {
    const cases: [string, string][] = [
      ["init -e", "borg init: error: argument -e/--encryption: expected one argument"],
      ["init r", "borg init: error: the following arguments are required: -e/--encryption"],
      [
        "init -e none --storage-quota 1 r",
        "borg init: error: argument --storage-quota: quota is too small (1). At least 10M are required.",
      ],
      ["list --first 0 r", "borg list: error: argument --first: A positive integer is required: 0"],
      ["list --last -1 r", "borg list: error: argument --last: A positive integer is required: -1"],
      ["delete r::a b/c", 'borg delete: error: argument ARCHIVE: Invalid archive name: "b/c"'],
    ];
    for (const [line, text] of cases) assert.equal(await problem(line), text);
    assert.match(
      await problem("foo"),
      /^borg: error: argument <command>: invalid choice: 'foo' \(choose from 'benchmark', 'break-lock'/,
    );
  });

  it("refuse combinations with CommandErrors", async () => {
    const checked = async (line: string) => {
      const { command, options: found } = await parse(line);
      return command.check!(found, { warning: () => {} } as never);
    };
    const cases: [string, RegExp][] = [
      ["list --json r::a", /The --json option is only valid for listing archives, not archive contents\./],
      ["list --json-lines r", /The --json-lines option is only valid for listing archive contents, not archives\./],
      ["check --repository-only --verify-data r", /--repository-only contradicts/],
      ["check --repository-only -a x r", /--repository-only contradicts/],
      ["check --repair --max-duration 3 --repository-only r", /--repair does not allow --max-duration argument\./],
      ["check --max-duration 3 r", /--repository-only is required for --max-duration support\./],
      ["delete r::a --first 1", /Mixing archive filters and explicitly named archives/],
      ["key import --paper r f", /with --paper import from file is not supported/],
      ["key import r", /input file/],
    ];
    for (const [line, text] of cases) {
      await assert.rejects(checked(line), (error: Error & { code?: string }) => {
        assert.equal(error.code, "CommandError", line);
        assert.match(error.message, text);
        return true;
      });
    }
    const dry = await checked("delete -n --stats r::a") as unknown as Record<string, unknown>;
    assert.equal(dry["stats"], false);
  });
});

describe("help", () => {
  it("is there for everything", async () => {
    const containers = [""];
    const commands: string[] = [];
    for (const entry of ROOT.commands) {
      if (isContainer(entry)) containers.push(entry.name);
      const names = isContainer(entry) ? entry.commands.map(({ name }) => `${entry.name} ${name}`) : [entry.name];
      commands.push(...names);
    }
    assert.ok(commands.includes("debug dump-repo-objs") && commands.length > 40);
    for (const line of [...containers, ...commands]) {
      for (const flag of ["-h", "--help"]) {
        const { status, stdout, stderr } = await exit(`${line} ${flag}`);
        assert.deepEqual([status, stderr], [0, ""], line);
        assert.ok(stdout.startsWith(`usage: ${`borg ${line}`.trim()} `), line);
        if (!containers.includes(line)) assert.match(stdout, /\nExit status:\n {2}0 /, line);
      }
    }
  });

  it("is what a command line without a command gets", async () => {
    for (const line of ["", "-v", "key", "key --debug"]) {
      const { status, stdout } = await exit(line);
      assert.deepEqual([status, stdout.startsWith("usage: borg ")], [0, true], line);
    }
  });

  it("is not the version", async () => {
    for (const flag of ["-V", "--version"]) {
      assert.deepEqual((await exit(flag)).stdout, "borg 1.4.5+vinculum.0.1.0\n");
    }
  });
});
