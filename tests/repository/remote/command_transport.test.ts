import assert from "node:assert/strict";
import process from "node:process";
import { describe, it } from "node:test";
import { decodeText, encodeText } from "../../../src/encoding/path.ts";
import { commandConnector } from "../../../src/repository/remote/command_transport.ts";
import { ConnectionLost } from "../../../src/repository/remote/transport.ts";

const ENVIRONMENT = { PATH: process.env["PATH"] };

/** Runs a script in place of `ssh`; its arguments are the host and the words. */
function connect(script: string, words: readonly string[] = ["borg", "serve"]) {
  const shell = `sh -c '${script}' sh`;
  return commandConnector(shell, ENVIRONMENT)({ user: "me", host: "host", port: 22 }, words);
}

async function textOf(parts: AsyncIterable<Uint8Array>): Promise<string> {
  let text = "";
  for await (const part of parts) text += decodeText(part);
  return text;
}

describe("commandConnector", () => {
  it("appends port, host and command to the words of the shell", async () => {
    const transport = await connect('printf "%s|" "$@"', ["borg 1", "serve"]);
    assert.equal(await textOf(transport.read()), "-p|22|me@host|borg 1|serve|");
    assert.deepEqual(await transport.exited, { status: 0 });
    transport.dispose();
  });

  it("carries bytes both ways, and what is said beside them", async () => {
    const transport = await connect("echo starting >&2; cat; echo done >&2; exit 3");
    const received = textOf(transport.read());
    const said = textOf(transport.errors());
    const block = new Uint8Array(1 << 20).fill(0x61);
    for (let i = 0; i < 3; i++) {
      await transport.write(block);
      block.fill(0x62 + i);
    }
    transport.endInput();
    transport.endInput();
    assert.equal(await received, ["a", "b", "c"].map((letter) => letter.repeat(1 << 20)).join(""));
    assert.equal(await said, "starting\ndone\n");
    assert.deepEqual(await transport.exited, { status: 3 });
    transport.dispose();
  });

  it("tells that nobody reads", async () => {
    const transport = await connect("exit 0");
    await transport.exited;
    await assert.rejects(transport.write(encodeText("x".repeat(1 << 20))), ConnectionLost);
    transport.dispose();
    transport.dispose();
  });

  it("ends a program that does not end by itself", async () => {
    const transport = await connect('trap "" TERM; echo ready; while :; do sleep 1; done');
    for await (const part of transport.read()) {
      assert.equal(decodeText(part), "ready\n");
      break;
    }
    transport.kill("SIGTERM");
    transport.kill("SIGKILL");
    assert.deepEqual(await transport.exited, { signal: "SIGKILL" });
    transport.dispose();
  });

  it("protects the program from Ctrl-C", async () => {
    const transport = await connect("kill -INT $$; echo alive");
    assert.equal(await textOf(transport.read()), "alive\n");
    transport.dispose();
  });

  it("says what is wrong with a command that cannot be started", async () => {
    const refused = (shell: string) =>
      assert.rejects(async () => {
        await commandConnector(shell, ENVIRONMENT)({ host: "host" }, []);
      }, { code: "Error" });
    await refused("no-such-program-anywhere");
    await refused("/etc/passwd");
    await refused("ssh 'unfinished");
  });
});
