import type { Item } from "../../archive/item.ts";
import type { Statistics } from "../../archive/statistics.ts";
import { BorgError } from "../../errors.ts";
import { S_IFREG } from "../../platform/file_type.ts";
import { groupId, userId } from "../../platform/owners.ts";
import type { ArchiveWriter } from "../archive_writer.ts";
import type { Contents } from "./contents.ts";
import type { ReadInto } from "./read_into.ts";

/** How a file that comes in through a pipe is to look. */
export interface StreamAttributes {
  readonly name: string;
  readonly user: string;
  readonly group: string;
  readonly mode: number;
}

/** There is no such user or group on this machine. */
class UnknownOwner extends BorgError {
  constructor(kind: "user" | "group", name: string) {
    super("Error", [`no such ${kind}: ${name}`]);
  }
}

/** What of a mode is kept: all but the type and the highest bit of it. */
const MODE_BITS = 0o107777;

/** The item of a stream (format reference 4.5). `seconds`: now, in whole seconds. */
export function streamItem({ name, user, group, mode }: StreamAttributes, seconds: bigint): Item {
  const uid = userId(user);
  const gid = groupId(group);
  if (uid === undefined) throw new UnknownOwner("user", user);
  if (gid === undefined) throw new UnknownOwner("group", group);
  const time = seconds * 1_000_000_000n;
  const times = { mtime: time, atime: time, ctime: time };
  return { path: name, mode: S_IFREG | (mode & MODE_BITS), uid, gid, user, group, ...times, hardlinkMaster: false };
}

/** Archives everything that `read` gives as one file. A failure ends the run. */
export async function addStream(
  { writer, contents, statistics }: { writer: ArchiveWriter; contents: Contents; statistics: Statistics },
  item: Item,
  read: ReadInto,
): Promise<void> {
  const file = writer.begin(item, () => statistics.addFile());
  await contents.store(file, read, Infinity);
  await writer.finish(file);
}
