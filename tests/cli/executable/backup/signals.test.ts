import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";
import { environment, ours } from "../../../interop/harness.ts";
import { Pair } from "./pair.ts";
import { SlowBackup, until } from "./slow_backup.ts";
import { plant } from "./tree.ts";
import { requirePeer } from "../../../interop/requirements.ts";

/** More than is under way at once between workers, so that an extraction has to wait for them. */
const DATA = new Uint8Array(192 << 20);

describe("a signal that asks", requirePeer("borg"), () => {
  let pair: Pair;
  before(() => {
    pair = new Pair();
    plant(pair.source);
  });
  after(() => pair.remove());

  it("is answered by a backup with what it reads, and how much of it", async () => {
    const backup = new SlowBackup(pair, "one", ["-v"]);
    await backup.feed(DATA);
    await until(() => /^stdin \d+\.\d+ MB\/0 B$/m.test(backup.stderr), () => backup.signal("SIGUSR1"));
    assert.equal((await backup.end()).status, 0);
    assert.match(pair.run(ours, ["list", "@::one", "stdin"]).stdout, / 201326592 /);
  });

  it("is answered by an extraction", async () => {
    const env = environment(pair.sandbox.folder("base-ours"));
    const args = ["extract", "-v", "--stdout", `${pair.repository(ours)}::one`, "stdin"];
    const child = spawn(ours.path, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    const closed = once(child, "close");
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => stderr += text);
    await once(child.stdout, "readable"); // It has begun, and cannot end before somebody reads on.
    child.kill("SIGUSR1");
    let length = 0;
    for await (const bytes of child.stdout) length += (bytes as Uint8Array).length;
    assert.deepEqual([length, (await closed)[0]], [DATA.length, 0]);
    assert.match(stderr, /^stdin \d+\.\d+ MB\/201\.33 MB$/m);
  });

  it("changes nothing where nobody wants to see the answer", async () => {
    const backup = new SlowBackup(pair, "quiet", []);
    await backup.feed(DATA);
    const said = backup.stderr;
    await backup.signal("SIGUSR1");
    const { status, stderr } = await backup.end();
    assert.deepEqual([status, stderr.slice(said.length).replace("i stdin\n", "")], [0, ""]);
  });

  it("with SIGUSR2 shows where the program is", async () => {
    const backup = new SlowBackup(pair, "trace", []);
    await backup.feed(DATA);
    await until(() => backup.stderr.includes("Memory in use: "), () => backup.signal("SIGUSR2"));
    assert.match(backup.stderr, /^Received SIGUSR2 at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d, dumping trace\.\.\.\n {4}at /m);
    assert.equal((await backup.end()).status, 0);
    pair.verify();
  });
});
