import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { advise } from "../../src/platform/advise.ts";
import { createFile } from "../../src/platform/create_file.ts";
import { listDirectory, openDirectory, openDirectoryAt } from "../../src/platform/directory.ts";
import { makeDirectory, removeDirectory, rename, unlink } from "../../src/platform/entries.ts";
import { close, openRead, openReadAt, pread, pwriteAll, read, truncate, writeAll } from "../../src/platform/file.ts";
import { link, readlink, readlinkAt, symlink } from "../../src/platform/links.ts";
import { seek, seekData, seekHole } from "../../src/platform/seek.ts";
import { fstat, lstat, stat, statAt } from "../../src/platform/stat.ts";
import { SystemError } from "../../src/platform/system_error.ts";
import { run } from "./run.ts";
import { withTemporary } from "./temporary.ts";

/** Names that are no UTF-8, or hard to carry. */
const NAMES = [
  "plain",
  "\udcff\udc80",
  "gr\u00fc\u00dfe",
  "caf\udce9",
  "\u{1f600}",
  "new\nline",
  "a".repeat(255),
  " ",
  "...",
];

function put(path: string, text: string): void {
  const descriptor = createFile(path, 0o644);
  writeAll(descriptor, new TextEncoder().encode(text));
  close(descriptor);
}

describe("files", () => {
  it("lists what was created under any name, with the inode number and type of stat", async () => {
    await withTemporary((path) => {
      for (const name of NAMES) put(`${path}/${name}`, name.slice(0, 3).replaceAll(/[\udc00-\udfff]/g, "?"));
      makeDirectory(`${path}/dir\udcfe`);
      symlink("to\udcfd", `${path}/link\udcfe`);
      const entries = listDirectory(path);
      assert.deepEqual(entries.map(({ name }) => name).sort(), [...NAMES, "dir\udcfe", "link\udcfe"].sort());
      for (const { name, ino } of entries) assert.equal(lstat(`${path}/${name}`).ino, ino);
      assert.equal(entries.find(({ name }) => name === "dir\udcfe")!.type, "directory");
      assert.equal(entries.find(({ name }) => name === "link\udcfe")!.type, "link");
      assert.equal(entries.find(({ name }) => name === "plain")!.type, "file");
      assert.equal(readlink(`${path}/link\udcfe`), "to\udcfd");
      assert.match(run("sh", "-c", `ls -b ${path}`), /dir\\376/);
    });
  });

  it("lists more entries than one call gives, and the same descriptor twice", async () => {
    await withTemporary((path) => {
      for (let i = 0; i < 1000; i++) writeFileSync(`${path}/${String(i).padStart(250, "n")}`, "");
      const directory = openDirectory(path);
      assert.equal(new Set(listDirectory(directory).map(({ name }) => name)).size, 1000);
      assert.equal(listDirectory(directory).length, 1000);
      close(directory);
    });
  });

  it("works below an open directory", async () => {
    await withTemporary((path) => {
      makeDirectory(`${path}/sub`);
      put(`${path}/sub/\udcaa`, "hello");
      symlink("\udcaa", `${path}/sub/l`);
      const outer = openDirectory(path);
      const inner = openDirectoryAt(outer, "sub", { nofollow: true });
      assert.equal(statAt(inner, "\udcaa").size, 5);
      assert.equal(statAt(inner, "l").mode & 0o170000, 0o120000);
      assert.equal(statAt(inner, "l", true).size, 5);
      assert.equal(readlinkAt(inner, "l"), "\udcaa");
      const file = openReadAt(inner, "\udcaa", { noatime: true, nofollow: true });
      const buffer = new Uint8Array(10);
      assert.equal(read(file, buffer), 5);
      assert.equal(new TextDecoder().decode(buffer.subarray(0, 5)), "hello");
      assert.equal(read(file, buffer), 0);
      for (const descriptor of [file, inner, outer]) close(descriptor);
    });
  });

  it("agrees with stat(1)", async () => {
    await withTemporary((path) => {
      put(`${path}/f`, "1234567");
      link(`${path}/f`, `${path}/g`);
      for (const name of [`${path}/f`, path, "/dev/null", "/proc/self/exe", "/etc/passwd"]) {
        const { dev, ino, mode, nlink, uid, gid, size } = lstat(name);
        const format = "%d %i %f %h %u %g %s";
        if (name.startsWith("/proc")) continue;
        assert.equal(
          [dev, ino, mode.toString(16), nlink, uid, gid, size].join(" "),
          run("stat", "-c", format, name).trim(),
        );
      }
      const times = (run("stat", "-c", "%.9X %.9Y %.9Z", `${path}/f`).trim()).replaceAll(".", "");
      const { atime, mtime, ctime } = lstat(`${path}/f`);
      assert.equal([atime, mtime, ctime].join(" "), times);
      assert.equal(lstat(`${path}/f`).nlink, 2);
      assert.equal(lstat("/dev/null").rdev, 0x103n);
    });
  });

  it("reads and writes by position, far out, with holes", async () => {
    await withTemporary((path) => {
      const far = 5 * 2 ** 30;
      const descriptor = createFile(`${path}/sparse`, 0o600);
      pwriteAll(descriptor, Uint8Array.of(1, 2, 3), far);
      truncate(descriptor, far + 2 ** 20);
      assert.equal(fstat(descriptor).size, far + 2 ** 20);
      assert.equal(seekData(descriptor, 0), far);
      const hole = seekHole(descriptor, far)!;
      assert.ok(hole >= far + 3 && hole <= far + 65536);
      assert.equal(seekHole(descriptor, 0), 0);
      assert.equal(seekData(descriptor, hole), undefined);
      assert.equal(seekHole(descriptor, far + 2 ** 21), undefined);
      const buffer = new Uint8Array(new SharedArrayBuffer(8), 2, 4);
      assert.equal(pread(descriptor, buffer, far), 4);
      assert.deepEqual([...buffer], [1, 2, 3, 0]);
      seek(descriptor, far + 1);
      assert.equal(read(descriptor, buffer.subarray(0, 2)), 2);
      assert.deepEqual([...buffer], [2, 3, 3, 0]);
      advise(descriptor, 0, 0, "dontneed");
      close(descriptor);
    });
  });

  it("writes nothing, reads nothing, without complaint", async () => {
    await withTemporary((path) => {
      const descriptor = createFile(`${path}/f`, 0o600);
      writeAll(descriptor, new Uint8Array(0));
      pwriteAll(descriptor, new Uint8Array(0), 5);
      assert.equal(read(descriptor, new Uint8Array(0)), 0);
      close(descriptor);
    });
  });

  it("renames, links and removes", async () => {
    await withTemporary((path) => {
      put(`${path}/\udc90`, "x");
      rename(`${path}/\udc90`, `${path}/\udc91`);
      symlink("\udc91", `${path}/s`);
      link(`${path}/s`, `${path}/t`);
      assert.equal(readlink(`${path}/t`), "\udc91");
      assert.equal(stat(`${path}/t`).size, 1);
      unlink(`${path}/\udc91`);
      assert.throws(() => stat(`${path}/t`), { code: "ENOENT" });
      makeDirectory(`${path}/d`, 0o700);
      assert.equal(lstat(`${path}/d`).mode, 0o40700);
      removeDirectory(`${path}/d`);
      assert.throws(() => lstat(`${path}/d`), { code: "ENOENT" });
    });
  });

  it("never follows a link when it creates, and keeps what exists when asked to", async () => {
    await withTemporary((path) => {
      symlink("elsewhere", `${path}/l`);
      assert.throws(() => createFile(`${path}/l`, 0o600), { code: "ELOOP" });
      assert.throws(() => createFile(`${path}/l`, 0o600, { exclusive: true }), { code: "EEXIST" });
      assert.throws(() => openRead(`${path}/l`, { nofollow: true }), { code: "ELOOP" });
    });
  });

  it("says what failed", async () => {
    await withTemporary((path) => {
      const missing = `${path}/it's \udcff\n`;
      assert.throws(() => lstat(missing), (error: unknown) => {
        assert.ok(error instanceof SystemError);
        assert.deepEqual([error.code, error.errno, error.syscall, error.path], ["ENOENT", 2, "stat", missing]);
        assert.equal(error.message, `[Errno 2] No such file or directory: "${path}/it's \\udcff\\n"`);
        return true;
      });
      assert.throws(() => openDirectory("/etc/passwd"), { code: "ENOTDIR" });
      assert.throws(() => listDirectory("/nonexistent"), { code: "ENOENT" });
      assert.throws(() => removeDirectory("/etc"), { code: "ENOTEMPTY" });
      assert.throws(() => read(-1, new Uint8Array(1)), { code: "EBADF" });
      assert.throws(() => close(12345), { code: "EBADF" });
      assert.throws(() => readlink("/etc/passwd"), { code: "EINVAL" });
    });
  });

  it("refuses names with a NUL instead of cutting them", () => {
    assert.throws(() => lstat("/etc\0/passwd"), { code: "EINVAL" });
    assert.throws(() => symlink("a\0b", "/nowhere/x"), { code: "EINVAL" });
  });

  it("carries names longer than the scratch memory to the kernel", () => {
    assert.throws(() => lstat(`/${"x/".repeat(20000)}`), { code: "ENAMETOOLONG" });
    assert.throws(() => lstat(`/${"\udcff/".repeat(20000)}`), { code: "ENAMETOOLONG" });
  });
});
