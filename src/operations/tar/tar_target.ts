import type { Item } from "../../archive/item.ts";
import { clampFileTime } from "../../archive/timestamps.ts";
import { type Member, type MemberType, paddingOf } from "../../archive/tar/layout.ts";
import { encodeEnd, MemberEncoder } from "../../archive/tar/write.ts";
import { splitDevice } from "../../platform/device_number.ts";
import { type FileType, fileType } from "../../platform/file_type.ts";
import { assertSize, damagedFile } from "../extract/completeness.ts";
import { isHardLinkSlave } from "../extract/hard_links.ts";
import type { Step } from "../extract/queue.ts";
import type { Target } from "../extract/target.ts";
import { BackupError } from "../problems.ts";
import { Gathered } from "./gathered.ts";
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

/** Zeros for what is owed, a piece at a time. */
const ZEROS = new Uint8Array(1 << 16);

/** Makes a tar archive of the items that are extracted. */
export class TarTarget implements Target {
  readonly #encoder = new MemberEncoder();
  readonly #gathered: Gathered;
  /** How many bytes are still to come before the next member can begin: contents and padding. */
  #owed = 0;

  constructor(private readonly output: TarOutput) {
    this.#gathered = new Gathered(output);
  }

  step(item: Item): Omit<Step, "fail"> {
    const type = memberType(item);
    const contents = type === "file" ? item.chunks : undefined;
    const size = contents?.reduce((sum, chunk) => sum + chunk.size, 0) ?? 0;
    let length = 0;
    return {
      chunks: contents,
      begin: () => {
        if (!type) throw new BackupError(`Unknown archive item type ${item.mode.toString(8)}`);
        return this.#begin(memberOf(item, type, size));
      },
      write: (plaintext) => {
        length += plaintext.length;
        if (length > size) throw new BackupError(`Size inconsistency detected: size ${size}, more in its chunks`);
        this.#owed -= plaintext.length;
        return this.#gathered.write(plaintext);
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
    await this.#gathered.write(encodeEnd(this.#gathered.total));
    await this.#gathered.flush();
    await this.output.finish();
  }

  #begin(member: Member): void | Promise<void> {
    const settled = this.#settle();
    return settled ? settled.then(() => this.#announce(member)) : this.#announce(member);
  }

  #announce(member: Member): void | Promise<void> {
    this.#owed = member.size + paddingOf(member.size);
    return this.#gathered.write(this.#encoder.encode(member));
  }

  #settle(): void | Promise<void> {
    while (this.#owed > 0) {
      const zeros = ZEROS.subarray(0, this.#owed);
      this.#owed -= zeros.length;
      const written = this.#gathered.write(zeros);
      if (written) return written.then(() => this.#settle());
    }
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
