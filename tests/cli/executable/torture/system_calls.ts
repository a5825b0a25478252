import { Buffer } from "node:buffer";
import type { Change } from "./changes.ts";

/** The calls by which files are changed, as `strace` names them. */
export const CALLS = [
  "open",
  "openat",
  "write",
  "pwrite64",
  "writev",
  "pwritev",
  "pwritev2",
  "copy_file_range",
  "sendfile",
  "fsync",
  "fdatasync",
  "rename",
  "renameat",
  "renameat2",
  "link",
  "linkat",
  "unlink",
  "unlinkat",
  "rmdir",
  "mkdir",
  "mkdirat",
  "truncate",
  "ftruncate",
  "symlink",
  "symlinkat",
  "fallocate",
  "splice",
];

const TEXT = /"((?:\\x[0-9a-f]{2})*)"/g;
const HANDLE = /(?:AT_FDCWD|\b\d+)<((?:\\x[0-9a-f]{2})*)>/g;

/** A line of `strace -y -xx`: what was called with what, and what came of it. */
interface Call {
  readonly name: string;
  readonly args: string;
  readonly result: number;
  /** Texts among the arguments, in their order. */
  readonly texts: readonly Buffer[];
  /** Paths of the descriptors among the arguments, in their order. */
  readonly handles: readonly string[];
}

function parse(line: string): Call | undefined {
  const match = /^(\w+)\((.*)\) += (-?\d+)/s.exec(line);
  if (!match || Number(match[3]) < 0) return undefined;
  const [, name, args, result] = match as unknown as [string, string, string, string];
  return {
    name,
    args,
    result: Number(result),
    texts: Array.from(args.matchAll(TEXT), ([, hex]) => bytesOf(hex!)),
    handles: Array.from(args.replace(TEXT, '""').matchAll(HANDLE), ([, hex]) => bytesOf(hex!).toString()),
  };
}

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex.replaceAll("\\x", ""), "hex");
}

/** Reads the changes below `root` out of the log of one thread; their paths are those below `root`. */
export class CallReader {
  /** Where the next `write` to an open file goes. */
  readonly #positions = new Map<string, number>();

  constructor(private readonly root: string) {}

  read(line: string): Change[] {
    const call = parse(line);
    if (call === undefined) return [];
    return this.#changes(call).flatMap((change) => this.#below(change));
  }

  #below(change: Change): Change[] {
    const { root } = this;
    const inner = (path: string) => path.startsWith(`${root}/`) ? path.slice(root.length) : undefined;
    const path = inner(change.path);
    if (path === undefined) return [];
    if ("to" in change) return [{ ...change, path, to: inner(change.to)! }];
    if ("from" in change) return [{ ...change, path, from: inner(change.from)! }];
    return [{ ...change, path }];
  }

  #changes(call: Call): Change[] {
    const { name, args, handles, texts, result } = call;
    switch (name) {
      case "open":
      case "openat":
        return this.#open(call);
      case "write":
      case "writev":
        return this.#write(handles[0]!, texts, result, undefined);
      case "pwrite64":
      case "pwritev":
        return this.#write(handles[0]!, texts, result, lastNumber(args));
      case "copy_file_range":
        return result > 0 ? [{ kind: "copy", from: handles[0]!, path: handles[1]! }] : [];
      case "sendfile":
        return result > 0 ? [{ kind: "copy", from: handles[1]!, path: handles[0]! }] : [];
      case "fsync":
      case "fdatasync":
        return [{ kind: "sync", path: handles[0]! }];
      case "truncate":
      case "ftruncate": {
        const path = handles[0] ?? texts[0]!.toString();
        return [{ kind: "truncate", path, size: lastNumber(args) }];
      }
      default:
        return this.#namesChanged(call);
    }
  }

  /** Throws at a change below the root that is none of those known. */
  #namesChanged(call: Call): Change[] {
    const paths = call.texts.map((text, i) => resolve(call.handles[i], text.toString()));
    const change = namesChanged(call, paths[0] ?? "", paths[1]);
    const isOurs = [...paths, ...call.handles].some((path) => path.startsWith(`${this.root}/`));
    if (change === undefined && isOurs) throw new Error(`${call.name} is not understood`);
    return change === undefined ? [] : [change];
  }

  #open({ args, handles, texts }: Call): Change[] {
    const path = resolve(handles[0], texts[0]!.toString());
    this.#positions.set(path, 0);
    if (args.includes("O_APPEND") && path.startsWith(`${this.root}/`)) throw new Error(`${path} is appended to`);
    const isWritten = /O_CREAT|O_TRUNC/.test(args);
    return isWritten ? [{ kind: "open", path, truncate: args.includes("O_TRUNC") }] : [];
  }

  #write(path: string, texts: readonly Buffer[], length: number, position: number | undefined): Change[] {
    const at = position ?? this.#positions.get(path) ?? 0;
    if (position === undefined) this.#positions.set(path, at + length);
    return [{ kind: "write", path, at, bytes: new Uint8Array(Buffer.concat(texts).subarray(0, length)) }];
  }
}

function namesChanged({ name, args }: Call, first: string, second: string | undefined): Change | undefined {
  switch (name) {
    case "rename":
    case "renameat":
    case "renameat2":
      return { kind: "rename", path: first, to: second! };
    case "link":
    case "linkat":
      return { kind: "link", path: first, to: second! };
    case "unlink":
      return { kind: "unlink", path: first };
    case "unlinkat":
      return { kind: args.includes("AT_REMOVEDIR") ? "rmdir" : "unlink", path: first };
    case "rmdir":
      return { kind: "rmdir", path: first };
    case "mkdir":
    case "mkdirat":
      return { kind: "mkdir", path: first };
    default:
      return undefined;
  }
}

function lastNumber(args: string): number {
  return Number(/(\d+)$/.exec(args)![1]);
}

function resolve(folder: string | undefined, path: string): string {
  return path.startsWith("/") ? path : `${folder}/${path}`;
}
