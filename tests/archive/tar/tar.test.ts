import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Member, MemberType } from "../../../src/archive/tar/layout.ts";
import { paddingOf, TYPES } from "../../../src/archive/tar/layout.ts";
import { TarReader } from "../../../src/archive/tar/read.ts";
import { encodeEnd, MemberEncoder } from "../../../src/archive/tar/write.ts";
import { concat } from "../../../src/encoding/bytes.ts";
import { requirePeer } from "../../interop/requirements.ts";

interface Entry {
  readonly member: Omit<Member, "type"> & { readonly type: MemberType | "unknown" };
  readonly contents: Uint8Array;
}

function member(fields: Partial<Member> = {}): Member {
  return {
    type: "file",
    name: "name",
    mode: 0o644,
    uid: 0,
    gid: 0,
    userName: "",
    groupName: "",
    mtime: 0n,
    size: 0,
    linkName: "",
    deviceMajor: 0,
    deviceMinor: 0,
    ...fields,
  };
}

function encode(members: readonly Member[]): Uint8Array {
  const encoder = new MemberEncoder();
  const parts = members.flatMap((
    each,
  ) => [encoder.encode(each).slice(), new Uint8Array(each.size + paddingOf(each.size)).fill(7)]);
  const body = concat(...parts);
  return concat(body, encodeEnd(body.length));
}

/** All members, from a source that gives `piece` bytes at a time. */
async function decode(bytes: Uint8Array, { piece = 1000, ignoreZeros = false, read = true } = {}): Promise<Entry[]> {
  let at = 0;
  const reader = new TarReader((target) => {
    const part = bytes.subarray(at, at + Math.min(piece, target.length));
    target.set(part);
    at += part.length;
    return part.length;
  }, ignoreZeros);
  const entries: Entry[] = [];
  for (let found = await reader.next(); found; found = await reader.next()) {
    entries.push({ member: found, contents: read ? await contentsOf(reader) : new Uint8Array(0) });
  }
  await reader.drain();
  assert.equal(at, bytes.length);
  return entries;
}

async function contentsOf(reader: TarReader): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (;;) {
    const buffer = new Uint8Array(70_000);
    const length = await reader.read(buffer);
    if (length === 0) return concat(...parts);
    parts.push(buffer.subarray(0, length));
  }
}

/** What GNU tar writes with these options of a folder made by `script`. */
function gnuTar(script: string, ...options: string[]): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "vinculum-test-"));
  try {
    execFileSync("sh", ["-c", `${script}\ntar -cf ../$$.tar ${options.join(" ")} . && mv ../$$.tar out.tar`], {
      cwd: folder,
    });
    return Uint8Array.from(readFileSync(join(folder, "out.tar")));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const anyName = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 80 }).filter((name) => !name.includes("\0")),
  fc.constantFrom("bad\udcff", "x".repeat(99), "x".repeat(100), "x".repeat(101), "ü".repeat(300)),
).filter((name) => !name.endsWith("/"));

const anyMember: fc.Arbitrary<Member> = fc.record({
  type: fc.constantFrom(...Object.keys(TYPES) as MemberType[]),
  name: anyName,
  mode: fc.nat(0o7777),
  uid: fc.oneof(fc.nat(0o7777777), fc.constantFrom(0o10000000, 4294967294)),
  gid: fc.nat(4294967295),
  userName: fc.constantFrom("", "root", "jürgen"),
  groupName: fc.constantFrom("", "wheel"),
  mtime: fc.bigInt(-(2n ** 40n), 2n ** 40n).map((seconds) => seconds * 1_000_000_000n),
  size: fc.nat(3000),
  linkName: fc.oneof(fc.constant(""), anyName),
  deviceMajor: fc.nat(0xfff),
  deviceMinor: fc.oneof(fc.nat(255), fc.constant(0o10000000)),
}).map((fields) => ({
  ...fields,
  size: fields.type === "file" ? fields.size : 0,
  deviceMajor: fields.type === "character" || fields.type === "block" ? fields.deviceMajor : 0,
  deviceMinor: fields.type === "character" || fields.type === "block" ? fields.deviceMinor : 0,
}));

describe("tar archives", () => {
  it("come back as they were written", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyMember, { maxLength: 6 }),
        fc.integer({ min: 1, max: 3000 }),
        async (members, piece) => {
          const bytes = encode(members);
          assert.equal(bytes.length % 10240, 0);
          const found = await decode(bytes, { piece });
          const asFound = members.map((each) => each.type === "directory" ? { ...each, name: `${each.name}/` } : each);
          assert.deepEqual(found.map((entry) => entry.member), asFound);
          for (const { member, contents } of found) assert.deepEqual(contents, new Uint8Array(member.size).fill(7));
        },
      ),
      { numRuns: 50 },
    );
  });

  it("are passed over member by member", async () => {
    const members = [member({ size: 200_000 }), member({ name: "second" })];
    const found = await decode(encode(members), { read: false });
    assert.deepEqual(found.map((entry) => entry.member.name), ["name", "second"]);
  });

  it("end at a block of zeros, unless those are to be ignored", async () => {
    const two = concat(encode([member()]), encode([member({ name: "b" })]));
    assert.equal((await decode(two)).length, 1);
    assert.equal((await decode(two, { ignoreZeros: true })).length, 2);
  });

  it("that are cut short or damaged are refused", async () => {
    const whole = encode([member({ size: 1000 }), member({ name: "long".repeat(100) })]);
    for (const length of [100, 600, 1400, 1535 + 600, 1536 + 512]) {
      await assert.rejects(decode(whole.subarray(0, length)), {
        code: "Error",
        data: ["tar file: unexpected end of data"],
      });
    }
    const damaged = Uint8Array.from(whole);
    damaged[110]! ^= 1;
    await assert.rejects(decode(damaged), { code: "Error", data: ["tar file: invalid header"] });
    await assert.rejects(decode(new Uint8Array(512).fill(0x41)), { code: "Error" });
    await assert.rejects(decode(new Uint8Array(0)), { code: "Error", data: ["tar file: empty file"] });
    assert.deepEqual(await decode(new Uint8Array(1024)), []);
    assert.equal((await decode(whole.subarray(0, 512 + 1024))).length, 1, "an archive without its end is whole");
  });

  it("may hold members of unknown types", async () => {
    const bytes = encode([member({ size: 600 }), member({ name: "b" })]);
    bytes[156] = "V".charCodeAt(0);
    const sum = bytes.subarray(0, 512).reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0);
    bytes.set(new TextEncoder().encode(sum.toString(8).padStart(6, "0")), 148);
    assert.deepEqual((await decode(bytes)).map((entry) => entry.member.type), ["unknown", "file"]);
  });
});

const TREE = `head -c 70000 /dev/urandom > f; ln f h; ln -s f s; mkfifo p; mkdir d; : > empty; echo x > ${
  "n".repeat(120)
}
touch -d '2021-03-04 05:06:07.5' f; truncate -s 3M sparse; printf data | dd of=sparse bs=1 seek=1500000 conv=notrunc 2>&1
i=0; while [ $i -lt 60 ]; do printf x | dd of=sparse bs=1 seek=$((2000000 + i * 16384)) conv=notrunc 2>/dev/null; i=$((i+1)); done`;

describe("archives of GNU tar", requirePeer("tar"), () => {
  const formats = ["--format=v7 --exclude=n*", "--format=ustar --exclude=n*", "--format=gnu", "--format=pax"];
  const sparse = ["gnu", "pax --sparse-version=0.0", "pax --sparse-version=0.1", "pax --sparse-version=1.0"];
  for (const options of [...formats, ...sparse.map((format) => `-S --format=${format}`)]) {
    it(`are read: ${options}`, async () => {
      const bytes = gnuTar(TREE, `${options.includes("v7") ? "--exclude=p" : ""} ${options}`);
      const entries = new Map((await decode(bytes)).map((entry) => [entry.member.name, entry] as const));
      assert.equal(entries.get("./d/")?.member.type, "directory");
      assert.equal(entries.get("./s")?.member.linkName, "f");
      const names = ["./f", "./h"].map((name) => entries.get(name)!);
      assert.equal(names.find(({ member }) => member.type === "hardLink")?.contents.length, 0);
      const file = names.find(({ member }) => member.type === "file")!;
      assert.equal(file.contents.length, 70_000);
      const half = options.includes("pax") ? 500_000_000n : 0n;
      assert.equal(file.member.mtime % 1_000_000_000n, half);
      const { contents, member } = entries.get("./sparse")!;
      const expected = new Uint8Array(3 << 20);
      expected.set(new TextEncoder().encode("data"), 1_500_000);
      for (let i = 0; i < 60; i++) expected[2_000_000 + i * 16384] = 0x78;
      assert.deepEqual([member.size, member.type], [3 << 20, "file"]);
      assert.deepEqual(contents, expected);
    });
  }

  it("are what it reads of ours", () => {
    const members = [
      member({ name: "d", type: "directory", mode: 0o1755 }),
      member({ name: `d/${"n".repeat(200)}`, size: 1000, uid: 3_000_000, mtime: 86400_000_000_000n }),
      member({ name: "l", type: "link", linkName: "t".repeat(200) }),
      member({ name: "bad\udcff", type: "character", deviceMajor: 4, deviceMinor: 300 }),
    ];
    const folder = mkdtempSync(join(tmpdir(), "vinculum-test-"));
    try {
      writeFileSync(join(folder, "a.tar"), encode(members));
      const env = { ...process.env, TZ: "UTC", LC_ALL: "C" };
      const listing = execFileSync("tar", ["-tvf", "a.tar", "--numeric-owner"], {
        cwd: folder,
        env,
        encoding: "latin1",
      });
      assert.deepEqual(listing.replaceAll(/ +/g, " ").trimEnd().split("\n"), [
        "drwxr-xr-t 0/0 0 1970-01-01 00:00 d/",
        `-rw-r--r-- 3000000/0 1000 1970-01-02 00:00 d/${"n".repeat(200)}`,
        `lrw-r--r-- 0/0 0 1970-01-01 00:00 l -> ${"t".repeat(200)}`,
        "crw-r--r-- 0/0 4,300 1970-01-01 00:00 bad\\377",
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
