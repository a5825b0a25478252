import assert from "node:assert/strict";
import process from "node:process";
import { describe, it } from "node:test";
import { joinDevice, splitDevice } from "../../src/platform/device_number.ts";

describe("device numbers", () => {
  it("are taken apart and put together", () => {
    const devices = [[0, 0], [1, 3], [7, 255], [4, 300], [259, 70000], [200, 0xfffff]];
    for (const [major = 0, minor = 0] of devices) {
      if (process.platform === "darwin" && major > 255) continue;
      assert.deepEqual(splitDevice(joinDevice({ major, minor })), { major, minor });
    }
  });

  it("are the ones of this system", () => {
    if (process.platform === "linux") assert.equal(joinDevice({ major: 259, minor: 70000 }), 0x11110370n);
  });
});
