import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import process from "node:process";
import { describe, it } from "node:test";
import { close } from "../../../src/platform/file.ts";
import { openSocketPair, receiveDescriptor } from "../../../src/platform/fuse/descriptor_socket.ts";
import { exitOfSync, spawn } from "../../../src/platform/spawn.ts";
import { require } from "../../interop/requirements.ts";

const hasPython = spawnSync("python3", ["-c", ""]).status === 0;
const SENDER = `
import array, socket, sys
file = open(sys.argv[1])
there = socket.socket(fileno=0)
there.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [file.fileno()]))])
`;

describe("a socket for descriptors", require(process.platform === "linux", "Linux only"), () => {
  it("hands over an open file of another process", require(hasPython, "no python3 to send one"), () => {
    const [ours, theirs] = openSocketPair();
    const sender = spawn(["python3", "-c", SENDER, "/proc/version"], { stdin: theirs });
    close(theirs);
    const descriptor = receiveDescriptor(ours)!;
    close(ours);
    assert.equal(exitOfSync(sender), 0);
    assert.equal(readFileSync(`/proc/self/fd/${descriptor}`, "utf8"), readFileSync("/proc/version", "utf8"));
    close(descriptor);
  });

  it("says when there comes none", () => {
    for (const command of ["exit 0", "printf x"]) {
      const [ours, theirs] = openSocketPair();
      const child = spawn(["sh", "-c", command], { stdout: theirs });
      close(theirs);
      assert.equal(receiveDescriptor(ours), undefined, command);
      exitOfSync(child);
      close(ours);
    }
  });
});
