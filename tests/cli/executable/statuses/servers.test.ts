import { toHex } from "../../../../src/encoding/bytes.ts";
import { type Encodable, encode } from "../../../../src/encoding/msgpack.ts";
import { type Condition, describeConditions } from "./stage.ts";

/** Answers each request with what is next among its arguments, as hex, and then no more. */
const SERVER = "$| = 1; for (@ARGV[0, 1]) { sysread STDIN, $request, 65536; print pack q(H*), $_ } 1 while <STDIN>";

/** What is said of a lock that a server could not release, which `break-lock` took away from it for instance. */
const CONDITIONS: readonly Condition[] = [
  {
    code: "NotLocked",
    status: 74,
    command: listOf("NotLocked", ["/there/repo/lock.roster"]),
    says: /^Failed to release the lock \/there\/repo\/lock\.roster \(was not locked\)\.\n$/,
  },
  {
    code: "NotMyLock",
    status: 75,
    command: listOf("NotMyLock", ["/there/repo/lock.exclusive"]),
    says: /^Failed to release the lock \/there\/repo\/lock\.exclusive \(was\/is locked, but not by me\)\.\n$/,
  },
  {
    code: "LockFailed",
    status: 72,
    command: listOf("LockFailed", ["/there/repo/lock.exclusive", "Read-only file system"]),
    says: /^Failed to create\/acquire the lock \/there\/repo\/lock\.exclusive \(Read-only file system\)\.\n$/,
  },
];

/** Lists a repository whose server answers the negotiation, and then with an exception (format reference 10.1, 10.2). */
function listOf(exceptionClass: string, args: readonly string[]): string {
  const answers = [
    encode([1, 1, null, new Map<string, Encodable>([["server_version", [1, 4, 5, -1]]])]),
    encode(new Map<string, Encodable>([["i", 2], ["exception_class", exceptionClass], ["exception_args", args]])),
  ];
  return `BORG_RSH="perl -e '${SERVER.replaceAll("$", "\\$")}' ${
    answers.map(toHex).join(" ")
  }" borg list ssh://host/repo`;
}

describeConditions("errors of servers have statuses", 2, CONDITIONS);
