import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Doorbell } from "../../src/mount/doorbell.ts";
import { Pump, type Server } from "../../src/mount/pump.ts";
import type { Request } from "../../src/mount/request.ts";
import { close, write } from "../../src/platform/file.ts";
import { FuseDevice } from "../../src/platform/fuse/device.ts";
import { openSocketPair } from "../../src/platform/fuse/descriptor_socket.ts";
import { openPipe } from "../../src/platform/pipe.ts";

/** Notes the opcodes of requests, each of which comes in a message of its own. */
class Notes implements Server {
  readonly opcodes: number[] = [];
  pending = 0;
  onRequest: (opcode: number) => void = () => {};

  handle({ opcode }: Request): void {
    this.opcodes.push(opcode);
    this.onRequest(opcode);
  }
}

function message(opcode: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(new ArrayBuffer(40));
  new DataView(bytes.buffer).setUint32(4, opcode, true);
  return bytes;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** A pump on one end of two sockets, and what sends to it. */
async function withPump(
  use: (send: (opcode: number) => void, end: () => void, notes: Notes) => Promise<void>,
  stop: AbortSignal,
) {
  const [ours, theirs] = openSocketPair();
  const device = new FuseDevice(ours);
  const notes = new Notes();
  let isOpen = true;
  const end = () => {
    if (isOpen) close(theirs);
    isOpen = false;
  };
  const running = new Pump(device, notes).run(stop);
  try {
    await use((opcode) => void write(theirs, message(opcode)), end, notes);
    return await running;
  } finally {
    end();
    device.close();
  }
}

describe("Pump", () => {
  it("brings requests that come one after the other, soon or late, until the end", async () => {
    const isOver = await withPump(async (send, end, notes) => {
      for (const [i, wait] of [0, 5, 60, 0].entries()) {
        const arrived = new Promise<void>((resolve) => notes.onRequest = () => resolve());
        await pause(wait);
        send(i);
        await arrived;
      }
      end();
      assert.deepEqual(notes.opcodes, [0, 1, 2, 3]);
    }, new AbortController().signal);
    assert.equal(isOver, true);
  });

  it("stops when it is told to, also while it waits, and then knows of no end", async () => {
    for (const wait of [0, 80]) {
      const controller = new AbortController();
      const isOver = await withPump(async () => {
        await pause(wait);
        controller.abort();
      }, controller.signal);
      assert.equal(isOver, false);
    }
  });

  it("fails with the server", async () => {
    const failing = withPump((send, _end, notes) => {
      notes.onRequest = () => {
        throw new Error("cannot answer");
      };
      send(1);
      return Promise.resolve();
    }, new AbortController().signal);
    await assert.rejects(failing, /cannot answer/);
  });
});

describe("Doorbell", () => {
  it("rings when there is something to read, each time it is asked", async () => {
    const [reader, writer] = openPipe();
    const doorbell = new Doorbell(reader);
    try {
      let rung = false;
      const first = doorbell.ring().then(() => rung = true);
      await pause(30);
      assert.equal(rung, false);
      write(writer, Uint8Array.of(1));
      await first;
      await doorbell.ring();
    } finally {
      await doorbell.close();
      close(reader);
      close(writer);
    }
  });

  it("says that its thread cannot wait, to whoever asks then and later", async () => {
    const doorbell = new Doorbell(1n as unknown as number);
    try {
      await assert.rejects(doorbell.ring());
      await assert.rejects(doorbell.ring());
    } finally {
      await doorbell.close();
    }
  });
});
