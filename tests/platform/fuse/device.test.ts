import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { close, read, write } from "../../../src/platform/file.ts";
import { openSocketPair } from "../../../src/platform/fuse/descriptor_socket.ts";
import { ENDED, FuseDevice, NOTHING } from "../../../src/platform/fuse/device.ts";

/** Two sockets stand in for the kernel's device, as far as they are alike. */
function withDevice(use: (device: FuseDevice, kernel: number) => void): void {
  const [ours, kernel] = openSocketPair();
  const device = new FuseDevice(ours);
  try {
    use(device, kernel);
  } finally {
    device.close();
    close(kernel);
  }
}

describe("FuseDevice", () => {
  it("receives what is there and never waits", () =>
    withDevice((device, kernel) => {
      const buffer = new Uint8Array(new ArrayBuffer(100));
      assert.equal(device.receive(buffer), NOTHING);
      assert.equal(device.isReady(0), false);
      write(kernel, Uint8Array.of(1, 2, 3));
      assert.equal(device.isReady(1000), true);
      assert.equal(device.receive(buffer), 3);
      assert.deepEqual([...buffer.subarray(0, 4)], [1, 2, 3, 0]);
    }));

  it("sends replies", () =>
    withDevice((device, kernel) => {
      device.send(Uint8Array.of(7, 8, 9).subarray(1));
      const buffer = new Uint8Array(new ArrayBuffer(10));
      assert.equal(read(kernel, buffer), 2);
      assert.deepEqual([...buffer.subarray(0, 2)], [8, 9]);
    }));

  it("sends a reply in parts at once, also from shared memory", () =>
    withDevice((device, kernel) => {
      const shared = new Uint8Array(new SharedArrayBuffer(100)).fill(5);
      device.send(Uint8Array.of(1, 2), shared.subarray(10, 13), new Uint8Array(0), Uint8Array.of(9));
      const buffer = new Uint8Array(new ArrayBuffer(10));
      assert.equal(read(kernel, buffer), 6);
      assert.deepEqual([...buffer.subarray(0, 6)], [1, 2, 5, 5, 5, 9]);
    }));

  it("notices the end, and sends nothing once it is closed", () => {
    const [ours, kernel] = openSocketPair();
    const device = new FuseDevice(ours);
    close(kernel);
    assert.equal(device.isReady(1000), true);
    assert.equal(device.receive(new Uint8Array(new ArrayBuffer(10))), ENDED);
    device.close();
    device.close();
    device.send(Uint8Array.of(1));
  });
});
