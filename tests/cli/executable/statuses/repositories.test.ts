import { type Condition, describeConditions, requireImmutability } from "./stage.ts";

const FREE_SPACE = (value: string) =>
  `sed -i 's/^additional_free_space = 0/additional_free_space = ${value}/' plain/config`;
/** Puts something else in the place of the manifest of `plain`. */
const MANIFEST = (content: string) =>
  `printf '\\002\\000\\000${content}' >manifest; borg debug put-obj plain $(printf %064d 0) manifest`;

const CONDITIONS: readonly Condition[] = [
  {
    code: "Error",
    status: 2,
    command: "borg config plain gone",
    says: /^Error: No option 'gone' in section: 'repository'\n$/,
  },
  {
    code: "CancelledByUser",
    status: 3,
    command: "echo no | borg delete plain",
    says: /\nType 'YES' if you understand this and want to continue: Aborting\.\nCancelled by user\.\n$/,
  },
  {
    code: "CommandError",
    status: 4,
    command: "borg prune plain",
    says: /^Command Error: At least one of /,
  },
  {
    code: "PlaceholderError",
    status: 5,
    command: "borg list --format '{gone}' plain",
    says: /^Formatting Error: "\{gone\}"\.format\(.*\): KeyError\('gone'\)\n$/,
  },
  {
    code: "Repository.AlreadyExists",
    status: 10,
    command: "borg init -e none plain",
    says: /^A repository already exists at .*\/plain\.\n$/,
  },
  {
    code: "Repository.AtticRepository",
    status: 11,
    cause: "cp -r plain attic; for f in attic/data/0/*; do printf ATTICSEG | dd of=$f conv=notrunc 2>&-; done",
    command: "borg list attic",
    says: /^Attic repository detected\. Please run "borg upgrade .*\/attic"\.\n$/,
  },
  {
    code: "Repository.CheckNeeded",
    status: 12,
    cause: "rm plain/data/0/*",
    command: "borg list plain",
    says: /^Inconsistency detected\. Please run "borg check .*\/plain"\.\n$/,
  },
  {
    code: "Repository.DoesNotExist",
    status: 13,
    command: "borg list gone",
    says: /^Repository .*\/gone does not exist\.\n$/,
  },
  {
    code: "Repository.InsufficientFreeSpaceError",
    status: 14,
    cause: FREE_SPACE("900000T"),
    command: "borg create plain::b file",
    says: /^Insufficient free space to complete transaction \(required: .*, available: .*\)\.\n$/,
  },
  {
    code: "Repository.InvalidRepository",
    status: 15,
    cause: "mkdir folder; echo >folder/file",
    command: "borg list folder",
    says: /^.*\/folder is not a valid repository\. Check repo config\.\n$/,
  },
  {
    code: "Repository.InvalidRepositoryConfig",
    status: 16,
    cause: "sed -i 's/^max_segment_size = .*/max_segment_size = 4294967295/' plain/config",
    command: "borg create plain::b file",
    says: /^.*\/plain does not have a valid configuration\. Check repo config \[.*\]\.\n$/,
  },
  {
    code: "Repository.ObjectNotFound",
    status: 17,
    cause: "borg debug delete-obj plain $(borg list --format '{id}' plain) 2>&-",
    command: "borg list plain::a",
    says: /^Object with key [0-9a-f]{64} not found in repository .*\/plain\.\n$/,
  },
  {
    code: "Repository.ParentPathDoesNotExist",
    status: 18,
    command: "borg init -e none no/such/folder",
    says: /^The parent path of the repo directory \[.*\] does not exist\.\n$/,
  },
  {
    code: "Repository.PathAlreadyExists",
    status: 19,
    cause: "mkdir folder; echo >folder/file",
    command: "borg init -e none folder",
    says: /^There is already something at .*\/folder\.\n$/,
  },
  {
    code: "Repository.StorageQuotaExceeded",
    status: 20,
    cause: "sed -i 's/^storage_quota = 0/storage_quota = 1000/' plain/config; head -c 2000 /dev/urandom >large",
    command: "borg create plain::b large",
    says: /^The storage quota \(1\.00 kB\) has been exceeded \(.*\)\. Try deleting some archives\.\n$/,
  },
  {
    code: "MandatoryFeatureUnsupported",
    status: 25,
    cause: MANIFEST(
      "\\205\\247version\\001\\250archives\\200\\251timestamp\\2722100-01-01T00:00:00.000000" +
        "\\246config\\201\\255feature_flags\\201\\244read\\201\\251mandatory\\221\\243new\\251item_keys\\220",
    ),
    command: "borg list plain",
    says:
      /^Unsupported repository feature\(s\) \['new'\]\. A newer version of borg is required to access this repository\.\n$/,
  },
  {
    code: "NoManifestError",
    status: 26,
    cause: "borg debug delete-obj plain $(printf %064d 0) 2>&-",
    command: "borg list plain",
    says: /^Repository has no manifest\.\n$/,
  },
  {
    code: "UnsupportedManifestError",
    status: 27,
    cause: MANIFEST("\\301\\301\\301\\301"),
    command: "borg list plain",
    says: /^Unsupported manifest envelope\. A newer version is required to access this repository\.\n$/,
  },
  {
    code: "Archive.AlreadyExists",
    status: 30,
    command: "borg create plain::a file",
    says: /^Archive a already exists\n$/,
  },
  {
    code: "Archive.DoesNotExist",
    status: 31,
    command: "borg info plain::gone",
    says: /^Archive gone does not exist\n$/,
  },
  {
    code: "LockFailed",
    status: 72,
    command: "chattr +i plain; borg list plain; status=$?; chattr -i plain; (exit $status)",
    says: /^Failed to create\/acquire the lock .*\/plain\/lock\.exclusive \(EPERM: operation not permitted.*\)\.\n$/,
    needs: requireImmutability(),
  },
  {
    code: "LockTimeout",
    status: 73,
    cause: "mkdir plain/lock.exclusive; touch plain/lock.exclusive/elsewhere@1.1-0",
    command: "borg list --lock-wait 0 plain",
    says: /^Failed to create\/acquire the lock .*\/plain\/lock\.exclusive \(timeout\)\.\n$/,
  },
  {
    code: "IntegrityError",
    status: 90,
    cause: `id=$(borg list --format '{id}' plain); for f in plain/data/0/*; do
      perl -0777 -e 'my ($id, $path) = @ARGV; open(my $file, "+<:raw", $path) or die; my $at = index(<$file>, pack("H*", $id));
        if ($at >= 0) { seek($file, $at + 50, 0); print $file "X" }' $id $f; done`,
    command: "borg list plain::a",
    says: /^Data integrity error: /,
  },
];

describeConditions("errors of commands and repositories have statuses", 2, CONDITIONS);
