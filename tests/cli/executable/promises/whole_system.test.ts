import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { describeTree } from "../../../interop/describe_tree.ts";
import { ours, Sandbox } from "../../../interop/harness.ts";
import { require, requirePeer, requireRoot } from "../../../interop/requirements.ts";
import { shell } from "../backup/tree.ts";

/** What the guide leaves out of a backup of `/`; /usr is only there so that programs run. */
const EXCLUDED = ["dev", "run", "tmp", "sys", "proc", "mnt", "media", "usr"];

describe("a whole system", requirePeer("unshare", "chroot", "setfattr"), () => {
  describe("as root", requireRoot(), () => {
    const sandbox = new Sandbox();
    const root = sandbox.folder("root");

    before(() =>
      shell(
        root,
        `mkdir -p dev etc home/user root run tmp sys proc mnt/card media usr var/log srv
         for name in bin sbin lib lib64; do ln -s usr/$name $name; done
         for name in dev/node run/pid tmp/rubbish sys/x proc/x media/x; do echo left out >$name; done
         echo host >etc/hostname; printf 'root:x:0:0::/root:/bin/sh\\nuser:x:1000:1000::/home/user:/bin/sh\\n' >etc/passwd
         printf 'root:x:0:\\nuser:x:1000:\\n' >etc/group; echo secret >etc/shadow; chmod 640 etc/shadow; chown 0:1000 etc/shadow
         echo mine >home/user/file; chown -R 1000:1000 home/user; chmod 700 home/user; setfattr -n user.note -v x home/user/file
         mknod srv/null c 1 3; mknod srv/disk b 7 1; mkfifo srv/pipe; chmod 600 srv/*; echo suid >srv/su; chmod 4755 srv/su
         ln etc/hostname srv/hostname; ln -s ../gone srv/link; chmod 1777 tmp; chmod 2775 var/log; truncate -s 1M var/log/sparse
         touch -d 1999-12-31T23:59:59.123456789Z etc/hostname; touch -h -d 2000-01-01 srv/link; touch -d 2001-02-03 etc home srv
         touch mnt/borg`,
      )
    );
    after(() => sandbox.remove());

    it("is stored from its root and comes back as it was", requireNamespaces(), () => {
      const exclusions = EXCLUDED.map((name) => `-e /${name}`).join(" ");
      shell(
        root,
        `unshare -m bash -euc '
           mount --rbind /usr usr; mount --rbind /proc proc; mount --rbind /dev dev; mount --bind ${ours.path} mnt/borg
           chroot . /usr/bin/env -i PATH=/usr/bin:/usr/sbin HOME=/root LANG=C.UTF-8 BORG_BASE_DIR=/mnt/base sh -euc "
             export BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes
             /mnt/borg init -e none /mnt/repo
             /mnt/borg create --comment first ${exclusions} /mnt/repo::system /
             cd /mnt/card
             /mnt/borg extract /mnt/repo::system"'`,
      );
      const restored = describeTree(sandbox.path("root", "mnt", "card"));
      const original = describeTree(root).filter(({ path }) => !EXCLUDED.includes(path.split("/")[0]!));
      assert.deepEqual(restored.slice(1), original.slice(1));
      assert.ok(restored.length > 20);
    });
  });
});

function requireNamespaces() {
  const works = shell(".", "unshare -m true 2>/dev/null && echo yes || true");
  return require(works === "yes\n", "may not make namespaces");
}
