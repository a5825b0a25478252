import { type Encodable, Float64 } from "../../encoding/msgpack.ts";
import type { Version } from "./versions.ts";

export type MethodName =
  | "negotiate"
  | "open"
  | "check"
  | "commit"
  | "rollback"
  | "destroy"
  | "__len__"
  | "list"
  | "scan"
  | "get"
  | "put"
  | "delete"
  | "save_key"
  | "load_key"
  | "break_lock"
  | "get_free_nonce"
  | "commit_nonce_reservation"
  | "inject_exception";

export interface Parameter {
  readonly name: string;
  /** What holds when it is not given; undefined: it has to be given. */
  readonly initial?: Encodable;
  /** The first version of a server that knows it, where that is not the method's own. */
  readonly since?: Version;
}

/** What can be called on a server. */
export interface Method {
  /** In the order of positional calls, those first that such calls know. */
  readonly parameters: readonly Parameter[];
  /** How many of them a positional call has at least. */
  readonly leastPositional: number;
  /** The first version of a server that knows it. */
  readonly since: Version;
}

const FIRST: Version = [1, 0, 0];

/** The methods of format reference 10.3. */
export const METHODS: Readonly<Record<MethodName, Method>> = {
  negotiate: method([required("client_data")]),
  open: method([
    required("path"),
    optional("create", false),
    optional("lock_wait", null),
    optional("lock", true),
    optional("exclusive", null),
    optional("append_only", false, [1, 0, 7, -1]),
    optional("make_parent_dirs", false, [1, 1, 9, -1]),
  ], 4),
  check: method([
    optional("repair", false),
    optional("save_space", false),
    optional("max_duration", 0, [1, 2, 0, -4, 4]),
  ], 2),
  commit: method([
    optional("save_space", false),
    optional("compact", true, [1, 2, 0, -4, 0]),
    optional("threshold", new Float64(0.1), [1, 2, 0, -4, 8]),
    optional("cleanup_commits", false, [1, 2, 0, -4, 0]),
  ], 1),
  rollback: method([]),
  destroy: method([]),
  __len__: method([]),
  list: method([optional("limit", null), optional("marker", null)]),
  scan: { ...method([optional("limit", null), optional("marker", null)]), since: [1, 1, 0, -3, 3] },
  get: method([required("id")]),
  put: method([required("id"), required("data")]),
  delete: method([required("id")]),
  save_key: method([required("keydata")]),
  load_key: method([]),
  break_lock: method([]),
  get_free_nonce: method([]),
  commit_nonce_reservation: method([required("next_unreserved"), required("start_nonce")]),
  inject_exception: { ...method([required("kind")]), since: [1, 1, 0] },
};

/** The method of this name; undefined when there is none. */
export function findMethod(name: string): Method | undefined {
  return Object.hasOwn(METHODS, name) ? METHODS[name as MethodName] : undefined;
}

function required(name: string): Parameter {
  return { name };
}

function optional(name: string, initial: Encodable, since?: Version): Parameter {
  return { name, initial, ...(since !== undefined && { since }) };
}

function method(parameters: readonly Parameter[], leastPositional = parameters.length): Method {
  return { parameters, leastPositional, since: FIRST };
}
