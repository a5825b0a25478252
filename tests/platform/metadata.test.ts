import assert from "node:assert/strict";
import process from "node:process";
import { describe, it } from "node:test";
import { createFile } from "../../src/platform/create_file.ts";
import { makeDirectory } from "../../src/platform/entries.ts";
import { close, openRead, writeAll } from "../../src/platform/file.ts";
import { fileType } from "../../src/platform/file_type.ts";
import { readFlags, writeFlags } from "../../src/platform/flags.ts";
import { flagsOfInode, inodeOfFlags } from "../../src/platform/inode_flags_linux.ts";
import { createLinuxFlags } from "../../src/platform/flags_linux.ts";
import { symlink } from "../../src/platform/links.ts";
import { changeMode } from "../../src/platform/modes.ts";
import { makeFifo, makeNode } from "../../src/platform/nodes.ts";
import { changeOwner, groupId, groupName, homeOfUser, userId, userName } from "../../src/platform/owners.ts";
import { fstat, lstat } from "../../src/platform/stat.ts";
import { setTimes } from "../../src/platform/times.ts";
import { getXattr, listXattrs, setXattr } from "../../src/platform/xattrs.ts";
import { lengthPrefixed, localName } from "../../src/platform/xattrs_freebsd.ts";
import { run } from "./run.ts";
import { withTemporary } from "./temporary.ts";

const root = process.getuid!() === 0;

/** Some of the operations are the superuser's alone: say so rather than pass silently. */
function itAsRoot(name: string, body: () => void | Promise<void>): void {
  it(root ? name : `${name} (SKIPPED: not root)`, root ? body : () => console.error(`SKIPPED, not root: ${name}`));
}

function empty(path: string): string {
  close(createFile(path, 0o644));
  return path;
}

describe("times", () => {
  const TIMES = [
    0n,
    1n,
    999999999n,
    -1n,
    -1000000000n,
    -1234567890123456789n,
    1700000000123456789n,
    2147483648000000001n,
  ];

  it("are exact to the nanosecond, before 1970 too", async () => {
    await withTemporary((path) => {
      const file = empty(`${path}/f\udcff`);
      symlink("nowhere", `${path}/l`);
      for (const time of TIMES) {
        const kept = time < -2147483648000000000n ? 0n : time;
        setTimes(file, 5n, kept);
        assert.deepEqual([lstat(file).atime, lstat(file).mtime], [5n, kept]);
        setTimes(`${path}/l`, kept, 7n, { nofollow: true });
        assert.deepEqual([lstat(`${path}/l`).atime, lstat(`${path}/l`).mtime], [kept, 7n]);
        const descriptor = openRead(file);
        setTimes(descriptor, kept, kept);
        assert.deepEqual([fstat(descriptor).atime, fstat(descriptor).mtime], [kept, kept]);
        close(descriptor);
      }
      assert.throws(() => setTimes(`${path}/l`, 1n, 1n), { code: "ENOENT" });
    });
  });

  it("stay when a file is read without access time", async () => {
    await withTemporary((path) => {
      const file = empty(`${path}/f`);
      setTimes(file, 5n, 6n);
      close(openRead(file, { noatime: true }));
      assert.equal(lstat(file).atime, 5n);
    });
  });
});

describe("modes and owners", () => {
  it("sets permission bits by path and by descriptor", async () => {
    await withTemporary((path) => {
      const file = empty(`${path}/f`);
      changeMode(file, 0o100640);
      assert.equal(lstat(file).mode, 0o100640);
      const descriptor = openRead(file);
      changeMode(descriptor, 0o4711);
      assert.equal(fstat(descriptor).mode, 0o104711);
      close(descriptor);
    });
  });

  itAsRoot("changes owners, of links too", async () => {
    await withTemporary((path) => {
      const file = empty(`${path}/f`);
      symlink("f", `${path}/l`);
      changeOwner(`${path}/l`, 12, 4000000000, { nofollow: true });
      assert.deepEqual([lstat(`${path}/l`).uid, lstat(`${path}/l`).gid], [12, 4000000000]);
      assert.equal(lstat(file).uid, 0);
      changeOwner(`${path}/l`, 13, 14);
      assert.deepEqual([lstat(file).uid, lstat(file).gid], [13, 14]);
      const descriptor = openRead(file);
      changeOwner(descriptor, 15, 16);
      assert.deepEqual([fstat(descriptor).uid, fstat(descriptor).gid], [15, 16]);
      close(descriptor);
    });
  });

  it("knows users and groups", () => {
    assert.equal(userName(0), "root");
    assert.equal(userId("daemon"), Number(run("id", "-u", "daemon")));
    assert.equal(groupName(0), "root");
    assert.equal(groupId("daemon"), Number(run("id", "-g", "daemon")));
    assert.equal(homeOfUser("root"), "/root");
    assert.equal(homeOfUser(0), "/root");
    assert.equal(userName(123456), undefined);
    assert.equal(userId("no such user"), undefined);
    assert.equal(groupName(123456), undefined);
    assert.equal(groupId("no such group"), undefined);
  });
});

describe("nodes", () => {
  it("makes fifos", async () => {
    await withTemporary((path) => {
      makeFifo(`${path}/p\udcff`, 0o600);
      assert.equal(lstat(`${path}/p\udcff`).mode, 0o010600);
      const reader = openRead(`${path}/p\udcff`, { nonblock: true });
      assert.equal(fileType(fstat(reader).mode), "fifo");
      close(reader);
    });
  });

  itAsRoot("makes devices of small and large numbers", async () => {
    await withTemporary((path) => {
      const numbers: [bigint, string][] = [[0x103n, "1 3"], [0x800n, "8 0"], [(1n << 20n) | 0x103n, "1 103"], [
        0xfffabn | (0xfff00n << 12n),
        "fff fffab",
      ]];
      numbers.forEach(([rdev, text], i) => {
        makeNode(`${path}/c${i}`, 0o020600, rdev);
        makeNode(`${path}/b${i}`, 0o060640, rdev);
        assert.equal(lstat(`${path}/c${i}`).rdev, rdev);
        assert.equal(lstat(`${path}/b${i}`).mode, 0o060640);
        assert.equal(run("stat", "-c", "%t %T", `${path}/b${i}`).trim(), text);
      });
    });
  });
});

describe("extended attributes", () => {
  it("keeps names and values byte for byte, by path and by descriptor", async () => {
    await withTemporary((path) => {
      const file = empty(`${path}/f\udcff`);
      assert.deepEqual(listXattrs(file), { names: [], acls: false });
      const values: [string, Uint8Array][] = [
        ["user.empty", new Uint8Array(0)],
        ["user.\udcfe", Uint8Array.of(0, 255, 1)],
        ["user.big", new Uint8Array(3000).fill(7)],
      ];
      const descriptor = openRead(file);
      for (const [name, value] of values) setXattr(file, name, value);
      setXattr(descriptor, "user.big", values[2]![1]);
      for (const target of [file, descriptor]) {
        assert.deepEqual([...listXattrs(target).names].sort(), values.map(([name]) => name).sort());
        for (const [name, value] of values) assert.deepEqual(getXattr(target, name), value);
        assert.equal(getXattr(target, "user.none"), undefined);
      }
      close(descriptor);
    });
  });

  it("lists more names than fit into the first buffer, where the file system can", async () => {
    await withTemporary((path) => {
      const file = empty(`${path}/f`);
      const name = (i: number) => `user.${String(i).padStart(200, "n")}`;
      for (let i = 0; i < 10; i++) setXattr(file, name(i), new Uint8Array(0));
      assert.equal(listXattrs(file).names.length, 10);
    });
  });

  itAsRoot("does not follow links", async () => {
    await withTemporary((path) => {
      const file = empty(`${path}/f`);
      symlink("f", `${path}/l`);
      setXattr(`${path}/l`, "trusted.of_link", Uint8Array.of(1));
      assert.deepEqual(listXattrs(`${path}/l`).names, ["trusted.of_link"]);
      assert.deepEqual(listXattrs(file).names, []);
    });
  });

  it("has none where there are none", () => {
    assert.deepEqual(listXattrs("/proc/self/status"), { names: [], acls: false });
    assert.equal(getXattr("/proc/self/status", "user.x"), undefined);
    assert.throws(() => getXattr("/nonexistent", "user.x"), { code: "ENOENT" });
    assert.throws(() => setXattr("/proc/self/status", "user.x", Uint8Array.of(1)));
    assert.throws(() => listXattrs("/nonexistent"), { code: "ENOENT", path: "/nonexistent" });
  });
});

describe("extended attributes of FreeBSD", () => {
  it("are of the user namespace, with or without its name", () => {
    assert.deepEqual(["user.a.b", "plain"].map(localName), ["a.b", "plain"]);
    assert.throws(() => localName("system.x"), { code: "EINVAL" });
    assert.deepEqual(lengthPrefixed(Uint8Array.of(1, 97, 3, 98, 255, 99, 0)), ["a", "b\udcffc", ""]);
  });
});

describe("file flags", () => {
  it("translates the three bits", () => {
    assert.equal(flagsOfInode(0xffffffff), 7);
    assert.deepEqual([1, 2, 4].map(inodeOfFlags), [0x40, 0x10, 0x20]);
    for (let flags = 0; flags < 8; flags++) assert.equal(flagsOfInode(inodeOfFlags(flags)), flags);
  });

  itAsRoot("are those of lsattr and chattr, and others stay", async () => {
    await withTemporary((path) => {
      const file = empty(`${path}/f`);
      run("chattr", "+A", file);
      const other = run("lsattr", "-d", file).slice(0, 20);
      const byIoctl = createLinuxFlags();
      for (const [flags, letters] of [[1, "d"], [2, "i"], [4, "a"], [3, "di"], [0, ""]] as const) {
        writeFlags(file, flags);
        for (const letter of "dia") {
          assert.equal(run("lsattr", "-d", file).slice(0, 20).includes(letter), letters.includes(letter), letters);
        }
        assert.equal(readFlags(file, lstat(file)), flags);
        assert.equal(byIoctl.read(file, lstat(file)), flags);
      }
      assert.equal(run("lsattr", "-d", file).slice(0, 20), other);
      run("chattr", "+d", path);
      assert.equal(readFlags(path, lstat(path)), 1);
    });
  });

  it("are none on links, devices and file systems without them", async () => {
    await withTemporary((path) => {
      symlink("x", `${path}/l`);
      assert.equal(readFlags(`${path}/l`, lstat(`${path}/l`)), 0);
      assert.equal(readFlags("/dev/null", lstat("/dev/null")), 0);
      assert.equal(readFlags("/proc/self/status", lstat("/proc/self/status")), 0);
      writeFlags("/proc/self/status", 0);
      makeDirectory(`${path}/d`);
      assert.equal(readFlags(`${path}/d`, lstat(`${path}/d`)), 0);
      const descriptor = createFile(`${path}/f`, 0o600);
      writeAll(descriptor, Uint8Array.of(1));
      assert.equal(readFlags(descriptor, fstat(descriptor)), 0);
      close(descriptor);
    });
  });
});
