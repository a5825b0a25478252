import type { ArgumentParser } from "argparse";
import { basename, resolve } from "node:path";
import { BorgError } from "../../errors.ts";
import { examineMountPoint } from "../../mount/mount_point.ts";
import { chooseArchives } from "../../operations/choose_archives.ts";
import {
  type MountEvents,
  type MountOptions as Mounting,
  type MountSubject,
  serveMount,
} from "../../operations/mount.ts";
import { type Unlocked, withManifest } from "../../operations/opening.ts";
import { detach } from "../../platform/daemon.ts";
import { forSystem } from "../../platform/system.ts";
import type { ArgumentTypes } from "../argument_types.ts";
import { chosenBy } from "../chosen_archives.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { epilog } from "../epilog.ts";
import { hostOf } from "../host.ts";
import { isBackground, MOUNTED, runInBackground } from "../mount_background.ts";
import { matcherForArchive } from "../matching.ts";
import { type MountSwitches, parseMountOptions } from "../mount_options.ts";
import { addArchiveFilters, type ArchivesOptions } from "../options/archive_filters.ts";
import type { CommonOptions } from "../options/common.ts";
import { flag } from "../options/flag.ts";
import { addNumericIds } from "../options/metadata.ts";
import { addPaths, addStripComponents, type PathOptions } from "../options/paths.ts";
import { hiddenFilesText, mountProblemText } from "../texts/mount.ts";

export interface MountOptions extends CommonOptions, ArchivesOptions, PathOptions {
  readonly mountpoint: string;
  readonly considerCheckpoints: boolean;
  readonly foreground: boolean;
  readonly mountOptions: readonly string[];
  readonly numericIds: boolean;
  readonly stripComponents: number;
}

const TEXT = `
Shows an archive, or all archives of a repository as one directory each, as a read-only file system below MOUNTPOINT. With
PATH only what lies under each PATH is shown; PATH may be a pattern (see "borg help patterns"). An archive is read when
somebody first looks into its directory. "borg umount MOUNTPOINT" ends it; until then the repository stays locked for
whoever wants to write to it.

The command returns when the file system is there. With --foreground it serves it itself; Ctrl-C unmounts. A server in the
background that is killed or gets a signal does not unmount: programs that still read there get errors instead of finding
an empty directory, which they might take for a reason to delete something. Say "borg umount" then.

Options after -o, separated by commas:
  versions             one merged view of all archives: files are directories that hold their versions
  allow_damaged_files  files in which a repair put zeros in the place of lost contents can be read
  ignore_permissions   do not let the kernel check permissions (it does by default, even with allow_other)
  uid=, gid=           this user or group, by name or number, owns everything
  umask=               permissions, in octal, that nothing has
All others go to the kernel and to libfuse, see mount.fuse(8).

As borgfs the program takes the arguments of "borg mount", for fstab: /path/to/repo /mnt/point fuse.borgfs noauto,user 0 0

Environment:
  BORG_MOUNT_DATA_CACHE_ENTRIES  how many chunks of big files are kept in memory, if more than about 40
  BORG_FUSE_IMPL  the ways to mount to try, separated by commas: libfuse3 (or pyfuse3), libfuse2 (or llfuse), direct,
                  fusermount; none forbids mounting

Examples:
  borg mount /mnt/backup/repo /mnt/borg
  borg mount -o versions --glob-archives 'laptop-*' /mnt/backup/repo /mnt/borg
  borg mount /mnt/backup/repo::monday /mnt/borg home/me/documents`;

export const mount: Command<MountOptions> = {
  name: "mount",
  help: "Show archives as a file system",
  epilog: epilog(TEXT),
  mayBypassLock: true,
  declare,
  run,
};

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  parser.add_argument("location", {
    metavar: "REPOSITORY_OR_ARCHIVE",
    type: types.location("either"),
    help: "what to mount",
  });
  addArchiveFilters(parser, types);
  parser.add_argument("mountpoint", { metavar: "MOUNTPOINT", type: types.path, help: "where to mount it" });
  addStripComponents(addPaths(parser, types, "what of it to show"), types);
  flag(parser, "--consider-checkpoints", "considerCheckpoints", "show checkpoint archives, too");
  flag(parser, ["-f", "--foreground"], "foreground", "stay in the foreground");
  parser.add_argument("-o", {
    dest: "mountOptions",
    action: "append",
    default: [],
    metavar: "OPTIONS",
    help: "mount options, separated by commas",
  });
  addNumericIds(parser, "go by");
}

async function run(options: MountOptions, context: Context): Promise<void> {
  const switches = parseMountOptions(options.mountOptions);
  const implementations = implementationsOf(context);
  const mountpoint = resolve(context.cwd, options.mountpoint);
  const { hidesFiles } = examineMountPoint(mountpoint);
  if (hidesFiles && !isBackground(context)) {
    context.log.warning(hiddenFilesText(options.mountpoint));
  }
  if (!options.foreground && !isBackground(context)) return await runInBackground(context);
  const { location, bypassLock, lockWait } = options;
  const opening = { lock: bypassLock ? "none" : "shared", lockWait, features: ["read"] } as const;
  await withManifest(hostOf(context), location, opening, async (unlocked) => {
    const subject = subjectOf(unlocked, options);
    const mounting = { ...mountingOf(options, switches, context), subject, mountpoint, implementations };
    await serveMount(hostOf(context), unlocked, mounting, eventsOf(options, context));
  });
}

function implementationsOf({ env }: Context): string[] {
  const names = (env["BORG_FUSE_IMPL"] ?? "").split(",").map((name) => name.trim()).filter((name) => name !== "");
  if (names[0] === "none") {
    throw new BorgError("RTError", ["borg mount not available: BORG_FUSE_IMPL=none"]);
  }
  return names;
}

function mountingOf(options: MountOptions, switches: MountSwitches, { env }: Context): Omit<
  Mounting,
  "subject" | "mountpoint" | "implementations"
> {
  const { numericIds, stripComponents, considerPartFiles: considerParts, foreground } = options;
  const { uid, gid, umask, fuse, versions, allowDamagedFiles } = switches;
  const entries = env["BORG_MOUNT_DATA_CACHE_ENTRIES"];
  const matcher = () => matcherForArchive(options);
  return {
    fuseOptions: [...fuse, ...volumeName(basename(options.mountpoint))],
    view: { numericIds, uid, gid, umask, matcher, stripComponents, considerParts },
    versions,
    allowDamagedFiles,
    unmountsWhenStopped: foreground,
    cacheEntries: entries === undefined ? undefined : entriesOf(entries),
  };
}

/** What the desktop of macOS calls it. Not run here. */
const volumeName: (name: string) => string[] = forSystem({
  linux: () => () => [],
  darwin: () => (name: string) => [`volname=${name.replaceAll(",", "_")} (borgfs)`],
  freebsd: () => () => [],
});

function entriesOf(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new BorgError("Error", [`BORG_MOUNT_DATA_CACHE_ENTRIES is not a number of chunks: ${text}`]);
}

function subjectOf({ manifest }: Unlocked, options: MountOptions): MountSubject {
  const { archive } = options.location;
  if (archive === undefined) {
    return { archives: chooseArchives(manifest, chosenBy(options), options.considerCheckpoints) };
  }
  const { id, time } = manifest.entry(archive);
  return { archive: { name: archive, id, time } };
}

function eventsOf({ foreground }: MountOptions, context: Context): MountEvents {
  const { interruption, log } = context;
  if (foreground) interruption.allowGoodEnd();
  return {
    stop: AbortSignal.any([interruption.soon, interruption.now]),
    mounted() {
      if (foreground) return;
      context.stdout.write(MOUNTED);
      context.stdout.flush();
      detach();
    },
    problem(error, subject) {
      log.warning(mountProblemText(error, subject));
    },
  };
}
