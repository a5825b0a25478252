import { theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { type Condition, describeConditions, requireImmutability } from "./stage.ts";

const INTO_SYSFS = 'plain=$(pwd)/plain; cd /sys && borg extract "$plain"';

const CONDITIONS: readonly Condition[] = [
  {
    code: "FileChangedWarning",
    status: 100,
    cause: "truncate -s 300M moving",
    command: `(while :; do chmod 600 moving; sleep 0.01; done) & toucher=$!
      borg create plain::b moving; status=$?; kill $toucher; (exit $status)`,
    says: /^moving: file changed while we backed it up\n$/,
  },
  {
    code: "IncludePatternNeverMatchedWarning",
    status: 101,
    command: "borg extract plain::a gone",
    says: /^Include pattern 'gone' never matched\.\n$/,
  },
  {
    code: "BackupError",
    status: 102,
    cause: "tar --label=volume -cf labelled.tar file",
    command: "borg import-tar plain::b labelled.tar",
    says: /^volume: Unsupported tarinfo type\n$/,
  },
  {
    code: "BackupRaceConditionError",
    status: 103,
    cause: "echo content >moving",
    command: `perl -e 'for (;;) { open F, ">new"; print F "content"; close F; rename "new", "moving" }' & mover=$!
      yes moving | head -n 5000 | borg create --files-changed disabled --paths-from-stdin plain::b; status=$?
      kill $mover; (exit $status)`,
    says: /^(moving: file inode changed \(race condition\), skipping file\n)+$/,
  },
  {
    code: "BackupOSError",
    status: 104,
    cause: "mkdir -p below/file/inside",
    command: "cd below && borg extract ../plain::a",
    says: /^file: open: \[Errno 21\] Is a directory: '.*\/below\/file'\n$/,
  },
  {
    code: "BackupPermissionError",
    status: 105,
    command: `${INTO_SYSFS}::a`,
    says: /^file: open: \[Errno 13\] Permission denied: '\/sys\/file'\n$/,
  },
  {
    code: "BackupPermissionError where a file cannot be replaced",
    status: 105,
    cause: "mkdir below; echo old >below/file; chattr +i below/file",
    command: "cd below && borg extract ../plain::a; status=$?; chattr -i file; (exit $status)",
    says: /^file: unlink: \[Errno 1\] Operation not permitted: '.*\/below\/file'\n$/,
    needs: requireImmutability(),
  },
  {
    code: "BackupIOError",
    status: 106,
    command: "borg create plain::b /proc/self/mem",
    says: /^\/proc\/self\/mem: read: \[Errno 5\] Input\/output error\n$/,
  },
  {
    code: "BackupFileNotFoundError",
    status: 107,
    command:
      "borg create plain::b file gone; borg list --short plain::b | grep -q file || exit 9; borg create plain::c gone",
    says: /^gone: stat: \[Errno 2\] No such file or directory: 'gone'\n/,
  },
  {
    code: "BackupSymlinkParentError",
    status: 108,
    cause: "mkdir d elsewhere; cp file d; borg create plain::d d/file; rm -r d; ln -s elsewhere d",
    command: 'borg extract plain::d; status=$?; [ -z "$(ls elsewhere)" ] && (exit $status)',
    says: /^d\/file: parent is not a directory: d\n$/m,
  },
  {
    code: "BackupPathTraversalError",
    status: 109,
    cause: `tar -P --transform 's,^,a/../../,' -cf out.tar file; '${theirs.path}' import-tar plain::b out.tar`,
    command: "borg extract plain::b; status=$?; [ ! -e ../file ] && (exit $status)",
    says: /^a\/\.\.\/\.\.\/file: path traversal: a\/\.\.\/\.\.\/file\n$/,
    needs: requirePeer("borg"),
  },
  {
    code: "BackupHardlinkSourceError",
    status: 110,
    cause: `ln file link; tar -P --transform 's,^file,../../base,RSh' -cf out.tar file link
      '${theirs.path}' import-tar plain::b out.tar`,
    command: "borg extract plain::b",
    says: /^link: unsafe hard link source: \.\.\/\.\.\/base\n$/,
    needs: requirePeer("borg"),
  },
  {
    code: "warnings of one kind",
    status: 107,
    command: "borg create plain::b gone file missing",
    says: /^gone: .*\nmissing: .*\n$/,
  },
  {
    code: "warnings of several kinds",
    status: 1,
    command: "borg create plain::b gone file /proc/self/mem",
    says: /^gone: .*\n\/proc\/self\/mem: .*\n$/,
  },
];

describeConditions("warnings have statuses", 1, CONDITIONS);
