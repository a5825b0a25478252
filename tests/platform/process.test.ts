import assert from "node:assert/strict";
import { hostname as osHostname } from "node:os";
import process from "node:process";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { childEnvironment, environment } from "../../src/platform/environment.ts";
import { close, openRead, read, writeAll } from "../../src/platform/file.ts";
import { makeDirectory } from "../../src/platform/entries.ts";
import { fullyQualifiedName, hostId, hostname, loginName } from "../../src/platform/host.ts";
import { nodeId } from "../../src/platform/node_id.ts";
import { openPipe } from "../../src/platform/pipe.ts";
import { poll } from "../../src/platform/poll.ts";
import { readKeys } from "../../src/platform/read_secret.ts";
import { onInterrupt, signalNumber } from "../../src/platform/signals.ts";
import { type Child, exitOf, exitOfSync, outputOf, spawn, type SpawnOptions } from "../../src/platform/spawn.ts";
import { decodeText, encodeText } from "../../src/platform/path_bytes.ts";
import { sleep } from "../../src/platform/sleep.ts";
import { isTerminal, terminalSize } from "../../src/platform/terminal.ts";
import { run } from "./run.ts";
import { runtimeWords } from "./runtime.ts";
import { withTemporary } from "./temporary.ts";

function childScript(name: string): string[] {
  return runtimeWords(fileURLToPath(new URL(`./children/${name}.ts`, import.meta.url)));
}

function drain(descriptor: number): string {
  const parts: Uint8Array[] = [];
  const buffer = new Uint8Array(65536);
  for (let length = read(descriptor, buffer); length > 0; length = read(descriptor, buffer)) {
    parts.push(buffer.slice(0, length));
  }
  close(descriptor);
  return parts.map((part) => decodeText(part)).join("");
}

/** Runs words in a shell-free child with this input; gives status and output. */
function talk(words: string[], input = "", options: SpawnOptions = {}): [status: number, output: string] {
  const child = spawn(words, { stdin: "pipe", stdout: "pipe", ...options });
  writeAll(child.stdin!, encodeText(input));
  close(child.stdin!);
  const output = drain(child.stdout!);
  return [exitOfSync(child), output];
}

describe("child processes", () => {
  it("get words and environment byte for byte", () => {
    const environment = { PATH: process.env.PATH, A: "\udcff=b", EMPTY: "" };
    const script = 'printf "%s|" "$0" "$@" "$A"; env | wc -l';
    const [status, output] = talk(["sh", "-c", script, "\udc80", "", "a b", "\u00e9\n"], "", { environment });
    assert.equal(status, 0);
    assert.equal(output.replace(/\d+\n$/, ""), "\udc80||a b|\u00e9\n|\udcff=b|");
  });

  it("are found by PATH or not at all", () => {
    assert.throws(() => spawn(["no such program"]), { code: "ENOENT", path: "no such program" });
    assert.throws(() => spawn(["/etc/passwd"]), { code: "EACCES" });
    assert.throws(() => spawn([]), { code: "ENOENT" });
  });

  it("leave no descriptors behind", () => {
    const count = () => Number(run("sh", "-c", `ls /proc/${process.pid}/fd | wc -l`));
    const before = count();
    for (let i = 0; i < 10; i++) {
      talk(["cat"], "x");
      assert.throws(() => spawn(["no such program"], { stdin: "pipe", stdout: "pipe", stderr: "pipe" }));
      outputOf(["true"]);
    }
    assert.ok(count() <= before + 2, "descriptors left open");
  });

  it("do not get what we have open", () => {
    const list = () => talk(["sh", "-c", "ls /proc/$$/fd"])[1];
    const before = list(); // the runtime may have left something open itself
    const descriptors = [openRead("/etc/passwd"), ...openPipe()];
    assert.equal(list(), before);
    descriptors.forEach(close);
  });

  it("pass on status, signal and output", async () => {
    assert.deepEqual(outputOf(["sh", "-c", "printf hello; exit 7"]), { status: 7, output: encodeText("hello") });
    assert.equal(await exitOf(spawn(["sh", "-c", "kill -9 $$"])), -9);
    assert.equal(await exitOf(spawn(["sleep", "0.05"])), 0);
    assert.equal(outputOf(["head", "-c", "300000", "/dev/zero"]).output.length, 300000);
    const [status, output] = talk(["sh", "-c", "cat; echo to stderr >&2"], "in", { stderr: "null" });
    assert.deepEqual([status, output], [0, "in"]);
  });

  it("die of a closed pipe like any other program", () => {
    const child = spawn(["yes"], { stdout: "pipe" });
    close(child.stdout!);
    assert.equal(exitOfSync(child), -13);
  });

  it("get no passphrase", () => {
    const values = { BORG_PASSPHRASE: "secret", BORG_REPO: "r" };
    assert.deepEqual(childEnvironment(values, "1.4.5"), { BORG_REPO: "r", BORG_VERSION: "1.4.5" });
    assert.equal(values.BORG_PASSPHRASE, "secret");
  });
});

describe("the process itself", () => {
  it("sees its words, environment and directory as they are", async () => {
    await withTemporary((path) => {
      const directory = `${path}/\udcfc`;
      makeDirectory(directory);
      const words = ["a", "\udcff", "", "-x", "--", "gr\u00fc\u00df", "caf\udce9"];
      const [status, output] = talk(
        ["sh", "-c", 'cd "$0" && exec "$@"', directory, ...childScript("arguments"), ...words],
        "",
        { environment: { ...process.env, VINCULUM_TEST: "v\udcaa=" } },
      );
      assert.equal(status, 0);
      assert.deepEqual(output.split("\n"), [...words, "v\udcaa=", directory, String(words.length + 2)]);
    });
  });

  it("reads the environment that is set now", () => {
    process.env.VINCULUM_TEST = "x\uFFFDy";
    assert.equal(environment().VINCULUM_TEST, "x\uFFFDy");
    delete process.env.VINCULUM_TEST;
    assert.equal(environment().VINCULUM_TEST, undefined);
  });

  it("loses no output, even into a slow non-blocking pipe", () => {
    const slow = "import os, sys, time\nos.set_blocking(1, False)\nos.execvp(sys.argv[1], sys.argv[1:])";
    const child = spawn(["python3", "-c", slow, ...childScript("flood")], { stdout: "pipe" });
    const output = drain(child.stdout!);
    assert.equal(output.length, 3_000_004);
    assert.ok(output.endsWith("aend\n"));
    assert.equal(exitOfSync(child), 0);
  });

  it("reports a reader that went away", () => {
    const child = spawn(childScript("flood"), { stdout: "pipe", stderr: "pipe" });
    close(child.stdout!);
    assert.equal(drain(child.stderr!), "EPIPE");
    assert.equal(exitOfSync(child), 3);
  });

  it("reads lines and not a byte more", () => {
    const [status, output] = talk(childScript("lines"), "one\n\nrest of it\nlast");
    assert.equal(status, 0);
    assert.equal(output, '["one",""]\nrest of it\nlast[null]\n');
  });
});

describe("signals", () => {
  it("arrive in a loop that yields, and do nothing once let go", async () => {
    const child = spawn(childScript("signals"), { stdout: "pipe" });
    const seen: string[] = [];
    const line = new Uint8Array(100);
    const next = () => decodeText(line, 0, read(child.stdout!, line));
    assert.equal(next(), "ready\n");
    for (const name of ["INT", "INT", "USR1", "HUP", "USR2", "TERM"]) {
      await sleep(30);
      run("sh", "-c", `kill -${name} ${child.pid}`);
      seen.push(next().trim());
    }
    assert.deepEqual(seen, ["first", "again", "SIGUSR1", "SIGHUP", "SIGUSR2", "SIGTERM"]);
    assert.equal(drain(child.stdout!), "");
    assert.equal(await exitOf(child), -2);
  });

  it("of one key press count once", () => {
    const calls: string[] = [];
    let time = 0;
    const stop = onInterrupt({ first: () => calls.push("first"), again: () => calls.push("again") }, () => time);
    for (const at of [0, 5, 30, 31, 100]) {
      time = at;
      process.emit("SIGINT");
    }
    stop();
    assert.deepEqual(calls, ["first", "again", "again"]);
  });

  it("have numbers", () => {
    assert.deepEqual([signalNumber("SIGINT"), signalNumber("SIGTERM"), signalNumber("SIGINFO")], [2, 15, undefined]);
  });
});

describe("host", () => {
  it("is named as BorgBackup names it in locks", async () => {
    await withTemporary((path) => {
      const environment = { ...process.env, HOME: path, BORG_BASE_DIR: path };
      assert.equal(exitOfSync(spawn(["borg", "init", "-e", "none", `${path}/r`], { environment })), 0);
      const words = ["borg", "with-lock", `${path}/r`, "ls", `${path}/r/lock.exclusive`];
      const { status, output } = outputOf(words, environment);
      assert.equal(status, 0);
      assert.equal(decodeText(output).replace(/\.\d+-0\n$/, ""), hostId({}));
    });
  });

  it("has a short name, a full name and a node id", () => {
    assert.equal(hostname(), osHostname().split(".")[0]);
    assert.ok(fullyQualifiedName().startsWith(hostname()));
    assert.ok(nodeId() > 0n && nodeId() < 1n << 48n);
    assert.equal(nodeId(), nodeId());
    assert.equal(hostId({ BORG_HOST_ID: "me@1" }), "me@1");
  });

  it("knows who we are", () => {
    assert.equal(loginName({ LOGNAME: "a", USER: "b" }), "a");
    assert.equal(loginName({ USER: "b", USERNAME: "c" }), "b");
    assert.equal(loginName({}), run("id", "-un").trim());
  });
});

describe("poll", () => {
  it("tells whether there is something to read", () => {
    const [reader, writer] = openPipe();
    assert.equal(poll(reader, "readable", 0), false);
    assert.equal(poll(writer, "writable", 0), true);
    writeAll(writer, Uint8Array.of(1));
    assert.equal(poll(reader, "readable", 1000), true);
    close(writer);
    close(reader);
  });
});

describe("terminal", () => {
  /** Runs the secret script on a pseudo-terminal, types `keys` at its prompt; gives what the terminal shows. */
  async function onTerminal(keys: string): Promise<string> {
    const quoted = childScript("secret").map((word) => `'${word}'`).join(" ");
    const words = ["script", "-qec", `stty cols 123 rows 45; ${quoted}; stty -a`, "/dev/null"];
    const child: Child = spawn(words, { stdin: "pipe", stdout: "pipe" });
    let shown = "";
    const buffer = new Uint8Array(4096);
    let typed = false;
    for (let length = read(child.stdout!, buffer); length > 0; length = read(child.stdout!, buffer)) {
      shown += decodeText(buffer, 0, length);
      if (typed || !shown.includes("secret? ")) continue;
      typed = true;
      writeAll(child.stdin!, encodeText(keys));
    }
    close(child.stdin!);
    close(child.stdout!);
    await exitOf(child);
    return shown;
  }

  it("does not show a secret, edits it, and is as before afterwards", async () => {
    const shown = await onTerminal("wrong\u0015gr\u00fc\u00df\u007f\u007f\u00fce \udcff\r");
    const [prompt, answer, ...settings] = shown.split("\r\n");
    assert.equal(prompt, "secret? ");
    assert.equal(answer, `<${JSON.stringify("gr\u00fce \udcff")}> true 123x45`);
    assert.match(settings.join(" "), / icanon /);
    assert.match(settings.join(" "), / echo /);
    assert.match(settings.join(" "), / isig /);
  });

  it("gives up on Ctrl-C and knows the end of input", async () => {
    assert.match(await onTerminal("abc\u0003"), /<interrupted>/);
    assert.match(await onTerminal("\u0004"), /<undefined>/);
  });

  it("is asked for its size after the environment", () => {
    assert.deepEqual(terminalSize(99, { COLUMNS: "100", LINES: "30" }), { columns: 100, rows: 30 });
    assert.deepEqual(terminalSize(99, { COLUMNS: "100", LINES: "x" }), { columns: 100, rows: 24 });
    assert.deepEqual(terminalSize(99, {}), { columns: 80, rows: 24 });
    assert.equal(isTerminal(99), false);
  });

  it("line editor handles each key", () => {
    const type = (text: string) => {
      const bytes = [...encodeText(text)];
      return readKeys(() => bytes.shift());
    };
    assert.equal(type("ab\u007fc\n"), "ac");
    assert.equal(type("\u007f\u0008x\r"), "x");
    assert.equal(type("\u20ac\u007fa\n"), "a");
    assert.equal(type("ab\u0004"), "ab");
    assert.equal(type("ab"), undefined);
    assert.throws(() => type("ab\u001c"), { name: "Interrupted" });
  });
});
