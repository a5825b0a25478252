import { openLibc } from "./libc.ts";
import { forSystem } from "./system.ts";
import { SystemError } from "./system_error.ts";

/** The C numbers of the advice, equal on Linux (not s390) and FreeBSD. */
const ADVICE = { sequential: 2, willneed: 3, dontneed: 4 } as const;

type Advise = (descriptor: number, offset: number, length: number, advice: keyof typeof ADVICE) => void;

/** Tells the kernel how a range will be used; length 0 = to the end. macOS has no such call: nothing happens there. */
export const advise: Advise = forSystem({ linux: createAdvise, darwin: () => () => {}, freebsd: createAdvise });

function createAdvise(): Advise {
  const libc = openLibc({ posix_fadvise: { args: ["i32", "i64", "i64", "i32"], returns: "i32" } });
  return (descriptor, offset, length, advice) => {
    const errno = libc.posix_fadvise(descriptor, offset, length, ADVICE[advice]);
    if (errno !== 0) throw new SystemError(errno, "posix_fadvise");
  };
}
