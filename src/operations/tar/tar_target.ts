import type { Item } from "../../archive/item.ts";
import { clampFileTime } from "../../archive/timestamps.ts";
import { type Member, type MemberType, paddingOf } from "../../archive/tar/layout.ts";
import { encodeEnd, encodeMember } from "../../archive/tar/write.ts";
import { splitDevice } from "../../platform/device_number.ts";
import { type FileType, fileType } from "../../platform/file_type.ts";
import { assertSize, damagedFile } from "../extract/completeness.ts";
import { isHardLinkSlave } from "../extract/hard_links.ts";
import type { Step } from "../extract/queue.ts";
import type { Target } from "../extract/target.ts";
import { BackupError } from "../problems.ts";
import type { TarOutput } from "./output.ts";

const TYPES: Partial<Record<FileType, MemberType>> = {
  file: "file",
  directory: "directory",
  link: "link",
  fifo: "fifo",
  character: "character",
  block: "block",
};

const PERMISSIONS = 0o7777;

/** Makes a tar archive of the items that are extracted. */
export class TarTarget implements Target {
  #written = 0;
  /** How many bytes are still to come before the next member can begin: contents and padding. */
  #owed = 0;

  constructor(private readonly output: TarOutput) {}

  step(item: Item): Omit<Step, "fail"> {
    const type = memberType(item);
    const contents = type === "file" ? item.chunks : undefined;
    const size = contents?.reduce((sum, chunk) => sum + chunk.size, 0) ?? 0;
    let length = 0;
    return {
      chunks: contents,
      begin: async () => {
        if (!type) throw new BackupError(`Unknown archive item type ${item.mode.toString(8)}`);
        await this.#begin(memberOf(item, type, size));
      },
      write: async (plaintext) => {
        length += plaintext.length;
        if (length > size) throw new BackupError(`Size inconsistency detected: size ${size}, more in its chunks`);
        await this.#write(plaintext);
        this.#owed -= plaintext.length;
      },
      end: () => {
        if (contents) assertSize(item, length);
        if (item.chunksHealthy) throw damagedFile();
      },
    };
  }

  complete(): Omit<Step, "fail"> {
    return { chunks: undefined, begin: () => {}, write: () => {}, end: () => {} };
  }

  /** What a file lacks becomes zeros: the members behind it must be found. */
  abandon(): void {}

  /** Nothing more will come. */
  async finish(): Promise<void> {
    await this.#settle();
    await this.#write(encodeEnd(this.#written));
    await this.output.finish();
  }

  async #begin(member: Member): Promise<void> {
    await this.#settle();
    await this.#write(encodeMember(member));
    this.#owed = member.size + paddingOf(member.size);
  }

  async #settle(): Promise<void> {
    const zeros = new Uint8Array(Math.min(this.#owed, 1 << 16));
    for (; this.#owed > 0; this.#owed -= Math.min(this.#owed, zeros.length)) {
      await this.#write(zeros.subarray(0, this.#owed));
    }
  }

  async #write(bytes: Uint8Array): Promise<void> {
    await this.output.write(bytes);
    this.#written += bytes.length;
  }
}

/** Names of fifos and devices beyond the first are not links in tar archives, as BorgBackup writes them. */
function memberType(item: Item): MemberType | undefined {
  const type = TYPES[fileType(item.mode)];
  return type === "file" && isHardLinkSlave(item) ? "hardLink" : type;
}

function memberOf(item: Item, type: MemberType, size: number): Member {
  const isDevice = type === "character" || type === "block";
  const { major, minor } = splitDevice(isDevice ? item.rdev ?? 0n : 0n);
  return {
    type,
    size,
    name: item.path,
    mode: item.mode & PERMISSIONS,
    uid: item.uid,
    gid: item.gid,
    userName: item.user ?? "",
    groupName: item.group ?? "",
    mtime: clampFileTime(item.mtime),
    linkName: type === "hardLink" || type === "link" ? item.source ?? "" : "",
    deviceMajor: major,
    deviceMinor: minor,
  };
}
