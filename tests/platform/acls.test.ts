import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { describe, it } from "node:test";
import { withLocalNames, withNfs4Ids, withoutAclNames, withPosixIds } from "../../src/platform/acl_fields.ts";
import { type Acls, readAcls, writeAcls } from "../../src/platform/acls.ts";
import { createFile } from "../../src/platform/create_file.ts";
import { makeDirectory } from "../../src/platform/entries.ts";
import { close, openRead } from "../../src/platform/file.ts";
import { symlink } from "../../src/platform/links.ts";
import { AclTextError, formatAcl, parseAcl } from "../../src/platform/posix_acl.ts";
import { decodePosixAcl, encodePosixAcl } from "../../src/platform/posix_acl_binary.ts";
import { lstat } from "../../src/platform/stat.ts";
import { listXattrs } from "../../src/platform/xattrs.ts";
import { run } from "./run.ts";
import { withTemporary } from "./temporary.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

function texts(acls: Acls): Record<string, string> {
  return Object.fromEntries(Object.entries(acls).map(([key, text]) => [key, new TextDecoder().decode(text)]));
}

function read(path: string, numericIds = false): Record<string, string> {
  return texts(readAcls(path, lstat(path).mode, numericIds));
}

/** A tree with each combination of ACLs, made by setfacl. */
function makeTree(path: string): void {
  for (const name of ["f", "g", "h"]) close(createFile(`${path}/${name}`, 0o644));
  for (const name of ["d1", "d2", "d3", "d4"]) makeDirectory(`${path}/${name}`, 0o755);
  run("setfacl", "-m", "u:daemon:rw-,g:12345:r-x", `${path}/f`);
  run("setfacl", "-m", "m::rwx", `${path}/g`);
  run("setfacl", "-m", "u:54321:r", `${path}/d1`);
  run("setfacl", "-d", "-m", "u:daemon:rwx", `${path}/d2`);
  run("setfacl", "-m", "g:bin:r", `${path}/d3`);
  run("setfacl", "-d", "-m", "g:bin:rx", `${path}/d3`);
}

const EXPECTED: Record<string, Record<string, string>> = {
  f: { aclAccess: "user::rw-\nuser:daemon:rw-:1\ngroup::r--\ngroup:12345:r-x:12345\nmask::rwx\nother::r--" },
  g: { aclAccess: "user::rw-\ngroup::r--\nmask::rwx\nother::r--" },
  h: {},
  d1: {
    aclAccess: "user::rwx\nuser:54321:r--:54321\ngroup::r-x\nmask::r-x\nother::r-x",
    aclDefault: "",
  },
  d2: {
    aclAccess: "user::rwx\ngroup::r-x\nother::r-x",
    aclDefault: "user::rwx\nuser:daemon:rwx:1\ngroup::r-x\nmask::rwx\nother::r-x",
  },
  d3: {
    aclAccess: "user::rwx\ngroup::r-x\ngroup:bin:r--:2\nmask::r-x\nother::r-x",
    aclDefault: "user::rwx\ngroup::r-x\ngroup:bin:r-x:2\nmask::r-x\nother::r-x",
  },
  d4: {},
};

describe("ACLs of files", () => {
  it("are read as text, by path and by descriptor", async () => {
    await withTemporary((path) => {
      makeTree(path);
      for (const [name, expected] of Object.entries(EXPECTED)) {
        assert.deepEqual(read(`${path}/${name}`), expected, name);
        const descriptor = openRead(`${path}/${name}`);
        assert.deepEqual(texts(readAcls(descriptor, lstat(`${path}/${name}`).mode)), expected, name);
        assert.equal(listXattrs(descriptor).acls, Object.keys(expected).length > 0);
        assert.deepEqual(listXattrs(descriptor).names, []);
        close(descriptor);
      }
      assert.match(read(`${path}/f`, true).aclAccess!, /^user:1:rw-:1$/m);
      symlink("f", `${path}/l`);
      assert.deepEqual(read(`${path}/l`), {});
      assert.deepEqual(read("/proc/self/status"), {});
    });
  });

  it("are what BorgBackup stores", async () => {
    await withTemporary((path) => {
      makeDirectory(`${path}/tree`);
      makeTree(`${path}/tree`);
      for (const numericIds of [false, true]) {
        const stored = storedByBorg(path, numericIds);
        for (const name of Object.keys(EXPECTED)) {
          const { aclAccess, aclDefault } = read(`${path}/tree/${name}`, numericIds);
          assert.deepEqual([aclAccess, aclDefault], stored.get(`tree/${name}`), name);
        }
      }
    });
  });

  it("are restored as they were read", async () => {
    await withTemporary((path) => {
      makeTree(path);
      makeDirectory(`${path}/copy`);
      for (const name of Object.keys(EXPECTED)) {
        const copy = `${path}/copy/${name}`;
        const { mode } = lstat(`${path}/${name}`);
        if (name.startsWith("d")) makeDirectory(copy, 0o700);
        else close(createFile(copy, 0o600));
        writeAcls(copy, readAcls(`${path}/${name}`, mode), mode);
        if (Object.keys(EXPECTED[name]!).length === 0) continue;
        const shown = (file: string) => run("getfacl", "-n", "-c", "-p", file);
        assert.equal(shown(copy), shown(`${path}/${name}`), name);
      }
    });
  });

  it("find their users by name, then by number", async () => {
    await withTemporary((path) => {
      const file = `${path}/f`;
      const descriptor = createFile(file, 0o644);
      const text = bytes("user::rw-\nuser:daemon:r--:777\nuser:nobody here:-w-:888\ngroup::r--\nmask::rwx\nother::---");
      writeAcls(descriptor, { aclAccess: text }, 0o100644);
      assert.match(run("getfacl", "-n", "-c", "-p", file), /^user:1:r--\nuser:888:-w-/m);
      writeAcls(descriptor, { aclAccess: text }, 0o100644, true);
      assert.match(run("getfacl", "-n", "-c", "-p", file), /^user:777:r--\nuser:888:-w-/m);
      close(descriptor);
    });
  });

  it("remove the default ACL where the stored one is empty", async () => {
    await withTemporary((path) => {
      run("setfacl", "-d", "-m", "u:daemon:rwx", path);
      writeAcls(path, { aclAccess: bytes("user::rwx\ngroup::r-x\nother::---"), aclDefault: bytes("") }, 0o40755);
      assert.deepEqual(read(path), {});
      assert.equal(lstat(path).mode, 0o40750);
    });
  });

  it("are refused when they are none, and left out where there are no ACLs", async () => {
    await withTemporary((path) => {
      close(createFile(`${path}/f`, 0o644));
      assert.throws(() => writeAcls(`${path}/f`, { aclAccess: bytes("nonsense") }, 0o100644), { code: "EINVAL" });
      assert.throws(() => writeAcls(`${path}/f`, { aclAccess: bytes("user::rwx") }, 0o100644), { code: "EINVAL" });
      assert.throws(() => writeAcls(`${path}/none`, { aclAccess: bytes("user::rwx") }, 0o100644), { code: "ENOENT" });
      writeAcls("/proc/self/status", { aclAccess: bytes("user::rw-\ngroup::r--\nother::r--") }, 0o100644);
    });
  });
});

/** Texts by path. BorgBackup 1.2 leaves the tab before an effective-rights comment: it is taken away here. */
function storedByBorg(path: string, numericIds: boolean): Map<string, (string | undefined)[]> {
  const borg = (...words: string[]) => {
    const environment = { ...process.env, HOME: path, BORG_BASE_DIR: path };
    const { status, stdout, stderr } = spawnSync("borg", words, { cwd: path, env: environment, encoding: "utf8" });
    assert.equal(status, 0, stderr);
    return stdout;
  };
  const repository = `repo-${numericIds}`;
  borg("init", "-e", "none", repository);
  borg("create", ...(numericIds ? ["--numeric-ids"] : []), `${repository}::a`, "tree");
  const { _items } = JSON.parse(borg("debug", "dump-archive", `${repository}::a`, "-")) as {
    _items: { path: string; acl_access?: string; acl_default?: string }[];
  };
  const clean = (text?: string) => text?.replaceAll("\t", "");
  return new Map(_items.map((item) => [item.path, [clean(item.acl_access), clean(item.acl_default)]]));
}

describe("POSIX ACL text", () => {
  const names = {
    userName: (id: number) => id === 5 ? "a:b c\\d" : undefined,
    groupName: () => undefined,
    userId: (name: string) => name === "a:b c\\d" ? 5 : undefined,
    groupId: () => undefined,
  };

  it("carries odd names", () => {
    const entries = [{ tag: 2, permissions: 7, id: 5 }] as const;
    const text = formatAcl(entries, names, false);
    assert.equal(new TextDecoder().decode(text), "user:a\\072b\\040c\\134d:rwx:5");
    assert.deepEqual(parseAcl(text, names, false), entries);
  });

  it("is read in its older and shorter forms, in the order of the kernel", () => {
    const parsed = parseAcl(
      bytes("o::r\n# all\nu:7:6\n g::r-x #effective:r--\nu::rwx\nm::rx\nu:3:-\n\n"),
      names,
      false,
    );
    assert.deepEqual(parsed.map(({ tag, permissions, id }) => [tag, permissions, id]), [
      [0x01, 7, 0],
      [0x02, 0, 3],
      [0x02, 6, 7],
      [0x04, 5, 0],
      [0x10, 5, 0],
      [0x20, 4, 0],
    ]);
  });

  it("is refused when something is missing", () => {
    for (const line of ["user", "user::", "user::rwz", "user:unknown:rwx", "nobody::rwx", "user:unknown:rwx:x"]) {
      assert.throws(() => parseAcl(bytes(line), names, false), AclTextError, line);
    }
  });

  it("has a binary form with version and little-endian fields", () => {
    const entries = [{ tag: 1, permissions: 7, id: 0 }, { tag: 2, permissions: 4, id: 0x01020304 }] as const;
    const binary = encodePosixAcl(entries);
    assert.deepEqual([...binary], [2, 0, 0, 0, 1, 0, 7, 0, 255, 255, 255, 255, 2, 0, 4, 0, 4, 3, 2, 1]);
    assert.deepEqual(decodePosixAcl(binary)[1], entries[1]);
    for (const length of [0, 3, 5, 11]) assert.throws(() => decodePosixAcl(binary.subarray(0, length)), RangeError);
    assert.throws(() => decodePosixAcl(Uint8Array.of(1, 0, 0, 0)), RangeError);
  });
});

describe("ACL text of the BSDs", () => {
  it("loses or keeps names on macOS", () => {
    const text = "!#acl 1\nuser:AAAA:joe:501:allow:read,write\ngroup:BBBB:staff:20:deny:delete\n";
    assert.equal(withoutAclNames(text), "!#acl 1\nuser:AAAA::501:allow:read,write\ngroup:BBBB::20:deny:delete\n");
    assert.equal(
      withLocalNames(text, (kind, name) => kind === "user" && name === "joe"),
      "!#acl 1\nuser::joe::allow:read,write\ngroup:BBBB:staff:20:deny:delete\n",
    );
    assert.equal(withLocalNames(withoutAclNames(text), () => true), withoutAclNames(text));
  });

  it("uses stored ids on FreeBSD", () => {
    assert.equal(withPosixIds("user::rw-\nuser:joe:rwx:1001\nmask::rwx"), "user::rw-\nuser:1001:rwx\nmask::rwx");
    assert.equal(
      withNfs4Ids("owner@:rw-p--aARWcCos:-------:allow\n  user:joe:rw-p--:fd-----:allow:1001"),
      "owner@:rw-p--aARWcCos:-------:allow\nuser:1001:rw-p--:fd-----:allow",
    );
  });
});
