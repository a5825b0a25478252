import type { Item } from "../../archive/item.ts";
import type { Statistics } from "../../archive/statistics.ts";
import type { MemberType } from "../../archive/tar/layout.ts";
import { type FoundMember, TarReader } from "../../archive/tar/read.ts";
import { clampFileTime } from "../../archive/timestamps.ts";
import { normalPath } from "../../encoding/normal_path.ts";
import { joinDevice } from "../../platform/device_number.ts";
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFREG } from "../../platform/file_type.ts";
import type { ArchiveWriter } from "../archive_writer.ts";
import { archivedPath } from "../create/archived_path.ts";
import type { Contents } from "../create/contents.ts";
import type { ReadInto } from "../create/read_into.ts";
import { BackupError } from "../problems.ts";
import type { Reporter } from "../reporter.ts";

/** What putting members of a tar file into an archive works with. */
export interface ImportTools {
  readonly writer: ArchiveWriter;
  readonly contents: Contents;
  readonly statistics: Statistics;
  readonly reporter: Reporter;
}

/** How a type shows in a mode, and as a status letter. Other names of files are files without contents. */
const TYPES: Readonly<Record<MemberType, readonly [bits: number, status: string]>> = {
  file: [S_IFREG, "A"],
  hardLink: [S_IFREG, "h"],
  link: [S_IFLNK, "s"],
  character: [S_IFCHR, "c"],
  block: [S_IFBLK, "b"],
  directory: [S_IFDIR, "d"],
  fifo: [S_IFIFO, "f"],
};

/**
 * Puts all members of a tar file into an archive (format reference 4.5). Throws TarError when it is damaged or cut short.
 *
 * @param visit hears of each member; throws when the run is to stop
 */
export async function importTar(
  { writer, contents, statistics, reporter }: ImportTools,
  source: { readonly read: ReadInto; readonly ignoreZeros: boolean },
  visit: (path: string) => void,
): Promise<void> {
  const reader = new TarReader(source.read, source.ignoreZeros);
  for (let member = await reader.next(); member; member = await reader.next()) {
    const path = archivedPath(normalPath(member.name), "") ?? ".";
    visit(path);
    if (member.type === "unknown") {
      reporter.warning(new BackupError("Unsupported tarinfo type"), path);
      reporter.fileStatus("E", path);
      continue;
    }
    reporter.fileStatus(TYPES[member.type][1], path);
    const item = itemOf(member, member.type, path);
    if (member.type !== "file") await writer.add(item);
    else {
      const file = writer.begin(item, () => {
        statistics.addFile();
        statistics.addFile(); // BorgBackup counts them twice, too.
      });
      await contents.store(file, (target) => reader.read(target), member.size);
      await writer.finish(file);
    }
  }
  await reader.drain();
}

function itemOf(member: FoundMember, type: MemberType, path: string): Item {
  const { mode, uid, gid, userName, groupName, mtime, linkName } = member;
  const isLink = type === "hardLink" || type === "link";
  const isDevice = type === "character" || type === "block";
  return {
    path,
    mode: TYPES[type][0] | mode,
    uid,
    gid,
    user: userName || null,
    group: groupName || null,
    mtime: clampFileTime(mtime),
    ...isLink && { source: linkName },
    ...isDevice && { rdev: joinDevice({ major: member.deviceMajor, minor: member.deviceMinor }) },
  };
}
