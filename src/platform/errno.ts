import { constants } from "node:os";
import { foreignBuffer } from "./ffi.ts";
import { textAt } from "./foreign_text.ts";
import { openLibc } from "./libc.ts";
import { forSystem, type System, system } from "./system.ts";

const libc = openLibc({
  location: {
    args: [],
    returns: "u64",
    symbol: forSystem({ linux: () => "__errno_location", darwin: () => "__error", freebsd: () => "__error" }),
  },
  strerror: { args: ["i32"], returns: "u64" },
});

// Each thread has its own errno at an address of its own, and loads this module itself.
const location = new Int32Array(foreignBuffer(libc.location(), 4));

/** The names of one number that `node:os` lists twice: the last one here wins. */
const PREFERRED = ["EAGAIN", "ENOTSUP", "EDEADLK"];
/** What `node:os` leaves out, though file systems answer it. */
const MISSING: Record<System, Record<string, number>> = {
  linux: { ESTALE: 116, EUCLEAN: 117, EREMOTEIO: 121, EDQUOT: 122, ENOMEDIUM: 123, ESHUTDOWN: 108 },
  darwin: { ENOATTR: 93 },
  freebsd: { ENOATTR: 87, EINTEGRITY: 97, ENOTCAPABLE: 93 },
};

const numbers = new Map<string, number>([
  ...Object.entries(constants.errno),
  ...Object.entries(MISSING[system]),
]);
const names = new Map<number, string>([...numbers].map(([name, number]) => [number, name]));
for (const name of PREFERRED) if (numbers.has(name)) names.set(numbers.get(name)!, name);

/** The number of the last failed call. Ask straight after it. */
export function errno(): number {
  return location[0]!;
}

/** For functions that report failure by errno alone: set it to 0 before the call. */
export function setErrno(number: number): void {
  location[0] = number;
}

/** The symbolic name, e.g. `ENOENT`. */
export function errorName(number: number): string {
  return names.get(number) ?? `E${number}`;
}

/** The number of a symbolic name on this system, undefined if it has none. */
export function errorNumber(name: string): number | undefined {
  return numbers.get(name);
}

/** The C library's text for an error number, e.g. `No such file or directory`. */
export function errorText(number: number): string {
  return textAt(libc.strerror(number)) ?? `error ${number}`;
}
