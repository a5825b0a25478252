import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseMountOptions } from "../../src/cli/mount_options.ts";

const FUSE = ["fsname=borgfs", "default_permissions", "ro"];

describe("parseMountOptions", () => {
  it("has what nobody asks for", () => {
    assert.deepEqual(parseMountOptions([]), {
      versions: false,
      allowDamagedFiles: false,
      uid: undefined,
      gid: undefined,
      umask: 0,
      fuse: FUSE,
    });
  });

  it("takes its own words, and gives the others to libfuse and the kernel", () => {
    const { fuse, ...own } = parseMountOptions(["versions,allow_other,uid=5", "gid=7,allow_damaged_files,umask=027"]);
    assert.deepEqual(own, { versions: true, allowDamagedFiles: true, uid: 5, gid: 7, umask: 0o27 });
    assert.deepEqual(fuse, ["allow_other", ...FUSE]);
  });

  it("lets permissions be ignored", () => {
    assert.deepEqual(parseMountOptions(["ignore_permissions"]).fuse, ["fsname=borgfs", "ro"]);
  });

  it("drops what an fstab line says to mount(8) alone", () => {
    const words = "rw,auto,noauto,user,nouser,users,group,owner,defaults,nofail,_netdev,comment=x,x-systemd.automount";
    assert.deepEqual(parseMountOptions([words]).fuse, FUSE);
    assert.deepEqual(parseMountOptions(["noexec,,max_read=4096"]).fuse, ["noexec", "max_read=4096", ...FUSE]);
  });

  it("knows owners by name, and the last one counts", () => {
    assert.equal(parseMountOptions(["uid=99,uid=root"]).uid, 0);
    assert.equal(parseMountOptions(["gid=root"]).gid, 0);
  });

  it("refuses values that mean nothing", () => {
    for (const text of ["uid=", "uid=nobody-here", "gid=-1", "umask=", "umask=8", "umask=0x1"]) {
      assert.throws(() => parseMountOptions([text]), { code: "CommandError" }, text);
    }
  });
});
