import { constants } from "./constants.ts";
import { openLibc } from "./libc.ts";
import { forSystem } from "./system.ts";
import { lastError } from "./system_error.ts";

type MakePipe = (ends: Uint8Array) => number;

const makePipe: MakePipe = forSystem({ linux: createPipe2, darwin: createPlainPipe, freebsd: createPipe2 });

/** A pipe whose ends child processes do not get. */
export function openPipe(): [reader: number, writer: number] {
  const ends = new Int32Array(2);
  if (makePipe(new Uint8Array(ends.buffer)) < 0) throw lastError("pipe");
  return [ends[0]!, ends[1]!];
}

function createPipe2(): MakePipe {
  const libc = openLibc({ pipe2: { args: ["buffer", "i32"], returns: "i32" } });
  return (ends) => libc.pipe2(ends, constants.O_CLOEXEC);
}

/** Not run here: macOS closes by default what is not named, see `spawn_attributes.ts`. */
function createPlainPipe(): MakePipe {
  const libc = openLibc({ pipe: { args: ["buffer"], returns: "i32" } });
  return (ends) => libc.pipe(ends);
}
