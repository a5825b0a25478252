import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import { signAdHoc } from "../../../scripts/code_signature.ts";
import { type Anatomy, findFaults, inspect } from "../../../scripts/release/inspect.ts";
import { TARGETS } from "../../../scripts/release/targets.ts";
import { ARM64, machOFile } from "./mach_o_file.ts";

const TRAILER = "\n---- Bun! ----\n";

/** An ELF file with one program header, which names the loader. */
function elf({ machine = 0x3e, loader = "/lib64/ld-linux-x86-64.so.2", strings = "", trailer = TRAILER } = {}): Buffer {
  const head = Buffer.alloc(64 + 56);
  head.write("\x7fELF", "latin1");
  head.writeUInt16LE(machine, 18);
  head.writeBigUInt64LE(64n, 32);
  head.writeUInt16LE(56, 54);
  head.writeUInt16LE(1, 56);
  head.writeUInt32LE(3, 64);
  head.writeBigUInt64LE(BigInt(head.length), 64 + 8);
  head.writeBigUInt64LE(BigInt(loader.length + 1), 64 + 32);
  return Buffer.concat([head, Buffer.from(`${loader}\0${strings}${trailer}`)]);
}

const target = (wanted: string) => TARGETS.find(({ name }) => name === wanted)!;
const faults = (image: Buffer, name: string) => findFaults(inspect(image), target(name));

describe("inspect", () => {
  it("reads ELF files", () => {
    const strings = "GLIBC_2.4\0GLIBC_2.17\0GLIBC_2.2.5\0 about GLIBC_2.99\0";
    const expected: Anatomy = {
      format: "ELF",
      machine: "x64",
      interpreter: "/lib64/ld-linux-x86-64.so.2",
      glibc: "2.17",
      macos: undefined,
      signed: false,
      payload: true,
      sealed: true,
    };
    assert.deepEqual(inspect(elf({ strings })), expected);
    assert.equal(inspect(elf({ machine: 0xb7 })).machine, "arm64");
    assert.equal(inspect(elf({ machine: 8 })).machine, undefined);
    assert.equal(inspect(elf({ trailer: "" })).payload, false);
    assert.equal(inspect(elf({ strings: "BUN_OPTIONS\0" })).sealed, false);
  });

  it("reads Mach-O files", () => {
    const { format, machine, macos, signed, payload } = inspect(signAdHoc(machOFile({ machine: ARM64 })));
    assert.deepEqual({ format, machine, macos, signed, payload }, {
      format: "Mach-O",
      machine: "arm64",
      macos: "13.5",
      signed: true,
      payload: true,
    });
    assert.equal(inspect(machOFile()).machine, "x64");
    assert.equal(inspect(machOFile()).signed, false);
  });

  it("refuses other files", () => {
    for (const image of [Buffer.alloc(0), Buffer.from("MZ".padEnd(99)), Buffer.from("\x7fELF")]) {
      assert.throws(() => inspect(image), RangeError);
    }
  });

  it("finds what does not suit the target", () => {
    assert.deepEqual(faults(elf(), "linux-x64"), []);
    assert.deepEqual(faults(elf({ machine: 0xb7 }), "linux-x64"), ["is for arm64, not x64"]);
    assert.deepEqual(faults(elf(), "linux-x64-musl"), ["is loaded by /lib64/ld-linux-x86-64.so.2"]);
    assert.deepEqual(faults(elf({ trailer: "" }), "linux-x64"), ["holds no program"]);
    assert.deepEqual(faults(elf({ strings: "\0GLIBC_2.18\0" }), "linux-x64"), ["needs glibc 2.18"]);
    assert.deepEqual(faults(elf({ strings: "BUN_INSPECT" }), "linux-x64"), ["is open to variables of Bun"]);
    assert.deepEqual(faults(signAdHoc(machOFile()), "darwin-x64"), []);
    assert.deepEqual(faults(machOFile(), "darwin-x64"), ["has no valid signature"]);
    assert.deepEqual(faults(elf(), "darwin-x64")[0], "is ELF, not Mach-O");
  });
});
