import { constants, O_RDWR } from "./constants.ts";
import { duplicateTo } from "./duplicate.ts";
import { close } from "./file.ts";
import { openLibc } from "./libc.ts";
import { pathArgument } from "./c_string.ts";
import { lastError } from "./system_error.ts";

const libc = openLibc({
  open: { args: ["buffer", "i32"], returns: "i32" },
  setsid: { args: [], returns: "i32" },
  chdir: { args: ["buffer"], returns: "i32" },
});

/**
 * Lets go of the terminal, of the current directory and of the standard streams, so that nobody waits for this process any
 * more. It must not lead a process group.
 */
export function detach(): void {
  if (libc.setsid() < 0) throw lastError("setsid");
  if (libc.chdir(pathArgument("/")) < 0) throw lastError("chdir", "/");
  const nowhere = libc.open(pathArgument("/dev/null"), O_RDWR | constants.O_CLOEXEC);
  if (nowhere < 0) throw lastError("open", "/dev/null");
  for (const stream of [0, 1, 2]) duplicateTo(nowhere, stream);
  close(nowhere);
}
