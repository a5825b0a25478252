import type { Item } from "../../archive/item.ts";
import { createFile } from "../../platform/create_file.ts";
import { close, pwriteAll, truncate } from "../../platform/file.ts";
import { fileType } from "../../platform/file_type.ts";
import { link, symlink } from "../../platform/links.ts";
import { makeFifo, makeNode } from "../../platform/nodes.ts";
import { isZero } from "../../../wasm/zeros.ts";
import { attempt, BackupError } from "../problems.ts";
import type { Attributes } from "./attributes.ts";
import type { Destination } from "./destination.ts";
import { assertSize, damagedFile } from "./completeness.ts";
import { isHardLinkSlave } from "./hard_links.ts";
import type { Step } from "./queue.ts";
import type { Target } from "./target.ts";

/** Permissions of files while they are incomplete. */
const PRIVATE = 0o600;

/** Makes real files below a directory. */
export class FileTarget implements Target {
  /** The file that is being written: at most one at a time. */
  #descriptor: number | undefined;
  #length = 0;

  constructor(
    private readonly destination: Destination,
    private readonly attributes: Attributes,
    /** Leave holes where chunks are all zero. */
    private readonly sparse: boolean,
  ) {}

  step(item: Item): Omit<Step, "fail"> {
    if (isHardLinkSlave(item)) return this.#whole(() => this.#link(item));
    switch (fileType(item.mode)) {
      case "file":
        return this.#file(item);
      case "directory":
        return this.#whole(() => this.destination.makeDirectory(item.path));
      case "link":
        return this.#whole(() => this.#made(item, (path) => symlink(item.source ?? "", path), "symlink"));
      case "fifo":
        return this.#whole(() => this.#made(item, (path) => makeFifo(path, PRIVATE), "mkfifo"));
      case "character":
      case "block":
        return this.#whole(() => this.#made(item, (path) => makeNode(path, item.mode, item.rdev ?? 0n), "mknod"));
      default:
        return this.#whole(() => {
          throw new BackupError(`Unknown archive item type ${item.mode.toString(8)}`);
        });
    }
  }

  complete(directory: Item): Omit<Step, "fail"> {
    return this.#whole(() => {
      const { path } = directory;
      if (this.destination.hasDirectory(path)) this.attributes.restore(directory, this.destination.pathOf(path));
    });
  }

  abandon(): void {
    if (this.#descriptor === undefined) return;
    const descriptor = this.#descriptor;
    this.#descriptor = undefined;
    close(descriptor);
  }

  #whole(end: () => void): Omit<Step, "fail"> {
    return { chunks: undefined, begin: () => {}, write: () => {}, end };
  }

  #file(item: Item): Omit<Step, "fail"> {
    return {
      chunks: item.chunks,
      begin: () => this.#open(item),
      write: (plaintext) => this.#write(plaintext),
      end: () => this.#finish(item),
    };
  }

  #open(item: Item): void {
    this.#length = 0;
    this.#descriptor = this.destination.place(
      item.path,
      (path, exclusive) => attempt("open", () => createFile(path, PRIVATE, { exclusive })),
    );
  }

  #write(plaintext: Uint8Array): void {
    const descriptor = this.#descriptor!;
    if (!this.sparse || !isZero(plaintext)) attempt("write", () => pwriteAll(descriptor, plaintext, this.#length));
    this.#length += plaintext.length;
  }

  #finish(item: Item): void {
    const descriptor = this.#descriptor!;
    const path = this.destination.pathOf(item.path);
    if (this.sparse) attempt("truncate_and_attrs", () => truncate(descriptor, this.#length));
    this.attributes.restore(item, path, descriptor);
    this.#descriptor = undefined;
    attempt("close", () => close(descriptor));
    assertSize(item, this.#length);
    if (item.chunksHealthy) throw damagedFile();
  }

  #link(item: Item): void {
    const source = this.destination.source(item.source!);
    this.destination.place(item.path, (path) => attempt("link", () => link(source, path)));
  }

  #made(item: Item, make: (path: string) => void, operation: string): void {
    this.destination.place(item.path, (path) => attempt(operation, () => make(path)));
    this.attributes.restore(item, this.destination.pathOf(item.path));
  }
}
