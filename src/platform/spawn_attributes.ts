import { openLibc } from "./libc.ts";
import { forSystem, system } from "./system.ts";

/** POSIX_SPAWN_SETSIGDEF and SETSIGMASK; on macOS also CLOEXEC_DEFAULT. Not run here: macOS, FreeBSD. */
const FLAGS = forSystem({ linux: () => 0x4 | 0x8, darwin: () => 0x4 | 0x8 | 0x4000, freebsd: () => 0x10 | 0x20 });

const SIGPIPE = 13;

const libc = openLibc({
  posix_spawnattr_init: { args: ["buffer"], returns: "i32" },
  posix_spawnattr_setsigdefault: { args: ["buffer", "buffer"], returns: "i32" },
  posix_spawnattr_setsigmask: { args: ["buffer", "buffer"], returns: "i32" },
  posix_spawnattr_setflags: { args: ["buffer", "i32"], returns: "i32" },
  posix_spawnattr_destroy: { args: ["buffer"], returns: "i32" },
  sigemptyset: { args: ["buffer"], returns: "i32" },
  sigaddset: { args: ["buffer", "i32"], returns: "i32" },
});

export interface SpawnAttributes {
  readonly bytes: Uint8Array;
  destroy(): void;
}

/**
 * The child starts with no signal blocked and dies of writing to a closed pipe, which the runtimes ignore and a child would
 * inherit. What the user chose to ignore (nohup) stays ignored.
 */
export function createSpawnAttributes(): SpawnAttributes {
  const bytes = new Uint8Array(new ArrayBuffer(1024));
  const signals = new Uint8Array(new ArrayBuffer(128));
  libc.posix_spawnattr_init(bytes);
  libc.sigemptyset(signals);
  libc.sigaddset(signals, SIGPIPE);
  libc.posix_spawnattr_setsigdefault(bytes, signals);
  libc.sigemptyset(signals);
  libc.posix_spawnattr_setsigmask(bytes, signals);
  libc.posix_spawnattr_setflags(bytes, FLAGS);
  return { bytes, destroy: () => void libc.posix_spawnattr_destroy(bytes) };
}

/** Keeps a standard stream open in the child where the system closes what is not named. */
export const inherit: (actions: Uint8Array, descriptor: number) => void = system === "darwin"
  ? createInherit()
  : () => {};

function createInherit(): (actions: Uint8Array, descriptor: number) => void {
  const { add } = openLibc({
    add: { symbol: "posix_spawn_file_actions_addinherit_np", args: ["buffer", "i32"], returns: "i32" },
  });
  return (actions, descriptor) => void add(actions, descriptor);
}
